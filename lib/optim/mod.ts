/**
 * Optimisers.
 *
 * @module
 */
export { Adam, type AdamOptions, AdamW } from "./adam.ts";
export { Optimizer, type ParamGroup, type Params } from "./optimizer.ts";
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
