/** Moments, and the sums of normalisation gradients: reductions to several numbers at once. */
import momentsText from "../../../../kernels/webgpu/moments.wgsl" with { type: "text" };
import type { StepOf, Table } from "../../steps/mod.ts";
import type { NORMALISATION } from "../../steps/normalisation.ts";
import { offsetFunction } from "../indexing.ts";
import type { Dispatch } from "../module.ts";
import { axesOf, type Folding, lowerFolding, partialWord } from "./reductions.ts";

/** WGSL of a number in the heap. */
const float = (place: string) => `bitcast<f32>(heap[${place}])`;

/**
 * Mean, variance and scale. Moments are of x − pivot, the pivot being the first element that is reduced, and merge by Chan's formula: neither
 * loses what is far below the mean.
 */
function lowerMoments(
  { kernel, inputs: { input }, output, attributes: { kept }, numbers }: StepOf<"moments">,
): Dispatch[] {
  const folding: Folding = {
    label: kernel,
    words: 5,
    definitions({ fromPartials, toPartials }, fields) {
      fields.address("source", input).constant("row", output.strides[0]!).scalar("eps", numbers.eps);
      const partial = (word: number) => float(`word + ${word}u * p.partialPlace`);
      const loaded = fromPartials
        ? `Moments(${[0, 1, 2, 3, 4].map(partial).join(", ")})`
        : `momentsOf(1.0, ${float("word")} - pivot(k), vec3<f32>())`;
      const parts = ["a.count", "a.mean", "a.plain", "a.down", "a.up"];
      const stored = toPartials ? parts.map((part, word) => `${partialWord(word)} = bitcast<u32>(${part});`) : [
        "let place = p.output + outputKept(k);",
        "let variance = a.plain / a.count;",
        "heap[place] = bitcast<u32>(pivot(k) + a.mean);",
        "heap[place + p.row] = bitcast<u32>(variance);",
        "heap[place + 2u * p.row] = bitcast<u32>(scaleOf(squaresOf(a), a.count, variance));",
      ];
      return /* wgsl */ `
${momentsText}
alias Accumulator = Moments;
fn identity() -> Accumulator { return momentsOf(0.0, 0.0, vec3<f32>()); }
fn fold(a: Accumulator, b: Accumulator) -> Accumulator { return merge(a, b); }
fn pivot(k: u32) -> f32 { return ${float("p.source + pivotKept(k)")}; }
fn load(word: u32, k: u32, r: u32) -> Accumulator { return ${loaded}; }
// 1 / √(variance + eps), also where the variance is no number; where it is small, eps may be all there is.
fn scaleOf(squares: vec3<f32>, count: f32, variance: f32) -> f32 {
  let which = inRange(squares, 1.0 / count);
  if (which == 0u || (which == 2u && p.eps > 0x1p-100f)) {
    return 1.0 / sqrt(variance + p.eps);
  }
  return SCALES[which] / sqrt(squares[which] / count);
}
fn store(a: Accumulator, k: u32, chunk: u32) {
  ${stored.join("\n  ")}
}
${offsetFunction("pivotKept", axesOf(input, 0, kept), fields)}`;
    },
  };
  return lowerFolding(folding, input, kept, output, axesOf(output, 1));
}

/** Σg and Σg·x̂. */
function lowerNormSums({ kernel, inputs, output, attributes: { kept } }: StepOf<"normSums">): Dispatch[] {
  const { g, x, stats } = inputs;
  const folding: Folding = {
    label: kernel,
    words: 2,
    reads: [g, x, stats],
    definitions({ fromPartials, toPartials }, fields) {
      const partial = `return vec2<f32>(${float("word")}, ${float("word + p.partialPlace")});`;
      fields.constant("row", output.strides[0]!);
      if (!fromPartials) fields.address("g", g).address("stats", stats).constant("statsRow", stats.strides[0]!);
      const fresh = /* wgsl */ `
  let place = p.stats + statsKept(k);
  let y = ${float("p.g + gKept(k) + gReduced(r)")};
  return vec2<f32>(y, y * ((${float("word")} - ${float("place")}) * ${float("place + 2u * p.statsRow")}));`;
      const place = (word: number) =>
        toPartials ? partialWord(word) : `heap[p.output + outputKept(k) + ${word}u * p.row]`;
      const functions = fromPartials ? [] : [
        offsetFunction("gKept", axesOf(g, 0, kept), fields),
        offsetFunction("gReduced", axesOf(g, kept), fields),
        offsetFunction("statsKept", axesOf(stats, 1), fields),
      ];
      return /* wgsl */ `
alias Accumulator = vec2<f32>;
fn identity() -> Accumulator { return vec2<f32>(); }
fn fold(a: Accumulator, b: Accumulator) -> Accumulator { return a + b; }
fn load(word: u32, k: u32, r: u32) -> Accumulator { ${fromPartials ? partial : fresh} }
fn store(a: Accumulator, k: u32, chunk: u32) {
  ${place(0)} = bitcast<u32>(a.x);
  ${place(1)} = bitcast<u32>(a.y);
}
${functions.join("\n")}`;
    },
  };
  return lowerFolding(folding, x, kept, output, axesOf(output, 1));
}

export const NORMALISATION_WEBGPU: Table<keyof typeof NORMALISATION, [], Dispatch[]> = {
  moments: lowerMoments,
  normSums: lowerNormSums,
};
