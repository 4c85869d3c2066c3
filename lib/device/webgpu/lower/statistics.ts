/** Histogram and activation statistics: counts of parts of the input (with moments, for the latter), then of all. */
import binText from "../../../../kernels/webgpu/bin.wgsl" with { type: "text" };
import countsText from "../../../../kernels/webgpu/counts.wgsl" with { type: "text" };
import histogramText from "../../../../kernels/webgpu/histogram.wgsl" with { type: "text" };
import histogramTotalText from "../../../../kernels/webgpu/histogram_total.wgsl" with { type: "text" };
import momentsText from "../../../../kernels/webgpu/moments.wgsl" with { type: "text" };
import momentsTeamText from "../../../../kernels/webgpu/moments_team.wgsl" with { type: "text" };
import statisticsText from "../../../../kernels/webgpu/statistics.wgsl" with { type: "text" };
import statisticsTotalText from "../../../../kernels/webgpu/statistics_total.wgsl" with { type: "text" };
import { sizeOf } from "../../shape.ts";
import type { StepOf, Table } from "../../steps/mod.ts";
import type { STATISTICS } from "../../steps/statistics.ts";
import { offsetFunction } from "../indexing.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText, powerOfTwoAtLeast, WORKGROUP } from "../module.ts";
import { teamText } from "../teams.ts";
import { elementsDispatch } from "./elements.ts";

/** Elements that a workgroup of the first pass takes at least. The second pass of statistics merges a part an invocation. */
const PART = 4096;
const MOST_PARTS = WORKGROUP;

const SUM_OF_TEAM = teamText({ name: "sumOfTeam", type: "f32", memory: "sums", fold: "sumOf" });

const MOMENTS = [
  momentsText,
  momentsTeamText,
  teamText({ name: "mergeTeam", type: "Moments", memory: "team", fold: "merge" }),
].join("\n");

/** The first pass: counts in `slots` slots of each part of the input, into `scratch` words. */
function countParts(
  { kernel, inputs: { input }, numbers: { min, max } }: StepOf<keyof typeof STATISTICS>,
  { slots, text, definitions, scratch }: {
    slots: number;
    text: string;
    /** What the text needs beyond counts.wgsl. */
    definitions: string;
    /** Words, given the number of parts. */
    scratch: (parts: number) => number;
  },
): { first: Dispatch; count: number; parts: number } {
  const count = sizeOf(input.shape);
  const partSize = ceilDiv(count, Math.min(MOST_PARTS, ceilDiv(count, PART))), parts = ceilDiv(count, partSize);
  const SLOTS = Math.min(2048, powerOfTwoAtLeast(slots));
  const fields = new Fields().address("input", input).scratch("scratch")
    .constants({ count, slots, parts, partSize }).scalar("min", min).scalar("max", max);
  const functions = offsetFunction("inputOffset", input, fields);
  const code = moduleText({
    text: `${text}\n${countsText}\n${binText}`,
    fields: fields.list,
    definitions: `${constantsText({ WORKGROUP, SLOTS })}\n${definitions}\n${functions}`,
    math: true,
  });
  const workgroups = parts * ceilDiv(slots, SLOTS);
  return { first: { label: kernel, code, fields: fields.list, workgroups, scratch: scratch(parts) }, count, parts };
}

function lowerHistogram(step: StepOf<"histogram">): Dispatch[] {
  const bins = sizeOf(step.output.shape);
  const { first, parts } = countParts(step, {
    slots: bins,
    text: histogramText,
    definitions: "",
    scratch: (parts) => parts * bins,
  });
  const total = elementsDispatch({
    label: "histogram total",
    text: histogramTotalText,
    fields: new Fields().scratch("scratch").address("output", step.output).constant("parts", parts),
    count: bins,
    scratch: first.scratch,
  });
  return [first, total];
}

function lowerStatistics(step: StepOf<"statistics">): Dispatch[] {
  const slots = sizeOf(step.output.shape) - 2;
  const { first, count, parts } = countParts(step, {
    slots,
    text: statisticsText,
    definitions: `${constantsText({ ABSOLUTE: step.attributes.absolute })}\n${MOMENTS}\n${SUM_OF_TEAM}`,
    scratch: (parts) => 1 + parts * (6 + slots),
  });
  const fields = new Fields().scratch("scratch").address("output", step.output).constants({ count, slots, parts });
  const total: Dispatch = {
    label: "statistics total",
    code: moduleText({
      text: statisticsTotalText,
      fields: fields.list,
      definitions: `${constantsText({ WORKGROUP })}\n${MOMENTS}`,
      math: true,
    }),
    fields: fields.list,
    workgroups: 1 + ceilDiv(slots, WORKGROUP),
    scratch: first.scratch,
  };
  return [first, total];
}

export const STATISTICS_WEBGPU: Table<keyof typeof STATISTICS, [], Dispatch[]> = {
  histogram: lowerHistogram,
  statistics: lowerStatistics,
};
