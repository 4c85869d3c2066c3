/**
 * What is known of one seed of a run once it was trained.
 *
 * @module
 */
import type { Environment, SeedResult } from "../../lib/lessons/result.ts";
import type { DatasetName, Lesson, Run } from "../../lib/lessons/types.ts";

/** What one seed of a run was trained with and as part of what. */
export interface Trained {
  readonly lesson: Lesson;
  readonly run: Run;
  readonly dataset: DatasetName;
  readonly epochs: number;
  readonly limit: number | undefined;
  readonly rng: string | undefined;
  /** Whether it was trained to its end. */
  readonly whole: boolean;
  readonly result: SeedResult;
  readonly environment: Environment;
}
