/** The rules of a diagnosis, each a function. */
import type { ActivationFigures, Finding } from "./diagnosis.ts";

/** Thresholds of the rules. */
const LIMITS = {
  /** Fraction of units dead, or saturated, at the end. */
  fraction: 0.5,
  /** Factor of the standard deviation from one module to the next, in the first batch: below and above. Over ten steps 1/29 and 58. */
  perLayer: [1 / 1.4, 1.5],
  /** A crash: the standard deviation falls to this fraction of its peak... */
  crash: 1 / 3,
  /** ...within this number of batches. */
  within: 10,
  /** By how much the loss ends above its start: this fraction of the range of losses... */
  loss: 0.1,
  /** ...and this many times what noise from batch to batch makes of the difference. */
  noise: 4,
} as const;

const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const tenth = (values: readonly number[]) => Math.max(1, Math.floor(values.length / 10));
const atStart = (values: readonly number[]) => average(values.slice(0, tenth(values)));
const atEnd = (values: readonly number[]) => average(values.slice(-tenth(values)));
const percent = (fraction: number) => `${Number((100 * fraction).toPrecision(2))}%`;
const short = (value: number) => String(Number(value.toPrecision(2)));

/** The first module whose figures stop being finite; those of later modules follow from it. */
export function notFinite(activations: readonly ActivationFigures[]): Finding[] {
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

/** The scale over depth in the first batch. */
export function scale(activations: readonly ActivationFigures[]): Finding[] {
  const layers = activations.filter(({ std }) => std[0]! > 0 && Number.isFinite(std[0]!));
  const first = layers[0], last = layers.at(-1);
  if (layers.length < 2 || !first || !last) return [];
  const factor = (last.std[0]! / first.std[0]!) ** (1 / (layers.length - 1));
  const [least, most] = LIMITS.perLayer;
  if (factor >= least && factor <= most) return [];
  const falls = factor < least;
  // The module that is named is the one at which the scale changes most.
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

/** Activations that are 0. */
export function dead({ name, dead = [] }: ActivationFigures): Finding[] {
  if (!(atEnd(dead) > LIMITS.fraction)) return [];
  const [start, end] = [dead[0]!, atEnd(dead)];
  const remedy = start > LIMITS.fraction
    ? "They were from the start: initialise with nn.init.kaimingNormal_, and let the activation leak: nn.GeneralReLU({ leak: 0.1, sub: 0.4 })"
    : "They died in training: lower the rate or warm it up (ParamScheduler with combineScheds), or let the activation leak: " +
      "nn.GeneralReLU({ leak: 0.1, sub: 0.4 })";
  const text = `${percent(end)} of the activations are at 0 in the end, ${percent(start)} in the first batch`;
  return [{ problem: "dead units", module: name, text, remedy }];
}

/** Activations at the ends of their range. */
export function saturated({ name, saturated = [] }: ActivationFigures): Finding[] {
  if (!(atEnd(saturated) > LIMITS.fraction)) return [];
  return [{
    problem: "saturation",
    module: name,
    text: `${percent(atEnd(saturated))} of the activations are at the ends of their range, where gradients vanish ` +
      `(${percent(saturated[0]!)} in the first batch)`,
    remedy: "Initialise smaller (nn.init.xavierNormal_), put a batch norm before it, or use nn.GeneralReLU instead",
  }];
}

/** The worst fall of a standard deviation within a few batches. */
export function crashes({ name, std }: ActivationFigures): Finding[] {
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

/** Whether losses end above where they began. It goes by differences alone, as losses may be below zero. */
function rises(losses: readonly number[]): boolean {
  const rise = atEnd(losses) - atStart(losses);
  let least = Infinity, most = -Infinity, jumps = 0;
  losses.forEach((loss, i) => {
    least = Math.min(least, loss);
    most = Math.max(most, loss);
    if (i > 0) jumps += (loss - losses[i - 1]!) ** 2;
  });
  // Neighbours differ by noise and hardly by trend (von Neumann 1941): the deviation of the difference between two means of k losses.
  const deviation = Math.sqrt(jumps / (losses.length - 1) / tenth(losses));
  return rise > LIMITS.loss * (most - least) && rise > LIMITS.noise * deviation;
}

/** A loss that rises, or is not finite. */
export function badLoss(losses: readonly number[], lrs: readonly number[]): Finding[] {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  const rose = bad < 0 && losses.length >= 10 && rises(losses);
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
