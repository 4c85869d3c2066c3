/** Rules about how training went: rates, the loss and the accuracy. */
import {
  average,
  greatest,
  median,
  noiseOf,
  percent,
  rankCorrelation,
  rolling,
  short,
  smallest,
} from "./diagnose_figures.ts";
import { type Evidence, noClasses, noRecords, type Rule } from "./diagnose_rule.ts";

/** Batches that a judgement of losses takes. */
const FEWEST = 10;
/** Batches before the first loss that is not finite that a correlation takes. */
const LEAST_ENTRIES = 5;

const noLosses = ({ losses }: Evidence): string | undefined =>
  losses.length >= FEWEST
    ? undefined
    : losses.length > 0
    ? `fewer than ${FEWEST} losses`
    : "without a DiagnoseCB or a Recorder";

/**
 * The median over the weights, biases and norms left out, of their median update ratios over the recorded batches from one on and before another;
 * NaN if there are none.
 */
export function updateRatio({ parameters, records }: Evidence, from: number, to: number): number {
  const ratios = parameters.filter(({ name }) => /weight$/.test(name)).map((
    { updates = [], batches = records?.batches ?? [] },
  ) => updates.filter((_, i) => batches[i]! >= from && batches[i]! < to));
  const moved = ratios.filter((updates) => updates.some((u) => u > 0));
  return moved.length > 0 ? median(moved.map(median)) : NaN;
}

/** An update ratio in words. */
const ofNorm = (ratio: number) => ratio < 1 ? `${percent(ratio)} of their norm` : `${short(ratio)} times their norm`;

/** Losses before the first that is not finite. */
function finiteLosses({ losses }: Evidence): readonly number[] {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  return bad < 0 ? losses : losses.slice(0, bad);
}

/** Samples, the share right, and the shares of the classes in the last third of the batches whose losses are finite. */
function lateAccuracy(evidence: Evidence): { n: number; right: number; shares: number[] } {
  const { counts, accuracy } = evidence.classes!, { batches } = evidence.records!;
  const upTo = finiteLosses(evidence).length, entries = [...counts.keys()].filter((i) => batches[i]! < upTo);
  const late = entries.slice(Math.floor(entries.length * 2 / 3));
  const samples = late.map((i) => counts[i]!.reduce((a, b) => a + b, 0)), n = samples.reduce((a, b) => a + b, 0);
  const right = late.reduce((sum, i, k) => sum + samples[k]! * accuracy[i]!, 0) / n;
  const shares = counts[0]!.map((_, c) => late.reduce((sum, i) => sum + counts[i]![c]!, 0) / n);
  return { n, right, shares: shares.filter((share) => share > 0) };
}

const JUMP = { gain: 0.5, noise: 4, ratio: 0.3 };
const SOURCES = {
  jump:
    "Bengio 2012, Practical recommendations, 3.1.1: the largest rate that does not make the loss diverge; the thresholds are this " +
    "library's",
  ratio: "Karpathy, CS231n, Neural Networks 3: updates of about 1/1000 of the weights; the threshold is this library's",
};

/** How far the loss jumps above where it began, against what it gains after all. */
export function jumpOf(
  losses: readonly number[],
): { start: number; peak: number; at: number; gain: number; noise: number } {
  const start = losses[0]!, smooth = rolling(losses, 3);
  const peak = greatest(smooth), at = smooth.indexOf(peak);
  const lows = rolling(losses, Math.max(3, Math.floor(losses.length / 10)));
  return { start, peak, at: at + 1, gain: start - smallest(lows), noise: noiseOf(losses.slice(losses.length >> 1)) };
}

const rateRemedy = ({ setup }: Evidence) =>
  setup.schedules ? "Lower the highest rate of the schedule" : "Lower the rate: learn.lrFind() suggests one";

/** Steps that are too large. */
export const rateTooHigh: Rule = {
  problem: "rate too high",
  rule: {
    text:
      `three losses on average above the first by more than ${JUMP.gain} times what is gained after all, and by ${JUMP.noise} times the ` +
      `noise from batch to batch; or a median update ratio above ${JUMP.ratio} in the first ten batches, or before the loss becomes infinite`,
    threshold: JUMP.gain,
    source: SOURCES.jump,
  },
  missing: noLosses,
  find(evidence) {
    const { lrs } = evidence, finite = finiteLosses(evidence), end = finite.length;
    // Before losses that are not finite, the last steps count too.
    const ratio = Math.max(
      ...[[0, Math.min(end, 10)], ...end < evidence.losses.length ? [[Math.max(0, end - 3), end]] : []]
        .map(([from, to]) => updateRatio(evidence, from!, to!)).filter((found) => !Number.isNaN(found)),
    );
    const rest = {
      module: null,
      remedy: rateRemedy(evidence),
      check: "Train again at a tenth of the rate with the same seed",
    };
    if (finite.length > 3) {
      const { start, peak, at, gain, noise } = jumpOf(finite);
      if (peak - start > JUMP.gain * Math.max(gain, 0) && peak - start > JUMP.noise * noise) {
        const rate = lrs[at] === undefined ? "" : `, at a rate of ${short(lrs[at])}`;
        return {
          ...rest,
          since: at,
          text: `the loss jumps from ${short(start)} to ${short(peak)} at batch ${at}${rate}, and ` +
            (gain > 0 ? `its lowest is ${short(start - gain)}` : "is never lower than at the start"),
        };
      }
    }
    if (!(ratio > JUMP.ratio)) return undefined;
    return {
      ...rest,
      since: end < evidence.losses.length ? Math.max(0, end - 3) : 0,
      text: `the ${
        end < evidence.losses.length ? `steps before the loss became infinite` : `first steps`
      } change the weights by ${ofNorm(ratio)}`,
    };
  },
};

const SLOW = { ratio: 1e-3, half: 0.5 };

/** Steps that hardly move. */
export const rateTooLow: Rule = {
  problem: "rate too low",
  rule: {
    text:
      `a median update ratio below ${
        percent(SLOW.ratio)
      }, and a loss that falls in the last third at ${SLOW.half} of its first ` +
      "speed or more",
    threshold: SLOW.ratio,
    source: SOURCES.ratio,
  },
  missing: (evidence) => noRecords(evidence) ?? noLosses(evidence),
  find(evidence) {
    const { losses, lrs } = evidence, ratio = updateRatio(evidence, 0, Infinity);
    if (!(ratio < SLOW.ratio)) return undefined;
    const third = Math.floor(losses.length / 3);
    const [a, b, c] = [losses.slice(0, third), losses.slice(third, 2 * third), losses.slice(-third)].map(average) as [
      number,
      number,
      number,
    ];
    const early = a - b, late = b - c;
    const error = noiseOf(losses) * Math.sqrt(2 / third);
    // Still falling as at the start, or not falling out of the noise: a loss that has come to rest falls ever more slowly.
    if (!(late > SLOW.half * early - 2 * error)) return undefined;
    return {
      module: null,
      since: 0,
      text: `a step changes the weights by ${ofNorm(ratio)} (median), and the loss goes from ${short(a)} over ${
        short(b)
      } to ${short(c)} in thirds of the fit${lrs[0] === undefined ? "" : `, at a rate of ${short(lrs[0])}`}`,
      remedy: evidence.setup.schedules
        ? "Raise the highest rate of the schedule to what learn.lrFind() suggests"
        : "Raise the rate to what learn.lrFind() suggests",
      check: "Train again at ten times the rate with the same seed: the loss should fall about ten times as fast",
    };
  },
};

const AGAINST = -0.5;

/** A loss that rewards wrong answers. */
export const wrongLossSign: Rule = {
  problem: "wrong loss sign",
  rule: {
    text:
      `a rank correlation below ${AGAINST} between the loss and the surprise, −log softmax(outputs) of the right classes, over the batches`,
    threshold: AGAINST,
    source:
      "Spearman 1904; the threshold is this library's. For cross-entropy the two are one, and the correlation is 1",
  },
  missing: (evidence) => noClasses(evidence) ?? noLosses(evidence),
  find(evidence) {
    const { batches } = evidence.records!, losses = finiteLosses(evidence), { surprise } = evidence.classes!;
    const entries = [...surprise.keys()].filter((i) => batches[i]! < losses.length && Number.isFinite(surprise[i]!));
    if (entries.length < LEAST_ENTRIES) return undefined;
    const seen = entries.map((i) => losses[batches[i]!]!), wrong = entries.map((i) => surprise[i]!);
    const correlation = rankCorrelation(seen, wrong), [first, last] = [0, entries.length - 1];
    if (!(correlation < AGAINST)) return undefined;
    return {
      module: null,
      since: batches[entries[0]!]!,
      text: `from batch ${batches[entries[0]!]} to ${batches[entries[last]!]} the loss goes from ${
        short(seen[first]!)
      } to ${short(seen[last]!)}, and the surprise at the right classes from ${short(wrong[first]!)} to ${
        short(wrong[last]!)
      }; their rank correlation is ${short(correlation)}`,
      remedy:
        "Turn the loss's sign: it is to fall as the right class's probability grows, as nn.functional.crossEntropy does",
      check: "The loss of a batch whose outputs are right (large at the target) must be below that of wrong ones",
    };
  },
};

const LEARNT = { deviations: 3, ratio: 1e-3 };

/** A model that moves and learns nothing. */
export const unrelatedLabels: Rule = {
  problem: "unrelated labels",
  rule: {
    text:
      `an accuracy not above the commonest class's share by ${LEARNT.deviations} standard errors, at a median update ratio above ` +
      percent(LEARNT.ratio),
    threshold: LEARNT.deviations,
    source:
      "Zhang and others 2017, Understanding deep learning requires rethinking generalization: random labels are learnt by heart, " +
      "late if at all",
  },
  missing: (evidence) => noClasses(evidence) ?? noLosses(evidence),
  find(evidence) {
    const { n, right, shares } = lateAccuracy(evidence),
      most = Math.max(...shares),
      ratio = updateRatio(evidence, 0, Infinity);
    const bound = most + LEARNT.deviations * Math.sqrt(most * (1 - most) / n);
    if (!(right < bound && ratio > LEARNT.ratio)) return undefined;
    return {
      module: null,
      since: 0,
      text:
        `${percent(right)} of the last ${n} samples are right, where always naming the commonest class makes ${
          percent(most)
        }; steps ` +
        `change the weights by ${ofNorm(ratio)}, and nothing else stands out`,
      remedy: "Look whether inputs and labels are still in the same order: shuffle them together",
      check:
        "Show some samples with their labels; then train on one batch alone, which any model should learn by heart",
    };
  },
};
