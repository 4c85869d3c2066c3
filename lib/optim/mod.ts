/**
 * Optimisers.
 *
 * @module
 */
export { Adam, type AdamOptions, AdamW } from "./adam.ts";
export { Optimizer, type OptimizerState, type ParamGroup, type Params, type ParamState } from "./optimizer.ts";
export { RMSProp, type RMSPropOptions } from "./rmsprop.ts";
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
