/**
 * The instruction set of a device: what the graph layer hands to a {@linkcode Backend} to compile.
 *
 * A program is a straight list of steps over values. A value is a piece of device memory: *bound* (a buffer handed in at run time)
 * or in the *arena* (a byte range laid out by liveness; ranges of different values may overlap when their lives do not). Steps run
 * in order; each sees all writes of the steps before it. A step's output may share memory with one of its inputs only in a
 * pointwise step (the epilogue of a fused one too), and then both operands have the same offset, shape and strides.
 *
 * What the graph layer guarantees, so that no backend needs to handle it:
 * - no step has an empty output or reduces over nothing;
 * - all operand strides are ≥ 0, in elements; 0 means broadcast (never on outputs); outputs never overlap themselves;
 * - axes of pointwise and reduce steps are merged as far as all operands allow, and ordered with the first output's innermost
 *   axis last, so that dense operands arrive as one axis of stride 1.
 *
 * Numbers that change from step to step (learning rate, slice starts, seeds) are never part of a program. They arrive at run time
 * in two arrays: `scalars` (64-bit floats, by slot) and `offsets` (element offsets, by slot).
 */
import type { DType } from "./dtype.ts";
import { sizeOf } from "./shape.ts";
import { type Step, stepInputs } from "./steps/mod.ts";

/** Where a value lives. */
export type Place =
  | { readonly kind: "bound"; readonly slot: number }
  | { readonly kind: "arena"; readonly offset: number };

/** A piece of device memory. */
export interface Value {
  readonly dtype: DType;
  readonly elements: number;
  readonly place: Place;
}

/** What a backend compiles and runs. */
export interface Program {
  readonly values: readonly Value[];
  readonly steps: readonly Step[];
  /** Bytes of arena the program needs; every arena offset is a multiple of 256. */
  readonly arenaBytes: number;
  /** Number of bound buffers a run must supply. */
  readonly bound: number;
  /** Bound slots that get the same buffer as an earlier slot: an effect's, which writes over a source. Other slots share no memory. */
  readonly sameMemory?: ReadonlyMap<number, number>;
  /** Numbers of scalar slots and of offset slots a run must supply. */
  readonly scalars: number;
  readonly offsets: number;
}

/** Kernels count elements in signed 32-bit integers. */
const MOST_ELEMENTS = 2 ** 31 - 1;

/**
 * Throws if a step reads more elements than kernels can count. Only what is broadcast, many elements at one place, is ever that long:
 * elsewhere memory ends before. (Of bytes there may be more, and they are looked up by rows, not walked.)
 */
export function checkCounts({ steps, values }: Program): void {
  for (const step of steps) {
    if (step.kernel === "pointwise") continue; // what it writes is as large: memory ends first
    const { kernel } = step.kernel === "fused" ? step.product : step;
    for (const { shape, value } of stepInputs(step.kernel === "fused" ? step.product : step)) {
      const elements = sizeOf(shape);
      if (elements <= MOST_ELEMENTS || elements <= values[value]!.elements) continue;
      throw new RangeError(
        `Cannot run ${kernel} over ${elements.toLocaleString("en")} elements, [${
          shape.join(", ")
        }]: kernels count up to ` +
          `${MOST_ELEMENTS.toLocaleString("en")}. Work on parts, or reduce before you expand`,
      );
    }
  }
}
