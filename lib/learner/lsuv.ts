/**
 * Layer-sequential unit variance (LSUV): initial weights found by measuring. (Mishkin and Matas 2015, https://arxiv.org/abs/1511.06422, in the two forms of
 * the lessons.)
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { wrongKind } from "../device/expect.ts";
import { GeneralReLU, ReLU } from "../nn/activations.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Linear } from "../nn/linear.ts";
import { Module } from "../nn/module.ts";
import { flush, noGrad, whole } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";
import { findModules, isInstance, type ModulePredicate } from "./hooks.ts";
import { LsuvError, type LsuvFigures, LsuvReport, type LsuvRow } from "./lsuv_report.ts";
import { type Chosen, type Layer, measure, usesOf } from "./lsuv_uses.ts";

/** Options of {@linkcode lsuvModules}. */
export interface LsuvModulesOptions {
  /** How far mean and standard deviation may be from 0 and 1. Default: 1e-3. */
  tolerance?: number;
  /** Maximum number of changes of one layer. Default: 100. (The pairs of model A take about 25.) */
  maxRounds?: number;
  /** Throw at the first layer that cannot be brought there. Default: true. With false, the layer is put back, the report says so, and the others follow. */
  strict?: boolean;
}

/** Options of {@linkcode lsuv}. */
export interface LsuvOptions extends LsuvModulesOptions {
  /**
   * The modules whose outputs are brought to mean 0 and deviation 1, each time that they run: one may stand behind several layers. Default: `ReLU`
   * and `GeneralReLU`.
   */
  activations?: ModulePredicate;
  /**
   * The modules whose weights and biases change: the first that runs for the first activation that runs, and so on. Default: `Conv2d` and
   * `Linear`.
   */
  layers?: ModulePredicate;
}

const MODULES = optionNames<LsuvModulesOptions>({ tolerance: 1, maxRounds: 1, strict: 1 });
const OPTIONS = optionNames<LsuvOptions>({ ...MODULES, activations: 1, layers: 1 });

/**
 * LSUV in pairs: for each activation and the layer before it, in order, the model runs on `x` until |mean| and |deviation − 1| of the
 * activation's output are within the tolerance; in each round the layer's bias loses the mean and its weight is divided by the
 * deviation, both as they were before the round. Layers beyond the last activation stay as they are. An activation module that runs several times
 * has a turn for each.
 *
 * The model runs without gradients in the mode that it is in (a fresh model's is training); buffers are put back.
 *
 * @param x one batch of inputs as the model sees them, see {@linkcode getBatch}
 * @returns the figures of each activation before and after; it prints as a table
 * @throws {LsuvError} if an activation is dead or NaN, or is not there after `maxRounds` (a ReLU without `sub` never is: no output of mean 0 varies)
 * @throws {RangeError} if there are not as many layers as activations, or one layer, which has one weight, runs for several of them
 *
 * @example
 * ```ts
 * import { learner, lessons, nn, randn } from "./mod.ts";
 * const model = lessons.getModel({ act: () => new nn.GeneralReLU({ leak: 0.1, sub: 0.4 }) });
 * const report = await learner.lsuv(model, randn([64, 1, 28, 28]));
 * console.log(String(report));
 * console.log(report.rows.every(({ after }) => Math.abs(after.std - 1) <= 1e-3)); // true
 * ```
 */
export async function lsuv(model: Module, x: Tensor, options: LsuvOptions = {}): Promise<LsuvReport> {
  checkOptions("lsuv", options, OPTIONS);
  if (!(model instanceof Module)) throw wrongKind("lsuv", "the model", "a module", model);
  checkTensor("lsuv", "the inputs", x);
  const { activations = isInstance(ReLU, GeneralReLU), layers = isInstance(Conv2d, Linear) } = options;
  const watched = findModules(model, activations), changed = findModules(model, layers);
  if (watched.length === 0) {
    throw new RangeError("Cannot run LSUV: the model has no activation that fits the predicate");
  }
  if (changed.length < watched.length) {
    throw new RangeError(
      `Cannot run LSUV: ${watched.length} activations need as many layers before them, found ${changed.length}`,
    );
  }
  return await inOrder(model, x, { watched, changed }, options, async (round, { tolerance }, layer) => {
    let { mean, std } = await round();
    while (Math.abs(mean) > tolerance || Math.abs(std - 1) > tolerance) {
      change(layer, { mean, std });
      ({ mean, std } = await round());
    }
  });
}

/**
 * LSUV of modules that have weight and bias themselves, such as the lessons' `ConvLayer`: for each, in order, the model runs on `x` and the
 * weight is divided by the deviation of the module's output until that is within the tolerance of 1; **then** the bias loses the
 * mean, until that is within the tolerance of 0. A bias after the activation, as ConvLayer's −sub, changes no deviation, and one round
 * is enough.
 *
 * The model runs without gradients in the mode that it is in (a fresh model's is training); buffers are put back.
 *
 * @param x one batch of inputs as the model sees them, see {@linkcode getBatch}
 * @param modules which modules are meant
 * @returns the figures of each module before and after; it prints as a table
 * @throws {LsuvError} if an output is constant or NaN, or is not there after `maxRounds`
 * @throws {RangeError} if one of the modules runs several times: its one weight cannot bring several outputs there
 *
 * @example
 * ```ts
 * import { learner, lessons, randn } from "./mod.ts";
 * const model = lessons.getCnnModel({ layer: (from, to, options) => new lessons.ConvLayer(from, to, options) });
 * const report = await learner.lsuvModules(model, randn([64, 1, 28, 28]), learner.isInstance(lessons.ConvLayer));
 * console.log(report.rows.every(({ after }) => Math.abs(after.mean) < 1e-6)); // true
 * ```
 */
export async function lsuvModules(
  model: Module,
  x: Tensor,
  modules: ModulePredicate,
  options: LsuvModulesOptions = {},
): Promise<LsuvReport> {
  checkOptions("lsuvModules", options, MODULES);
  if (!(model instanceof Module)) throw wrongKind("lsuvModules", "the model", "a module", model);
  checkTensor("lsuvModules", "the inputs", x);
  const found = findModules(model, modules);
  if (found.length === 0) throw new RangeError("Cannot run LSUV: the model has no module that fits the predicate");
  return await inOrder(model, x, { watched: found, changed: found }, options, async (round, { tolerance }, layer) => {
    let { mean, std } = await round();
    while (Math.abs(std - 1) > tolerance) {
      change(layer, { std });
      ({ mean, std } = await round());
    }
    do { // at least once: what is left of the mean costs nothing to take off
      change(layer, { mean });
      ({ mean } = await round());
    } while (Math.abs(mean) > tolerance);
  });
}

/** Measures the output; throws a {@linkcode Problem} if there is nothing to go on by. */
type Round = () => Promise<LsuvFigures>;

/** Why a layer cannot be brought to mean 0 and deviation 1. */
class Problem extends Error {}

/** Runs `bring` on each use of a watched module and the layer that changes for it, one after the other. */
async function inOrder(
  model: Module,
  x: Tensor,
  chosen: Chosen,
  { tolerance = 1e-3, maxRounds = 100, strict = true }: LsuvModulesOptions,
  bring: (round: Round, settings: { tolerance: number }, layer: Layer) => Promise<void>,
): Promise<LsuvReport> {
  if (!(tolerance > 0)) throw new RangeError(`Cannot run LSUV to within ${tolerance}: tolerance must be above 0`);
  whole("run LSUV", "maxRounds", maxRounds, 1);
  const buffers = [...model.buffers()].map((t) => [t, t.clone().keep()] as const);
  flush(x.device);
  const rows: LsuvRow[] = [];
  try {
    // The first measurement also shows in which order modules run: until then only the first use is known.
    const { figures: first, order } = await measure(model, x, chosen, 0);
    const uses = usesOf(model, chosen, order);
    const before = new Map(uses.map(({ layer }) => [layer, saved(layer)]));
    flush(x.device);
    for (const [use, { name, module, layer }] of uses.entries()) {
      const measured: LsuvFigures[] = [];
      let problem: string | undefined;
      const round: Round = async () => {
        const known = use === 0 && measured.length === 0;
        const figures = known ? first : (await measure(model, x, chosen, use)).figures;
        measured.push(figures);
        const { mean, std } = figures, rounds = measured.length - 1;
        if (!Number.isFinite(mean + std)) throw new Problem(`its output has mean ${mean} and deviation ${std}`);
        if (std === 0) throw new Problem(`its output is constant, ${mean}: the layer is dead`);
        if (rounds > maxRounds) {
          throw new Problem(`after ${maxRounds} rounds mean ${mean} and deviation ${std} are not there`);
        }
        return figures;
      };
      try {
        await bring(round, { tolerance }, layer);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        problem = error.message;
        before.get(layer)!.restore();
      }
      rows.push({
        module: name,
        kind: module.typeName,
        before: measured[0]!,
        after: measured.at(-1)!,
        rounds: measured.length - 1,
        ...(problem === undefined ? {} : { problem }),
      });
      if (problem !== undefined && strict) {
        throw new LsuvError(
          `Cannot bring ${name} to unit variance: ${problem}`,
          new LsuvReport(rows),
        );
      }
    }
  } finally {
    noGrad(() => buffers.forEach(([t, old]) => t.copy_(old)));
  }
  return new LsuvReport(rows);
}

/** Subtracts `mean` from the bias and divides the weight by `std`, in a step of its own, so that every round measures with the same plan. */
function change(layer: Layer, { mean, std }: Partial<LsuvFigures>): void {
  const { weight, bias } = layer;
  noGrad(() => {
    if (mean !== undefined && bias instanceof Tensor) bias.sub_(mean);
    if (std !== undefined) weight.div_(std);
  });
  if (mean !== undefined && typeof bias === "number") layer.bias = bias - mean;
  flush(weight.device);
}

/** Weight and bias as they are. */
function saved(layer: Layer): { restore(): void } {
  const weight = layer.weight.detach().clone().keep();
  const bias = typeof layer.bias === "number" ? layer.bias : layer.bias.detach().clone().keep();
  return {
    restore: () =>
      noGrad(() => {
        layer.weight.copy_(weight);
        if (bias instanceof Tensor) (layer.bias as Tensor).copy_(bias);
        else layer.bias = bias;
      }),
  };
}
