/** Padding as layers. */
import { ConstantPad, Pad, type Padding } from "./padding_base.ts";
import { pyTuple } from "./repr.ts";

/**
 * Puts a number around sequences [n, c, l].
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.ConstantPad1d([1, 2], 9).call(tensor([[[1, 2, 3]]])).array()); // [ [ [ 9, 1, 2, 3, 9, 9 ] ] ]
 * ```
 */
export class ConstantPad1d extends ConstantPad {
  /**
   * Numbers below 0 cut off.
   *
   * @param padding one number for all sides, or [left, right]
   * @param value what stands in the padding
   * @throws {TypeError} for another number of sides; {@linkcode RangeError} unless they are whole numbers
   */
  constructor(padding: Padding, value: number) {
    super(padding, 1, value);
  }
}

/**
 * Puts a number around images [n, c, h, w].
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.ConstantPad2d([1, 2, 0, 1], 9).call(randn([2, 3, 4, 5])).shape); // [ 2, 3, 5, 8 ]
 * ```
 */
export class ConstantPad2d extends ConstantPad {
  /**
   * Numbers below 0 cut off.
   *
   * @param padding one number for all sides, or [left, right, top, bottom]
   * @param value what stands in the padding
   * @throws {TypeError} for another number of sides; {@linkcode RangeError} unless they are whole numbers
   */
  constructor(padding: Padding, value: number) {
    super(padding, 2, value);
  }
}

/**
 * Puts zeros around images [n, c, h, w].
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.ZeroPad2d(1).call(randn([2, 3, 4, 5])).shape); // [ 2, 3, 6, 7 ]
 * ```
 */
export class ZeroPad2d extends ConstantPad {
  /**
   * Numbers below 0 cut off.
   *
   * @param padding one number for all sides, or [left, right, top, bottom]
   * @throws {TypeError} for another number of sides; {@linkcode RangeError} unless they are whole numbers
   */
  constructor(padding: Padding) {
    super(padding, 2, 0);
  }

  /** Its settings as PyTorch prints them: `(1, 1, 1, 1)`. */
  override extraRepr(): string {
    return pyTuple(this.padding);
  }
}

/**
 * Mirrors sequences [n, c, l] at their edges, without the edge itself.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.ReflectionPad1d([2, 1]).call(tensor([[[1, 2, 3]]])).array()); // [ [ [ 3, 2, 1, 2, 3, 2 ] ] ]
 * ```
 */
export class ReflectionPad1d extends Pad {
  /** The elements mirrored at the edge. */
  protected readonly mode = "reflect";

  /**
   * Numbers below 0 cut off.
   *
   * @param padding one number for all sides, or [left, right]
   * @throws {TypeError} for another number of sides; {@linkcode RangeError} unless they are whole numbers
   */
  constructor(padding: Padding) {
    super(padding, 1);
  }
}

/**
 * Mirrors images [n, c, h, w] at their edges, without the edge itself.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.ReflectionPad2d(1).call(randn([2, 3, 4, 5])).shape); // [ 2, 3, 6, 7 ]
 * ```
 */
export class ReflectionPad2d extends Pad {
  /** The elements mirrored at the edge. */
  protected readonly mode = "reflect";

  /**
   * Numbers below 0 cut off.
   *
   * @param padding one number for all sides, or [left, right, top, bottom]
   * @throws {TypeError} for another number of sides; {@linkcode RangeError} unless they are whole numbers
   */
  constructor(padding: Padding) {
    super(padding, 2);
  }
}

/**
 * Repeats what stands at the edges of sequences [n, c, l].
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.ReplicationPad1d([2, 1]).call(tensor([[[1, 2, 3]]])).array()); // [ [ [ 1, 1, 1, 2, 3, 3 ] ] ]
 * ```
 */
export class ReplicationPad1d extends Pad {
  /** Those at the edge. */
  protected readonly mode = "replicate";

  /**
   * Numbers below 0 cut off.
   *
   * @param padding one number for all sides, or [left, right]
   * @throws {TypeError} for another number of sides; {@linkcode RangeError} unless they are whole numbers
   */
  constructor(padding: Padding) {
    super(padding, 1);
  }
}

/**
 * Repeats what stands at the edges of images [n, c, h, w].
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.ReplicationPad2d(1).call(randn([2, 3, 4, 5])).shape); // [ 2, 3, 6, 7 ]
 * ```
 */
export class ReplicationPad2d extends Pad {
  /** Those at the edge. */
  protected readonly mode = "replicate";

  /**
   * Numbers below 0 cut off.
   *
   * @param padding one number for all sides, or [left, right, top, bottom]
   * @throws {TypeError} for another number of sides; {@linkcode RangeError} unless they are whole numbers
   */
  constructor(padding: Padding) {
    super(padding, 2);
  }
}

/**
 * Goes on at the other end of sequences [n, c, l]. (In PyTorch from version 2.1 on.)
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.CircularPad1d([2, 1]).call(tensor([[[1, 2, 3]]])).array()); // [ [ [ 2, 3, 1, 2, 3, 1 ] ] ]
 * ```
 */
export class CircularPad1d extends Pad {
  /** Those of the other end. */
  protected readonly mode = "circular";

  /**
   * Numbers below 0 cut off.
   *
   * @param padding one number for all sides, or [left, right]
   * @throws {TypeError} for another number of sides; {@linkcode RangeError} unless they are whole numbers
   */
  constructor(padding: Padding) {
    super(padding, 1);
  }
}

/**
 * Goes on at the other end of images [n, c, h, w]. (In PyTorch from version 2.1 on.)
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * console.log(new nn.CircularPad2d(1).call(randn([2, 3, 4, 5])).shape); // [ 2, 3, 6, 7 ]
 * ```
 */
export class CircularPad2d extends Pad {
  /** Those of the other end. */
  protected readonly mode = "circular";

  /**
   * Numbers below 0 cut off.
   *
   * @param padding one number for all sides, or [left, right, top, bottom]
   * @throws {TypeError} for another number of sides; {@linkcode RangeError} unless they are whole numbers
   */
  constructor(padding: Padding) {
    super(padding, 2);
  }
}
