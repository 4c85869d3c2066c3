/** Softmax, cross-entropy and its gradient: kernels that share a row among a team. */
import crossEntropyText from "../../../../kernels/webgpu/cross_entropy.wgsl" with { type: "text" };
import crossEntropyGradText from "../../../../kernels/webgpu/cross_entropy_grad.wgsl" with { type: "text" };
import rowsText from "../../../../kernels/webgpu/rows.wgsl" with { type: "text" };
import softmaxText from "../../../../kernels/webgpu/softmax.wgsl" with { type: "text" };
import type { StepOf, Table } from "../../steps/mod.ts";
import type { ROWS } from "../../steps/rows.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText, powerOfTwoAtLeast, WORKGROUP } from "../module.ts";

function rowDispatch(
  label: string,
  text: string,
  shape: readonly number[],
  fields: Fields,
  more: { definitions?: Record<string, number | boolean>; faults?: boolean },
): Dispatch {
  const [rows, columns] = shape as [number, number];
  const TEAM = Math.min(WORKGROUP, powerOfTwoAtLeast(ceilDiv(columns, 4)));
  const LANES = Math.min(Math.max(1, 64 / TEAM), powerOfTwoAtLeast(rows));
  fields.constants({ rows, columns });
  const code = moduleText({
    text: text + rowsText,
    fields: fields.list,
    definitions: constantsText({ LANES, TEAM, ...more.definitions }),
    math: true,
    faults: more.faults ?? false,
  });
  return {
    label: `${label} ${LANES}×${TEAM}`,
    code,
    fields: fields.list,
    workgroups: ceilDiv(rows, LANES),
    scratch: 0,
  };
}

function lowerSoftmax({ kernel, inputs: { input }, output }: StepOf<"softmax" | "logSoftmax">): Dispatch[] {
  const fields = new Fields().address("logits", input).address("output", output);
  return [rowDispatch(kernel, softmaxText, input.shape, fields, { definitions: { LOG: kernel === "logSoftmax" } })];
}

function lowerCrossEntropy(step: StepOf<"crossEntropy">): Dispatch[] {
  const { kernel, inputs: { logits, labels }, output } = step;
  const fields = new Fields().address("logits", logits).address("labels", labels)
    .constant("labelStride", labels.strides[0]!).address("output", output).site(step);
  return [rowDispatch(kernel, crossEntropyText, logits.shape, fields, { faults: true })];
}

function lowerCrossEntropyGrad(step: StepOf<"crossEntropyGrad">): Dispatch[] {
  const { kernel, inputs: { logits, labels, g }, output } = step;
  const fields = new Fields().address("logits", logits).address("labels", labels)
    .constant("labelStride", labels.strides[0]!).address("g", g).constant("gStride", g.strides[0]!)
    .address("output", output).site(step);
  return [rowDispatch(kernel, crossEntropyGradText, logits.shape, fields, { faults: true })];
}

export const ROWS_WEBGPU: Table<keyof typeof ROWS, [], Dispatch[]> = {
  softmax: lowerSoftmax,
  logSoftmax: lowerSoftmax,
  crossEntropy: lowerCrossEntropy,
  crossEntropyGrad: lowerCrossEntropyGrad,
};
