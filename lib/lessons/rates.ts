/** Learning rates and their ways through a training. */
import type { Callback } from "../learner/callback.ts";
import { OneCycleCB } from "../learner/callbacks/one_cycle.ts";
import { ParamScheduler } from "../learner/callbacks/param_scheduler.ts";
import { combineScheds, schedCos, schedLin, type Schedule } from "../optim/schedules.ts";
import type { RateSetup } from "./types.ts";

/** A rate for the optimiser to begin with, and what changes it. */
export interface Rate {
  readonly lr: number;
  readonly cbs: readonly Callback[];
}

/** Rounding of a position such as 3 · (1/3): it is past what it is nearly at. */
const NEARLY = 1e-9;

/** The schedule at the beginning of each epoch, for all of the epoch. */
const byEpoch = (schedule: Schedule, epochs: number): Schedule => (position) =>
  schedule(Math.floor(position * epochs + NEARLY) / epochs);

/**
 * The rate of a set-up.
 *
 * @param epochs how many there will be
 */
export function rateOf(setup: RateSetup, epochs: number): Rate {
  if (typeof setup === "number") return { lr: setup, cbs: [] };
  if (!("kind" in setup)) {
    const legs = combineScheds(
      setup.map(({ fraction }) => fraction),
      setup.map(({ from, to }) => schedLin(from, to)),
    );
    return { lr: setup[0]!.from, cbs: [new ParamScheduler("lr", legs)] };
  }
  if (setup.kind === "oneCycle") return { lr: setup.max, cbs: [new OneCycleCB({ divFinal: 25e4, pct: 0.3 })] };
  const cosine = schedCos(setup.from, 0);
  return {
    lr: setup.from,
    cbs: [new ParamScheduler("lr", setup.by === "epoch" ? byEpoch(cosine, epochs) : cosine)],
  };
}
