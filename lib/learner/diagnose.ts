/** Reads the records of a training and says in words what is wrong. */

/** What was recorded of one module's activations, one number a batch each. */
export interface ActivationFigures {
  /** The module's path and class, as `2 (ReLU)`. Modules come in the order in which they run. */
  readonly name: string;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Share of activations at or next to 0. */
  readonly dead?: readonly number[];
  /** Share of activations at the ends of a bounded range, as tanh and sigmoid have. */
  readonly saturated?: readonly number[];
}

/** A callback that `learn.diagnose()` asks for what it recorded. */
export interface ActivationSource {
  activationFigures(): readonly ActivationFigures[];
}

/** What a diagnosis goes by; each part may be missing. */
export interface DiagnosisInput {
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
  readonly problem: Problem;
  /** The module's name; empty if it is about the training as a whole. */
  readonly module: string;
  /** What was found, with the figures it was found by. */
  readonly text: string;
  /** What in this library would change it. */
  readonly remedy: string;
}

/** What {@linkcode diagnose} found; as a string, all of it in words. */
export class Diagnosis implements Iterable<Finding> {
  constructor(readonly findings: readonly Finding[], readonly input: DiagnosisInput = {}) {}

  [Symbol.iterator](): Iterator<Finding> {
    return this.findings[Symbol.iterator]();
  }

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

/** Bounds beyond which something is said to be wrong. */
const LIMITS = {
  /** Share of units dead, or saturated, at the end. */
  share: 0.5,
  /** Factor of the standard deviation from one module to the next, in the first batch: below and above. Over ten layers 1/28 and 58. */
  perLayer: [1 / 1.4, 1.5],
  /** A crash: the standard deviation falls to this share of its peak... */
  crash: 1 / 3,
  /** ...within so many batches. */
  within: 10,
  /** The loss at the end over the loss at the start. */
  loss: 1.1,
} as const;

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

const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const tenth = (values: readonly number[]) => Math.max(1, Math.floor(values.length / 10));
const atStart = (values: readonly number[]) => average(values.slice(0, tenth(values)));
const atEnd = (values: readonly number[]) => average(values.slice(-tenth(values)));
const percent = (share: number) => `${Number((100 * share).toPrecision(2))}%`;
const short = (value: number) => String(Number(value.toPrecision(2)));

/** The first module whose figures stop being finite: those behind it follow from it. */
function notFinite(activations: readonly ActivationFigures[]): Finding[] {
  const firsts = activations.map(({ name, mean, std }) => ({
    name,
    batch: mean.findIndex((m, i) => !Number.isFinite(m) || !Number.isFinite(std[i]!)),
  })).filter(({ batch }) => batch >= 0).sort((a, b) => a.batch - b.batch);
  return firsts.slice(0, 1).map(({ name, batch }) => ({
    problem: "not finite",
    module: name,
    text: `its activations are NaN or infinite from batch ${batch} on, the first of ${firsts.length} modules`,
    remedy: "NonFiniteCB finds the operation; a lower rate (learn.lrFind()) or GradientClip may avoid it",
  }));
}

function scale(activations: readonly ActivationFigures[]): Finding[] {
  const layers = activations.filter(({ std }) => std[0]! > 0 && Number.isFinite(std[0]!));
  const first = layers[0], last = layers.at(-1);
  if (layers.length < 2 || !first || !last) return [];
  const factor = (last.std[0]! / first.std[0]!) ** (1 / (layers.length - 1));
  const [least, most] = LIMITS.perLayer;
  if (factor >= least && factor <= most) return [];
  const falls = factor < least;
  // Named is the module at which the scale changes most.
  const steps = layers.slice(1).map(({ std }, i) => std[0]! / layers[i]!.std[0]!);
  const worst = layers[1 + steps.indexOf(falls ? Math.min(...steps) : Math.max(...steps))]!;
  const stds = layers.map(({ std }) => short(std[0]!)).join(", ");
  return [{
    problem: falls ? "collapsing scale" : "exploding scale",
    module: worst.name,
    text:
      `in the first batch the standard deviation ${falls ? "falls" : "grows"} to ${
        short(factor)
      } times from module to ` +
      `module (${stds}), here most`,
    remedy: "Initialise with nn.init.kaimingNormal_, its a being the activation's leak, normalise the inputs with " +
      "learn.normalize(), or put a batch norm behind the convolutions",
  }];
}

function dead({ name, dead = [] }: ActivationFigures): Finding[] {
  if (!(atEnd(dead) > LIMITS.share)) return [];
  const [start, end] = [dead[0]!, atEnd(dead)];
  const remedy = start > LIMITS.share
    ? "They were from the start: initialise with nn.init.kaimingNormal_, and let the activation leak: nn.GeneralReLU({ leak: 0.1, sub: 0.4 })"
    : "They died in training: lower the rate or warm it up (ParamScheduler with combineScheds), or let the activation leak: " +
      "nn.GeneralReLU({ leak: 0.1, sub: 0.4 })";
  const text = `${percent(end)} of the activations are at 0 in the end, ${percent(start)} in the first batch`;
  return [{ problem: "dead units", module: name, text, remedy }];
}

function saturated({ name, saturated = [] }: ActivationFigures): Finding[] {
  if (!(atEnd(saturated) > LIMITS.share)) return [];
  return [{
    problem: "saturation",
    module: name,
    text: `${percent(atEnd(saturated))} of the activations are at the ends of their range, where gradients vanish ` +
      `(${percent(saturated[0]!)} in the first batch)`,
    remedy: "Initialise smaller (nn.init.xavierNormal_), put a batch norm before it, or use nn.GeneralReLU instead",
  }];
}

/** The worst fall of a standard deviation within a few batches. */
function crashes({ name, std }: ActivationFigures): Finding[] {
  let worst = { ratio: Infinity, peak: 0, low: 0 }, count = 0;
  for (let i = 1; i < std.length; i++) {
    const from = Math.max(0, i - LIMITS.within);
    const peak = std.slice(from, i).reduce((best, s, k) => s > std[best]! ? from + k : best, from);
    const ratio = std[i]! / std[peak]!;
    const before = std[i - 1]! / std[peak]!;
    if (ratio < LIMITS.crash && !(before < LIMITS.crash)) count++;
    if (ratio < worst.ratio) worst = { ratio, peak, low: i };
  }
  if (count === 0) return [];
  const { peak, low } = worst;
  return [{
    problem: "rate too high",
    module: name,
    text:
      `the standard deviation crashes ${count === 1 ? "once" : `${count} times`}, most from ${
        short(std[peak]!)
      } at batch ` +
      `${peak} to ${short(std[low]!)} at batch ${low}`,
    remedy:
      "Lower the rate (learn.lrFind()), warm it up (ParamScheduler with combineScheds), or initialise with nn.init.kaimingNormal_",
  }];
}

function badLoss(losses: readonly number[], lrs: readonly number[]): Finding[] {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  const rose = bad < 0 && losses.length >= 10 && atEnd(losses) > LIMITS.loss * atStart(losses);
  if (bad < 0 && !rose) return [];
  const rate = lrs[bad < 0 ? lrs.length - 1 : bad];
  const at = rate === undefined ? "" : `, at a rate of ${short(rate)}`;
  return [{
    problem: "rate too high",
    module: "",
    text: bad < 0
      ? `the loss rises from ${short(atStart(losses))} to ${short(atEnd(losses))}${at}`
      : `the loss is NaN or infinite from batch ${bad} on${at}`,
    remedy: "Take the rate that learn.lrFind() suggests, or bound the gradients with GradientClip",
  }];
}
