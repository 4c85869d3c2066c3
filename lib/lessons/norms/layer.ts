/** Layer normalisation by hand. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { Module } from "../../nn/module.ts";
import { parameter } from "../../nn/parameter.ts";
import { ones, zeros } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { IMAGE_NORM, type ImageNormOptions } from "./options.ts";

/** Options of {@linkcode LayerNorm}. */
export interface LayerNormOptions extends ImageNormOptions {
  /** Shape of one image's activations, [c, h, w], for a `mult` and `add` of each element. Default: [], one of each for all. */
  shape?: readonly number[];
}

const OPTIONS = optionNames<LayerNormOptions>({ ...IMAGE_NORM, shape: 1 });

/**
 * Layer normalisation written with tensor operations: each image's activations, over channels and pixels together, are normalised to mean 0 and
 * standard deviation 1, then multiplied by `mult` and shifted by `add`, which are trained: one number each, or one for each element. It keeps
 * nothing from batch to batch, and does the same in training and evaluation. Gradients flow through mean and variance.
 *
 * (Ba, Kiros and Hinton 2016, https://arxiv.org/abs/1607.06450.) It differs from PyTorch's layer as the lessons do: it normalises by
 * the unbiased variance (`correction: 0` for PyTorch's), and `mult` and `add` are single numbers unless a `shape` is given.
 *
 * @example
 * ```ts
 * import { lessons, randn } from "./mod.ts";
 * const x = randn([2, 8, 7, 7]).mul(3).add(2);
 * console.log(await new lessons.LayerNorm().call(x).std([1, 2, 3]).array()); // about [ 1, 1 ]
 * console.log(new lessons.LayerNorm({ shape: [8, 7, 7] }).mult.shape); // [ 8, 7, 7 ]
 * ```
 */
export class LayerNorm extends Module {
  /** Trained factor; initially 1. */
  mult: Tensor;
  /** Trained offset; initially 0. */
  add: Tensor;
  /** Added to the variance. */
  readonly eps: number;
  /** Subtracted from the count in the variance. */
  readonly correction: number;
  /** Shape of `mult` and `add`. */
  readonly shape: readonly number[];

  /**
   * The axes that are normalised do not depend on the options: always all but the first.
   *
   * @param options see {@linkcode LayerNormOptions}
   */
  constructor(options: LayerNormOptions = {}) {
    super();
    checkOptions("LayerNorm", options, OPTIONS);
    const { eps = 1e-5, correction = 1, shape = [], ...on } = options;
    this.eps = eps;
    this.correction = correction;
    this.shape = [...shape];
    this.mult = parameter(ones(shape, on));
    this.add = parameter(zeros(shape, on));
  }

  /** x [n, c, h, w] → the same shape */
  forward(x: Tensor): Tensor {
    const [v, m] = x.varMean([1, 2, 3], { keepdim: true, correction: this.correction });
    return x.sub(m).mul(v.add(this.eps).rsqrt()).mul(this.mult).add(this.add);
  }

  /** Its settings as the module's text shows them: `(8, 7, 7), eps=0.00001`. */
  override extraRepr(): string {
    return `${this.shape.length ? `(${this.shape.join(", ")}), ` : ""}eps=${this.eps}`;
  }
}
