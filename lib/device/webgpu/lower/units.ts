/**
 * Units of work: the steps of a program with their dispatches, where some steps share one. The sums of a bias' gradient are a column of the
 * weight gradient that reads the same memory.
 */
import type { Program } from "../../program.ts";
import { sizeOf } from "../../shape.ts";
import { type Step, type StepOf, unfused } from "../../steps/mod.ts";
import { mergeAxes } from "../indexing.ts";
import type { Dispatch } from "../module.ts";
import { conflict, type Uses, usesOf } from "../ranges.ts";
import { lowerWeightGrad } from "./conv.ts";
import { lowerFused } from "./fused.ts";
import { lowerStep } from "./mod.ts";
import { axesOf } from "./reductions.ts";

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
    const fused = step.kernel === "fused" ? lowerFused(step) : undefined;
    if (fused) return [{ steps: [step], ...usesOf(program, step), lower: () => fused }];
    // A chain by itself may join others of its kind.
    return unfused(step).map((step) => ({
      steps: [step],
      ...usesOf(program, step),
      lower: () => lowerStep(step, program),
    }));
  });
  joinSums(teams);
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
    if (!product) continue;
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
