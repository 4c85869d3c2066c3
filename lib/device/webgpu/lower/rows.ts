/** Softmax, cross-entropy and its gradient: kernels that share a row among a team. */
import crossEntropyText from "../../../../kernels/webgpu/cross_entropy.wgsl" with { type: "text" };
import crossEntropyGradText from "../../../../kernels/webgpu/cross_entropy_grad.wgsl" with { type: "text" };
import rowsText from "../../../../kernels/webgpu/rows.wgsl" with { type: "text" };
import softmaxText from "../../../../kernels/webgpu/softmax.wgsl" with { type: "text" };
import type { StepOf, Table } from "../../steps/mod.ts";
import type { PointwiseStep } from "../../steps/pointwise.ts";
import type { ROWS } from "../../steps/rows.ts";
import { numberText } from "../epilogue.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText, powerOfTwoAtLeast, WORKGROUP } from "../module.ts";
import { teamText } from "../teams.ts";

const TEAMS = [
  teamText({ name: "largestOfTeam", type: "f32", memory: "team", fold: "larger" }),
  teamText({ name: "sumOfTeam", type: "f32", memory: "team", fold: "sumOf" }),
].join("\n");

function rowDispatch(
  label: string,
  text: string,
  shape: readonly number[],
  fields: Fields,
  more: { definitions?: Record<string, number | boolean>; faults?: boolean },
): Dispatch {
  const [rows, columns] = shape as [number, number];
  const TEAM = Math.min(WORKGROUP, powerOfTwoAtLeast(ceilDiv(columns, 4)));
  const LANES = WORKGROUP / TEAM;
  fields.constants({ rows, columns });
  const code = moduleText({
    text: text + rowsText,
    fields: fields.list,
    definitions: `${constantsText({ LANES, TEAM, ...more.definitions })}\n${TEAMS}`,
    math: true,
    faults: more.faults ?? false,
  });
  return {
    label: `${label} ${LANES}×${TEAM}`,
    code,
    fields: fields.list,
    workgroups: ceilDiv(rows, LANES),
    scratch: 0,
    beside: { threads: WORKGROUP, grows: false, memory: { "rows team": 4 * WORKGROUP }, heap: "u32" },
  };
}

function lowerSoftmax({ kernel, inputs: { input }, output }: StepOf<"softmax" | "logSoftmax">): Dispatch[] {
  const fields = new Fields().address("logits", input).address("output", output);
  return [rowDispatch(kernel, softmaxText, input.shape, fields, { definitions: { LOG: kernel === "logSoftmax" } })];
}

/** Losses, their gradient, or both at once. They read the same logits and labels. */
interface CrossEntropy {
  readonly loss?: StepOf<"crossEntropy">;
  readonly gradient?: StepOf<"crossEntropyGrad">;
  /** The chain over numbers that makes the gradient's g, if it is to be computed here. */
  readonly factor?: PointwiseStep | undefined;
}

/** One dispatch for what is asked of a cross-entropy. */
export function lowerCrossEntropy({ loss, gradient, factor }: CrossEntropy): Dispatch[] {
  const { logits, labels } = (loss ?? gradient!).inputs;
  const fields = new Fields().address("logits", logits).address("labels", labels)
    .constant("labelStride", labels.strides[0]!);
  const texts: string[] = [], calls: string[] = [];
  if (loss) {
    fields.address("losses", loss.output).site(loss, "lossSite");
    texts.push(crossEntropyText);
    calls.push("storeLoss");
  }
  if (gradient) {
    const { inputs: { g }, output } = gradient;
    fields.address("gradient", output).site(gradient, "gradientSite");
    if (!factor) fields.address("g", g).constant("gStride", g.strides[0]!);
    const value = factor ? numberText("factor", factor, fields) : "  return bitcast<f32>(heap[p.g + row * p.gStride]);";
    texts.push(crossEntropyGradText, `fn factor(row: u32) -> f32 {\n${value}\n}\n`);
    calls.push("storeGradient");
  }
  texts.push(`fn finish(row: u32, start: u32, member: u32, statistics: RowStatistics) {
${calls.map((name) => `  ${name}(row, start, member, statistics);`).join("\n")}
}
`);
  const label = loss && gradient ? "crossEntropy and gradient" : (loss ?? gradient!).kernel;
  return [rowDispatch(label, texts.join("\n"), logits.shape, fields, { faults: true })];
}

export const ROWS_WEBGPU: Table<keyof typeof ROWS, [], Dispatch[]> = {
  softmax: lowerSoftmax,
  logSoftmax: lowerSoftmax,
  crossEntropy: (loss) => lowerCrossEntropy({ loss }),
  crossEntropyGrad: (gradient) => lowerCrossEntropy({ gradient }),
};
