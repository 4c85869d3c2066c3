/** A function as a layer. */
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * A layer made of a function, for what is too small for a class.
 *
 * @example
 * ```ts
 * import { nn, randn, type Tensor } from "./mod.ts";
 * const asImages = new nn.Lambda((x: Tensor) => x.view(-1, 1, 28, 28));
 * console.log(asImages.call(randn([16, 784])).shape); // [ 16, 1, 28, 28 ]
 * ```
 */
export class Lambda extends Module {
  /**
   * The function is code: `stateDict` does not have it.
   *
   * @param fn computes the output from the inputs
   * @throws {TypeError} for anything but a function
   */
  constructor(readonly fn: (...inputs: Tensor[]) => Tensor) {
    super();
    if (typeof fn !== "function") {
      throw new TypeError(`Cannot make a Lambda of ${typeof fn}: give a function of tensors`);
    }
  }

  /** What the function makes of the inputs. */
  forward(...inputs: Tensor[]): Tensor {
    return this.fn(...inputs);
  }
}
