/** Distances and angles between vectors, and the losses made of them. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { showShape } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkSameShape, type LossOptions, numberOption, reduced } from "./reduction.ts";

/** Options of {@linkcode cosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** The axis along which the vectors lie. Default 1. */
  dim?: number;
  /** What lengths are at least, so that nothing is divided by 0. Default 1e-8. */
  eps?: number;
}

const COSINE = optionNames<CosineSimilarityOptions>({ dim: 1, eps: 1 });

/** x·y / (|x|·|y|) with lengths kept above 0; each vector is divided by its own, as squares and products may be beyond float32 where cosines are not. */
function cosines(x: Tensor, y: Tensor, dim: number, above0: (length: Tensor) => Tensor): Tensor {
  const unit = (v: Tensor) => v.div(above0(v.norm(2, dim, { keepdim: true })));
  return unit(x).mul(unit(y)).sum(dim);
}

/**
 * The cosine of the angle between vectors: x·y / (max(|x|, eps)·max(|y|, eps)).
 *
 * @param x float32 of at least one axis
 * @param y of x's shape
 * @returns x's shape without `dim`
 * @throws {RangeError} if the shapes differ
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.cosineSimilarity(tensor([[1, 0], [3, 4]]), tensor([[0, 2], [6, 8]])).array()); // about [ 0, 1 ]
 * ```
 */
export function cosineSimilarity(x: Tensor, y: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  checkOptions("cosineSimilarity", options, COSINE);
  checkSameShape("cosineSimilarity", x, y, ["first input", "second input"]);
  const { dim = 1 } = options, eps = numberOption("cosineSimilarity", "eps", options.eps ?? 1e-8, 0, true);
  return cosines(x, y, dim, (length) => length.clampMin(eps));
}

/** Options of {@linkcode pairwiseDistance}. */
export interface PairwiseDistanceOptions {
  /** Which norm: 2 (the default) is Euclid's, 1 the sum of absolute differences, Infinity the largest. */
  p?: number;
  /** What is added to each difference. Default 1e-6, as in PyTorch, which keeps the gradient of equal vectors finite. */
  eps?: number;
  /** Whether the vectors' axis stays, with size 1. Default false. */
  keepdim?: boolean;
}

const PAIRWISE = optionNames<PairwiseDistanceOptions>({ p: 1, eps: 1, keepdim: 1 });

/**
 * The p-norm of x − y + eps along the last axis. Where that is 0, as of equal vectors with an eps of 0, no gradient flows.
 *
 * @param x float32 of at least one axis
 * @param y of x's shape
 * @returns x's shape without its last axis
 * @throws {RangeError} if the shapes differ, or p is not above 0
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.pairwiseDistance(tensor([[0, 0]]), tensor([[3, 4]])).array()); // about [ 5 ]
 * ```
 */
export function pairwiseDistance(x: Tensor, y: Tensor, options: PairwiseDistanceOptions = {}): Tensor {
  checkOptions("pairwiseDistance", options, PAIRWISE);
  checkSameShape("pairwiseDistance", x, y, ["first input", "second input"]);
  const p = numberOption("pairwiseDistance", "p", options.p ?? 2, 0, false);
  const eps = numberOption("pairwiseDistance", "eps", options.eps ?? 1e-6, -Infinity, true);
  return x.sub(y).add(eps).norm(p, -1, { keepdim: options.keepdim ?? false });
}

/** Options of {@linkcode cosineEmbeddingLoss}. */
export interface CosineEmbeddingLossOptions extends LossOptions {
  /** Cosines of unlike pairs below this cost nothing: from −1 to 1. Default 0. */
  margin?: number;
}

const EMBEDDING = optionNames<CosineEmbeddingLossOptions>({ reduction: 1, margin: 1 });

/** The square of this is what PyTorch adds to squared lengths in this loss. */
const EPSILON = 1e-6;

/**
 * Draws like pairs together and unlike ones apart: 1 − cos(x, y) where the target is 1, max(0, cos(x, y) − margin) where it is −1.
 *
 * @param x float32 [n, features], or [features] of one pair
 * @param y of x's shape
 * @param target 1 or −1 for each pair: [n], or 0-d
 * @returns 0-d, or the target's shape without reduction
 * @throws {RangeError} if the shapes do not fit
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const x = tensor([[1, 0], [1, 0]]), y = tensor([[0, 1], [1, 0]]);
 * console.log(await F.cosineEmbeddingLoss(x, y, tensor([1, -1]), { reduction: "none" }).array()); // [ 1, 1 ]
 * ```
 */
export function cosineEmbeddingLoss(
  x: Tensor,
  y: Tensor,
  target: Tensor,
  options: CosineEmbeddingLossOptions = {},
): Tensor {
  const name = "cosineEmbeddingLoss";
  checkOptions(name, options, EMBEDDING);
  checkSameShape(name, x, y, ["first input", "second input"]);
  checkTensor(name, "the target", target);
  if (x.ndim < 1 || x.ndim > 2 || target.ndim !== x.ndim - 1 || (x.ndim === 2 && target.shape[0] !== x.shape[0])) {
    throw new RangeError(
      `Cannot compute ${name} of ${showShape(x.shape)} and targets ${showShape(target.shape)}: ` +
        `it takes pairs [n, features] and a target [n] of 1 or −1 for each, or [features] and one without axes`,
    );
  }
  const margin = numberOption(name, "margin", options.margin ?? 0, -1, true);
  const cosine = cosines(x, y, -1, (length) => length.hypot(EPSILON));
  const losses = cosine.neg().add(1).where(target.eq(1), cosine.sub(margin).clampMin(0).where(target.eq(-1), 0));
  return reduced(losses, options.reduction);
}

/** Options of {@linkcode tripletMarginLoss}. */
export interface TripletMarginLossOptions extends LossOptions {
  /** By how much the negative is to be farther from the anchor than the positive. Default 1. */
  margin?: number;
  /** Which norm. Default 2. */
  p?: number;
  /** What is added to each difference. Default 1e-6. */
  eps?: number;
  /** Whether the negative's distance is that from the positive where that is smaller (Balntas et al., 2016). Default false. */
  swap?: boolean;
}

const TRIPLET = optionNames<TripletMarginLossOptions>({ reduction: 1, margin: 1, p: 1, eps: 1, swap: 1 });

/**
 * Draws an anchor to a positive example and away from a negative one: max(0, d(anchor, positive) − d(anchor, negative) + margin), with d the
 * {@linkcode pairwiseDistance} (https://bmva-archive.org.uk/bmvc/2016/papers/paper119/paper119.pdf).
 *
 * @param anchor float32 [n, features], or any shape whose last axis has the features
 * @param positive of the anchor's shape
 * @param negative of the anchor's shape
 * @returns 0-d, or the anchor's shape without its last axis without reduction
 * @throws {RangeError} if the shapes differ, or p is not above 0
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const [anchor, positive, negative] = [[[0, 0]], [[0, 2]], [[1, 0]]].map((values) => tensor(values));
 * console.log(await F.tripletMarginLoss(anchor!, positive!, negative!).item()); // about 2
 * ```
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginLossOptions = {},
): Tensor {
  const name = "tripletMarginLoss";
  checkOptions(name, options, TRIPLET);
  checkSameShape(name, anchor, positive, ["anchor", "positive"]);
  checkSameShape(name, anchor, negative, ["anchor", "negative"]);
  const { swap = false } = options, margin = numberOption(name, "margin", options.margin ?? 1, -Infinity, true);
  const p = numberOption(name, "p", options.p ?? 2, 0, false);
  const eps = numberOption(name, "eps", options.eps ?? 1e-6, -Infinity, true);
  const near = pairwiseDistance(anchor, positive, { p, eps });
  let far = pairwiseDistance(anchor, negative, { p, eps });
  if (swap) far = far.minimum(pairwiseDistance(positive, negative, { p, eps }));
  return reduced(near.sub(far).add(margin).clampMin(0), options.reduction);
}
