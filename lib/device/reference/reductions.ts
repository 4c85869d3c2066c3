/** Reductions over trailing axes, from first to last, and running sums. */
import type { DType } from "../dtype.ts";
import { overflow } from "../faults.ts";
import { fitsInt32 } from "../scalar_math.ts";
import type { StepOf, Table } from "../steps/mod.ts";
import type { ReduceOp, REDUCTIONS } from "../steps/reductions.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

type Reduction = (row: Float64Array, dtype: DType) => number;

function fold(start: number, combine: (total: number, x: number) => number): Reduction {
  return (row) => row.reduce(combine, start);
}

/** Index of the first element that beats all others; the first NaN beats everything. */
function first(beats: (x: number, best: number) => boolean): Reduction {
  return (row) => {
    let best = 0;
    for (let i = 1; i < row.length; i++) {
      if (Number.isNaN(row[best]!)) break;
      if (Number.isNaN(row[i]!) || beats(row[i]!, row[best]!)) best = i;
    }
    return best;
  };
}

const FOLDS: { readonly [K in ReduceOp]: Reduction } = {
  sum: fold(0, (a, x) => a + x),
  // Of whole numbers: what has grown beyond all bounds is 0 again after a zero.
  prod: (row, dtype) => dtype === "int32" && row.includes(0) ? 0 : row.reduce((a, x) => a * x, 1),
  max: fold(-Infinity, (a, x) => Math.max(a, x)),
  min: fold(Infinity, (a, x) => Math.min(a, x)),
  any: fold(0, (a, x) => a !== 0 || x !== 0 ? 1 : 0),
  all: fold(1, (a, x) => a !== 0 && x !== 0 ? 1 : 0),
  argmax: first((x, best) => x > best),
  argmin: first((x, best) => x < best),
};

/** Reduces each row of the input, `[...kept, ...reduced]`, to one number. */
function reduce(
  { inputs: { input }, output, attributes: { op, dtype, kept } }: StepOf<"reduce">,
  memory: Memory,
): void {
  const values = read(memory, input), rows = sizeOf(input.shape.slice(0, kept)), length = values.length / rows;
  const result = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const x = FOLDS[op](values.subarray(r * length, (r + 1) * length), dtype);
    const fits = dtype !== "int32" || (op !== "sum" && op !== "prod") || fitsInt32(x);
    if (!fits) memory.fault(overflow(op));
    result[r] = fits ? x : 0;
  }
  write(memory, output, result);
}

/** Whether any of the reduced elements is another number than `rest`. */
function anyOther({ inputs: { input }, output, numbers }: StepOf<"anyOther">, memory: Memory): void {
  const values = read(memory, input), rows = sizeOf(output.shape), length = values.length / rows;
  const rest = Math.fround(memory.scalars[numbers.rest]!);
  write(
    memory,
    output,
    Float64Array.from(
      { length: rows },
      (_, r) => values.subarray(r * length, (r + 1) * length).some((x) => Math.fround(x) !== rest) ? 1 : 0,
    ),
  );
}

/** `out[i] = input[0] + … + input[i]` along the axis, or from its end. */
function cumsum({ inputs: { input }, output, attributes }: StepOf<"cumsum">, memory: Memory): void {
  const { axis, reverse, dtype } = attributes, values = read(memory, input), { shape } = input;
  const length = shape[axis]!, inner = sizeOf(shape.slice(axis + 1));
  for (let line = 0; line < values.length / length; line++) {
    const start = Math.floor(line / inner) * inner * length + line % inner;
    for (let i = 0, sum = 0; i < length; i++) {
      const place = start + (reverse ? length - 1 - i : i) * inner;
      sum += values[place]!;
      const fits = dtype !== "int32" || fitsInt32(sum);
      if (!fits) memory.fault(overflow("cumsum"));
      values[place] = fits ? sum : 0;
    }
  }
  write(memory, output, values);
}

export const REDUCTIONS_REFERENCE: Table<keyof typeof REDUCTIONS, [Memory], void> = { reduce, anyOther, cumsum };
