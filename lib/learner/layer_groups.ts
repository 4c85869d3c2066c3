/** Groups of layers: rates of their own, and freezing. */
import { checkList, textOf } from "../device/expect.ts";
import { GroupNorm } from "../nn/group_norm.ts";
import { LayerNorm } from "../nn/layer_norm.ts";
import { Module } from "../nn/module.ts";
import { RMSNorm } from "../nn/rms_norm.ts";
import { RunningNorm } from "../nn/running_norm.ts";
import { checkNonNegative } from "../optim/optimizer.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { makeOptimizer, type OptimizerFunction } from "./parts.ts";

/** Modules, from the first layers of a model to the last. */
export type LayerGroups = readonly (readonly Module[])[];

/** Throws unless these are groups of modules. */
export function checkGroups(what: string, groups: LayerGroups): void {
  checkList(
    what,
    "the groups",
    groups,
    "an array of arrays of modules",
    (group) => Array.isArray(group) && group.length > 0 && group.every((one) => one instanceof Module),
  );
  if (groups.length === 0) throw new RangeError(`Cannot run ${what}: there must be one group at least, found none`);
}

/** The body and the head of a model: all children with parameters but the last, and the last. Of a model with one child, or none, one group. */
export function bodyAndHead(model: Module): LayerGroups {
  const trained = [...model.children()].filter((child) => !child.parameters().next().done);
  return trained.length < 2 ? [[model]] : [trained.slice(0, -1), trained.slice(-1)];
}

/**
 * Makes an optimiser with a rate for each group of layers: the rate that it is asked for, times the group's factor. Parameters that are in no group go
 * with the last one. (Discriminative rates: Howard and Ruder 2018, https://arxiv.org/abs/1801.06146.)
 *
 * @param optFunc the optimiser: a class, such as `optim.Adam`, or a function that takes groups too
 * @param groups modules, from the first layers to the last
 * @param factors one for each group
 * @returns what `learn.optimizer()` takes
 * @throws {RangeError} if there are not as many factors as groups
 *
 * @example
 * ```ts
 * import { learner, nn, optim } from "./mod.ts";
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * const make = learner.layerRates(optim.Adam, [[model[0]!], [model[2]!]], [0.1, 1]);
 * // Learner.of(model, dls).optimizer(make).lr(0.01) trains the first layer at 0.001, the last at 0.01
 * console.log(typeof make); // function
 * ```
 */
export function layerRates(
  optFunc: OptimizerFunction,
  groups: LayerGroups,
  factors: readonly number[],
): OptimizerFunction {
  if (typeof optFunc !== "function") {
    throw new TypeError(`Cannot run layerRates: the optimiser must be a class or a function, found ${typeof optFunc}`);
  }
  checkGroups("layerRates", groups);
  checkList("layerRates", "the factors", factors, "an array of numbers", (factor) => typeof factor === "number");
  if (factors.length !== groups.length) {
    throw new RangeError(
      `Cannot run layerRates: ${groups.length} groups need as many factors, found ${factors.length}`,
    );
  }
  factors.forEach((factor, i) => checkNonNegative("layerRates", `factor ${i}`, factor));
  const made = (params: Iterable<Tensor>, settings: { lr: number; momentum?: number }) => {
    const left = new Set(params);
    const parts = groups.map((modules) => {
      const own = modules.flatMap((module) => [...module.parameters()]).filter((p) => left.delete(p));
      return own;
    });
    parts.at(-1)!.push(...left);
    const entries = parts.map((params, i) => ({ params, lr: settings.lr * factors[i]! }))
      .filter(({ params }) => params.length > 0);
    // Optimisers take groups where the Learner gives them parameters.
    return makeOptimizer(optFunc, entries as unknown as Iterable<Tensor>, settings);
  };
  return Object.defineProperty(made, "name", { value: optFunc.name });
}

/**
 * Freezes all groups before number `first` and thaws the others. Norms train on in frozen groups, as in fastai: their averages go on, and their weights
 * have to go with them.
 *
 * @param first the first group that is trained; negative numbers count from the end
 */
export function freezeTo(groups: LayerGroups, first: number): void {
  const from = typeof first === "number" && first < 0 ? groups.length + first : first;
  if (!Number.isInteger(first) || from < 0 || from >= groups.length) {
    throw new RangeError(
      `Cannot freeze to group ${textOf(first)}: there are ${groups.length}, and one is to be trained`,
    );
  }
  groups.forEach((modules, i) => {
    for (const inner of modules.flatMap((module) => [...module.modules()])) {
      const trains = i >= from || isNorm(inner);
      for (const [name, p] of inner.namedParameters()) if (!name.includes(".")) p.requiresGrad_(trains);
    }
  });
}

const isNorm = (module: Module) => [RunningNorm, LayerNorm, GroupNorm, RMSNorm].some((kind) => module instanceof kind);
