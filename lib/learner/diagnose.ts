/** Reads the records of a training and says in words what is wrong. */
import { checkOptions } from "../device/check_options.ts";
import { type ActivationFigures, type ActivationSource, Diagnosis, type DiagnosisInput, INPUT } from "./diagnosis.ts";
import { checkList, checkObject, isListLike } from "../device/expect.ts";
import { badLoss, crashes, dead, notFinite, saturated, scale } from "./diagnose_rules.ts";

/**
 * Looks for dead units, activations whose scale collapses or explodes over depth, saturation, a learning rate that is too high (crashes,
 * rising losses), and values that are not finite. The initial scale is that of the first batch; the end is the mean of the last tenth of
 * the batches. Batches that are named count from 0, through all epochs of the fit, as in the charts.
 *
 * - *dead units*, *saturation*: more than half of a module's activations, at the end.
 * - *collapsing*, *exploding scale*: the standard deviation changes by a factor below 1/1.4, or above 1.5, from module to module.
 * - *rate too high*: a module's standard deviation falls to a third of its peak within ten batches; the loss ends above where it
 *   began, by a tenth of the range of losses and by more than noise makes; or losses stop being finite.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const activations = [{ name: "1 (ReLU)", mean: [0.4, 0.1], std: [0.6, 0.2], dead: [0.5, 0.93] }];
 * const [finding] = learner.diagnose({ activations });
 * console.log(finding!.problem, "-", finding!.module); // dead units - 1 (ReLU)
 * console.log(finding!.text); // 93% of the activations are at 0 in the end, 50% in the first batch
 * ```
 */
export function diagnose(input: DiagnosisInput): Diagnosis {
  checkOptions("diagnose", input, INPUT);
  checkObject("diagnose", "its argument", input, "an object { activations, losses, lrs }");
  const { activations = [], losses = [], lrs = [] } = input;
  checkList("diagnose", "activations", activations, "an array of { name, mean, std, dead }", isFigures);
  checkList("diagnose", "losses", losses, "an array of numbers");
  checkList("diagnose", "lrs", lrs, "an array of numbers");
  return new Diagnosis([
    ...notFinite(activations),
    ...scale(activations),
    ...activations.flatMap(dead),
    ...activations.flatMap(saturated),
    ...activations.flatMap(crashes),
    ...badLoss(losses, lrs),
  ], input);
}

/** The records of the callbacks that have some. */
export function recordsOf(callbacks: Iterable<object>): DiagnosisInput {
  const activations: ActivationFigures[] = [];
  let curves: { losses: readonly number[]; lrs: readonly number[] } | undefined;
  for (const cb of callbacks) {
    if ("activationFigures" in cb) activations.push(...(cb as ActivationSource).activationFigures());
    if ("losses" in cb && "lrs" in cb) curves ??= cb as { losses: number[]; lrs: number[] };
  }
  if (!curves && activations.length === 0) {
    throw new Error(
      "Cannot diagnose: nothing was recorded. Add a Recorder, or a callback that watches activations, and fit",
    );
  }
  return { activations, ...curves ? { losses: curves.losses, lrs: curves.lrs } : {} };
}

function isFigures(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { mean, std, dead } = value as Partial<Record<string, unknown>>;
  return isListLike(mean) && isListLike(std) && (dead === undefined || isListLike(dead));
}
