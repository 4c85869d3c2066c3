/**
 * The Learner and its callbacks.
 *
 * @module
 */
export { Callback, type EventName, EVENTS, type Handled, type Verb, type Verbs } from "./callback.ts";
export { BatchTransformCB, type BatchTransformOptions } from "./callbacks/batch_transform.ts";
export { DeviceCB } from "./callbacks/device.ts";
export { MetricsCB, type MetricsOptions, type MetricsRow } from "./callbacks/metrics.ts";
export { ProgressCB, type ProgressOptions } from "./callbacks/progress.ts";
export { Recorder } from "./callbacks/recorder.ts";
export { TrainCB } from "./callbacks/train.ts";
export { DeviceRecord } from "./device_record.ts";
export {
  CallbackError,
  CancelBatchException,
  CancelEpochException,
  CancelException,
  CancelFitException,
} from "./exceptions.ts";
export { Learner } from "./learner.ts";
export { accuracy, type MetricFunction } from "./metrics.ts";
export { MomentumLearner } from "./momentum_learner.ts";
export type {
  Batches,
  FitOptions,
  LearnerOptions,
  Loaders,
  LossFunction,
  OptimizerFunction,
  OptimizerSettings,
} from "./options.ts";
export { TrainLearner } from "./train_learner.ts";
