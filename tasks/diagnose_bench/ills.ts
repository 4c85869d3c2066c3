/** Ills that the benchmark of diagnoses plants, each declared before the training begins. */
import { Callback } from "../../lib/learner/callback.ts";
import { moduleNames } from "../../lib/nn/names.ts";
import { isNorm } from "../../lib/learner/diagnosis_modes.ts";
import type { LearnerCore } from "../../lib/learner/core.ts";
import { kaimingNormal_, xavierNormal_ } from "../../lib/nn/init.ts";
import { Lambda } from "../../lib/nn/lambda.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import type { Module } from "../../lib/nn/module.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { SGD } from "../../lib/optim/sgd.ts";
import { arange } from "../../lib/tensor/create.ts";
import { noGrad } from "../../lib/tensor/graph.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { isLayer } from "./networks.ts";
import type { Declared, Parts } from "./training.ts";

/** The name by which a finding names it. */
const nameIn = (model: Sequential, module: Module) => moduleNames(model).get(module)!;

const layersOf = (model: Sequential) => [...model].filter(isLayer);
const hiddenOf = (model: Sequential) => layersOf(model).slice(0, -1);
const middle = <T>(list: readonly T[]): T => list[Math.floor(list.length / 2)]!;

const everywhere = (problem: Declared["problem"]): Declared => ({ problem, module: null });

/** A hidden layer's bias at −10: its rectifier is off from the start. */
export function deadReLU({ model }: Parts): Declared {
  const layer = middle(hiddenOf(model));
  noGrad(() => layer.bias!.fill_(-10));
  const after = [...model].slice([...model].indexOf(layer)).find(({ typeName }) => /ReLU/.test(typeName))!;
  return { problem: "dead units", module: nameIn(model, after) };
}

/** All weights and biases ten times too fast. */
export function tenTimes(parts: Parts): Declared {
  parts.lr *= 10;
  return everywhere("rate too high");
}

/** A hundred times too slow. */
export function hundredth(parts: Parts): Declared {
  parts.lr /= 100;
  return everywhere("rate too low");
}

/** Weights of every hidden layer too large by a factor. */
export const exploding = (factor: number) => ({ model }: Parts): Declared => {
  for (const layer of hiddenOf(model)) noGrad(() => kaimingNormal_(layer.weight).mul_(factor));
  return everywhere("exploding scale");
};

/** Weights of every hidden layer too small by a factor. */
export const vanishing = (factor: number) => ({ model }: Parts): Declared => {
  for (const layer of hiddenOf(model)) {
    noGrad(() => kaimingNormal_(layer.weight).mul_(factor));
    noGrad(() => layer.bias!.zero_());
  }
  return everywhere("collapsing scale");
};

/** The weights of one layer too small by a factor. */
export const oneTooSmall = (factor: number) => ({ model }: Parts): Declared => {
  const layer = middle(hiddenOf(model));
  noGrad(() => layer.weight.mul_(factor));
  return { problem: "collapsing scale", module: nameIn(model, layer) };
};

/** The weights of one layer too large by a factor. */
export const oneTooLarge = (factor: number) => ({ model }: Parts): Declared => {
  const layer = middle(hiddenOf(model));
  noGrad(() => layer.weight.mul_(factor));
  return { problem: "exploding scale", module: nameIn(model, layer) };
};

/** Weights of ten times Xavier's deviation before tanh. */
export function saturated({ model }: Parts): Declared {
  for (const layer of hiddenOf(model)) noGrad(() => xavierNormal_(layer.weight).mul_(10));
  return { problem: "saturation", module: nameIn(model, [...model].find(({ typeName }) => typeName === "Tanh")!) };
}

/** Pixels from 0 to 255. */
export function rawPixels(parts: Parts): Declared {
  const { x, y } = parts.images, least = x.reduce((a, b) => Math.min(a, b)), most = x.reduce((a, b) => Math.max(a, b));
  parts.images = { x: x.map((value) => 255 * (value - least) / (most - least)), y };
  return everywhere("input scale");
}

/** Labels in an order of their own. */
export function shuffledLabels(parts: Parts): Declared {
  const { x, y } = parts.images, order = parts.random.permutation(y.length);
  parts.images = { x, y: y.map((_, i) => y[order[i]!]!) };
  return everywhere("unrelated labels");
}

/** One hidden layer that does not require gradients. */
export function frozen({ model }: Parts): Declared {
  const layer = middle(hiddenOf(model));
  layer.requiresGrad_(false);
  return { problem: "not trained", module: nameIn(model, layer) };
}

/** One hidden layer that the optimiser was not given. */
export function leftOut(parts: Parts): Declared {
  const layer = middle(hiddenOf(parts.model)), own = new Set<Tensor>(layer.parameters());
  parts.optFunc = (params, settings) => new SGD([...params].filter((p) => !own.has(p)), settings);
  return { problem: "not trained", module: nameIn(parts.model, layer) };
}

/** A detach in the middle: nothing before it gets a gradient. */
export function detached(parts: Parts): Declared {
  const modules = [...parts.model], at = modules.indexOf(middle(hiddenOf(parts.model)));
  parts.model = new Sequential(...modules.slice(0, at), new Lambda((x) => x.detach()), ...modules.slice(at));
  return { problem: "not trained", module: nameIn(parts.model, layersOf(parts.model)[0]!) };
}

class KeepGradients extends Callback {
  zeroGrad(_learn: LearnerCore): void {}
}

/** Gradients that are never zeroed. */
export function neverZeroed(parts: Parts): Declared {
  parts.cbs.push(new KeepGradients());
  return everywhere("stale gradients");
}

/** Batches of two samples before a batch norm. */
export function batchesOfTwo(parts: Parts): Declared {
  parts.batchSize = 2;
  parts.epochs = 1;
  const { x, y } = parts.images, count = y.length >> 2;
  parts.images = { x: x.slice(0, count * 784), y: y.slice(0, count) };
  return { problem: "small norm batches", module: nameIn(parts.model, [...parts.model].find(isNorm)!) };
}

/** The second norm left in evaluation mode. */
export function normInEvaluation(parts: Parts): Declared {
  const norm = [...parts.model].filter(isNorm)[1]!;
  parts.cbs.push(
    new class EvalCB extends Callback {
      override beforeBatch(): void {
        norm.eval();
      }
    }(),
  );
  return { problem: "evaluation mode", module: nameIn(parts.model, norm) };
}

/** Each class against all others: the mean of log(1 + eᶻ) − z·t over samples and classes. */
function oneAgainstAll(logits: Tensor, labels: Tensor): Tensor {
  const classes = arange(0, logits.shape[1]!, 1, { dtype: "int32" });
  const t = labels.view(-1, 1).eq(classes.view(1, -1)).float();
  const softplus = logits.clampMin(0).add(logits.abs().neg().exp().add(1).log());
  return softplus.sub(logits.mul(t)).mean();
}

/** The last layer's bias at −10, where each class is judged by itself. */
export function lastBias(parts: Parts): Declared {
  const last = layersOf(parts.model).at(-1)!;
  noGrad(() => last.bias!.fill_(-10));
  parts.loss = oneAgainstAll;
  return { problem: "output offset", module: nameIn(parts.model, last) };
}

/** The last layer's bias at −10 for half of the classes. (With all of them a softmax is as before.) */
export function lastBiasOfHalf(parts: Parts): Declared {
  const last = layersOf(parts.model).at(-1)!;
  noGrad(() => last.bias!.narrow(0, 0, 5).fill_(-10));
  return { problem: "output offset", module: nameIn(parts.model, last) };
}

/** One pixel of one image is NaN. */
export function nanInOneImage(parts: Parts): Declared {
  const x = parts.images.x.slice();
  x[784 * (parts.images.y.length >> 1) + 400] = NaN;
  parts.images = { x, y: parts.images.y };
  return everywhere("input not finite");
}

/** A loss that rewards wrong answers. */
export function wrongSign(parts: Parts): Declared {
  parts.loss = (preds, labels: Tensor) => crossEntropy(preds, labels).neg();
  return everywhere("wrong loss sign");
}

/** Samples by class, and not shuffled. */
export function byClass(parts: Parts): Declared {
  const { x, y } = parts.images, order = [...y.keys()].sort((a, b) => y[a]! - y[b]!);
  const sorted = new Float32Array(x.length);
  order.forEach((from, to) => sorted.set(x.subarray(784 * from, 784 * from + 784), 784 * to));
  parts.images = { x: sorted, y: Int32Array.from(order, (i) => y[i]!) };
  parts.shuffle = false;
  return everywhere("ordered by class");
}

/** The logarithm of a rectifier's output, which may be 0. */
export function logarithm(parts: Parts): Declared {
  const modules = [...parts.model], at = modules.findLastIndex(({ typeName }) => /ReLU/.test(typeName));
  const log = new Lambda((x) => x.log());
  parts.model = new Sequential(...modules.slice(0, at + 1), log, ...modules.slice(at + 1));
  return { problem: "not finite", module: nameIn(parts.model, log) };
}
