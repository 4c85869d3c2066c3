/** The problems that a diagnosis knows, by name. */

/** The name of a problem; {@linkcode PROBLEMS} says what each means. */
export type Problem =
  | "input not finite"
  | "input scale"
  | "ordered by class"
  | "evaluation mode"
  | "small norm batches"
  | "stale gradients"
  | "not trained"
  | "dead units"
  | "saturation"
  | "collapsing scale"
  | "exploding scale"
  | "output offset"
  | "wrong loss sign"
  | "rate too high"
  | "not finite"
  | "rate too low"
  | "unrelated labels";

/**
 * What each problem means, in the order in which they are reported: what is wrong with the data and the set-up first, then how the first batch
 * looked, then how training went, and what came out at last.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * for (const [problem, meaning] of Object.entries(learner.PROBLEMS)) console.log(`${problem}: ${meaning}`);
 * ```
 */
export const PROBLEMS: Readonly<Record<Problem, string>> = Object.freeze({
  "input not finite": "A batch's inputs hold NaN or infinity.",
  "input scale": "The inputs are far from mean 0 and deviation 1.",
  "ordered by class": "Batches hold fewer classes than the data: the order was not drawn at random.",
  "evaluation mode": "A module that behaves differently in training and evaluation trains in evaluation mode.",
  "small norm batches": "Batch normalisation takes its statistics from very few samples.",
  "stale gradients": "Gradients that a step has used are still there at the next backward, and add up.",
  "not trained": "No step changes a module: it is frozen, left out of the optimiser, or no gradient reaches it.",
  "dead units": "Units are 0 for all samples, batch after batch: no gradient reaches their weights.",
  "saturation": "Outputs lie at the ends of a bounded activation's range, where gradients vanish.",
  "collapsing scale":
    "In the first batch, what tells samples apart shrinks from module to module until next to nothing is left.",
  "exploding scale": "In the first batch, what tells samples apart grows from module to module.",
  "output offset": "Before anything was learnt, some outputs are far from 0 for every sample.",
  "wrong loss sign": "The loss falls as the right classes become less likely: it rewards wrong answers.",
  "rate too high": "Steps are too large: the loss jumps above its start, or values become infinite.",
  "not finite": "A module's outputs become NaN or infinite, and nothing else explains it.",
  "rate too low": "The steps hardly change the weights, and the loss still falls as at the start.",
  "unrelated labels": "The model moves and learns nothing: labels tell no more of the inputs than their shares do.",
});

const OUTCOMES = ["rate too low", "unrelated labels"] as const;
const DYNAMICS = ["rate too high", "not finite", "dead units", "saturation", ...OUTCOMES] as const;
const START = ["collapsing scale", "exploding scale", "output offset"] as const;

/** What may follow from a problem, and is then told as a consequence rather than as a finding of its own. */
export const CONSEQUENCES: Readonly<Record<Problem, readonly Problem[]>> = {
  "input not finite": [...DYNAMICS, ...START, "wrong loss sign"],
  "input scale": [...DYNAMICS, ...START],
  "ordered by class": ["rate too high", "wrong loss sign", "dead units", ...OUTCOMES],
  "evaluation mode": [...DYNAMICS, ...START],
  "small norm batches": ["rate too high", ...OUTCOMES],
  "stale gradients": [...DYNAMICS, "wrong loss sign"],
  "not trained": OUTCOMES,
  "dead units": ["collapsing scale", ...OUTCOMES],
  "saturation": ["rate too high", ...OUTCOMES],
  "collapsing scale": ["dead units", ...OUTCOMES],
  "exploding scale": ["output offset", ...DYNAMICS],
  "output offset": ["rate too high", ...OUTCOMES],
  "wrong loss sign": ["rate too high", "not finite", "dead units", "saturation", ...OUTCOMES],
  "rate too high": ["not finite", "dead units", "saturation", "wrong loss sign", "unrelated labels"],
  "not finite": ["dead units", "unrelated labels"],
  "rate too low": ["unrelated labels"],
  "unrelated labels": [],
};
