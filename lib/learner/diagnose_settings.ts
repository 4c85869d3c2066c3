/** Rules about how training is set up: modes, batch sizes, gradients, and what is trained. */
import { list, median, short } from "./diagnose_figures.ts";
import { type Evidence, noRecords, type Rule } from "./diagnose_rule.ts";

/** Modules that train in evaluation mode. */
export const evaluationMode: Rule = {
  problem: "evaluation mode",
  rule: {
    text: "any training batch in evaluation mode",
    threshold: 0,
    source:
      "PyTorch's documentation of Module.eval(): running averages are used and not updated, and dropout does nothing",
  },
  missing: noRecords,
  find({ records }) {
    const found = records!.modes.filter(({ inEvaluation }) => inEvaluation.length > 0);
    const [first] = found;
    if (!first) return undefined;
    const { inEvaluation, samples } = first;
    return {
      module: first.name,
      since: inEvaluation[0]!,
      text: `it ran in evaluation mode in ${inEvaluation.length} of ${samples.length} training batches` + (
        found.length > 1 ? `, and so did ${list(found.slice(1).map(({ name }) => name))}` : ""
      ),
      remedy:
        "Leave model.train() in force while training: something calls eval() or train(false) after it. Where it is meant, " +
        "as in fine-tuning with frozen averages, nothing is wrong",
      check: "Log module.training in a callback's afterPredict, to see which callback or forward sets it",
    };
  },
};

const LEAST_SAMPLES = 8;

/** Batch norm of small batches. */
export const smallNormBatches: Rule = {
  problem: "small norm batches",
  rule: {
    text: `fewer than ${LEAST_SAMPLES} samples in the median batch`,
    threshold: LEAST_SAMPLES,
    source:
      "Wu and He 2018, Group Normalization: the error with batch norm is 23.6% with 32 images in a batch, 24.8% with 8, 34.7% with 2",
  },
  missing: (evidence) =>
    evidence.setup.batchNorms && evidence.setup.batchSize !== undefined ? undefined : noRecords(evidence),
  find({ records, setup }) {
    const seen =
      records?.modes.flatMap(({ batchNorm, name, samples }) => batchNorm ? [{ name, size: median(samples) }] : []) ??
        setup.batchNorms!.map((name) => ({ name, size: setup.batchSize! }));
    const found = seen.filter(({ size }) => size < LEAST_SAMPLES), [first] = found;
    if (!first) return undefined;
    return {
      module: first.name,
      since: 0,
      text: `it takes its mean and variance from ${short(first.size)} samples` +
        (found.length > 1 ? `, and so do ${list(found.slice(1).map(({ name }) => name))}` : ""),
      remedy: "Normalise within a sample: nn.GroupNorm, or nn.LayerNorm for features",
      check:
        "Compare the loss of the same batch in training and in evaluation mode: with small batches they differ widely",
    };
  },
};

const LEFT = 0.999;

/** Gradients that add up over steps. */
export const staleGradients: Rule = {
  problem: "stale gradients",
  rule: {
    text: `a gradient whose norm is at least ${LEFT} times what the last step used, when the next backward begins`,
    threshold: LEFT,
    source:
      "PyTorch's documentation of Optimizer.zero_grad(): backward adds to what is there. Momentum keeps a share below 1",
  },
  missing: noRecords,
  find({ records }) {
    const left = records!.left.filter(({ share }) => share > LEFT);
    const [first] = left;
    if (!first || left.length < records!.left.length / 2) return undefined;
    return {
      module: null,
      since: first.batch,
      text: `all of the gradient that a step had used was still there at the next backward, ${left.length} times`,
      remedy: "Call opt.zeroGrad() after each step: something has taken over the verb zeroGrad, or does nothing in it",
      check: "p.grad of any parameter should be null in a callback's beforeBatch",
    };
  },
};

/** Why no step changes a parameter; undefined if one may. */
function whyStill({ requiresGrad, optimised, reached, gradients }: Evidence["parameters"][number]): string | undefined {
  if (!requiresGrad) return "does not require gradients";
  if (!optimised) return "is not among the optimiser's parameters";
  return reached === 0 && gradients?.length ? "got no gradient from any backward" : undefined;
}

const REMEDIES = {
  "does not require gradients":
    "Unfreeze it: requiresGrad_(true). Where it is meant, as in transfer learning, nothing is wrong",
  "is not among the optimiser's parameters":
    "Give the optimiser all that is to be trained: model.parameters(). Where it is meant, nothing is wrong",
  "got no gradient from any backward": "Let the loss depend on it: forward does not use it, or detaches what it makes",
};

/** Which parameters each reason holds of. */
function reasonsOf(parameters: Evidence["parameters"]): string {
  return [...Map.groupBy(parameters, whyStill)].map(([why, own]) => {
    const verb = own.length > 1 ? why!.replace(/^does|^is/, (w) => w === "is" ? "are" : "do") : why;
    return `${own.map(({ name }) => name).join(" and ")} ${verb}`;
  }).join(", ");
}

/** Modules that no step changes. */
export const notTrained: Rule = {
  problem: "not trained",
  rule: {
    text: "any module of whose parameters none requires gradients, is the optimiser's and gets a gradient",
    threshold: 0,
    source: "by definition: a step changes what the optimiser has, by its gradient",
  },
  missing: ({ parameters }) => parameters.length > 0 ? undefined : "without a DiagnoseCB, or a model with parameters",
  find({ parameters }) {
    const still = [...Map.groupBy(parameters, ({ module }) => module)].flatMap(([module, own]) =>
      own.every(whyStill) ? [{ module, own }] : []
    );
    const [first] = still;
    if (!first) return undefined;
    const why = whyStill(first.own[0]!) as keyof typeof REMEDIES;
    const others = still.slice(1).map(({ module }) => module);
    return {
      module: first.module,
      since: null,
      text: `${reasonsOf(first.own)}${others.length > 0 ? `; nor is anything trained of ${list(others)}` : ""}`,
      remedy: REMEDIES[why],
      check: "Compare its weights before and after a step: they are the same",
    };
  },
};
