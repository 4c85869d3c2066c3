/**
 * Optimisers.
 *
 * @module
 */
export { Optimizer, type OptimizerState, type ParamGroup, type Params, type ParamState } from "./optimizer.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
