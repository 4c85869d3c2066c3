/** Reads the records of a training and says in words what is wrong. */
import { checkOptions } from "../device/check_options.ts";
import { checkList, checkObject, isListLike, isObject } from "../device/expect.ts";
import { type ActivationFigures, type ActivationSource, Diagnosis, type DiagnosisInput, INPUT } from "./diagnosis.ts";
import type { Finding, Unjudged } from "./diagnosis.ts";
import { inputNotFinite, inputScale, orderedByClass } from "./diagnose_data.ts";
import { deadUnits, notFinite, saturation } from "./diagnose_modules.ts";
import { CONSEQUENCES, type Problem } from "./diagnose_problems.ts";
import { evidenceOf, type Rule } from "./diagnose_rule.ts";
import { evaluationMode, notTrained, smallNormBatches, staleGradients } from "./diagnose_settings.ts";
import { collapsingScale, explodingScale, outputOffset } from "./diagnose_start.ts";
import { rateTooHigh, rateTooLow, unrelatedLabels, wrongLossSign } from "./diagnose_training.ts";
import type { DiagnosisRecords } from "./diagnosis_records.ts";

/** The rules in the order of {@linkcode PROBLEMS}: causes before what may follow from them. */
export const RULES: readonly Rule[] = [
  inputNotFinite,
  inputScale,
  orderedByClass,
  evaluationMode,
  smallNormBatches,
  staleGradients,
  notTrained,
  deadUnits,
  saturation,
  collapsingScale,
  explodingScale,
  outputOffset,
  wrongLossSign,
  rateTooHigh,
  notFinite,
  rateTooLow,
  unrelatedLabels,
];

/**
 * Looks for the problems that {@linkcode PROBLEMS} lists. Each finding names the module, gives the figures and the batch since which it is so, the
 * rule with its threshold and source, one change worth trying that is not in place already, and a check that would confirm it.
 *
 * Causes come first. What may follow from a finding, as dead units may from a rate that is too high, is not another finding: it is in
 * `consequences`. What could not be looked for, for want of records, is in `unjudged`. A module is named where one is at fault, the first of several;
 * it is null where the training as a whole is. Batches count from 0, through all epochs of the fit, as in the charts.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const losses = [2.3, 4.1, 9.6, 8.2, 7.5, 6.4, 5.2, 4.4, 3.1, 2.9, 2.6, 2.4];
 * const [finding] = learner.diagnose({ losses, lrs: losses.map(() => 0.5) });
 * console.log(finding!.problem); // rate too high
 * console.log(finding!.text); // the loss jumps from 2.3 to 8.4 at batch 3, at a rate of 0.5, and is never lower than at the start
 * ```
 */
export function diagnose(input: DiagnosisInput): Diagnosis {
  checkOptions("diagnose", input, INPUT);
  checkObject("diagnose", "its argument", input, "an object { activations, losses, lrs }");
  const { activations = [], losses = [], lrs = [], parameters = [], records, setup } = input;
  checkList("diagnose", "activations", activations, "an array of { name, mean, std }", isFigures);
  checkList("diagnose", "losses", losses, "an array of numbers");
  checkList("diagnose", "lrs", lrs, "an array of numbers");
  checkList("diagnose", "parameters", parameters, "an array of { name, module, requiresGrad, optimised }", isObject);
  if (setup !== undefined) checkObject("diagnose", "the set-up", setup, "an object { norms, leaks, … }");
  if (records !== undefined) {
    checkObject("diagnose", "the records", records, "what a DiagnoseCB recorded", RECORDS);
    checkList("diagnose", "the records' batches", records.batches, "an array of numbers");
    for (const name of ["parameters", "modes", "left"] as const) {
      checkList("diagnose", `the records' ${name}`, records[name], "an array of objects", isObject);
    }
  }
  const evidence = evidenceOf(input), seen: Finding[] = [], unjudged: Unjudged[] = [];
  for (const rule of RULES) {
    const { problem } = rule, why = rule.missing(evidence);
    if (why !== undefined) unjudged.push({ problem, why });
    const found = why === undefined ? rule.find(evidence) : undefined;
    if (found) seen.push({ problem, rule: rule.rule, ...found });
  }
  const [findings, consequences] = causes(seen);
  return new Diagnosis(findings, input, consequences, unjudged);
}

/** What begins in training follows from how it is trained: its place is behind the rules about rates. */
const place = ({ problem, since }: Finding): number => {
  const order = RULES.findIndex((rule) => rule.problem === problem);
  const later = (problem === "dead units" || problem === "saturation") && since !== null && since > 0;
  return later ? RULES.indexOf(notFinite) + 0.5 : order;
};

/** Findings, and what may follow from them. */
function causes(seen: readonly Finding[]): [Finding[], Finding[]] {
  const explained = new Set<Problem>(), findings: Finding[] = [], after: Finding[] = [];
  for (const finding of seen.toSorted((a, b) => place(a) - place(b))) {
    (explained.has(finding.problem) ? after : findings).push(finding);
    for (const problem of CONSEQUENCES[finding.problem]) explained.add(problem);
  }
  return [findings, after];
}

/** The records of the callbacks that have some. */
export function recordsOf(callbacks: Iterable<object>): DiagnosisInput {
  const activations = new Map<string, ActivationFigures>();
  let curves: { losses: readonly number[]; lrs: readonly number[] } | undefined, records: DiagnosisRecords | undefined;
  for (const cb of callbacks) {
    if ("activationFigures" in cb) {
      // What two callbacks watched is told once, by the one that knows what tells samples apart.
      for (const figures of (cb as ActivationSource).activationFigures()) {
        if (!activations.get(figures.name)?.signal) activations.set(figures.name, figures);
      }
    }
    if ("losses" in cb && "lrs" in cb && !(curves && curves.losses.length > 0)) curves = cb as typeof curves;
    if ("records" in cb) records ??= cb.records as DiagnosisRecords | undefined;
  }
  return {
    activations: [...activations.values()],
    ...curves ? { losses: curves.losses, lrs: curves.lrs } : {},
    ...records ? { records } : {},
  };
}

const RECORDS: readonly (keyof DiagnosisRecords)[] = ["batches", "parameters", "modes", "left"];

/** What of a module's figures is a list, where it is there. */
const LISTS: readonly (keyof ActivationFigures)[] = [
  "batches",
  "elements",
  "zeros",
  "small",
  "nonFinite",
  "unitsOff",
  "deadSince",
  "saturated",
  "signal",
];

function isFigures(value: unknown): boolean {
  if (!isObject(value)) return false;
  const figures = value as Partial<Record<string, unknown>>;
  return isListLike(figures.mean) && isListLike(figures.std) &&
    LISTS.every((name) => figures[name] === undefined || isListLike(figures[name]));
}
