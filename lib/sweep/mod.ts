/**
 * Ablation sweeps: plans, and their results. `deno task sweep` runs them.
 *
 * @module
 */
export type { CodeIdentity } from "./code.ts";
export { ChangedError, PlanError, StoreError, type Value } from "./errors.ts";
export type { PlanDescription, Trial } from "./expand.ts";
export {
  type CommonPlan,
  defineSweep,
  type Grid,
  type GridParams,
  type GridPlan,
  type ListPlan,
  type Metrics,
  type Params,
  type RandomPlan,
  type Space,
  type SpaceParams,
  type Sweep,
  type TrialContext,
  type TrialDataOptions,
  type TrialFitOptions,
} from "./plan.ts";
export type { Environment } from "./record.ts";
export { KeepRunCB, type KeepRunOptions } from "./keep_run.ts";
export { readSweep } from "./read_sweep.ts";
export type { Curve, KeptFile, SweepResults, TrialResult } from "./results.ts";
export { choice, type Distribution, integer, logUniform, uniform } from "./space.ts";
