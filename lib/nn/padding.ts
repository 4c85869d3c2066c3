/** Padding as layers. */
import { found } from "../device/expect.ts";
import { checkTensor } from "../tensor/expect.ts";
import { ShapeError, showShape } from "../tensor/graph.ts";
import { pad, type PadMode } from "../tensor/pad.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkNumber } from "./check.ts";
import { Module } from "./module.ts";
import { pyFloat, pyTuple } from "./repr.ts";

/** How much is put around an input: one number for all sides, or two for each axis, the last axis first. Below 0 it says how much is cut off. */
export type Padding = number | readonly number[];

/** What the layers have in common. */
abstract class Pad extends Module {
  /** Two numbers for each axis, the last axis first. */
  readonly padding: readonly number[];
  /** How many axes are padded. */
  protected abstract readonly axes: 1 | 2;
  /** What stands in the padding. */
  protected abstract readonly mode: PadMode;

  /** Throws unless there are as many whole numbers as sides. */
  constructor(padding: Padding, axes: 1 | 2) {
    super();
    const sides: readonly number[] = typeof padding === "number" ? Array<number>(2 * axes).fill(padding) : padding;
    if (!Array.isArray(sides) || sides.length !== 2 * axes || !sides.every((side) => typeof side === "number")) {
      throw new TypeError(
        `Cannot make ${this.typeName}: the padding is a number, or ${2 * axes} of them, [left, right${
          axes === 2 ? ", top, bottom" : ""
        }], found ${Array.isArray(sides) ? `an array of ${sides.length}` : found(padding)}`,
      );
    }
    if (!sides.every(Number.isInteger)) {
      throw new RangeError(
        `Cannot make ${this.typeName}: the padding must be whole numbers, found ${showShape(sides)}`,
      );
    }
    this.padding = [...sides];
  }

  /** What stands in a constant padding. */
  protected get filling(): number {
    return 0;
  }

  /**
   * x [n, c, l] or [c, l] (of images [n, c, h, w] or [c, h, w]) → its last axes larger
   *
   * @throws {ShapeError} for other axes, or if there is too little to be mirrored
   */
  forward(x: Tensor): Tensor {
    checkTensor(this.typeName, "the input", x);
    const { axes, mode, padding } = this;
    if (x.ndim !== axes + 1 && x.ndim !== axes + 2) {
      throw new ShapeError(`Cannot ${this.typeName} ${showShape(x.shape)}: it takes ${axes + 1} or ${axes + 2} axes`, [
        x.shape,
      ]);
    }
    return pad(x, padding, mode === "constant" ? { value: this.filling } : { mode });
  }

  /** Its settings as PyTorch prints them: `(1, 1)`. */
  override extraRepr(): string {
    return pyTuple(this.padding);
  }
}

/** What the layers that pad with a number have in common. */
abstract class ConstantPad extends Pad {
  protected readonly mode = "constant";

  /** Throws for what is no padding, or no number. */
  constructor(padding: Padding, axes: 1 | 2, readonly value: number) {
    super(padding, axes);
    checkNumber(`make ${this.typeName}`, "value", value);
  }

  protected override get filling(): number {
    return this.value;
  }

  /** Its settings as PyTorch prints them: `padding=(1, 1), value=0.5`. */
  override extraRepr(): string {
    return `padding=${super.extraRepr()}, value=${pyFloat(this.value)}`;
  }
}

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
  protected readonly axes = 1;

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
  protected readonly axes = 2;

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
  protected readonly axes = 2;

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
  protected readonly axes = 1;
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
  protected readonly axes = 2;
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
  protected readonly axes = 1;
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
  protected readonly axes = 2;
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
  protected readonly axes = 1;
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
  protected readonly axes = 2;
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
