/** Histogram, random numbers, arange. */
import arangeText from "../../../../kernels/webgpu/arange.wgsl" with { type: "text" };
import binText from "../../../../kernels/webgpu/bin.wgsl" with { type: "text" };
import histogramText from "../../../../kernels/webgpu/histogram.wgsl" with { type: "text" };
import histogramTotalText from "../../../../kernels/webgpu/histogram_total.wgsl" with { type: "text" };
import randomText from "../../../../kernels/webgpu/random.wgsl" with { type: "text" };
import type { ArangeStep, HistogramStep, RandomStep } from "../../program.ts";
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

/** Elements that a workgroup of the histogram's first pass counts at least, and the most parts the input is cut into. */
const PART = 4096;
const MOST_PARTS = 256;

export function lowerHistogram({ kernel, input, output, min, max }: HistogramStep): Dispatch[] {
  const count = sizeOf(input.shape), bins = sizeOf(output.shape);
  const partSize = ceilDiv(count, Math.min(MOST_PARTS, ceilDiv(count, PART))), parts = ceilDiv(count, partSize);
  const BINS = Math.min(2048, powerOfTwoAtLeast(bins));
  const first = new Fields().address("input", input).scratch("scratch")
    .constants({ count, bins, parts, partSize }).scalar("min", min).scalar("max", max);
  const functions = offsetFunction("inputOffset", input, first);
  const second = new Fields().scratch("scratch").address("output", output).constants({ bins, parts });
  const scratch = parts * bins;
  return [
    {
      label: kernel,
      code: moduleText({
        text: histogramText + binText,
        fields: first.list,
        definitions: constantsText({ WORKGROUP, BINS }) + "\n" + functions,
        math: true,
      }),
      fields: first.list,
      workgroups: parts * ceilDiv(bins, BINS),
      scratch,
    },
    {
      label: "histogram total",
      code: moduleText({ text: histogramTotalText, fields: second.list, definitions: constantsText({ WORKGROUP }) }),
      fields: second.list,
      workgroups: ceilDiv(bins, WORKGROUP),
      scratch,
    },
  ];
}

export function lowerRandom({ kernel, distribution, output, state }: RandomStep): Dispatch[] {
  const count = sizeOf(output.shape);
  const [seedLow, seedHigh, counterLow, counterHigh] = state;
  const fields = new Fields().address("output", output).constant("count", count)
    .scalar("seedLow", seedLow, "u32").scalar("seedHigh", seedHigh, "u32")
    .scalar("counterLow", counterLow, "u32").scalar("counterHigh", counterHigh, "u32");
  const code = moduleText({
    text: randomText,
    fields: fields.list,
    definitions: constantsText({ WORKGROUP, NORMAL: distribution === "normal" }),
    math: true,
  });
  const workgroups = ceilDiv(ceilDiv(count, 4), WORKGROUP);
  return [{ label: `${kernel} ${distribution}`, code, fields: fields.list, workgroups, scratch: 0 }];
}

export function lowerArange({ kernel, dtype, output, start, step }: ArangeStep): Dispatch[] {
  const count = sizeOf(output.shape), type = dtype === "float32" ? "f32" : "i32";
  const fields = new Fields().address("output", output).constant("count", count)
    .scalar("start", start, type).scalar("step", step, type);
  const definitions = `${constantsText({ WORKGROUP })}\nalias Element = ${type};`;
  const code = moduleText({ text: arangeText, fields: fields.list, definitions });
  return [{ label: kernel, code, fields: fields.list, workgroups: ceilDiv(count, WORKGROUP), scratch: 0 }];
}
