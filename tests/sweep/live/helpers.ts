/** A sweep that a test runs by hand. */
import type { CodeIdentity } from "../../../lib/sweep/code.ts";
import { describePlan } from "../../../lib/sweep/expand.ts";
import { defineSweep } from "../../../lib/sweep/plan.ts";
import { failure, type TrialRecord } from "../../../lib/sweep/record.ts";

/** Twelve trials. */
export const plan = describePlan(defineSweep({
  name: "by-hand",
  about: "Which rate learns?",
  grid: { act: ["relu", "tanh"], lr: [0.1, 0.2, 0.3] },
  seeds: 2,
  diverging: ["loss"],
  trial: () => ({ accuracy: 1, loss: 1 }),
}));

export const code: CodeIdentity = { id: "c0de", version: "1", files: { "plan.ts": "a" } };

/** The record of a trial that is done; it ended so many seconds after the first. */
export function done(at: number, accuracy: number, loss: number | null = 1 - accuracy): TrialRecord {
  return {
    ...failure("", 2),
    began: new Date(Date.UTC(2026, 0, 1) + 1000 * at).toISOString(),
    status: "done",
    error: null,
    metrics: { accuracy, loss },
    steps: [0, 1, 2].map((epoch) => [epoch, "accuracy", accuracy * (1 - 0.5 ** (epoch + 1))] as const),
    data: {},
  };
}
