/** Moments and the sums of normalisation gradients, for kernels/cpu/normalisation.ts. */
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { command, flag, operand, scalar, table, word } from "./layout.ts";
import { resultAxes, sizesOf, splitReduction, stridesOf } from "./reductions.ts";
import type { Axis } from "./shapes.ts";
import { ONE_CHUNK } from "./work.ts";

const split = {
  x: operand("what is reduced"),
  keptRank: word("kept axes, without columns"),
  keptSizes: table("of the kept axes"),
  keptX: table("strides of the kept axes in x"),
  rank: word("reduced axes"),
  sizes: table("of the reduced axes"),
  strides: table("of the reduced axes in x"),
  count: word("kept elements, without columns"),
  keptPerChunk: word("of them per chunk"),
  parts: word("of the outermost reduced axis"),
  outerPerPart: word("of its places per part"),
  columns: word("outputs side by side"),
  output: operand("rows of results"),
  keptOutput: table("strides of the kept axes in a row of the output"),
  columnStride: word("elements between two columns of the output"),
  rowStride: word("elements between two rows of the output"),
  partials: word("bytes to the partial results in the scratch value; −1 if there are none"),
  scratch: operand("scratch value"),
};
export const MOMENTS = command("moments", { ...split, eps: scalar("added to the variance") });

export const NORM_SUMS = command("normSums", {
  ...split,
  g: operand("gradient, of the shape of x"),
  keptG: table("strides of the kept axes in g"),
  stridesG: table("strides of the reduced axes in g"),
  columnStrideG: word("elements between two columns of g"),
  stats: operand("rows of moments"),
  keptStats: table("strides of the kept axes in a row of them"),
  columnStrideStats: word("elements between two columns of them"),
  rowStrideStats: word("elements between two rows of them"),
});

export const MOMENTS_PARTS = command("momentsParts", {
  sums: flag("whether sums of normSums, else moments"),
  partials: word("bytes to the partial results in the scratch value"),
  scratch: operand("scratch value"),
  count: word("results"),
  parts: word("of each"),
  outer: word("places of the outermost reduced axis"),
  outerPerPart: word("of them per part"),
  each: word("elements at each of these places"),
  keptRank: word("axes of the results"),
  keptSizes: table("of these axes"),
  keptOutput: table("their strides"),
  output: operand("rows of results"),
  rowStride: word("elements between two rows of the output"),
  eps: scalar("added to the variance"),
});

/** Nanoseconds of an element whose moments are taken, four at a time, and of a result beyond its elements. */
const NS_PER_ELEMENT = 0.4;
const NS_PER_RESULT = 1;

/** Encodes either step: one command, or two when it is cut into parts. */
export function encodeMoments(step: StepOf<"moments" | "normSums">, writer: ProgramWriter): void {
  const { output, attributes } = step, sums = step.kernel === "normSums" ? step.inputs : undefined;
  const x = step.kernel === "normSums" ? step.inputs.x : step.inputs.input;
  const eps = step.kernel === "moments" ? step.numbers.eps : 0;
  // Views: x, output, g, stats; the rows of output and stats are apart.
  const axes = x.shape.map((size, i): Axis => {
    const isKept = i < attributes.kept,
      more = sums ? [sums.g.strides[i]!, isKept ? sums.stats.strides[i + 1]! : 0] : [0, 0];
    return { size, strides: [x.strides[i]!, isKept ? output.strides[i + 1]! : 0, ...more] };
  });
  const cut = splitReduction(axes, attributes.kept);
  const { kept, reduced, columns, columnStrides, count, keptPerChunk, parts, outerPerPart, total } = cut;
  const partials = parts > 1 ? writer.scratch(parts * count * columns * 16) : -1, scratch = writer.scratchStart;
  const rowStride = output.strides[0]!;
  const common = {
    ...{ x, keptRank: kept.length, keptSizes: sizesOf(kept), keptX: stridesOf(kept, 0) },
    ...{ rank: reduced.length, sizes: sizesOf(reduced), strides: stridesOf(reduced, 0) },
    ...{ count, keptPerChunk, parts, outerPerPart, columns },
    ...{ output, keptOutput: stridesOf(kept, 1), columnStride: columnStrides[1]!, rowStride, partials, scratch },
  };
  const work = {
    chunks: Math.ceil(count / keptPerChunk) * parts,
    ns: total * NS_PER_ELEMENT + count * columns * NS_PER_RESULT,
  };
  if (!sums) writer.issue(MOMENTS, work, { ...common, eps });
  else {
    const { g, stats } = sums;
    writer.issue(NORM_SUMS, work, {
      ...common,
      ...{ g, keptG: stridesOf(kept, 2), stridesG: stridesOf(reduced, 2), columnStrideG: columnStrides[2]! },
      ...{
        stats,
        keptStats: stridesOf(kept, 3),
        columnStrideStats: columnStrides[3]!,
        rowStrideStats: stats.strides[0]!,
      },
    });
  }
  if (parts === 1) return;
  const results = resultAxes(cut), outer = reduced[0]!.size;
  writer.issue(MOMENTS_PARTS, ONE_CHUNK, {
    ...{ sums: sums !== undefined, partials, scratch, count: count * columns, parts, outer, outerPerPart },
    each: total / (count * columns * outer),
    ...{
      keptRank: results.length,
      keptSizes: sizesOf(results),
      keptOutput: stridesOf(results, 1),
      output,
      rowStride,
      eps,
    },
  });
}
