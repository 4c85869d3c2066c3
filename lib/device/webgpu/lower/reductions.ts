/** Reductions of trailing axes, and running sums. */
import reduceText from "../../../../kernels/webgpu/reduce.wgsl" with { type: "text" };
import cumsumText from "../../../../kernels/webgpu/cumsum.wgsl" with { type: "text" };
import type { DType } from "../../dtype.ts";
import type { Operand } from "../../operand.ts";
import { rowMajor, sizeOf } from "../../shape.ts";
import { type Step, stepInputs, type StepOf, stepOutputs, type Table } from "../../steps/mod.ts";
import type { ReduceOp, REDUCTIONS } from "../../steps/reductions.ts";
import { epilogueText, type Following } from "../epilogue.ts";
import { mergeAxes, offsetFunction, type View } from "../indexing.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText, powerOfTwoAtLeast } from "../module.ts";
import { teamText } from "../teams.ts";
import { cut, MOST_ROUNDS } from "./rounds.ts";

/** Invocations of a workgroup, and elements an invocation should at least fold before a reduction is cut into chunks. */
const THREADS = 256;
const LEAST_FOLDS = 8;
const WANTED_WORKGROUPS = 512;

/** How kept and reduced elements are dealt out. */
interface Split {
  readonly lanes: number;
  readonly team: number;
  readonly keptFirst: boolean;
  readonly chunks: number;
  readonly chunkSize: number;
}

/** The split of a reduction, by its shape and strides alone. */
export function chooseSplit(kept: number, reduced: number, keptFirst: boolean, mayCut: boolean): Split {
  // Teams are at most a warp wide where kept neighbours are neighbours in memory, so that lanes fill whole cache lines.
  const most = keptFirst ? Math.max(1, THREADS / Math.min(THREADS, powerOfTwoAtLeast(Math.min(kept, 64)))) : THREADS;
  const team = Math.min(most, powerOfTwoAtLeast(ceilDiv(reduced, 4)));
  const lanes = THREADS / team;
  const groups = ceilDiv(kept, lanes);
  const mostChunks = Math.min(ceilDiv(reduced, team * LEAST_FOLDS), ceilDiv(WANTED_WORKGROUPS, groups));
  const chunkSize = mayCut && mostChunks > 1 ? ceilDiv(reduced, mostChunks) : reduced;
  return { lanes, team, keptFirst, chunks: ceilDiv(reduced, chunkSize), chunkSize };
}

const elementType = (dtype: DType) => dtype === "float32" ? "f32" : "i32";

/** Whether a reduction adds up or multiplies whole numbers, in more bits than they have. */
const isWide = (op: ReduceOp, dtype: DType): op is keyof typeof WIDE_FOLDS =>
  dtype !== "float32" && (op === "sum" || op === "prod");

/** Sums of whole numbers in 64 bits; products by their magnitude, as one that has left the range of int32 comes back by a zero or by a sign. */
const WIDE_FOLDS = {
  sum: /* wgsl */ `
struct Accumulator { low: u32, high: i32 }
fn identity() -> Accumulator { return Accumulator(0u, 0); }
fn fold(a: Accumulator, b: Accumulator) -> Accumulator {
  let low = a.low + b.low;
  return Accumulator(low, a.high + b.high + select(0, 1, low < a.low));
}
fn accumulator(x: i32) -> Accumulator { return Accumulator(bitcast<u32>(x), x >> 31u); }
fn result(a: Accumulator) -> i32 {
  let x = bitcast<i32>(a.low);
  if (a.high != (x >> 31u)) {
    overflow(OVERFLOW_SUM);
  }
  return x;
}
`,
  prod: /* wgsl */ `
// high: bit 0 is the sign, bit 1 says that the magnitude does not fit in 32 bits.
struct Accumulator { low: u32, high: i32 }
fn identity() -> Accumulator { return Accumulator(1u, 0); }
fn fold(a: Accumulator, b: Accumulator) -> Accumulator {
  if ((a.low == 0u && a.high < 2) || (b.low == 0u && b.high < 2)) {
    return Accumulator(0u, 0);
  }
  let wide = multiplyWide(a.low, b.low);
  let beyond = ((a.high | b.high) & 2) != 0 || wide.y != 0u;
  return Accumulator(wide.x, ((a.high ^ b.high) & 1) | select(0, 2, beyond));
}
fn accumulator(x: i32) -> Accumulator { return Accumulator(magnitudeOf(x), select(0, 1, x < 0)); }
fn result(a: Accumulator) -> i32 {
  return withSign(vec2<u32>(a.low, u32(a.high) >> 1u), (a.high & 1) == 1, OVERFLOW_PROD);
}
`,
} as const;

/** WGSL of the fold of one operation: types, identity, fold, and the conversion to words. */
function foldText(op: ReduceOp, dtype: DType): string {
  const type = elementType(dtype), float = type === "f32";
  if (isWide(op, dtype)) return WIDE_FOLDS[op];
  const least = float ? "-infinity()" : "i32(-2147483647 - 1)", greatest = float ? "infinity()" : "2147483647";
  if (op === "argmax" || op === "argmin") {
    const nan = (x: string) => float ? `isNan(${x})` : "false";
    return /* wgsl */ `
// A value and its place; equal values and NaNs go by the lower place.
struct Accumulator { value: ${type}, place: u32 }
fn identity() -> Accumulator { return Accumulator(${op === "argmax" ? least : greatest}, 0xffffffffu); }
fn fold(a: Accumulator, b: Accumulator) -> Accumulator {
  let aNan = ${nan("a.value")};
  let bNan = ${nan("b.value")};
  let same = (aNan && bNan) || (!aNan && !bNan && a.value == b.value);
  let better = (bNan && !aNan) || (!aNan && !bNan && b.value ${op === "argmax" ? ">" : "<"} a.value);
  if (better || (same && b.place < a.place)) {
    return b;
  }
  return a;
}
`;
  }
  const [identity, fold] = ({
    sum: [`${type}(0)`, "a + b"],
    prod: [`${type}(1)`, "a * b"],
    max: [least, float ? "maximumOf(a, b)" : "max(a, b)"],
    min: [greatest, float ? "minimumOf(a, b)" : "min(a, b)"],
    any: ["i32(0)", "a | b"],
    all: ["i32(1)", "a & b"],
  } as const)[op];
  return /* wgsl */ `
alias Accumulator = ${type};
fn identity() -> Accumulator { return ${identity}; }
fn fold(a: Accumulator, b: Accumulator) -> Accumulator { return ${fold}; }
`;
}

/** Where a pass of a reduction reads and writes. */
export interface PassEnds {
  /** The input is what the pass before left. */
  readonly fromPartials: boolean;
  /** The output is left for the next pass. */
  readonly toPartials: boolean;
}

/** One kind of reduction. */
export interface Folding {
  readonly label: string;
  /** Words of a partial result. */
  readonly words: number;
  /** WGSL of the accumulator (see reduce.wgsl) and of how elements come in and results go out; adds what that needs to `fields`. */
  definitions(ends: PassEnds, fields: Fields): string;
  /** What is read and written. Default: the input and the output. */
  readonly reads?: readonly Operand[];
  readonly writes?: readonly Operand[];
  /** The step, if they need the functions of int32. */
  readonly integers?: Step | undefined;
}

/** WGSL of the place of word number `word` of a partial result. */
export const partialWord = (word: number) => `heap[p.output + ${word}u * p.partialPlace + chunk * p.kept + k]`;

/** WGSL of how elements come in and results go out. */
function accessText(
  arg: boolean,
  dtype: DType,
  { fromPartials, toPartials }: PassEnds,
  { more = "", element = `bitcast<${elementType(dtype)}>(heap[word])` }: { more?: string; element?: string } = {},
): string {
  const loaded = !arg ? element : `Accumulator(${element}, ${fromPartials ? "heap[word + p.partialPlace]" : "r"})`;
  const place = toPartials ? partialWord(0) : "heap[p.output + outputKept(k)]";
  const stored = !arg ? "bitcast<u32>(a)" : toPartials ? "bitcast<u32>(a.value)" : "a.place";
  const also = arg && toPartials ? `\n  ${partialWord(1)} = a.place;` : "";
  return /* wgsl */ `
fn load(word: u32, k: u32, r: u32) -> Accumulator { return ${loaded}; }
fn store(a: Accumulator, k: u32, chunk: u32) {
  ${place} = ${stored};${also}${more}
}
`;
}

/** The same for numbers in more bits. */
function wideAccessText({ fromPartials, toPartials }: PassEnds): string {
  const loaded = fromPartials
    ? "Accumulator(heap[word], bitcast<i32>(heap[word + p.partialPlace]))"
    : "accumulator(bitcast<i32>(heap[word]))";
  const stored = toPartials
    ? `${partialWord(0)} = a.low;\n  ${partialWord(1)} = bitcast<u32>(a.high);`
    : "heap[p.output + outputKept(k)] = bitcast<u32>(result(a));";
  return /* wgsl */ `
fn load(word: u32, k: u32, r: u32) -> Accumulator { return ${loaded}; }
fn store(a: Accumulator, k: u32, chunk: u32) {
  ${stored}
}
`;
}

/** One pass: `input` is an operand or the partial results of the pass before. */
function pass(
  { label, words, definitions, integers }: Folding,
  split: Split,
  input: Operand | undefined,
  output: Operand | undefined,
  views: { kept: View; reduced: View; output: View },
  partials: number,
): Dispatch {
  const kept = sizeOf(views.kept.shape), reduced = sizeOf(views.reduced.shape);
  const fields = new Fields();
  if (input) fields.address("input", input);
  else fields.scratch("input");
  if (output) fields.address("output", output);
  else fields.scratch("output");
  const { lanes, team, keptFirst, chunks, chunkSize } = split;
  fields.constants({ kept, reduced, chunks, chunkSize, partialPlace: partials, lanes, team });
  fields.constant("keptFirst", Number(keptFirst));
  if (integers) fields.site(integers);
  const text = [
    constantsText({ THREADS }),
    definitions({ fromPartials: !input, toPartials: !output }, fields),
    teamText({ name: "foldTeam", type: "Accumulator", memory: "team", fold: "fold" }),
    offsetFunction("inputKept", views.kept, fields),
    offsetFunction("inputReduced", views.reduced, fields),
    offsetFunction("outputKept", views.output, fields),
  ].join("\n");
  const code = moduleText({
    text: reduceText,
    fields: fields.list,
    definitions: text,
    math: true,
    integers: integers !== undefined,
  });
  return {
    label: `${label} ${lanes}×${team}`,
    code,
    fields: fields.list,
    workgroups: ceilDiv(kept, lanes) * chunks,
    scratch: partials * words,
    beside: { threads: THREADS, grows: false, memory: { [`${label} team`]: 4 * words * THREADS }, heap: "u32" },
  };
}

/** The kept (leading) or reduced axes of an operand. */
export function axesOf({ shape, strides }: View, from: number, to?: number): View {
  return { shape: shape.slice(from, to), strides: strides.slice(from, to) };
}

/**
 * The passes of a reduction of trailing axes: one, or two when it is cut into chunks.
 *
 * @param kept how many leading axes of `input` are kept
 * @param outputs the kept axes as the output has them
 */
export function lowerFolding(
  folding: Folding,
  input: Operand,
  kept: number,
  output: Operand,
  outputs: View,
): Dispatch[] {
  const keptAxes = axesOf(input, 0, kept), reduced = axesOf(input, kept);
  const keptCount = sizeOf(keptAxes.shape), reducedCount = sizeOf(reduced.shape);
  // Which of the two has the closer neighbours in memory?
  const closest = (view: View) => mergeAxes(view).strides.at(-1) || Infinity;
  const keptFirst = keptCount > 1 && closest(keptAxes) < closest(reduced);
  const split = chooseSplit(keptCount, reducedCount, keptFirst, true);
  const views = { kept: keptAxes, reduced, output: outputs };
  if (split.chunks === 1) return [pass(folding, split, input, output, views, 0)];
  const partials = split.chunks * keptCount;
  const second = chooseSplit(keptCount, split.chunks, true, false);
  const partialViews = {
    kept: { shape: [keptCount], strides: [1] },
    reduced: { shape: [split.chunks], strides: [keptCount] },
    output: outputs.shape.length ? outputs : { shape: [1], strides: [1] },
  };
  // The first pass has all the inputs, the second may look at them again.
  const { reads = [input], writes = [output] } = folding;
  return [
    { ...pass(folding, split, input, undefined, views, partials), access: { reads, writes: [], scratch: "leaves" } },
    {
      ...pass(folding, second, undefined, output, partialViews, partials),
      access: { reads, writes, scratch: "takes" },
    },
  ];
}

/**
 * A reduction.
 * @param tail the chain that follows, of one element as the result of the reduction is
 */
export function lowerReduce(step: StepOf<"reduce">, tail?: Following): Dispatch[] {
  const { inputs: { input }, output, attributes: { op, dtype, kept } } = step;
  const arg = op === "argmax" || op === "argmin", wide = isWide(op, dtype);
  const folding: Folding = {
    label: `${op} ${dtype}${tail ? ` ${tail.chain.code.map(({ op }) => op).join(" ")}` : ""}`,
    words: arg || wide ? 2 : 1,
    definitions(ends, fields) {
      if (wide) return foldText(op, dtype) + wideAccessText(ends);
      if (!tail || ends.toPartials) return foldText(op, dtype) + accessText(arg, dtype, ends);
      const access = accessText(arg, dtype, ends, { more: "\n  epilogue(k, 0u, a);" });
      return foldText(op, dtype) + access + epilogueText(tail, fields);
    },
    integers: wide ? step : undefined,
    ...(tail ? { reads: [input, ...stepInputs(tail.chain)], writes: [output, ...stepOutputs(tail.chain)] } : {}),
  };
  return lowerFolding(folding, input, kept, output, output);
}

/** An element counts as 1 if it is another number than `rest`. */
function lowerAnyOther({ inputs: { input }, output, numbers }: StepOf<"anyOther">): Dispatch[] {
  const folding: Folding = {
    label: "any other",
    words: 1,
    definitions(ends, fields) {
      if (ends.fromPartials) return foldText("any", "bool") + accessText(false, "bool", ends);
      fields.scalar("rest", numbers.rest);
      // By bits, as a GPU may take a subnormal number for 0; both zeros are 0.
      const rest = "bitcast<u32>(p.rest)";
      const element = `select(1, 0, heap[word] == ${rest} || ((heap[word] | ${rest}) << 1u) == 0u)`;
      return foldText("any", "bool") + accessText(false, "bool", ends, { element });
    },
  };
  return lowerFolding(folding, input, output.shape.length, output, output);
}

/** Elements of a line that one dispatch adds up: its members go through their parts twice. */
const MOST_SUMMED = THREADS * MOST_ROUNDS / 2;

/** The sum of two whole numbers. Sums that do not fit come after one, the first, that is a number that fits and another one. */
const PLUS_INTEGER = "addWithin(a, b, OVERFLOW_CUMSUM)";

/** A workgroup has a line, each of its members a part of it. A very long line takes several dispatches, which go on from the sum before. */
function lowerCumsum(step: StepOf<"cumsum">): Dispatch[] {
  const { kernel, inputs: { input }, output, attributes } = step;
  const { axis, reverse, dtype } = attributes, { shape, strides } = input, length = shape[axis]!;
  const others = shape.with(axis, 1), dense = rowMajor(shape);
  const TEAM = Math.min(THREADS, powerOfTwoAtLeast(ceilDiv(length, 4)));
  return cut(length, MOST_SUMMED).map(({ first, end }) => {
    const fields = new Fields().address("input", input).address("output", output).constants({
      length,
      first,
      end,
      part: ceilDiv(end - first, TEAM),
      inputStride: strides[axis]!,
      outputStride: dense[axis]!,
    });
    const integers = dtype === "int32";
    if (integers) fields.site(step);
    const definitions = [
      constantsText({ TEAM, REVERSE: reverse }),
      `alias Element = ${elementType(dtype)};`,
      `fn plus(a: Element, b: Element) -> Element { return ${integers ? PLUS_INTEGER : "a + b"}; }`,
      offsetFunction("inputLine", { shape: others, strides }, fields),
      offsetFunction("outputLine", { shape: others, strides: dense }, fields),
    ].join("\n");
    const code = moduleText({ text: cumsumText, fields: fields.list, definitions, integers });
    return { label: kernel, code, fields: fields.list, workgroups: sizeOf(others), scratch: 0 };
  });
}

export const REDUCTIONS_WEBGPU: Table<keyof typeof REDUCTIONS, [], Dispatch[]> = {
  reduce: (step) => lowerReduce(step),
  anyOther: lowerAnyOther,
  cumsum: lowerCumsum,
};
