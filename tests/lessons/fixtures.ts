/**
 * Results that no training made, for tests of tables and reports.
 *
 * @module
 */
import { initialization } from "../../lib/lessons/initialization.ts";
import type { LessonResult, RunResult } from "../../lib/lessons/result.ts";

/** What to make. */
export interface FixtureOptions {
  readonly dataset?: "garments" | "fashion-mnist";
  readonly seeds?: number;
  readonly trainSize?: number;
  readonly title?: string;
  /** Every figure of A1 is `NaN`, its losses included. */
  readonly diverged?: boolean;
}

/** All runs of the lesson on initialization: the published figures, a little worse for each seed. */
export function lessonFixture(options: FixtureOptions = {}): LessonResult {
  const { dataset = "garments", seeds = 1, trainSize = 60_000, title, diverged = false } = options;
  const runs = initialization.runs.map((run, k): RunResult => {
    const spoil = diverged && k === 0 ? NaN : 0;
    return {
      run: title === undefined ? run : { ...run, title },
      dataset,
      epochs: run.setup.epochs,
      trainSize,
      evalSize: 10_000,
      parameters: 30_154,
      seeds: Array.from({ length: seeds }, (_, s) => ({
        seed: 42 + s,
        seconds: 10,
        ...(Number.isNaN(spoil) ? { diverged: "Not finite from epoch 0, batch 7 on: log <here>" } : {}),
        losses: Array.from({ length: 59 * run.setup.epochs }, (_, i) => 0.3 + 2 * Math.exp(-i / 20) + spoil),
        phases: run.published.flatMap(({ train, eval: evaluation }, epoch) => [
          {
            epoch,
            phase: "train" as const,
            accuracy: train.accuracy - s / 100 + spoil,
            loss: train.loss + spoil,
            seconds: 2,
          },
          {
            epoch,
            phase: "eval" as const,
            accuracy: evaluation.accuracy - s / 100 + spoil,
            loss: evaluation.loss + spoil,
            seconds: 1,
          },
        ]),
      })),
    };
  });
  return {
    lesson: initialization,
    runs,
    environment: {
      device: "cpu",
      description: "cpu, 2 threads",
      threads: 2,
      versions: { Sonde: "0.1.0", Deno: "2.9.6", V8: "15" },
      platform: "linux x86_64",
      began: new Date(0),
      seconds: 100,
    },
  };
}
