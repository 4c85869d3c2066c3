/**
 * When and where a training stopped being finite.
 *
 * @module
 */
import { NonFiniteError } from "../learner/callbacks/non_finite.ts";
import type { PhaseResult } from "./result.ts";

/** The first batch whose loss was NaN or infinite. */
export interface Divergence {
  /** From 0. */
  readonly epoch: number;
  /** From 0, in its epoch. */
  readonly batch: number;
  readonly loss: number;
}

/**
 * The first training loss that is not finite, if there is one.
 *
 * @param losses of all batches
 * @param batches in an epoch
 */
export function findDivergence(losses: ArrayLike<number>, batches: number): Divergence | undefined {
  for (let i = 0; i < losses.length; i++) {
    if (!Number.isFinite(losses[i]!)) return { epoch: Math.floor(i / batches), batch: i % batches, loss: losses[i]! };
  }
  return undefined;
}

const named = (loss: number) => Number.isNaN(loss) ? "NaN" : "infinite";

/**
 * Why a run's figures are not finite, in a sentence; undefined if they are.
 *
 * @param divergence what {@linkcode findDivergence} found
 * @param phases the run's figures
 * @param error what a guard said that saw the same training; the operation it names is the reason
 */
export function divergenceReason(
  divergence: Divergence | undefined,
  phases: readonly PhaseResult[],
  error?: unknown,
): string | undefined {
  const guard = error instanceof Error ? error.cause : undefined;
  if (guard instanceof NonFiniteError) {
    return `Not finite from epoch ${guard.epoch}, batch ${guard.iter} on: ${guard.place.text}`;
  }
  if (divergence) {
    const { epoch, batch, loss } = divergence;
    return `The training loss became ${named(loss)} in epoch ${epoch}, batch ${batch}`;
  }
  const bad = phases.find(({ loss }) => !Number.isFinite(loss));
  return bad &&
    `The ${bad.phase === "eval" ? "evaluation" : "training"} loss became ${named(bad.loss)} in epoch ${bad.epoch}`;
}
