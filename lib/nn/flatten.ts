/** Layers that change only the form of their input, or nothing. */
import { whole } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * Merges the axes from `startDim` to `endDim` into one: [n, 10, 1, 1] → [n, 10].
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.Flatten().call(randn([16, 10, 1, 1])).shape); // [ 16, 10 ]
 * ```
 */
export class Flatten extends Module {
  /**
   * Negative axes count from the end; whether the input has them is checked when it runs.
   *
   * @param startDim first axis to merge; default 1, which keeps the batch
   * @param endDim last axis to merge; default −1, the last one
   * @throws {RangeError} for what no tensor has; {@linkcode TypeError} for what is no number
   */
  constructor(readonly startDim = 1, readonly endDim: number = -1) {
    super();
    for (const [name, axis] of Object.entries({ startDim, endDim })) whole("make Flatten", name, axis, -64, 63);
  }

  /** x [n, a, b, …] → [n, a·b·…] by default */
  forward(x: Tensor): Tensor {
    return x.flatten(this.startDim, this.endDim);
  }

  /** Its settings as PyTorch prints them: `start_dim=1, end_dim=-1`. */
  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}

/**
 * Returns its input; stands where a layer was left out.
 *
 * @example
 * ```ts
 * import { nn, ones } from "./mod.ts";
 * const x = ones([2, 3]);
 * console.log(new nn.Identity().call(x) === x); // true
 * ```
 */
export class Identity extends Module {
  /** x of any shape → x */
  forward(x: Tensor): Tensor {
    return x;
  }
}
