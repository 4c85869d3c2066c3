/** Rules about how the model stands in the first batch: the scale over depth, and the outputs. */
import type { ActivationFigures } from "./diagnosis.ts";
import { list, short } from "./diagnose_figures.ts";
import { batchOf, type Evidence, noClasses, type Rule } from "./diagnose_rule.ts";

/** Factors on the input's deviation across samples, after all hidden modules. */
const SCALE = { least: 1e-3, most: 10 };
/** Share of the change over all modules that one of them makes, above which it is the one to blame. */
const ONE = 0.5;

interface Profile {
  readonly layers: readonly (ActivationFigures & { readonly first: number })[];
  /** Deviation across samples of the first batch's inputs. */
  readonly input: number;
}

/**
 * Deviations in the first batch, up to the last module's input: its own weights may begin at 0. They are those across samples where DiagnoseCB
 * recorded them, else those of all elements, which cannot be less.
 */
function profile({ activations, inputs, setup }: Evidence): Profile {
  const layers = activations.flatMap((figures) => {
    const first = (figures.signal ?? figures.std)[0];
    return first === undefined || Number.isNaN(first) || batchOf(figures, 0) !== 0 ? [] : [{ ...figures, first }];
  });
  const last = layers.findIndex(({ name }) => name === setup.lastLayer);
  return { layers: last > 0 ? layers.slice(0, last) : layers, input: inputs?.signal[0] ?? layers[0]?.first ?? NaN };
}

const missingScale: Rule["missing"] = (evidence) =>
  profile(evidence).layers.length >= 2 ? undefined : "fewer than two hidden modules were recorded in the first batch";

/** The change from module to module, and the one that makes most of it. */
function changes({ layers, input }: Profile, direction: 1 | -1) {
  const logs = layers.map(({ first }, i) =>
    direction * Math.log(Math.max(first, 1e-30) / (layers[i - 1]?.first ?? input))
  );
  const total = logs.reduce((a, b) => a + b, 0), most = Math.max(...logs), at = logs.indexOf(most);
  return { total, culprit: most > ONE * total ? layers[at]!.name : null, each: Math.exp(total / layers.length) };
}

const stds = ({ layers, input }: Profile) =>
  `${short(input)} of the inputs, ${list(layers.map(({ first }) => short(first)), 12)}`;

const INIT_SOURCE = "He and others 2015, 2.2: variance is to be kept over depth; the threshold is this library's";
const INIT_CHECK = "Draw the deviations of the first batches: ActivationStats.plotStats({ first: 10 })";

/** What to do about the scale. Weights do not show how they were drawn: it is what was measured that is to change. */
const byMeasure = (culprit: string | null) =>
  `Scale ${
    culprit ? "its weights" : "the weights of all layers"
  } by measurement before the fit: learner.lsuv(model, batch)`;

/** Samples become alike over depth. */
export const collapsingScale: Rule = {
  problem: "collapsing scale",
  rule: {
    text:
      `a deviation across samples below ${SCALE.least} times that of the inputs after all hidden modules, in the first batch`,
    threshold: SCALE.least,
    source: INIT_SOURCE,
  },
  missing: missingScale,
  find(evidence) {
    const seen = profile(evidence), last = seen.layers.at(-1)!, factor = last.first / seen.input;
    if (!(factor < SCALE.least)) return undefined;
    const { culprit, each } = changes(seen, -1);
    return {
      module: culprit,
      since: 0,
      text: `the deviation falls to ${short(factor)} times that of the inputs, ` +
        (culprit ? "most of it here" : `by ${short(1 / each)} times from module to module`) +
        ` (${stds(seen)})`,
      remedy: byMeasure(culprit),
      check: INIT_CHECK,
    };
  },
};

/** Samples are driven apart over depth. */
export const explodingScale: Rule = {
  problem: "exploding scale",
  rule: {
    text:
      `a deviation across samples above ${SCALE.most} times that of the inputs after all hidden modules, in the first batch`,
    threshold: SCALE.most,
    source: INIT_SOURCE,
  },
  missing: missingScale,
  find(evidence) {
    const seen = profile(evidence), last = seen.layers.at(-1)!, factor = last.first / seen.input;
    if (!(factor > SCALE.most)) return undefined;
    const { culprit, each } = changes(seen, 1);
    return {
      module: culprit,
      since: 0,
      text: `the deviation grows to ${short(factor)} times that of the inputs, ` +
        (culprit ? "most of it here" : `by ${short(each)} times from module to module`) + ` (${stds(seen)})`,
      remedy: byMeasure(culprit),
      check: INIT_CHECK,
    };
  },
};

const OFFSET = { least: 4, spreads: 3 };

/** Outputs that favour or rule out classes whatever the input. */
export const outputOffset: Rule = {
  problem: "output offset",
  rule: {
    text:
      `a mean output beyond ±${OFFSET.least} (odds of e⁴, 55 to 1), and beyond ${OFFSET.spreads} deviations across samples`,
    threshold: OFFSET.least,
    source:
      "Karpathy 2019, A Recipe for Training Neural Networks: verify the loss at the start; the thresholds are this library's",
  },
  missing: noClasses,
  find({ classes, setup }) {
    const { firstOutputs, firstSpread } = classes!;
    const most = firstOutputs.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a, 0);
    if (!(Math.abs(most) > Math.max(OFFSET.least, OFFSET.spreads * firstSpread))) return undefined;
    const off = firstOutputs.filter((mean) => Math.abs(mean) > OFFSET.least).length;
    return {
      module: setup.lastLayer ?? null,
      since: 0,
      text:
        `in the first batch ${off} of ${firstOutputs.length} outputs lie beyond ±${OFFSET.least} on average, the farthest at ` +
        `${short(most)}, while samples differ by ${short(firstSpread)}`,
      remedy: "Begin nearer to 0: multiply the last layer's weight and bias by 0.01 before the fit",
      check: `The first loss should be near ${
        short(Math.log(firstOutputs.length))
      }, that of equal shares (for cross-entropy)`,
    };
  },
};
