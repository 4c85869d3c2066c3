/** Moments and the sums of normalisation gradients, for kernels/cpu/moments.ts. */
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { axisTables, resultAxes, splitReduction } from "./encode_reduce.ts";
import type { Axis } from "./shapes.ts";

/** Encodes either step: one command, or two when it is cut into parts. */
export function encodeMoments(step: StepOf<"moments" | "normSums">, writer: ProgramWriter): void {
  const { output, attributes: { kept: rank } } = step;
  const sums = step.kernel === "normSums" ? step.inputs : undefined;
  const x = step.kernel === "normSums" ? step.inputs.x : step.inputs.input;
  const eps = step.kernel === "moments" ? step.numbers.eps : 0;
  // Views: x, output, g, stats; the rows of output and stats are apart.
  const axes = x.shape.map((size, i): Axis => {
    const isKept = i < rank, more = sums ? [sums.g.strides[i]!, isKept ? sums.stats.strides[i + 1]! : 0] : [0, 0];
    return { size, strides: [x.strides[i]!, isKept ? output.strides[i + 1]! : 0, ...more] };
  });
  const split = splitReduction(axes, rank);
  const { kept, reduced, columns, columnStrides, count, keptAChunk, parts, outerAPart, total } = split;
  const partials = parts > 1 ? writer.scratch(parts * count * columns * 16) : -1;
  const outputs = axisTables(writer, kept), elements = axisTables(writer, reduced);
  // deno-fmt-ignore
  writer.command(step.kernel, Math.ceil(count / keptAChunk) * parts, total * 0.4 + count * columns, [
    ...writer.operand(x), kept.length, outputs.sizes, outputs.strides[0]!, reduced.length, elements.sizes, elements.strides[0]!,
    count, keptAChunk, parts, outerAPart, columns,
    ...writer.operand(output), outputs.strides[1]!, columnStrides[1]!, output.strides[0]!, partials, ...writer.scratchOperand,
    ...(sums ? [
      ...writer.operand(sums.g), outputs.strides[2]!, elements.strides[2]!, columnStrides[2]!,
      ...writer.operand(sums.stats), outputs.strides[3]!, columnStrides[3]!, sums.stats.strides[0]!,
    ] : [eps]),
  ]);
  if (parts === 1) return;
  const results = resultAxes(split), tables = axisTables(writer, results);
  // deno-fmt-ignore
  writer.command("momentsParts", 1, 2 * parts * count * columns, [
    sums ? 1 : 0, partials, ...writer.scratchOperand, count * columns, parts,
    reduced[0]!.size, outerAPart, total / (count * columns * reduced[0]!.size),
    results.length, tables.sizes, tables.strides[1]!, ...writer.operand(output), output.strides[0]!, eps,
  ]);
}
