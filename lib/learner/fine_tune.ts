/** Fits by a recipe: one cycle, and fine-tuning. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { whole } from "../tensor/graph.ts";
import { checkNonNegative } from "../optim/optimizer.ts";
import { ONE_CYCLE_SHAPE, OneCycleCB, type OneCycleShape } from "./callbacks/one_cycle.ts";
import { checkCallbacks } from "./check.ts";
import type { LearnerCore } from "./core.ts";
import { freezeTo, type LayerGroups, layerRates } from "./layer_groups.ts";
import { FIT, type FitOptions } from "./options.ts";

/** Options of `learn.fitOneCycle()`: the cycle's, and those of a fit; `lr` is the highest rate. */
export interface FitOneCycleOptions extends OneCycleShape, FitOptions {}

const ONE_CYCLE = optionNames<FitOneCycleOptions>({ ...ONE_CYCLE_SHAPE, ...FIT });

/** Options of `learn.fineTune()`: the cycle's, and those of a fit. */
export interface FineTuneOptions extends FitOneCycleOptions {
  /** Epochs of the head alone. Default: 1. */
  freezeEpochs?: number;
  /** By how much the first group's rate is below the last's once all are trained. Default: 100. */
  lrMult?: number;
}

const FINE_TUNE = optionNames<FineTuneOptions>({ ...ONE_CYCLE, freezeEpochs: 1, lrMult: 1 });

/** A fit under {@linkcode OneCycleCB}. */
export async function fitOneCycle(learn: LearnerCore, epochs: number, options: FitOneCycleOptions): Promise<void> {
  checkOptions("fitOneCycle", options, ONE_CYCLE);
  await cycle(learn, epochs, options, {});
}

async function cycle(
  learn: LearnerCore,
  epochs: number,
  { div, divFinal, pct, momenta, cbs = [], ...fit }: FitOneCycleOptions,
  usual: OneCycleShape,
): Promise<void> {
  const given = Object.entries({ div, divFinal, pct, momenta }).filter(([, value]) => value !== undefined);
  const shape: OneCycleShape = { ...usual, ...Object.fromEntries(given) };
  await learn.fit(epochs, { ...fit, cbs: [new OneCycleCB(shape), ...checkCallbacks(cbs)] });
}

/** Fits the head, then everything at lower rates (fastai's fine_tune). */
export async function fineTune(
  learn: LearnerCore,
  groups: LayerGroups,
  epochs: number,
  options: FineTuneOptions,
): Promise<void> {
  checkOptions("fineTune", options, FINE_TUNE);
  const { freezeEpochs = 1, lrMult = 100, lr = learn.options.lr, ...others } = options;
  whole("fine-tune", "freezeEpochs", freezeEpochs);
  checkNonNegative("fineTune", "lrMult", lrMult);
  if (lrMult === 0) throw new RangeError("Cannot fine-tune with an lrMult of 0: rates are divided by it");
  const { optFunc } = learn.options;
  try {
    if (freezeEpochs > 0) {
      freezeTo(groups, -1);
      await cycle(learn, freezeEpochs, { ...others, lr }, { pct: 0.99 });
    }
    freezeTo(groups, 0);
    // From 1 / lrMult for the first group to 1 for the last, by equal factors
    const steps = groups.length - 1, factors = groups.map((_, i) => lrMult ** (steps === 0 ? 0 : i / steps - 1));
    learn.options.optFunc = layerRates(optFunc, groups, factors);
    await cycle(learn, epochs, { ...others, lr: lr / 2 }, { pct: 0.3, div: 5 });
  } finally {
    learn.options.optFunc = optFunc;
    freezeTo(groups, 0);
  }
}
