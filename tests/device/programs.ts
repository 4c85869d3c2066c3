/** Hand-made programs: a builder, ways to lay out operands, and a seeded source of choices and data. */
import { type DType, type HostArray, isFloat } from "../../lib/device/dtype.ts";
import type { Operand } from "../../lib/device/operand.ts";
import type { Program, Value } from "../../lib/device/program.ts";
import type { Step } from "../../lib/device/steps/mod.ts";
import { Mulberry32 } from "../../tasks/mulberry32.ts";

/** What one run of a program is given: the contents of its buffers, and its numbers. */
export interface ProgramInputs {
  readonly bound: readonly HostArray[];
  readonly scalars: Float64Array;
  readonly offsets: Int32Array;
}

/** A program with the inputs to run it on. */
export interface Case {
  readonly label: string;
  readonly program: Program;
  readonly inputs: ProgramInputs;
  /** Whether all its floats are whole numbers that every device computes exactly. */
  readonly exact: boolean;
}

/** Where the elements of an operand lie. */
export interface Layout {
  readonly strides: readonly number[];
  /** Constant start; 0 by default. */
  readonly offset?: number;
  /** Run-time part of the start; makes an offset slot. */
  readonly dynamic?: number;
}

/** Number of elements of a shape. */
export function numel(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Row-major strides. */
export function contiguous(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; stride *= shape[axis]!, axis--) strides[axis] = stride;
  return strides;
}

/** Strides of a logical `[N, C, H, W]` that lies in memory as NHWC. */
export function nhwc(shape: readonly number[]): number[] {
  const [, c, h, w] = shape as [number, number, number, number];
  return [h * w * c, 1, w * c, c];
}

/** Elements a value needs to hold `shape` laid out so. */
export function extent(shape: readonly number[], layout: Layout): number {
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * layout.strides[axis]!, 0);
  return (layout.offset ?? 0) + (layout.dynamic ?? 0) + last + 1;
}

/** The host array type that holds `dtype` exactly. */
export function hostArray(dtype: DType, length: number): Float32Array | Int32Array | Uint8Array {
  return isFloat(dtype)
    ? new Float32Array(length)
    : dtype === "uint8"
    ? new Uint8Array(length)
    : new Int32Array(length);
}

/** Collects the values, numbers and steps of one program. */
export class ProgramBuilder {
  readonly values: Value[] = [];
  readonly bound: HostArray[] = [];
  readonly steps: Step[] = [];
  readonly #scalars: number[] = [];
  readonly #offsets: number[] = [];
  #arenaBytes = 0;

  /** A new bound value with these contents; returns its index. */
  bind(dtype: DType, data: HostArray | readonly number[]): number {
    const contents = Array.isArray(data) ? Object.assign(hostArray(dtype, data.length), data) : data as HostArray;
    this.bound.push(contents);
    return this.values.push({
      dtype,
      elements: contents.length,
      place: { kind: "bound", slot: this.bound.length - 1 },
    }) - 1;
  }

  /** A new arena value, at the given byte offset or after all others; returns its index. */
  arena(dtype: DType, elements: number, offset?: number): number {
    const at = offset ?? this.#arenaBytes;
    this.#arenaBytes = Math.max(this.#arenaBytes, Math.ceil((at + elements * 4) / 256) * 256);
    return this.values.push({ dtype, elements, place: { kind: "arena", offset: at } }) - 1;
  }

  /** A new scalar slot. */
  scalar(value: number): number {
    return this.#scalars.push(value) - 1;
  }

  /** A view of a value, dense row-major by default. */
  operand(value: number, shape: readonly number[], layout: Layout = { strides: contiguous(shape) }): Operand {
    const dynamic = layout.dynamic === undefined ? -1 : this.#offsets.push(layout.dynamic) - 1;
    return { value, shape, strides: layout.strides, offset: layout.offset ?? 0, dynamic };
  }

  /** A dense operand on a new bound value with these contents. */
  dense(dtype: DType, shape: readonly number[], data: HostArray | readonly number[]): Operand {
    return this.operand(this.bind(dtype, data), shape);
  }

  /** Adds a step. */
  step(step: Step): this {
    this.steps.push(step);
    return this;
  }

  /** The program so far, with its inputs. */
  build(label: string, exact = false): Case {
    return {
      label,
      exact,
      program: {
        values: this.values,
        steps: this.steps,
        arenaBytes: this.#arenaBytes,
        bound: this.bound.length,
        scalars: this.#scalars.length,
        offsets: this.#offsets.length,
      },
      inputs: {
        bound: this.bound,
        scalars: Float64Array.from(this.#scalars),
        offsets: Int32Array.from(this.#offsets),
      },
    };
  }
}

/** Seeded choices. */
export class Choices extends Mulberry32 {
  /** A whole number from `low` to `high`, both possible. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** A whole number from 1 to `high`, small ones as likely as large ones. */
  size(high: number): number {
    return Math.min(high, Math.floor(Math.exp(this.next() * Math.log(high + 1))));
  }

  shuffle<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** A shape of `rank` axes with at most `limit` elements. */
  shape(rank: number, limit: number): number[] {
    const shape: number[] = [];
    for (let left = limit; shape.length < rank; left = Math.floor(left / shape.at(-1)!)) shape.push(this.size(left));
    return this.shuffle(shape);
  }
}

/** How random floats are spread. `wide` spans twelve decades, `special` mixes in infinities, NaN and zeros. */
export type Spread = "normal" | "whole" | "unit" | "positive" | "wide" | "special" | "near1";

const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3e38, -3e38, 1e-30];

/** Random contents for a buffer. */
export function randomData(choices: Choices, dtype: DType, length: number, spread: Spread = "normal"): HostArray {
  const draw: () => number = dtype === "bool"
    ? () => choices.int(0, 1)
    : dtype === "uint8"
    ? () => choices.int(0, 255)
    : dtype === "int32"
    ? spread === "wide" ? () => choices.int(-(2 ** 31), 2 ** 31 - 1) : () => choices.int(-50, 50)
    : {
      normal: () => choices.normal(),
      whole: () => choices.int(-8, 8),
      unit: () => choices.next(),
      positive: () => 0.1 + 3 * choices.next(),
      wide: () => (choices.chance(0.5) ? 1 : -1) * 10 ** (12 * choices.next() - 6),
      special: () => choices.chance(0.2) ? choices.pick(SPECIAL) : choices.normal(),
      near1: () => Math.exp((choices.next() - 0.5) * 30 / Math.sqrt(length)),
    }[spread];
  const data = hostArray(dtype, length);
  for (let i = 0; i < length; i++) data[i] = draw();
  return data;
}

/** What {@linkcode randomLayout} may do. */
export interface LayoutChoices {
  /** Row-major without gaps: only the start may vary. */
  readonly dense?: boolean;
  /** Some axes may have stride 0. */
  readonly broadcast?: boolean;
}

/** Row-major, permuted, with gaps or broadcast, from some start that may be partly known at run time only. */
export function randomLayout(choices: Choices, shape: readonly number[], options: LayoutChoices = {}): Layout {
  const starts = {
    ...(choices.chance(0.25) ? { offset: choices.int(1, 37) } : {}),
    ...(choices.chance(0.15) ? { dynamic: choices.int(0, 21) } : {}),
  };
  if (options.dense || choices.chance(0.3)) return { strides: contiguous(shape), ...starts };
  const axes = shape.map((_, axis) => axis);
  const order = choices.chance(0.6) ? choices.shuffle(axes) : axes;
  const gaps = choices.chance(0.5);
  const strides = new Array<number>(shape.length).fill(0);
  let stride = gaps ? choices.int(1, 3) : 1;
  for (const axis of order.toReversed()) {
    if (options.broadcast && choices.chance(0.25)) continue;
    strides[axis] = stride;
    stride *= shape[axis]!;
    if (gaps && choices.chance(0.4)) stride += choices.int(1, 4);
  }
  return { strides, ...starts };
}

/** An operand in a random layout on a new bound value with random contents (an output's contents must survive around it). */
export function randomOperand(
  builder: ProgramBuilder,
  choices: Choices,
  { dtype, shape, spread, ...options }: LayoutChoices & {
    readonly dtype: DType;
    readonly shape: readonly number[];
    readonly spread?: Spread;
    readonly layout?: Layout;
  },
): Operand {
  const layout = options.layout ?? randomLayout(choices, shape, options);
  const elements = extent(shape, layout) + (choices.chance(0.3) ? choices.int(1, 9) : 0);
  return builder.operand(builder.bind(dtype, randomData(choices, dtype, elements, spread)), shape, layout);
}

/**
 * Brings operands of one shape into the form that the graph layer guarantees: axes of size 1 dropped, axes ordered by the strides
 * of operand `orderBy` (if one is given), neighbours merged where every operand allows.
 */
export function mergeAxes(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  orderBy?: number,
): { shape: number[]; strides: number[][] } {
  let axes = shape.map((size, axis) => ({ size, strides: strides.map((s) => s[axis]!) })).filter(({ size }) =>
    size > 1
  );
  if (orderBy !== undefined) axes = axes.toSorted((a, b) => b.strides[orderBy]! - a.strides[orderBy]!);
  const merged: typeof axes = [];
  for (const axis of axes) {
    const outer = merged.at(-1);
    if (outer && outer.strides.every((stride, i) => stride === axis.strides[i]! * axis.size)) {
      merged[merged.length - 1] = { size: outer.size * axis.size, strides: axis.strides };
    } else merged.push(axis);
  }
  return {
    shape: merged.map(({ size }) => size),
    strides: strides.map((_, i) => merged.map((axis) => axis.strides[i]!)),
  };
}
