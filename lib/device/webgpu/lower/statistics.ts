/** Activation statistics: moments and counts of parts, then of all. */
import binText from "../../../../kernels/webgpu/bin.wgsl" with { type: "text" };
import momentsText from "../../../../kernels/webgpu/moments.wgsl" with { type: "text" };
import teamText from "../../../../kernels/webgpu/moments_team.wgsl" with { type: "text" };
import statisticsText from "../../../../kernels/webgpu/statistics.wgsl" with { type: "text" };
import statisticsTotalText from "../../../../kernels/webgpu/statistics_total.wgsl" with { type: "text" };
import type { StatisticsStep } from "../../program.ts";
import { offsetFunction } from "../indexing.ts";
import {
  ceilDiv,
  constantsText,
  type Dispatch,
  Fields,
  moduleText,
  powerOfTwoAtLeast,
  sizeOf,
  WORKGROUP,
} from "../module.ts";

/** Elements that a workgroup of the first pass takes at least. The second pass merges a part an invocation. */
const PART = 4096;
const MOST_PARTS = WORKGROUP;

export function lowerStatistics({ kernel, absolute, input, output, min, max }: StatisticsStep): Dispatch[] {
  const count = sizeOf(input.shape), slots = sizeOf(output.shape) - 2;
  const partSize = ceilDiv(count, Math.min(MOST_PARTS, ceilDiv(count, PART))), parts = ceilDiv(count, partSize);
  const SLOTS = Math.min(2048, powerOfTwoAtLeast(slots));
  const first = new Fields().address("input", input).scratch("scratch")
    .constants({ count, slots, parts, partSize }).scalar("min", min).scalar("max", max);
  const functions = offsetFunction("inputOffset", input, first);
  const second = new Fields().scratch("scratch").address("output", output).constants({ count, slots, parts });
  const scratch = 1 + parts * (4 + slots);
  const definitions = `${constantsText({ WORKGROUP, SLOTS, ABSOLUTE: absolute })}\n${momentsText}\n${teamText}\n`;
  return [
    {
      label: kernel,
      code: moduleText({
        text: statisticsText + binText,
        fields: first.list,
        definitions: definitions + functions,
        math: true,
      }),
      fields: first.list,
      workgroups: parts * ceilDiv(slots, SLOTS),
      scratch,
    },
    {
      label: "statistics total",
      code: moduleText({ text: statisticsTotalText, fields: second.list, definitions, math: true }),
      fields: second.list,
      workgroups: 1 + ceilDiv(slots, WORKGROUP),
      scratch,
    },
  ];
}
