/** Reductions and running sums, for kernels/cpu/reductions*.ts. */
import { rowMajor, sizeOf } from "../shape.ts";
import type { StepOf } from "../steps/mod.ts";
import type { Reduction } from "../steps/reductions.ts";
import type { ProgramWriter } from "./commands.ts";
import { command, flag, operand, scalar, table, type ValuesOf, word } from "./layout.ts";
import type { Operand } from "../operand.ts";
import { enumeration } from "./numbers.ts";
import { type Axis, chunkSize, mergeAxes } from "./shapes.ts";
import { ALL_PARTS, type Work } from "./work.ts";

/** What is reduced. The kernels rely on the order: float32 first, places last. */
export const REDUCTION = enumeration([
  ...["sum", "prod", "max", "min"] as const,
  ...["sumInt", "prodInt", "maxInt", "minInt"] as const,
  ...["argmax", "argmin", "argmaxInt", "argminInt"] as const,
]);

const split = {
  kind: word("what is reduced: Reduction"),
  input: operand("float32, int32 or bool"),
  output: operand("results"),
  partials: word("bytes to the partial results in the scratch value; −1 if there are none"),
  keptRank: word("kept axes, without columns"),
  keptSizes: table("of the kept axes"),
  keptInput: table("strides of the kept axes in the input"),
  keptOutput: table("strides of the kept axes in the output"),
  rank: word("reduced axes"),
  sizes: table("of the reduced axes"),
  strides: table("of the reduced axes"),
  count: word("kept elements, without columns"),
  keptPerChunk: word("of them per chunk"),
  parts: word("of the outermost reduced axis"),
  outerPerPart: word("of its places per part"),
  columns: word("outputs side by side"),
  columnStride: word("elements between two of them in the output"),
  scratch: operand("scratch value"),
};
export const REDUCE_ROWS = command("reduceRows", split);
export const REDUCE_COLUMNS = command("reduceColumns", split);

export const ANY_OTHER = command("anyOther", { ...split, rest: scalar("what does not count") });

export const REDUCE_PARTS = command("reduceParts", {
  kind: word("what is reduced: Reduction"),
  output: operand("results"),
  partials: word("bytes to the partial results in the scratch value"),
  count: word("results"),
  parts: word("of each"),
  keptRank: word("axes of the results"),
  keptSizes: table("of these axes"),
  keptOutput: table("their strides"),
  scratch: operand("scratch value"),
});

export const CUMSUM = command("cumsum", {
  input: operand("float32 or int32"),
  output: operand("dense"),
  isFloat: flag("whether the elements are float32"),
  reverse: flag("whether the sums run from the end"),
  lines: word("runs of the axis"),
  linesPerChunk: word("of them"),
  rank: word("axes"),
  sizes: table("of the axes, 1 for that of the sums"),
  inputStrides: table("of the axes"),
  outputStrides: table("of the axes"),
  length: word("of a line"),
  inputStride: word("between the elements of a line"),
  outputStride: word("between the sums of a line"),
});

/** Nanoseconds of an element of a running sum, each of which waits for the one before. */
const NS_PER_SUM = 2;

/** Nanoseconds of an element that is folded, four at a time (long rows 0.1, columns 0.3), and of a result beyond its elements. */
const NS_PER_FOLD = 0.2;
const NS_PER_RESULT = 1;
/** Of an element that is searched: next to nothing, unless all of a unit's are equal. */
const NS_PER_SEARCH = 0.02;

/** The kernel's kind of reduction: bools are whole numbers of 0 and 1. */
function kindOf({ op, dtype }: Reduction): number {
  if (op === "any") return REDUCTION.maxInt;
  if (op === "all") return REDUCTION.minInt;
  return REDUCTION[dtype === "float32" ? op : `${op}Int` as const];
}

/** Elements of a part. A reduction of fewer than four parts is not cut. */
const PART = 16384;

/** How a reduction runs: outputs one by one or whole rows of columns, in chunks and parts. */
export interface ReductionSplit {
  /** Kept axes (without the columns) and reduced ones, with the strides of all views. */
  readonly kept: readonly Axis[];
  readonly reduced: readonly Axis[];
  /** Outputs that lie side by side in the first view, and are handled at once; 1 if none are. */
  readonly columns: number;
  /** Strides of the columns. */
  readonly columnStrides: readonly number[];
  /** Kept elements, without the columns. */
  readonly count: number;
  readonly keptPerChunk: number;
  /** Of the outermost reduced axis; more than one part only where the results alone would not make enough chunks. */
  readonly parts: number;
  readonly outerPerPart: number;
  /** Elements that are read. */
  readonly total: number;
}

const alive = (axis: Axis) => axis.size > 1;

/**
 * The split of a reduction over the trailing axes, by its shape and strides alone.
 *
 * @param axes kept axes, then reduced ones, with strides of the input and of other views
 * @param kept how many are kept
 * @param inOrder the order of the reduced elements matters: no columns, no parts
 */
export function splitReduction(axes: readonly Axis[], kept: number, inOrder = false): ReductionSplit {
  const byStride = (a: Axis, b: Axis) => b.strides[0]! - a.strides[0]!;
  let outputs = mergeAxes(axes.slice(0, kept).filter(alive).sort(byStride));
  const reducedAxes = axes.slice(kept).filter(alive);
  const reduced = mergeAxes(inOrder ? reducedAxes : reducedAxes.sort(byStride));

  const last = outputs.at(-1)!, inner = reduced.at(-1)!;
  const byColumns = !inOrder && last.strides[0] === 1 && last.size >= 4 && inner.strides[0] !== 1;
  const columns = byColumns ? last.size : 1, columnStrides = byColumns ? last.strides : last.strides.map(() => 1);
  if (byColumns) outputs = mergeAxes(outputs.slice(0, -1));
  const count = sizeOf(outputs.map(({ size }) => size)), outer = reduced[0]!.size;
  const work = sizeOf(reduced.map(({ size }) => size)), total = work * count * columns;

  let parts = 1, outerPerPart = outer;
  if (!inOrder && total >= 4 * PART && count < 16 && outer > 1) {
    const wanted = Math.min(64, Math.ceil(total / count / PART));
    const unit = reduced.length === 1 && !byColumns ? 1024 : 1;
    outerPerPart = Math.max(1, Math.ceil(outer / wanted / unit) * unit);
    parts = Math.ceil(outer / outerPerPart);
  }
  const keptPerChunk = Math.max(1, Math.ceil(PART / (work * columns)), Math.ceil(count / 4096));
  return { kept: outputs, reduced, columns, columnStrides, count, keptPerChunk, parts, outerPerPart, total };
}

/** The same, in parts of a group where images are grouped: they lie along the outermost reduced axis. Most of a part is not read. */
function byImages(split: ReductionSplit, { grouping }: ProgramWriter): ReductionSplit & Pick<Work, "cut"> {
  if (!grouping) return split;
  const { reduced, count } = split, { images, size } = grouping, outerPerPart = size * reduced[0]!.size / images;
  return {
    ...split,
    parts: Math.ceil(images / size),
    outerPerPart,
    keptPerChunk: count,
    cut: { images: size, chunks: 1 },
  };
}

/** The kept axes with the columns. */
export function resultAxes({ kept, columns, columnStrides }: ReductionSplit): Axis[] {
  return mergeAxes([...kept, { size: columns, strides: columnStrides }].filter(alive));
}

/** A reduction that is to be encoded. */
interface Reducing {
  readonly kind: number;
  readonly input: Operand;
  readonly output: Operand;
  /** Nanoseconds of an element. */
  readonly ns: number;
}

/** Encodes a reduction: one command, or two when a long reduction with few results is cut into parts. */
export function encodeReduce({ inputs: { input }, output, attributes }: StepOf<"reduce">, writer: ProgramWriter): void {
  const kind = kindOf(attributes);
  issueReduction({ kind, input, output, ns: NS_PER_FOLD }, writer, (columns, work, values) => {
    writer.issue(columns > 1 ? REDUCE_COLUMNS : REDUCE_ROWS, work, values);
  });
}

/** Encodes a search for elements that are not `rest`, which mostly ends with the first. */
export function encodeAnyOther(
  { inputs: { input }, output, numbers }: StepOf<"anyOther">,
  writer: ProgramWriter,
): void {
  issueReduction({ kind: REDUCTION.maxInt, input, output, ns: NS_PER_SEARCH }, writer, (_, work, values) => {
    writer.issue(ANY_OTHER, work, { ...values, ...numbers });
  });
}

function issueReduction(
  { kind, input, output, ns }: Reducing,
  writer: ProgramWriter,
  issue: (columns: number, work: Work, values: ValuesOf<typeof split>) => void,
): void {
  const { shape, strides } = input, keptAxes = output.shape.length;
  const axes = shape.map((size, i): Axis => ({
    size,
    strides: [strides[i]!, i < keptAxes ? output.strides[i]! : 0],
  }));
  const found = byImages(splitReduction(axes, keptAxes, kind >= REDUCTION.argmax), writer);
  const { kept, reduced, columns, columnStrides, count, keptPerChunk, parts, outerPerPart, total } = found;
  const partials = parts > 1 ? writer.scratch(parts * count * columns * 8) : -1, scratch = writer.scratchStart;
  const chunks = Math.ceil(count / keptPerChunk) * parts, { cut } = found;
  issue(columns, { chunks, ns: total * ns + count * columns * NS_PER_RESULT, cut }, {
    ...{ kind, input, output, partials },
    ...{
      keptRank: kept.length,
      keptSizes: sizesOf(kept),
      keptInput: stridesOf(kept, 0),
      keptOutput: stridesOf(kept, 1),
    },
    ...{ rank: reduced.length, sizes: sizesOf(reduced), strides: stridesOf(reduced, 0) },
    ...{ count, keptPerChunk, parts, outerPerPart, columns, columnStride: columnStrides[1]!, scratch },
  });
  if (parts === 1) return;
  const results = resultAxes(found);
  writer.issue(REDUCE_PARTS, ALL_PARTS, {
    ...{ kind, output, partials, count: count * columns, parts },
    ...{ keptRank: results.length, keptSizes: sizesOf(results), keptOutput: stridesOf(results, 1), scratch },
  });
}

/** Sizes of axes. */
export const sizesOf = (axes: readonly Axis[]): number[] => axes.map(({ size }) => size);

/** Strides of axes in one of their views. */
export const stridesOf = (axes: readonly Axis[], view: number): number[] => axes.map(({ strides }) => strides[view]!);

/** Encodes running sums: a chunk is a number of whole lines. */
export function encodeCumsum({ inputs: { input }, output, attributes }: StepOf<"cumsum">, writer: ProgramWriter): void {
  const { axis, reverse, dtype } = attributes, length = input.shape[axis]!, strides = rowMajor(input.shape);
  const lines = sizeOf(input.shape) / length, linesPerChunk = chunkSize(lines, 1, Math.ceil(4096 / length));
  writer.issue(CUMSUM, { chunks: Math.ceil(lines / linesPerChunk), ns: lines * length * NS_PER_SUM }, {
    input,
    output,
    isFloat: dtype === "float32",
    reverse,
    lines,
    linesPerChunk,
    rank: input.shape.length,
    sizes: input.shape.with(axis, 1),
    inputStrides: input.strides,
    outputStrides: strides,
    length,
    inputStride: input.strides[axis]!,
    outputStride: strides[axis]!,
  });
}
