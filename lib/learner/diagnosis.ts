/** What a diagnosis is made from, and what it finds. */
import { checkOptions, optionNames } from "../device/check_options.ts";

/**
 * What was recorded of one module's activations: one number for each recorded batch in each field, unless it says otherwise.
 *
 * *Sparse* is an output of which many elements are 0, as half of a ReLU's are. *Dead* is a unit, a channel of [n, c, …] or a feature of [n, f],
 * that is 0 for all samples, batch after batch: no gradient reaches the weights before it.
 */
export interface ActivationFigures {
  /** The module's path and class, such as `2 (ReLU)`. Modules come in the order in which they run. */
  readonly name: string;
  /** Mean of the module's output at each batch; not finite where an element is not. */
  readonly mean: readonly number[];
  /** Its standard deviation, which the rules about scale and learning rate use; NaN where an element is not finite. */
  readonly std: readonly number[];
  /** Which training batch each entry is of, counted from 0 through all epochs. Default: 0, 1, 2, … */
  readonly batches?: readonly number[];
  /** How many elements there were. */
  readonly elements?: readonly number[];
  /** Fraction of elements that are exactly 0: how sparse the output is. */
  readonly zeros?: readonly number[];
  /** Fraction of elements that are not 0, and closer to it than `smallBelow`. */
  readonly small?: readonly number[];
  /** The upper edge of the histogram's bin that begins at 0; one number for all batches. */
  readonly smallBelow?: number;
  /** How many elements are NaN, ∞ or −∞. */
  readonly nonFinite?: readonly number[];
  /** How many units the output has: one number for all batches. Missing where the output has no such axis. */
  readonly units?: number;
  /** How many units were 0 for all samples, and at all places, of that batch. */
  readonly unitsOff?: readonly number[];
  /**
   * One number for each unit: the entry k from which on it was off in each, to the last; −1 for a unit that is on in the last. `batches[k]` is the
   * batch.
   */
  readonly deadSince?: readonly number[];
  /** Fraction of activations at or next to 0; to go with the rule that reads it. `zeros` and `deadSince` tell what it could not. */
  readonly dead?: readonly number[];
  /** Fraction of activations at the ends of a bounded range, as tanh and sigmoid have. */
  readonly saturated?: readonly number[];
}

/** A callback that `learn.diagnose()` asks for what it recorded. */
export interface ActivationSource {
  /** One entry for each module, in the order in which they run; none if no activations were recorded. */
  activationFigures(): readonly ActivationFigures[];
}

/** What a diagnosis is made from; each part may be missing. */
export interface DiagnosisInput {
  /** One entry for each module, in the order in which they run. */
  readonly activations?: readonly ActivationFigures[];
  /** Loss of each training batch. */
  readonly losses?: readonly number[];
  /** Learning rate of each training batch. */
  readonly lrs?: readonly number[];
}

/** Names of what a diagnosis goes by. */
export const INPUT = optionNames<DiagnosisInput>({ activations: 1, losses: 1, lrs: 1 });

/** The kinds of problem that are looked for. */
export type Problem =
  | "not finite"
  | "collapsing scale"
  | "exploding scale"
  | "dead units"
  | "saturation"
  | "rate too high";

/** One thing that is wrong. */
export interface Finding {
  /** The kind of problem; {@linkcode diagnose} says when it is reported. */
  readonly problem: Problem;
  /** The module's name; empty if it is about the training as a whole. */
  readonly module: string;
  /** What was found, with figures. */
  readonly text: string;
  /** What in this library may help. */
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
  constructor(readonly findings: readonly Finding[], readonly input: DiagnosisInput = {}) {
    checkOptions("Diagnosis", input, INPUT);
  }

  /** The findings, one after the other. */
  [Symbol.iterator](): Iterator<Finding> {
    return this.findings[Symbol.iterator]();
  }

  /** One line for each finding, with its remedy; without findings, how much was looked at. */
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
