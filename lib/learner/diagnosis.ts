/** What a diagnosis is made from, and what it finds. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList } from "../device/expect.ts";
import type { Problem } from "./diagnose_problems.ts";
import type { DiagnosisRecords, ParameterFigures, SetupFacts } from "./diagnosis_records.ts";

/**
 * What was recorded of one module's activations: one number for each recorded batch in each field, unless it says otherwise.
 *
 * *Sparse* is an output of which many elements are 0, as half of a ReLU's are. *Dead* is a unit, a channel of [n, c, …] or a feature of [n, f],
 * that is 0 for all samples, batch after batch: no gradient reaches the weights before it.
 */
export interface ActivationFigures {
  /** The module's place and class, such as `2 ReLU`. Modules come in the order in which they run. */
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
  /** Fraction of activations at the ends of a bounded range, as tanh and sigmoid have. */
  readonly saturated?: readonly number[];
  /**
   * Standard deviation across the samples of a batch, in the quadratic mean over all units and places: what tells one sample from another. Biases and
   * other constants are in `std`, and not in this.
   */
  readonly signal?: readonly number[];
}

/** A callback that `learn.diagnose()` asks for what it recorded. */
export interface ActivationSource {
  /** One entry for each module, in the order in which they run; none if no activations were recorded. */
  activationFigures(): readonly ActivationFigures[];
  /**
   * The same during a fit, of the batches so far: what shows a fit while it goes on asks for them between two steps. All reads are asked for before it
   * returns its promise. Default: such a callback is left out.
   */
  activationFiguresSoFar?(): Promise<readonly ActivationFigures[]>;
}

/** What a diagnosis is made from; each part may be missing. */
export interface DiagnosisInput {
  /** One entry for each module, in the order in which they run. */
  readonly activations?: readonly ActivationFigures[];
  /** Loss of each training batch. */
  readonly losses?: readonly number[];
  /** Learning rate of each training batch. */
  readonly lrs?: readonly number[];
  /** What {@linkcode DiagnoseCB} recorded besides. Without it only {@linkcode DiagnosisInput.parameters} says what is trained. */
  readonly records?: DiagnosisRecords;
  /** The model's parameters as they stand, where nothing was recorded of them. */
  readonly parameters?: readonly ParameterFigures[];
  /** What is in place already, and need not be advised. Default: nothing is known to be. */
  readonly setup?: SetupFacts;
}

/** Names of what a diagnosis goes by. */
export const INPUT = optionNames<DiagnosisInput>({
  activations: 1,
  losses: 1,
  lrs: 1,
  records: 1,
  parameters: 1,
  setup: 1,
});

/** The rule that found something. */
export interface FindingRule {
  /** When it is reported. */
  readonly text: string;
  /** The number that a figure is compared with, in the rule's units. */
  readonly threshold: number;
  /** Where the rule or its threshold comes from. */
  readonly source: string;
}

/** One thing that is wrong. */
export interface Finding {
  /** The kind of problem; {@linkcode PROBLEMS} says what each means. */
  readonly problem: Problem;
  /** The module's path and class; null if it is about the training as a whole. */
  readonly module: string | null;
  /** What was found, with figures. */
  readonly text: string;
  /** The training batch in which it was first seen, counted from 0 through all epochs; null if it was so before the first. */
  readonly since: number | null;
  /** The rule that found it. */
  readonly rule: FindingRule;
  /** One change worth trying, which is not in place already. */
  readonly remedy: string;
  /** What would confirm the finding, or refute it. */
  readonly check: string;
}

/** A problem that could not be looked for. */
export interface Unjudged {
  /** Which. */
  readonly problem: Problem;
  /** What is missing. */
  readonly why: string;
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
  /**
   * `input` is what the findings come from; without findings the text counts what is in it.
   *
   * @param findings what is wrong, causes first
   * @param input what it was read from
   * @param consequences what is seen too, and may follow from a finding
   * @param unjudged what could not be looked for
   */
  constructor(
    readonly findings: readonly Finding[],
    readonly input: DiagnosisInput = {},
    readonly consequences: readonly Finding[] = [],
    readonly unjudged: readonly Unjudged[] = [],
  ) {
    checkOptions("Diagnosis", input, INPUT);
    for (const [name, list] of Object.entries({ findings, consequences, unjudged })) {
      checkList("Diagnosis", name, list, "an array");
    }
  }

  /** The findings, one after the other. */
  [Symbol.iterator](): Iterator<Finding> {
    return this.findings[Symbol.iterator]();
  }

  /** Each finding with its rule, remedy and check; what may follow from them; and what could not be judged. */
  toString(): string {
    const { activations = [], losses = [] } = this.input;
    const seen = `${losses.length} losses and the activations of ${activations.length} modules`;
    const found = this.findings.length === 0 ? [`Nothing stands out in ${seen}`] : this.findings.map(inWords);
    const after = this.consequences.map((one) => `${heading(one)}: ${one.text}`);
    return [
      ...found,
      ...after.length > 0 ? [`May follow from ${this.findings.length > 1 ? "these" : "this"}:`, ...indent(after)] : [],
      ...this.unjudged.length > 0 ? [this.#notJudged()] : [],
    ].join("\n");
  }

  #notJudged(): string {
    const reasons = [...Map.groupBy(this.unjudged, ({ why }) => why)];
    return `Not judged: ${
      reasons.map(([why, of]) => `${of.map(({ problem }) => problem).join(", ")} (${why})`).join("; ")
    }`;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`);

const heading = ({ problem, module, since }: Finding) =>
  `${problem}${module ? ` in ${module}` : ""}${since === null ? "" : `, since batch ${since}`}`;

function inWords(finding: Finding): string {
  const { text, rule, remedy, check } = finding;
  return [
    `${heading(finding)}: ${text}`,
    ...indent([`rule: ${rule.text} (${rule.source})`, `try: ${remedy}`, `check: ${check}`]),
  ].join("\n");
}
