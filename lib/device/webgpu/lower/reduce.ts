/** Reductions of trailing axes. */
import reduceText from "../../../../kernels/webgpu/reduce.wgsl" with { type: "text" };
import type { DType } from "../../dtype.ts";
import type { Operand, ReduceOp, ReduceStep } from "../../program.ts";
import { mergeAxes, offsetFunction, type View } from "../indexing.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText, powerOfTwoAtLeast, sizeOf } from "../module.ts";

/** Invocations of a workgroup, and elements an invocation should at least fold before a reduction is cut into chunks. */
const THREADS = 256;
const LEAST_FOLDS = 8;
const WANTED_WORKGROUPS = 512;

/** How kept and reduced elements are dealt out. */
interface Split {
  readonly LANES: number;
  readonly TEAM: number;
  readonly KEPT_FIRST: boolean;
  readonly chunks: number;
  readonly chunkSize: number;
}

/** The split of a reduction, by its shape and strides alone. */
export function chooseSplit(kept: number, reduced: number, keptFirst: boolean, mayCut: boolean): Split {
  // Teams are at most a warp wide where kept neighbours are neighbours in memory, so that lanes fill whole cache lines.
  const team = keptFirst ? Math.max(1, THREADS / Math.min(THREADS, powerOfTwoAtLeast(Math.min(kept, 64)))) : THREADS;
  const TEAM = Math.min(team, powerOfTwoAtLeast(ceilDiv(reduced, 4)));
  const LANES = Math.min(THREADS / TEAM, powerOfTwoAtLeast(kept));
  const groups = ceilDiv(kept, LANES);
  const most = Math.min(ceilDiv(reduced, TEAM * LEAST_FOLDS), ceilDiv(WANTED_WORKGROUPS, groups));
  const chunkSize = mayCut && most > 1 ? ceilDiv(reduced, most) : reduced;
  return { LANES, TEAM, KEPT_FIRST: keptFirst, chunks: ceilDiv(reduced, chunkSize), chunkSize };
}

const elementType = (dtype: DType) => dtype === "float32" ? "f32" : "i32";

/** WGSL of the fold of one operation: types, identity, fold, and the conversion to words. */
function foldText(op: ReduceOp, dtype: DType): string {
  const type = elementType(dtype), float = type === "f32";
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

/** WGSL of how elements come in and results go out. */
function accessText(arg: boolean, dtype: DType, fromPartials: boolean, toPartials: boolean): string {
  const type = elementType(dtype);
  const element = `bitcast<${type}>(heap[word])`;
  const loaded = !arg ? element : `Accumulator(${element}, ${fromPartials ? "heap[word + p.partialPlace]" : "r"})`;
  const place = toPartials ? "p.output + chunk * p.kept + k" : "p.output + outputKept(k)";
  const stored = !arg ? "bitcast<u32>(a)" : toPartials ? "bitcast<u32>(a.value)" : "a.place";
  const also = arg && toPartials ? "\n  heap[place + p.partialPlace] = a.place;" : "";
  return /* wgsl */ `
fn load(word: u32, r: u32) -> Accumulator { return ${loaded}; }
fn store(a: Accumulator, k: u32, chunk: u32) {
  let place = ${place};
  heap[place] = ${stored};${also}
}
`;
}

/** One pass: `input` is an operand or the partial results of the pass before. */
function pass(
  step: ReduceStep,
  split: Split,
  input: { operand: Operand } | undefined,
  views: { kept: View; reduced: View; output: View },
  toPartials: boolean,
  partials: number,
): Dispatch {
  const arg = step.op === "argmax" || step.op === "argmin";
  const kept = sizeOf(views.kept.shape), reduced = sizeOf(views.reduced.shape);
  const fields = new Fields();
  if (input) fields.address("input", input.operand);
  else fields.scratch("input");
  if (toPartials) fields.scratch("output");
  else fields.address("output", step.output);
  fields.constants({ kept, reduced, chunks: split.chunks, chunkSize: split.chunkSize, partialPlace: partials });
  const definitions = [
    constantsText({ LANES: split.LANES, TEAM: split.TEAM, KEPT_FIRST: split.KEPT_FIRST }),
    foldText(step.op, step.dtype),
    accessText(arg, step.dtype, !input, toPartials),
    offsetFunction("inputKept", views.kept, fields),
    offsetFunction("inputReduced", views.reduced, fields),
    offsetFunction("outputKept", views.output, fields),
  ].join("\n");
  const code = moduleText({ text: reduceText, fields: fields.list, definitions, math: true });
  const scratch = partials * (arg ? 2 : 1);
  const workgroups = ceilDiv(kept, split.LANES) * split.chunks;
  return {
    label: `${step.op} ${step.dtype} ${split.LANES}×${split.TEAM}`,
    code,
    fields: fields.list,
    workgroups,
    scratch,
  };
}

export function lowerReduce(step: ReduceStep): Dispatch[] {
  const { input, output } = step;
  const part = (from: number, to?: number): View => ({
    shape: input.shape.slice(from, to),
    strides: input.strides.slice(from, to),
  });
  const kept = part(0, step.kept), reduced = part(step.kept);
  const keptCount = sizeOf(kept.shape), reducedCount = sizeOf(reduced.shape);
  // Which of the two has the closer neighbours in memory?
  const closest = (view: View) => mergeAxes(view).strides.at(-1) || Infinity;
  const keptFirst = keptCount > 1 && closest(kept) < closest(reduced);
  const split = chooseSplit(keptCount, reducedCount, keptFirst, true);
  const views = { kept, reduced, output };
  if (split.chunks === 1) return [pass(step, split, { operand: input }, views, false, 0)];
  const partials = split.chunks * keptCount;
  const second = chooseSplit(keptCount, split.chunks, true, false);
  const partialViews = {
    kept: { shape: [keptCount], strides: [1] },
    reduced: { shape: [split.chunks], strides: [keptCount] },
    output: { shape: output.shape.length ? output.shape : [1], strides: output.shape.length ? output.strides : [1] },
  };
  return [
    pass(step, split, { operand: input }, views, true, partials),
    pass(step, second, undefined, partialViews, false, partials),
  ];
}
