/**
 * The lessons: their runs and published figures as data, their networks, and what runs them.
 *
 * @module
 */
export { findLesson, findRun, lessons } from "./catalogue.ts";
export { ConvLayer, type ConvLayerOptions } from "./conv_layer.ts";
export { describeSetup } from "./describe.ts";
export * as foundations from "./foundations/mod.ts";
export { initCnn, type InitCnnOptions, initWeights, isLinLayer } from "./init.ts";
export {
  type CnnOptions,
  conv,
  convLayer,
  type ConvOptions,
  getCnnModel,
  getModel,
  mnistResize,
  type ModelOptions,
} from "./models.ts";
export { Momentum, type MomentumOptions, RMSProp, type RMSPropOptions } from "./optimizers.ts";
export { type NormCells, NormsPicture, plotNorms, type PlotNormsOptions } from "./norm_picture.ts";
export { BatchNorm } from "./norms/batch.ts";
export { GroupNorm } from "./norms/group.ts";
export { InstanceNorm } from "./norms/instance.ts";
export { LayerNorm, type LayerNormOptions } from "./norms/layer.ts";
export type { ImageNormOptions, NormOptions, RunningOptions } from "./norms/options.ts";
export { RunningBatchNorm, type RunningBatchNormOptions } from "./norms/running.ts";
export { ResBlock, type ResBlockOptions } from "./res_block.ts";
export { getResNet, resNet18d, type ResNetOptions } from "./residual_models.ts";
export { lessonReport } from "./report.ts";
export type { Environment, LessonResult, PhaseResult, RunResult, SeedResult } from "./result.ts";
export { type RunningVariance, runningVariances } from "./running_variances.ts";
export type {
  ActivationSetup,
  AugmentSetup,
  AverageSetup,
  DatasetName,
  EpochFigures,
  Figures,
  InitSetup,
  Lesson,
  LsuvSetup,
  ModelSetup,
  NormalizeSetup,
  NormSetup,
  OptimizerSetup,
  OutcomeKind,
  RateSetup,
  Run,
  ScheduleLeg,
  Setup,
} from "./types.ts";
