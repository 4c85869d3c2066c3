/** What a diagnosis is made from, and what it finds. */
import { checkOptions, optionNames } from "../device/check_options.ts";

/** What was recorded of one module's activations: one number for each batch in each field. */
export interface ActivationFigures {
  /** The module's path and class, such as `2 (ReLU)`. Modules come in the order in which they run. */
  readonly name: string;
  /** Mean of the module's output at each batch. */
  readonly mean: readonly number[];
  /** Its standard deviation, which the rules about scale and learning rate use. */
  readonly std: readonly number[];
  /** Fraction of activations at or next to 0. */
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
