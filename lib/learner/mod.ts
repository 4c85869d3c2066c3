/**
 * The Learner and its callbacks.
 *
 * @module
 */
export {
  Callback,
  type CallbackState,
  type EventName,
  EVENTS,
  type Handled,
  type Plain,
  type Verb,
  type Verbs,
} from "./callback.ts";
export type { Watched, WatchedBatches, WatchedLayer } from "./activation_charts.ts";
export type { LayerStatistics } from "./activation_figures.ts";
export { type ActivationStatsOptions } from "./callbacks/activation_options.ts";
export { ActivationStats } from "./callbacks/activation_stats.ts";
export {
  BatchTransformCB,
  type BatchTransformOptions,
  normalize,
  NormalizeCB,
  type Statistics,
  viewTfm,
} from "./callbacks/batch_transform.ts";
export { BestWeightsCB } from "./callbacks/best_weights.ts";
export { GradientAccumulationCB } from "./callbacks/accumulation.ts";
export { CSVLoggerCB } from "./callbacks/csv.ts";
export { EMACB, type EMAOptions } from "./callbacks/ema.ts";
export { CutMixCB, MixCB, type MixOptions, MixUpCB } from "./callbacks/mixup.ts";
export { ReduceOnPlateauCB, type ReduceOnPlateauOptions } from "./callbacks/plateau.ts";
export { OneCycleCB, type OneCycleShape } from "./callbacks/one_cycle.ts";
export { CheckpointCB, type CheckpointOptions } from "./callbacks/checkpoint.ts";
export { DiagnoseCB, type DiagnoseOptions } from "./callbacks/diagnose.ts";
export { DeviceCB } from "./callbacks/device.ts";
export { EarlyStoppingCB, type EarlyStoppingOptions } from "./callbacks/early_stopping.ts";
export { GradientClip } from "./callbacks/gradient_clip.ts";
export { HooksCallback, type HooksOptions } from "./callbacks/hooks.ts";
export { LRFinderCB, type LRFinderOptions, type SearchEnd } from "./callbacks/lr_finder.ts";
export { MetricsCB, type MetricsOptions, type MetricsRow } from "./callbacks/metrics.ts";
export { NonFiniteCB, NonFiniteError } from "./callbacks/non_finite.ts";
export { ParamScheduler } from "./callbacks/param_scheduler.ts";
export { LiveCB } from "./callbacks/live.ts";
export type { LiveOptions } from "./callbacks/live_options.ts";
export type {
  Column,
  ColumnsEvent,
  Figure,
  FindingsEvent,
  FinishedEvent,
  LiveEvent,
  PointsEvent,
  ProgressEvent,
  RowEvent,
  RunEvent,
} from "../live/events.ts";
export type { LiveCommand } from "../live/outlet.ts";
export { ProgressCB, type ProgressOptions } from "./callbacks/progress.ts";
export { Recorder, type RecorderOptions } from "./callbacks/recorder.ts";
export { SingleBatchCB } from "./callbacks/single_batch.ts";
export { TrainCB } from "./callbacks/train.ts";
export { LearnerCore } from "./core.ts";
export { DeviceRecord } from "./device_record.ts";
export { diagnose } from "./diagnose.ts";
export {
  type ActivationFigures,
  type ActivationSource,
  Diagnosis,
  type DiagnosisInput,
  type Finding,
  type FindingRule,
  type Unjudged,
} from "./diagnosis.ts";
export { type Problem, PROBLEMS } from "./diagnose_problems.ts";
export type {
  ClassFigures,
  DiagnosisRecords,
  InputFigures,
  LeftGradients,
  ModeFigures,
  ParameterFigures,
  SetupFacts,
} from "./diagnosis_records.ts";
export {
  CallbackError,
  CancelBatchException,
  CancelEpochException,
  CancelException,
  CancelFitException,
} from "./exceptions.ts";
export type { ElementFigures, NonFinitePlace } from "./find_non_finite.ts";
export type { FineTuneOptions, FitOneCycleOptions } from "./fine_tune.ts";
export { type LayerGroups, layerRates } from "./layer_groups.ts";
export { getBatch } from "./get_batch.ts";
export { Hook, type HookFunction } from "./hook.ts";
export { findModules, type HookIndex, Hooks, isInstance, type ModulePredicate } from "./hooks.ts";
export { interpret, Interpretation, type InterpretOptions, type Judged } from "./interpret.ts";
export { Learner } from "./learner.ts";
export { type LrFindOptions, type LrFindResult, suggestLr } from "./lr_find.ts";
export { lsuv, lsuvModules, type LsuvModulesOptions, type LsuvOptions } from "./lsuv.ts";
export { LsuvError, type LsuvFigures, LsuvReport, type LsuvRow } from "./lsuv_report.ts";
export { accuracy, type MetricFunction } from "./metrics.ts";
export type { MonitorOptions } from "./monitor.ts";
export { MomentumLearner } from "./momentum_learner.ts";
export type { FitOptions, LearnerOptions } from "./options.ts";
export type { Batches, Loaders, LossFunction, OptimizerFunction, OptimizerSettings } from "./parts.ts";
export { LearnerState } from "./state.ts";
export { type Recorded, type RecordOptions, StatisticsRecord } from "./statistics_record.ts";
export { type RecordedUnits, type SavedUnits, UnitRecord, type UnitRecordOptions } from "./unit_record.ts";
export type { WatchingCost } from "./watching_cost.ts";
export { modelGraph, summarize, Summary, summary, type SummaryRow } from "./summary.ts";
export { TrainLearner } from "./train_learner.ts";
export { tta, type TtaOptions } from "./tta.ts";
