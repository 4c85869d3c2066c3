/** Rules about data: inputs and their order. */
import { average, list, percent, short } from "./diagnose_figures.ts";
import { noClasses, noRecords, type Rule } from "./diagnose_rule.ts";

const noInputs: Rule["missing"] = (evidence) =>
  noRecords(evidence) ?? (evidence.inputs ? undefined : "the inputs are not float32");

/** NaN or infinity in the inputs. */
export const inputNotFinite: Rule = {
  problem: "input not finite",
  rule: {
    text: "any batch whose mean is not finite",
    threshold: 0,
    source: "IEEE 754: NaN is what any sum with it is",
  },
  missing: noInputs,
  find({ inputs, records }) {
    const bad = inputs!.mean.flatMap((mean, i) => Number.isFinite(mean) ? [] : [records!.batches[i]!]);
    if (bad.length === 0) return undefined;
    return {
      module: null,
      since: bad[0]!,
      text: `the inputs of ${bad.length} of ${inputs!.mean.length} batches hold NaN or infinity: batch ${
        list(bad.map(String), 5)
      }`,
      remedy: "Leave the samples out, or replace what is not finite: x.where(x.isfinite(), 0)",
      check: "Look for them in the data set: await x.isfinite().all().item() of each batch",
    };
  },
};

const SCALE = { least: 0.1, most: 3, offset: 3 };

/** Inputs of another scale than layers are initialised for. */
export const inputScale: Rule = {
  problem: "input scale",
  rule: {
    text: `root mean square below ${SCALE.least} or above ${SCALE.most}, or a mean beyond ${SCALE.offset} deviations`,
    threshold: SCALE.most,
    source: "LeCun and others 1998, Efficient BackProp, 4.3; the thresholds are this library's",
  },
  missing: noInputs,
  find({ inputs, setup }) {
    if (setup.beginsWithNorm) return undefined;
    const finite = inputs!.mean.flatMap((_, i) =>
      Number.isFinite(inputs!.mean[i]!) && Number.isFinite(inputs!.std[i]!) ? [i] : []
    );
    const mean = average(finite.map((i) => inputs!.mean[i]!)), std = average(finite.map((i) => inputs!.std[i]!));
    const size = Math.hypot(mean, std), offset = Math.abs(mean) / std;
    if (finite.length === 0 || size >= SCALE.least && size <= SCALE.most && !(offset > SCALE.offset)) return undefined;
    return {
      module: null,
      since: null,
      text: `the inputs have mean ${short(mean)} and standard deviation ${short(std)}`,
      remedy: setup.normalizes
        ? "Normalise by figures of these inputs: learn.normalize(batch) measures a batch; the callback that is there has others"
        : "Normalise the inputs: learn.normalize()",
      check:
        "Train again on normalised inputs with the same seed: the loss should begin near that of chance and fall sooner",
    };
  },
};

/** Bias-corrected Cramér's V between batch and class (Bergsma 2013): 0 where batches are drawn at random, 1 where each has one class. */
export function association(counts: readonly (readonly number[])[]): number {
  const rows = counts.map((row) => row.reduce((a, b) => a + b, 0)), n = rows.reduce((a, b) => a + b, 0);
  const columns = counts[0]!.map((_, c) => counts.reduce((sum, row) => sum + row[c]!, 0));
  const [r, c] = [rows, columns].map((sums) => sums.filter((sum) => sum > 0).length) as [number, number];
  let phi = 0;
  counts.forEach((row, i) =>
    row.forEach((count, j) => {
      const expected = rows[i]! * columns[j]! / n;
      if (expected > 0) phi += (count - expected) ** 2 / expected / n;
    })
  );
  const corrected = Math.max(0, phi - (r - 1) * (c - 1) / (n - 1));
  const least = Math.min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1;
  return least > 0 ? Math.sqrt(corrected / least) : 0;
}

const ORDER = 0.3;

/** Batches that hold fewer classes than chance would give them. */
export const orderedByClass: Rule = {
  problem: "ordered by class",
  rule: {
    text: `Cramér's V of batch and class, corrected for chance, above ${ORDER}`,
    threshold: ORDER,
    source: "Bergsma 2013, A bias-correction for Cramér's V; the threshold is this library's",
  },
  missing: (evidence) =>
    noClasses(evidence) ?? (evidence.classes!.counts.length < 5 ? "fewer than 5 batches were recorded" : undefined),
  find({ classes, setup }) {
    const { counts } = classes!, v = association(counts);
    if (!(v > ORDER)) return undefined;
    const in1 = average(counts.map((row) => row.filter((count) => count > 0).length));
    const all = counts[0]!.filter((_, c) => counts.some((row) => row[c]! > 0)).length;
    const largest = average(counts.map((row) => Math.max(...row) / row.reduce((a, b) => a + b, 0)));
    return {
      module: null,
      since: 0,
      text: `a batch holds ${short(in1)} of ${all} classes on average, and ${
        percent(largest)
      } of it are of one; Cramér's V of batch and class is ${short(v)}`,
      remedy: setup.shuffles
        ? "Draw the order over all samples: the loader shuffles, and yet its batches are of few classes"
        : "Shuffle the training data: new data.DataLoader(set, { shuffle: true })",
      check: "Print the labels of the first batches: y.array(). Shuffled, V is near 0",
    };
  },
};
