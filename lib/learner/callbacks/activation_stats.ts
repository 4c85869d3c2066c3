/** Statistics of activations, gradients or updates, batch by batch. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { checkIterable, checkList } from "../../device/expect.ts";
import type { Module } from "../../nn/module.ts";
import type { Chart } from "../../plot/chart.ts";
import { binShare } from "../../plot/dead.ts";
import { noGrad, whole } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { natural, object } from "../../device/form.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import { colorDim, deadChart, plotStats, type Watched, type WatchedLayer } from "../activation_charts.ts";
import type { ActivationFigures, ActivationSource } from "../diagnosis.ts";
import { findModules, type ModulePredicate } from "../hooks.ts";
import type { LearnerCore } from "../core.ts";
import { type Recorded, StatisticsRecord } from "../statistics_record.ts";
import { HooksCallback } from "./hooks.ts";

/** Options of {@linkcode ActivationStats}. */
export interface ActivationStatsOptions {
  /** Default: `activations`, the modules' outputs. `gradients` and `updates` are of the modules' parameters. */
  of?: Watched;
  /** Bins of the histograms. Default: 40. */
  bins?: number;
  /** Lower edge of the first bin and upper edge of the last. Default: [0, 10]; for gradients and updates [0, 0.05]. */
  range?: readonly [number, number];
  /** Count |x| rather than x; set it to false for a range such as [−7, 7]. Default: true. */
  absolute?: boolean;
  /** Batches in one piece of the record on the device. Default: 512. */
  chunk?: number;
  /** Watch one batch out of this many in each phase, so that the record of a long run stays small. Default: 1, all batches. */
  every?: number;
  /** Watch training batches. Default: true. */
  onTrain?: boolean;
  /** Watch validation batches too; only activations have any. Default: false. */
  onValid?: boolean;
}

/** The statistics of one watched module or parameter: one entry for each batch in each field. */
export type LayerStatistics = WatchedLayer & Recorded;

interface Target extends WatchedLayer {
  readonly record: StatisticsRecord;
}

const OPTIONS = optionNames<ActivationStatsOptions>({
  of: 1,
  bins: 1,
  range: 1,
  absolute: 1,
  chunk: 1,
  every: 1,
  onTrain: 1,
  onValid: 1,
});

const MEMORY = object({ bins: natural });
const PLOT_STATS = optionNames<{ first?: number }>({ first: 1 });
const DEAD_CHART = optionNames<{ bins?: readonly [number, number] }>({ bins: 1 });

/**
 * Watches mean, standard deviation and histogram of each module's output at every batch.
 *
 * Each takes one pass on the device, into a record there (176 bytes for each module and batch with 40 bins) that is read once when the fit
 * ends: no step waits, and the training stays the same to the bit. After the fit {@linkcode ActivationStats.colorDim}, {@linkcode ActivationStats.plotStats} and
 * {@linkcode ActivationStats.deadChart} draw what was seen. A new fit starts a new record. A module that runs twice in a batch has two
 * entries for it.
 *
 * `of: "gradients"` watches the parameters' gradients as the optimiser gets them; `of: "updates"` watches what a step changes in each
 * parameter, divided by the standard deviation of the parameter before it: its `std` is the ratio of update to weight.
 *
 * @example
 * ```ts
 * import { data, F, learner, nn, randint, randn } from "./mod.ts";
 * const set = new data.TensorDataset(randn([64, 4]), randint(0, 2, [64]));
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * const astats = new learner.ActivationStats(learner.isInstance(nn.ReLU));
 * const dls = data.DataLoaders.of(set, set, { batchSize: 16 });
 * await learner.Learner.of(model, dls).loss(F.crossEntropy).callbacks([astats]).fit(2);
 * console.log(astats.layers[0]!.name, astats.layers[0]!.mean.length); // 1 8
 * console.log(`${astats.deadChart()}`); // Chart("Share of |activation| below 0.25")
 * ```
 */
export class ActivationStats extends Callback implements ActivationSource {
  /** Once the model is on its device. */
  static override order: number = HooksCallback.order;
  /** What is watched. */
  readonly of: Watched;
  readonly #modules: Iterable<Module> | ModulePredicate | undefined;
  readonly #options: Required<Omit<ActivationStatsOptions, "of">>;
  readonly #hooks: HooksCallback;
  #targets = new Map<Module | Tensor, Target>();
  #before = new Map<Tensor, Tensor>();
  /** Whether this batch is one of those that are watched. */
  #due = true;
  #layers: LayerStatistics[] | undefined;
  #failure: unknown;

  /**
   * Watches nothing before a fit begins.
   *
   * @param modules which; a predicate, or the modules themselves. Default: all that have no modules inside
   * @param options see {@linkcode ActivationStatsOptions}
   * @throws {RangeError} for an unknown `of`, an empty `range`, or a `bins`, `chunk` or `every` that is no whole number of at least 1
   */
  constructor(modules?: Iterable<Module> | ModulePredicate, options: ActivationStatsOptions = {}) {
    super();
    checkOptions("ActivationStats", options, OPTIONS);
    if (modules !== undefined && typeof modules !== "function") {
      checkIterable("ActivationStats", "modules", modules, "a list of modules");
    }
    const { of = "activations", bins = 40, absolute = true, chunk = 512, every = 1 } = options;
    const { onTrain = true, onValid = false } = options;
    const { range = of === "activations" ? [0, 10] : [0, 0.05] } = options;
    if (!["activations", "gradients", "updates"].includes(of)) {
      throw new RangeError(`Cannot watch "${of}": it is activations, gradients or updates`);
    }
    for (const [name, value] of Object.entries({ bins, chunk, every })) {
      whole("watch", name, value, 1);
    }
    checkList("ActivationStats", "the range", range, "[first, last]");
    if (!(range[0] < range[1])) {
      throw new RangeError(`Cannot count in [${range.join(", ")}]: the first edge must be below the last`);
    }
    this.of = of;
    this.#modules = typeof modules === "function" || modules === undefined ? modules : [...modules];
    this.#options = { bins, range, absolute, chunk, every, onTrain, onValid };
    const watch = {
      ActivationStats: (_hook: unknown, module: Module, _inputs: unknown, output: Tensor) => {
        if (this.#due) this.#push(module, output);
      },
    };
    this.#hooks = new HooksCallback(watch.ActivationStats, {
      ...this.#modules ? { modules: this.#modules } : {},
      onTrain,
      onValid,
    });
  }

  /** Starts a new record, and hooks the modules or finds their parameters; throws a RangeError if there are none. */
  override beforeFit(learn: LearnerCore): void {
    this.#targets = new Map();
    this.#before = new Map();
    this.#layers = this.#failure = undefined;
    const { bins, range, absolute, chunk } = this.#options;
    const target = (name: string, kind: string): Target => ({
      name,
      kind,
      record: new StatisticsRecord(learn.model.device, { bins, range, absolute, chunk }),
    });
    if (this.of === "activations") {
      this.#hooks.beforeFit(learn);
      const names = new Map([...learn.model.namedModules()].map(([name, module]) => [module, name]));
      for (const { module } of this.#hooks) this.#targets.set(module, target(names.get(module) ?? "", module.typeName));
      return;
    }
    const chosen = typeof this.#modules === "function"
      ? findModules(learn.model, this.#modules)
      : this.#modules ?? [learn.model];
    const parameters = new Set<Tensor>([...chosen].flatMap((module) => [...module.parameters()]));
    for (const [name, p] of learn.model.namedParameters()) {
      if (parameters.has(p) && p.requiresGrad) this.#targets.set(p, target(name, `[${p.shape.join(", ")}]`));
    }
    if (this.#targets.size === 0) {
      throw new RangeError(`Cannot watch ${this.of}: the chosen modules have no parameters that are trained`);
    }
  }

  /** The record so far. */
  override saveState(): CallbackState {
    const rows = [...this.#targets.values()].flatMap(({ record }, i) => {
      const recorded = record.rows();
      return recorded ? [[String(i), recorded] as const] : [];
    });
    return { values: { bins: this.#options.bins }, tensors: Object.fromEntries(rows) };
  }

  /** Goes on with it; throws a RangeError for a record with other bins. */
  override loadState(state: CallbackState): void {
    const { tensors = {} } = state, { bins } = valuesOf<{ bins: number }>(this, state, MEMORY);
    if (bins !== this.#options.bins) {
      throw new RangeError(
        `Cannot go on with the record of ${this.of}: it has ${bins} bins, not ${this.#options.bins}`,
      );
    }
    for (const [i, { record }] of [...this.#targets.values()].entries()) {
      const rows = tensors[i];
      if (rows) record.fill(rows);
    }
  }

  /** Decides whether this batch is watched: of each phase the first is, and every `every`-th after it. */
  override beforeBatch(learn: LearnerCore): void {
    this.#due = learn.iter % this.#options.every === 0;
  }

  #push(of: Module | Tensor, x: Tensor): void {
    this.#targets.get(of)?.record.push(x);
  }

  /** Training only: records the gradients before the step uses them; for `updates`, copies the parameters. */
  override afterBackward(_learn: LearnerCore): void {
    if (this.of === "activations" || !this.#options.onTrain || !this.#due) return;
    for (const p of this.#targets.keys() as Iterable<Tensor>) {
      if (this.of === "updates") this.#before.set(p, noGrad(() => p.detach().clone()));
      else {
        const gradient = p.borrowGrad();
        if (gradient) this.#push(p, gradient);
      }
    }
  }

  /** Of `updates` only: records what the step changed, divided by the parameter's standard deviation before it. */
  override afterStep(_learn: LearnerCore): void {
    for (const [p, before] of this.#before) noGrad(() => this.#push(p, p.detach().sub(before).div(before.std())));
    this.#before.clear();
  }

  /** Takes the hooks away and reads the record, however the fit ended. */
  override async cleanupFit(learn: LearnerCore): Promise<void> {
    this.#hooks.cleanupFit(learn);
    this.#before.clear();
    try {
      this.#layers = await this.stats();
    } catch (error) {
      this.#failure = error; // reported when the statistics are asked for: the fit has failed for a reason of its own
    } finally {
      for (const { record } of this.#targets.values()) record.dispose();
      this.#targets.clear();
    }
  }

  /** The statistics so far, or of the last fit. During a fit this waits for the device; after it, it does not. */
  async stats(): Promise<LayerStatistics[]> {
    if (this.#layers || this.#targets.size === 0) return this.layers;
    const targets = [...this.#targets.values()];
    return await Promise.all(targets.map(async ({ name, kind, record }) => ({ name, kind, ...await record.read() })));
  }

  /** The statistics of the last fit, a layer each in the order in which the model has them. @throws {Error} before its end */
  get layers(): LayerStatistics[] {
    if (this.#layers) return this.#layers;
    throw new Error(
      `Cannot show the statistics of ${this.of}: ${
        this.#failure
          ? "they could not be read"
          : "they are read when a fit ends. Await learn.fit() with this callback first"
      }`,
      { cause: this.#failure },
    );
  }

  /** For each layer, its histograms as a heat map: a column a batch, a row a bin, the colour the logarithm of 1 + count. */
  colorDim(): Chart {
    return colorDim(this.layers, { of: this.of, ...this.#options });
  }

  /**
   * Means and standard deviations of all layers; of updates, the ratio of update to weight on a logarithmic axis (weights only: where all of a
   * bias starts at 0 it has none).
   *
   * @param options.first only so many batches. Default: all
   */
  plotStats(options: { first?: number } = {}): Chart {
    checkOptions("plotStats", options, PLOT_STATS);
    const { first = Infinity } = options;
    return plotStats(this.layers, { of: this.of, first, every: this.#options.every });
  }

  /**
   * For each layer, the fraction of values in some bins, on an axis from 0 to 1.
   *
   * @param options.bins the first and the last bin of those. Default: [0, 0], the lowest, where dead units are. Values outside the range count
   *   among all, but in no bin
   * @throws {RangeError} if there are no such bins
   */
  deadChart(options: { bins?: readonly [number, number] } = {}): Chart {
    checkOptions("deadChart", options, DEAD_CHART);
    const { bins = [0, 0] } = options;
    return deadChart(this.layers, { of: this.of, ...this.#options, dead: bins });
  }

  /** What `learn.diagnose()` goes by. */
  activationFigures(): readonly ActivationFigures[] {
    if (this.of !== "activations" || !this.#layers) return [];
    const { bins, range: [min, max] } = this.#options;
    const zero = Math.min(Math.floor((0 - min) / (max - min) * bins), bins - 1);
    return this.#layers.map(({ name, kind, mean, std, counts, above, below }) => ({
      name: name ? `${name} (${kind})` : kind,
      mean: [...mean],
      std: [...std],
      ...(zero >= 0 ? { dead: [...binShare(counts, [zero, zero], above.map((n, i) => n + below[i]!))] } : {}),
    }));
  }
}
