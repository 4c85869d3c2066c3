/** Attention: the function, and the layer with several heads. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { where } from "../tensor/combine.ts";
import { arange } from "../tensor/create.ts";
import { checkNumber, checkTensor, checkTensorOrNone } from "../tensor/expect.ts";
import { isFloat, ShapeError, showShape } from "../tensor/graph.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { dropout } from "./dropout.ts";

/** Options of {@linkcode scaledDotProductAttention}. */
export interface AttentionOptions {
  /**
   * Broadcasts to [..., l, s]. Of bools, true lets a query see a key; of floats, it is added to the scores. A query that sees no key gives NaN, as in
   * PyTorch 1.13. Default: none.
   */
  attnMask?: Tensor | null;
  /** Fraction of the weights that is dropped. Default: 0. */
  dropoutP?: number;
  /** Whether query i sees keys 0 to i alone. Default: false. */
  isCausal?: boolean;
  /** Factor on the scores. Default: 1/√e. */
  scale?: number;
  /** Source of what is dropped. Default: the default generator. */
  generator?: Generator;
}

const OPTIONS = optionNames<AttentionOptions>({ attnMask: 1, dropoutP: 1, isCausal: 1, scale: 1, generator: 1 });

/**
 * softmax(query · keyᵀ · scale + mask) · value: for each query a mean of the values, weighted by how well their keys fit. (Vaswani and others 2017,
 * https://arxiv.org/abs/1706.03762; PyTorch's function of this name.)
 *
 * @param query [..., l, e]
 * @param key [..., s, e]
 * @param value [..., s, v]
 * @param options see {@linkcode AttentionOptions}
 * @returns [..., l, v]
 * @throws {ShapeError} if the shapes do not fit; {@linkcode TypeError} for a mask of whole numbers
 *
 * @example
 * ```ts
 * import { F, ones, randn, tensor } from "./mod.ts";
 * const x = randn([2, 8, 5, 16]); // batch, heads, tokens, width
 * console.log(F.scaledDotProductAttention(x, x, x, { isCausal: true }).shape); // [ 2, 8, 5, 16 ]
 * const value = tensor([[1], [3], [8]]);
 * const means = F.scaledDotProductAttention(ones([3, 4]), ones([3, 4]), value, { isCausal: true });
 * console.log(await means.array()); // [ [ 1 ], [ 2 ], [ 4 ] ]
 * ```
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  checkOptions("scaledDotProductAttention", options, OPTIONS);
  const { dropoutP = 0, generator } = options;
  const weights = attentionWeights("scaledDotProductAttention", query, key, value, options);
  const kept = dropoutP === 0 ? weights : dropout(weights, { p: dropoutP, ...generator ? { generator } : {} });
  return kept.matmul(value);
}

/** The weights of attention, [..., l, s]. */
export function attentionWeights(
  what: string,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { attnMask, isCausal = false, scale }: AttentionOptions,
): Tensor {
  for (const [name, t] of Object.entries({ query, key, value })) checkTensor(what, `the ${name}`, t);
  checkTensorOrNone(what, "attnMask", attnMask);
  if (scale !== undefined) checkNumber(`run ${what}`, "scale", scale);
  const width = query.shape.at(-1), length = key.shape.at(-2);
  if (query.ndim < 2 || key.ndim < 2 || value.ndim < 2 || key.shape.at(-1) !== width || value.shape.at(-2) !== length) {
    throw new ShapeError(
      `Cannot run ${what} on ${showShape(query.shape)}, ${showShape(key.shape)} and ${
        showShape(value.shape)
      }: it takes a query ` +
        `[..., l, e], a key [..., s, e] and a value [..., s, v]`,
      [query.shape, key.shape, value.shape],
    );
  }
  // The factor goes to the smaller of what it could be on.
  let scores = query.mul(scale ?? 1 / Math.sqrt(width!)).matmul(key.transpose(-2, -1));
  if (isCausal) scores = where(causalMask(query, key), scores, -Infinity);
  if (attnMask) checkAttnMask(what, attnMask, scores.shape);
  if (attnMask) scores = attnMask.dtype === "bool" ? where(attnMask, scores, -Infinity) : scores.add(attnMask);
  return scores.softmax(-1);
}

/** Throws unless a mask is of bools or floats: whole numbers, often 0 and 1 for hidden and seen, would be added to the scores. */
export function checkMaskType(what: string, name: string, mask: Tensor): void {
  if (mask.dtype === "bool" || isFloat(mask.dtype)) return;
  throw new TypeError(
    `Cannot run ${what} with ${name} of ${mask.dtype}: a mask is of bools, or of float32 that is added to the scores. Convert with .bool() or .float()`,
  );
}

/** Throws unless a mask fits the scores as they are: a larger one would make a result of more queries, or more samples, than there are. */
function checkAttnMask(what: string, mask: Tensor, scores: readonly number[]): void {
  checkMaskType(what, "attnMask", mask);
  const sizes = scores.slice(Math.max(0, scores.length - mask.ndim));
  if (mask.ndim <= scores.length && mask.shape.every((size, i) => size === 1 || size === sizes[i])) return;
  throw new ShapeError(
    `Cannot run ${what} with attnMask of shape ${
      showShape(mask.shape)
    }: it must broadcast to the scores, [..., l, s], here ${showShape(scores)}`,
    [mask.shape],
  );
}

/** Whether query i sees key j: where j ≤ i, [l, s]. */
function causalMask(query: Tensor, key: Tensor): Tensor {
  const { device } = query;
  const count = (t: Tensor) => arange(0, t.shape.at(-2)!, 1, { device });
  return count(query).unsqueeze(1).ge(count(key));
}
