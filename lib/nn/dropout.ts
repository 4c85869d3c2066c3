/** Dropout: the function and the layer. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { where } from "../tensor/combine.ts";
import { ones, tensor } from "../tensor/create.ts";
import { rand } from "../tensor/create_random.ts";
import { ShapeError, showShape } from "../tensor/graph.ts";
import { type Generator, generatorOr } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** Options of {@linkcode dropout}. */
export interface DropoutOptions {
  /** Fraction of the elements that become 0. Default: 0.5. */
  p?: number;
  /** Whether anything is dropped at all. Default: true. */
  training?: boolean;
  /** Source of the mask. Default: the default generator, which `setSeed` sets. */
  generator?: Generator;
}

/** Throws unless `p` is a share to be dropped. */
export function checkShare(what: string, p: number): void {
  if (typeof p !== "number") throw new TypeError(`Cannot ${what}: p must be a number from 0 to 1, found ${typeof p}`);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot ${what}: p must be a number from 0 to 1, found ${p}`);
}

const OPTIONS = optionNames<DropoutOptions>({ p: 1, training: 1, generator: 1 });

/**
 * Sets each element to 0 with probability `p` and multiplies the others by 1/(1 − p), so that the expectation stays. Outside training, and
 * for p = 0, the input itself.
 *
 * Masks are counter-based random numbers: the same seed gives the same masks on every device. Those of a generator of PyTorch's kind are
 * PyTorch's, drawn at the call. Source: Srivastava and others (2014),
 * https://jmlr.org/papers/v15/srivastava14a.html.
 *
 * @param x any shape
 * @returns x's shape
 * @throws {RangeError} if p is outside [0, 1]
 *
 * @example
 * ```ts
 * import { nn, ones } from "./mod.ts";
 * console.log(await nn.functional.dropout(ones([3]), { p: 1 }).array()); // [ 0, 0, 0 ]
 * ```
 */
export function dropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  checkOptions("dropout", options, OPTIONS);
  checkTensor("dropout", "the input", x);
  const { p = 0.5, training = true, generator } = options;
  checkShare("dropout", p);
  if (!training || p === 0) return x;
  if (p === 1) return x.mul(0);
  const { torch } = generatorOr(generator);
  if (torch) {
    const kept = Math.fround(1 / Math.fround(1 - p)); // 32-bit floats, as in PyTorch
    const mask = torch.bernoulli(x.numel, 1 - p).map((bit) => bit * kept);
    return x.mul(tensor(mask, { shape: x.shape, device: x.device }));
  }
  const drawn = rand(x.shape, { device: x.device, ...(generator ? { generator } : {}) });
  return x.mul(where(drawn.ge(p), 1 / (1 - p), 0));
}

/**
 * Drops elements while training: each becomes 0 with probability `p`, the others are multiplied by 1/(1 − p). In evaluation mode it
 * returns its input.
 *
 * @example
 * ```ts
 * import { nn, ones } from "./mod.ts";
 * const layer = new nn.Dropout(0.2);
 * console.log(await layer.eval().call(ones([3])).array()); // [ 1, 1, 1 ]
 * console.log(String(layer)); // Dropout(p=0.2, inplace=False)
 * ```
 */
export class Dropout extends Module {
  /**
   * Its masks come from the default generator, which `setSeed` sets.
   *
   * @param p fraction of the elements that are dropped; default 0.5
   * @throws {RangeError} if it is outside [0, 1]
   */
  constructor(readonly p = 0.5) {
    super();
    checkShare(`make ${new.target.name}`, p);
  }

  /** x of any shape → the same shape */
  forward(x: Tensor): Tensor {
    return dropout(x, { p: this.p, training: this.training });
  }

  /** Its settings as PyTorch prints them: `p=0.5, inplace=False`. */
  override extraRepr(): string {
    // PyTorch prints p as it was given; 0 and 1 are mostly given as whole numbers.
    return `p=${this.p}, inplace=False`;
  }
}

/** What can be dropped by channels: [n, c, …]. */
function checkChannels(what: string, x: Tensor): void {
  checkTensor(what, "the input", x);
  if (x.ndim < 3) {
    throw new ShapeError(`Cannot ${what} ${showShape(x.shape)}: it takes [batch, channels, …], three axes at least`, [
      x.shape,
    ]);
  }
}

/**
 * Sets whole channels to 0, each of each sample with probability `p`, and multiplies the others by 1/(1 − p). Neighbouring pixels say much the same:
 * dropped one by one, they would hide little. Outside training, and for p = 0, the input itself. (Tompson and others 2015; PyTorch's `dropout2d`.)
 *
 * @param x [n, c, …]
 * @returns x's shape
 * @throws {ShapeError} for fewer than three axes; {@linkcode RangeError} if p is outside [0, 1]
 *
 * @example
 * ```ts
 * import { F, ones } from "./mod.ts";
 * const sums = F.dropout2d(ones([4, 8, 3, 3])).sum([2, 3]);
 * console.log(await sums.remainder(18).abs().sum().item()); // 0: each channel is 0, or twice as large
 * ```
 */
export function dropout2d(x: Tensor, options: DropoutOptions = {}): Tensor {
  checkOptions("dropout2d", options, OPTIONS);
  checkChannels("dropout2d", x);
  const { p = 0.5, training = true } = options;
  checkShare("dropout2d", p);
  if (!training || p === 0) return x;
  const each = ones(x.shape.map((size, axis) => axis < 2 ? size : 1), { device: x.device });
  return x.mul(dropout(each, options));
}

/**
 * Drops whole channels while training, each of each sample with probability `p`; the others are multiplied by 1/(1 − p). In evaluation mode it returns
 * its input.
 *
 * @example
 * ```ts
 * import { nn, ones } from "./mod.ts";
 * const layer = new nn.Dropout2d(0.2);
 * console.log(layer.call(ones([2, 4, 3, 3])).shape, String(layer)); // [ 2, 4, 3, 3 ] Dropout2d(p=0.2, inplace=False)
 * ```
 */
export class Dropout2d extends Dropout {
  /** x [n, c, …] → the same shape */
  override forward(x: Tensor): Tensor {
    return dropout2d(x, { p: this.p, training: this.training });
  }
}
