/**
 * The lessons: their runs and published figures as data, their networks, and what runs them.
 *
 * @module
 */
export { describeSetup, findLesson, findRun, lessons } from "./catalogue.ts";
export { conv, type ConvOptions, getModel, initWeights, type ModelOptions } from "./models.ts";
export { lessonReport } from "./report.ts";
export type { Environment, LessonResult, PhaseResult, RunResult, SeedResult } from "./result.ts";
export type {
  ActivationSetup,
  DatasetName,
  EpochFigures,
  Figures,
  InitSetup,
  Lesson,
  NormalizeSetup,
  Run,
  Setup,
} from "./types.ts";
