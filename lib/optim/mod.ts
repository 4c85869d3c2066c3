/**
 * Optimisers.
 *
 * @module
 */
export { Adagrad, type AdagradOptions } from "./adagrad.ts";
export { Adam, type AdamOptions, AdamW } from "./adam.ts";
export { clipGradNorm, type ClipGradNormOptions, clipGradValue } from "./clip.ts";
export { Lion, type LionOptions } from "./lion.ts";
export { NAdam, type NAdamOptions } from "./nadam.ts";
export { Optimizer, type ParamGroup, type Params } from "./optimizer.ts";
export { type PlateauOptions, type PlateauState, type Rated, ReduceOnPlateau } from "./plateau.ts";
export { RAdam, type RAdamOptions } from "./radam.ts";
export { RMSProp, type RMSPropOptions } from "./rmsprop.ts";
export type { Memory, OptimizerState, ParamState } from "./saved_state.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
export {
  combineScheds,
  oneCycle,
  type OneCycleOptions,
  schedCos,
  schedExp,
  schedLin,
  schedNo,
  type Schedule,
} from "./schedules.ts";
export {
  schedMultiStep,
  type SchedMultiStepOptions,
  schedRestarts,
  type SchedRestartsOptions,
  schedStep,
  type SchedStepOptions,
  schedWarmUp,
  type SchedWarmUpOptions,
} from "./step_schedules.ts";
