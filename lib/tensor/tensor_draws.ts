/** Methods of tensors that draw by their elements. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { whole } from "../device/whole.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { binary, cast } from "../ops/pointwise.ts";
import { float } from "../ops/sources.ts";
import { bernoulli, multinomial, uniforms } from "./draws.ts";
import { made } from "./family.ts";
import { GENERATOR } from "./options.ts";
import { type Generator, generatorOr } from "./random.ts";
import { floatNode } from "./reductions.ts";
import { TensorMasks } from "./tensor_masks.ts";
import { drawnData, ownPlace } from "./torch_random/fill.ts";

/** Options of {@linkcode Tensor.multinomial}. */
export interface MultinomialOptions {
  /** Whether a category may be drawn again. Default false. */
  replacement?: boolean;
  /** Where the random numbers come from. Default: the generator that {@linkcode setSeed} restarts. */
  generator?: Generator;
}

const MULTINOMIAL = optionNames<MultinomialOptions>({ replacement: 1, generator: 1 });

/**
 * The part of {@linkcode Tensor} that draws by the tensor's elements.
 *
 * @example
 * ```ts
 * import { tensor } from "./mod.ts";
 * const chances = tensor([0, 1, 0]);
 * console.log(await chances.bernoulli().array(), await chances.multinomial(1).array()); // [ 0, 1, 0 ] [ 1 ]
 * ```
 */
export class TensorDraws extends TensorMasks {
  /**
   * 1 with the probability that each element is, else 0, float32. No gradient flows through. A generator of PyTorch's kind gives PyTorch's numbers.
   *
   * @throws {TypeError} for other types than float32. A probability outside [0, 1] counts as the nearer end
   */
  bernoulli(options: { generator?: Generator } = {}): this {
    checkOptions("bernoulli", options, GENERATOR);
    return made(this, bernoulli(floatNode("bernoulli", this.node()), generatorOr(options.generator), this.stride()));
  }

  /**
   * Fills with 1 with probability `p`, else 0. A generator of PyTorch's kind gives PyTorch's numbers.
   *
   * @param p default 0.5
   * @throws {RangeError} unless `p` is from 0 to 1
   */
  bernoulli_(p = 0.5, options: { generator?: Generator } = {}): this {
    checkOptions("bernoulli_", options, GENERATOR);
    if (typeof p !== "number") {
      throw new TypeError(`Cannot draw by ${typeof p}: p must be a number. t.bernoulli() draws by a tensor`);
    }
    if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot draw with probability ${p}: it must be from 0 to 1`);
    const x = this.node(), generator = generatorOr(options.generator), { torch } = generator;
    const drawn = torch
      ? drawnData(ownPlace(this), (n) => torch.bernoulli(n, p))
      : cast(binary("lt", uniforms(x.device, this.shape, generator), float(x, p)), "float32");
    return this.assign(cast(drawn, this.dtype), "bernoulli_");
  }

  /**
   * `count` categories of each row, drawn by their weights, which need not add up to 1: int32. Without replacement no category comes twice, and those
   * drawn first come first. No gradient flows through. A generator of PyTorch's kind is drawn from, and gives other categories than PyTorch's.
   *
   * A row whose weights are negative, not finite or all 0 is a {@linkcode DeviceFaultError} at the next read. Without replacement, categories
   * of weight 0 come only after all others.
   *
   * @returns [count] of weights [categories], [rows, count] of [rows, categories]
   * @throws {ShapeError} for other numbers of axes; {@linkcode TypeError} for other types than float32; {@linkcode RangeError} unless the count is a
   *   whole number from 1, and without replacement at most the number of categories
   */
  multinomial(count: number, options: MultinomialOptions = {}): this {
    checkOptions("multinomial", options, MULTINOMIAL);
    const x = floatNode("multinomial", this.node()), { replacement = false } = options;
    if (this.ndim !== 1 && this.ndim !== 2) {
      throw new ShapeError(
        `Cannot draw from weights ${showShape(this.shape)}: they are [categories] or [rows, categories]`,
      );
    }
    const categories = this.shape.at(-1)!;
    whole("draw", "the number of categories", categories, 1);
    whole("draw", "the count", count, 1, ...(replacement ? [] : [categories]));
    return made(this, multinomial(x, count, replacement, generatorOr(options.generator)));
  }
}
