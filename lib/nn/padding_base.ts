/** What the padding layers have in common. */
import { found } from "../device/expect.ts";
import { checkNumber, checkTensor } from "../tensor/expect.ts";
import { ShapeError, showShape } from "../tensor/graph.ts";
import { pad, type PadMode } from "../tensor/pad.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";
import { pyFloat, pyTuple } from "./repr.ts";

/** How much is put around an input: one number for all sides, or two for each axis, the last axis first. Below 0 it says how much is cut off. */
export type Padding = number | readonly number[];

/**
 * What the layers have in common.
 *
 * @internal
 */
export abstract class Pad extends Module {
  /** Two numbers for each axis, the last axis first. */
  readonly padding: readonly number[];
  /** What stands in the padding. */
  protected abstract readonly mode: PadMode;

  /**
   * Throws unless there are as many whole numbers as sides.
   *
   * @param axes how many of the last axes are padded
   */
  constructor(padding: Padding, protected readonly axes: 1 | 2) {
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

/**
 * What the layers that pad with a number have in common.
 *
 * @internal
 */
export abstract class ConstantPad extends Pad {
  /** A number. */
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
