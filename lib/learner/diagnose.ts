/** Reads the records of a training and says in words what is wrong. */
import { badLoss, crashes, dead, notFinite, saturated, scale } from "./diagnose_rules.ts";

/** What was recorded of one module's activations, one number a batch each. */
export interface ActivationFigures {
  /** The module's path and class, as `2 (ReLU)`. Modules come in the order in which they run. */
  readonly name: string;
  /** Mean of the module's output at each batch. */
  readonly mean: readonly number[];
  /** Its standard deviation: what the rules about scale and rate go by. */
  readonly std: readonly number[];
  /** Share of activations at or next to 0. */
  readonly dead?: readonly number[];
  /** Share of activations at the ends of a bounded range, as tanh and sigmoid have. */
  readonly saturated?: readonly number[];
}

/** A callback that `learn.diagnose()` asks for what it recorded. */
export interface ActivationSource {
  /** One entry a module, in the order in which they run; none if no activations were recorded. */
  activationFigures(): readonly ActivationFigures[];
}

/** What a diagnosis goes by; each part may be missing. */
export interface DiagnosisInput {
  /** One entry a module, in the order in which they run. */
  readonly activations?: readonly ActivationFigures[];
  /** Loss of each training batch. */
  readonly losses?: readonly number[];
  /** Rate of each training batch. */
  readonly lrs?: readonly number[];
}

/** Kinds of trouble. */
export type Problem =
  | "not finite"
  | "collapsing scale"
  | "exploding scale"
  | "dead units"
  | "saturation"
  | "rate too high";

/** One thing that is wrong. */
export interface Finding {
  /** What kind of trouble it is; {@linkcode diagnose} says what counts as it. */
  readonly problem: Problem;
  /** The module's name; empty if it is about the training as a whole. */
  readonly module: string;
  /** What was found, with the figures it was found by. */
  readonly text: string;
  /** What in this library would change it. */
  readonly remedy: string;
}

/**
 * What {@linkcode diagnose} found; as a string, all of it in words.
 *
 * @example
 * ```ts
 * import { diagnose } from "./mod.ts";
 * const found = diagnose({ losses: [2.3, 2.1, 1.9, 1.8, 1.7, 1.6, 1.6, 1.5, 1.5, 1.4] });
 * console.log(found.findings.length, [...found].length); // 0 0
 * ```
 */
export class Diagnosis implements Iterable<Finding> {
  /** `input` is what the findings come from; without findings the text counts what is in it. */
  constructor(readonly findings: readonly Finding[], readonly input: DiagnosisInput = {}) {}

  /** The findings, one after the other. */
  [Symbol.iterator](): Iterator<Finding> {
    return this.findings[Symbol.iterator]();
  }

  /** A line a finding, with its remedy; without findings, how much was looked at. */
  toString(): string {
    const { activations = [], losses = [] } = this.input;
    const seen = `${losses.length} losses and the activations of ${activations.length} modules`;
    if (this.findings.length === 0) return `Nothing stands out in ${seen}`;
    return this.findings.map(({ problem, module, text, remedy }) =>
      `${problem}${module ? ` in ${module}` : ""}: ${text}. ${remedy}`
    ).join("\n");
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/**
 * Looks for dead units, a scale that collapses or explodes over depth, saturation, crashes and losses that speak of a rate too high, and
 * values that are not finite. It goes by the first batch for the initial scale, by the mean of the last tenth of the batches for the end.
 *
 * - *dead units*, *saturation*: more than half of a module's activations, at the end.
 * - *collapsing*, *exploding scale*: the standard deviation changes by a factor below 1/1.4, or above 1.5, from module to module.
 * - *rate too high*: a module's standard deviation falls to a third of its peak within ten batches; the loss ends above 1.1 times where it
 *   began; or losses stop being finite.
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
  const { activations = [], losses = [], lrs = [] } = input;
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
