/** A fit that leaves nothing behind: to search for a rate, or to see a batch. */
import type { Callback } from "./callback.ts";
import { ActivationStats } from "./callbacks/activation_stats.ts";
import { BestWeightsCB } from "./callbacks/best_weights.ts";
import { CheckpointCB } from "./callbacks/checkpoint.ts";
import { CSVLoggerCB } from "./callbacks/csv.ts";
import { DiagnoseCB } from "./callbacks/diagnose.ts";
import { EarlyStoppingCB } from "./callbacks/early_stopping.ts";
import { EMACB } from "./callbacks/ema.ts";
import { HooksCallback } from "./callbacks/hooks.ts";
import { LiveCB } from "./callbacks/live.ts";
import { LRFinderCB } from "./callbacks/lr_finder.ts";
import { MetricsCB } from "./callbacks/metrics.ts";
import { NonFiniteCB } from "./callbacks/non_finite.ts";
import { OneCycleCB } from "./callbacks/one_cycle.ts";
import { ParamScheduler } from "./callbacks/param_scheduler.ts";
import { ReduceOnPlateauCB } from "./callbacks/plateau.ts";
import { ProgressCB } from "./callbacks/progress.ts";
import { Recorder } from "./callbacks/recorder.ts";
import { SingleBatchCB } from "./callbacks/single_batch.ts";
import { checkCallbacks } from "./check.ts";
import type { LearnerCore } from "./core.ts";
import { LOADED } from "./resume.ts";
import { generatorsOf, saveState } from "./saved_state.ts";

/** Callbacks that take no part in a trial. */
const ABSENT = [
  ActivationStats,
  BestWeightsCB,
  CheckpointCB,
  CSVLoggerCB,
  DiagnoseCB,
  EarlyStoppingCB,
  EMACB,
  HooksCallback,
  LiveCB,
  LRFinderCB,
  MetricsCB,
  NonFiniteCB,
  OneCycleCB,
  ParamScheduler,
  ProgressCB,
  Recorder,
  ReduceOnPlateauCB,
  SingleBatchCB,
];

/** Whether a callback records, shows, watches, schedules or stops: it takes no part in what is no fit. */
export const isAbsent = (cb: Callback): boolean => ABSENT.some((kind) => cb instanceof kind);

/** What a fit leaves in a Learner's fields. */
const FIELDS = [
  "opt",
  "epochs",
  "epoch",
  "iter",
  "training",
  "dl",
  "batch",
  "preds",
  "batchLoss",
  "validSteps",
  "fitCallbacks",
] as const;

/** Which callbacks take part in a trial, and what else to put back after it. */
export interface TrialOptions {
  /** Default: the Learner's, except those that record, show, watch, schedule or stop: their records are of fits. */
  cbs?: Iterable<Callback>;
  restore?: () => void;
}

/** Trains for some epochs with `added` callbacks, then puts back weights, buffers, gradients, modes, generators and the Learner's fields. */
export async function tryOut(
  learn: LearnerCore,
  epochs: number,
  added: readonly Callback[],
  { cbs, restore = () => {} }: TrialOptions = {},
): Promise<void> {
  const all = [...learn.cbs];
  const taking = cbs !== undefined ? checkCallbacks(cbs) : all.filter((cb) => !isAbsent(cb));
  const restoreState = saveState(learn.model, generatorsOf([...learn.model.modules(), learn.dls, ...all]));
  const loaded = LOADED.get(learn);
  const fields = Object.fromEntries(FIELDS.map((name) => [name, learn[name]]));
  learn.cbs.splice(0, all.length, ...taking);
  try {
    await learn.fit(epochs, { valid: false, cbs: added });
  } finally {
    learn.cbs.splice(0, taking.length, ...all);
    restore();
    Object.assign(learn, fields);
    if (loaded) LOADED.set(learn, loaded);
    await restoreState();
  }
}
