/**
 * Units of work: the steps of a program with their dispatches, where some steps share one. The sums of a bias' gradient are a column of the
 * weight gradient that reads the same images; a loss and its gradient read the same rows; the division of a mean follows its sum.
 */
import { raisesFaults } from "../../faults.ts";
import type { Program } from "../../program.ts";
import { sizeOf } from "../../shape.ts";
import { type Step, stepInputs, type StepOf, unfused } from "../../steps/mod.ts";
import { isLossOf } from "../../steps/rows.ts";
import { mayFollow } from "../epilogue.ts";
import { mergeAxes } from "../indexing.ts";
import type { Dispatch } from "../module.ts";
import { conflict, type Uses, usesOf } from "../ranges.ts";
import { lowerWeightGrad } from "./conv.ts";
import { lowerFused } from "./fused.ts";
import { lowerStep } from "./mod.ts";
import { axesOf, lowerReduce } from "./reductions.ts";
import { lowerCrossEntropy } from "./rows.ts";

/** Some work, and what it reads and writes. */
export interface Unit extends Uses {
  readonly dispatches: readonly Dispatch[];
}

/** Steps that share their dispatches. */
interface Team extends Uses {
  readonly steps: Step[];
  readonly lower: () => Dispatch[];
}

/** The work of a program, in an order that gives the same results. */
export function unitsOf(program: Program): Unit[] {
  const teams = program.steps.flatMap((step): Team[] => {
    const fused = step.kernel === "fused" ? lowerFused(step, program) : undefined;
    if (fused) return [{ steps: [step], ...usesOf(program, step), lower: () => fused }];
    // A chain by itself may join others of its kind.
    return unfused(step).map((step) => ({
      steps: [step],
      ...usesOf(program, step),
      lower: () => lowerStep(step, program),
    }));
  });
  joinSums(teams);
  joinLosses(teams, program);
  joinTails(teams);
  return teams.map(({ reads, writes, lower }) => ({ reads, writes, dispatches: lower() }));
}

/** The only step of a team, if it is of that kernel. */
function only<K extends Step["kernel"]>({ steps }: Team, kernel: K): StepOf<K> | undefined {
  return steps.length === 1 && steps[0]!.kernel === kernel ? steps[0] as StepOf<K> : undefined;
}

/** Gives sums over all pixels to the weight gradient that reads the same images. */
function joinSums(teams: Team[]): void {
  for (let at = 0; at < teams.length; at++) {
    const product = only(teams[at]!, "conv2dWeightGrad");
    if (!product || product.attributes.groups > 1) continue;
    const from = teams.findIndex((team) => isSumOf(only(team, "reduce"), product));
    if (from < 0) continue;
    const sums = only(teams[from]!, "reduce")!;
    if (pair(teams, from, at, () => lowerWeightGrad(product, sums.output)) && from < at) at--;
  }
}

/** Whether a step sums the gradient that a product reads over all its pixels. */
function isSumOf(sum: StepOf<"reduce"> | undefined, { inputs: { g } }: StepOf<"conv2dWeightGrad">): boolean {
  if (!sum) return false;
  const { inputs: { input }, output, attributes: { op, dtype, kept } } = sum;
  if (op !== "sum" || dtype !== "float32" || input.value !== g.value || input.offset !== g.offset) return false;
  if (input.dynamic >= 0 || g.dynamic >= 0) return false;
  const channels = g.shape[1]!, pixels = sizeOf(g.shape) / channels;
  const is = (view: Parameters<typeof mergeAxes>[0], size: number, stride: number) => {
    const { shape, strides } = mergeAxes(view);
    return shape.length === 1 && shape[0] === size && strides[0] === stride;
  };
  return is(axesOf(input, 0, kept), channels, 1) && is(axesOf(input, kept), pixels, channels) &&
    is(output, channels, 1);
}

/** Computes a loss and its gradient at once; and what the gradient is multiplied by, if that comes from numbers alone and nothing else wants it. */
function joinLosses(teams: Team[], program: Program): void {
  for (const team of teams) {
    const gradient = only(team, "crossEntropyGrad");
    if (!gradient) continue;
    const { g } = gradient.inputs;
    const from = teams.findIndex((other) => {
      const loss = only(other, "crossEntropy");
      return loss && isLossOf(loss, gradient);
    });
    if (from < 0) continue;
    const loss = only(teams[from]!, "crossEntropy")!;
    const readers = program.steps.filter((step) => stepInputs(step).some(({ value }) => value === g.value));
    const maker = teams.findIndex((other) => {
      const chain = only(other, "pointwise");
      return chain && chain.outputs.length === 1 && chain.outputs[0]!.operand.value === g.value &&
        chain.outputs[0]!.dtype === "float32" && chain.inputs.every(({ kind }) => kind === "scalar");
    });
    const inside = maker >= 0 && readers.length === 1 && program.values[g.value]!.place.kind === "arena";
    const factor = inside ? only(teams[maker]!, "pointwise") : undefined;
    const rest = factor ? teams.filter((_, i) => i !== maker) : teams;
    // What makes g is done here: the gradient reads what the loss reads.
    const own = factor ? { ...team, reads: usesOf(program, loss).reads } : team;
    const list = rest.map((other) => other === team ? own : other);
    if (
      !pair(list, list.indexOf(teams[from]!), list.indexOf(own), () => lowerCrossEntropy({ loss, gradient, factor }))
    ) continue;
    teams.splice(0, teams.length, ...list);
    return joinLosses(teams, program);
  }
}

/** Lets the chain that follows a reduction to one element run where that is stored: the division of a mean. */
function joinTails(teams: Team[]): void {
  for (let at = 1; at < teams.length; at++) {
    const chain = only(teams[at]!, "pointwise");
    if (!chain || sizeOf(chain.shape) !== 1 || !mayFollow(chain) || raisesFaults(chain)) continue;
    const from = teams.findLastIndex((other, i) => i < at && isTotal(only(other, "reduce"), chain));
    if (from < 0) continue;
    const total = only(teams[from]!, "reduce")!, tail = teams[at]!, head = teams[from]!;
    if (teams.slice(from + 1, at).some((middle) => conflict(middle, tail))) continue;
    const own = stepInputs(chain).find(({ value }) => value === total.output.value)!;
    teams[from] = {
      steps: [total, chain],
      reads: [...head.reads, ...tail.reads],
      writes: [...head.writes, ...tail.writes],
      lower: () => lowerReduce(total, { chain, own, columns: 1 }),
    };
    teams.splice(at--, 1);
  }
}

/** Whether a step reduces to one float32 that a chain reads, and no other way than as one element of its own. */
function isTotal(total: StepOf<"reduce"> | undefined, chain: StepOf<"pointwise">): boolean {
  if (!total) return false;
  const { output, attributes: { op, dtype } } = total;
  if (sizeOf(output.shape) !== 1 || dtype !== "float32" || op === "argmax" || op === "argmin") return false;
  return stepInputs(chain).filter(({ value }) => value === output.value).length === 1;
}

/** Makes one team of two, at the place of one of them, if nothing between depends on the other. */
function pair(teams: Team[], a: number, b: number, lower: () => Dispatch[]): boolean {
  const first = Math.min(a, b), last = Math.max(a, b), between = teams.slice(first + 1, last);
  const one = teams[first]!, other = teams[last]!;
  if (conflict(one, other)) return false;
  const down = !between.some((middle) => conflict(middle, one));
  if (!down && between.some((middle) => conflict(middle, other))) return false;
  const both: Team = {
    steps: [...one.steps, ...other.steps],
    reads: [...one.reads, ...other.reads],
    writes: [...one.writes, ...other.writes],
    lower,
  };
  teams[down ? last : first] = both;
  teams.splice(down ? first : last, 1);
  return true;
}
