/** Reductions for kernels/cpu/reduce.ts. */
import type { ReduceStep } from "../program.ts";
import type { ProgramWriter } from "./commands.ts";
import { type Axis, mergeAxes, numel } from "./shapes.ts";

/** Numbers of the kernel's kinds. */
function kindOf({ op, dtype }: ReduceStep): number {
  const float = dtype === "float32";
  switch (op) {
    case "sum":
      return float ? 0 : 4;
    case "prod":
      return float ? 1 : 5;
    case "max":
      return float ? 2 : 6;
    case "min":
      return float ? 3 : 7;
    case "any":
      return 6;
    case "all":
      return 7;
    case "argmax":
      return float ? 8 : 10;
    case "argmin":
      return float ? 9 : 11;
  }
}

/** Elements below which a reduction is not cut into parts, and elements a chunk then has. */
const PART = 16384;

/** Encodes a reduction: one command, or two when a long reduction with few results is cut into parts. */
export function encodeReduce(step: ReduceStep, writer: ProgramWriter): void {
  const kind = kindOf(step), arg = kind >= 8, { shape, strides } = step.input;
  const axes = shape.map((size, i): Axis => ({
    size,
    strides: [strides[i]!, i < step.kept ? step.output.strides[i]! : 0],
  }));
  const byStride = (a: Axis, b: Axis) => b.strides[0]! - a.strides[0]!;
  const alive = (axis: Axis) => axis.size > 1;
  let kept = mergeAxes(axes.slice(0, step.kept).filter(alive).sort(byStride));
  const reducedAxes = axes.slice(step.kept).filter(alive);
  const reduced = mergeAxes(arg ? reducedAxes : reducedAxes.sort(byStride));

  const last = kept.at(-1)!, inner = reduced.at(-1)!;
  const byColumns = !arg && last.strides[0] === 1 && last.size >= 4 && inner.strides[0] !== 1;
  const columns = byColumns ? last.size : 1, columnStride = byColumns ? last.strides[1]! : 1;
  if (byColumns) kept = mergeAxes(kept.slice(0, -1));
  const count = numel(kept.map(({ size }) => size)), outer = reduced[0]!.size;
  const work = numel(reduced.map(({ size }) => size)), total = work * count * columns;

  // Parts: only where the results alone would not make enough chunks.
  let parts = 1, outerAPart = outer;
  if (!arg && total >= 4 * PART && count < 16 && outer > 1) {
    const wanted = Math.min(64, Math.ceil(total / count / PART));
    const unit = reduced.length === 1 && !byColumns ? 1024 : 1;
    outerAPart = Math.max(1, Math.ceil(outer / wanted / unit) * unit);
    parts = Math.ceil(outer / outerAPart);
  }
  const keptAChunk = Math.max(1, Math.ceil(PART / (work * columns)), Math.ceil(count / 4096));
  const partials = parts > 1 ? writer.scratch(parts * count * columns * 8) : 0;
  const keptSizes = writer.table(kept.map(({ size }) => size)),
    keptIn = writer.table(kept.map((axis) => axis.strides[0]!));
  const keptOut = writer.table(kept.map((axis) => axis.strides[1]!));
  // deno-fmt-ignore
  writer.command(byColumns ? "reduceColumns" : "reduceRows", Math.ceil(count / keptAChunk) * parts, total * 0.2 + count * columns, [
    kind, ...writer.operand(step.input), ...(parts > 1 ? [-1, partials, 0] : writer.operand(step.output)),
    kept.length, keptSizes, keptIn, keptOut,
    reduced.length, writer.table(reduced.map(({ size }) => size)), writer.table(reduced.map((axis) => axis.strides[0]!)),
    count, keptAChunk, parts, outerAPart, columns, columnStride, ...writer.scratchOperand,
  ]);
  if (parts === 1) return;
  const results = byColumns ? mergeAxes([...kept, { size: columns, strides: [1, columnStride] }].filter(alive)) : kept;
  // deno-fmt-ignore
  writer.command("reduceParts", 1, parts * count * columns, [
    kind, ...writer.operand(step.output), partials, count * columns, parts,
    results.length, writer.table(results.map(({ size }) => size)), writer.table(results.map((axis) => axis.strides[1]!)),
    ...new Array<number>(10).fill(0), ...writer.scratchOperand,
  ]);
}
