/** Images and signals of another size, as a layer. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { found } from "../device/expect.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { interpolate, type InterpolateOptions } from "./interpolate.ts";
import { Module } from "./module.ts";
import { pyFloat, pyPair } from "./repr.ts";

const OPTIONS = optionNames<InterpolateOptions>({ size: 1, scaleFactor: 1, mode: 1, alignCorners: 1 });

/**
 * Images [n, c, h, w] or signals [n, c, l] of another size; see `nn.functional.interpolate`. PyTorch's Upsample.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const up = new nn.Upsample({ scaleFactor: 2, mode: "bilinear" });
 * console.log(up.call(randn([2, 3, 4, 5])).shape, String(up)); // [ 2, 3, 8, 10 ] Upsample(scale_factor=2.0, mode=bilinear)
 * ```
 */
export class Upsample extends Module {
  /** What is asked of `interpolate`. */
  readonly options: Readonly<InterpolateOptions>;

  /**
   * Either `size` or `scaleFactor` says how large the result is.
   *
   * @param options see {@linkcode InterpolateOptions}
   * @throws {TypeError} unless there is one of the two
   */
  constructor(options: InterpolateOptions) {
    super();
    checkOptions("Upsample", options, OPTIONS);
    const { size, scaleFactor } = options;
    if ((size === undefined) === (scaleFactor === undefined)) {
      throw new TypeError(
        `Cannot make Upsample: give either size or scaleFactor, found ${found(size)} and ${found(scaleFactor)}`,
      );
    }
    this.options = { ...options };
  }

  /** x [n, c, …sizes] → [n, c, …others] */
  forward(x: Tensor): Tensor {
    return interpolate(x, this.options);
  }

  /** Its settings as PyTorch prints them: `scale_factor=2.0, mode=nearest`. */
  override extraRepr(): string {
    const { size, scaleFactor, mode = "nearest" } = this.options;
    const factor = scaleFactor === undefined
      ? `size=${pyPair(size!)}`
      : `scale_factor=${
        typeof scaleFactor === "number" ? pyFloat(scaleFactor) : `(${scaleFactor.map(pyFloat).join(", ")})`
      }`;
    return `${factor}, mode=${mode}`;
  }
}
