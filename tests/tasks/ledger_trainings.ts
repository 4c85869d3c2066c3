/**
 * Trainings that nobody trained, for tests of the ledger.
 *
 * @module
 */
import type { Run } from "../../lib/lessons/types.ts";
import type { Training } from "../../tasks/ledger/lines.ts";

/** A seed's last evaluation: accuracy, or accuracy and loss. `null` is NaN, at class 0's share. */
export type End = number | null | readonly [accuracy: number, loss: number];

/** Trainings of a run whose seeds, from 0 on, end like this; the epochs before have half the accuracy. A loss is 1 − accuracy unless given. */
export function trainingsOf({ id, setup }: Run, ends: readonly End[], device = "cpu"): Training[] {
  return ends.map((end, seed) => {
    const [accuracy, loss] = end === null ? [0.1, NaN] : typeof end === "number" ? [end, 1 - end] : end;
    const epochs = Array.from({ length: setup.epochs }, (_, epoch) => {
      const figures = { accuracy: end === null || epoch === setup.epochs - 1 ? accuracy : accuracy / 2, loss };
      return { train: figures, eval: figures, seconds: 1.5 + seed };
    });
    return { run: id, seed, device, threads: 2, epochs };
  });
}
