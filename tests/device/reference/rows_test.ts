import type { Operand } from "../../../lib/device/operand.ts";
import type { Step } from "../../../lib/device/steps/mod.ts";
import { ProgramBuilder } from "../programs.ts";
import { close, last, PLAIN } from "./helpers.ts";

Deno.test("softmax, logSoftmax, crossEntropy and its gradient", async () => {
  const logits = [0, Math.log(2), Math.log(5), 1000, 1000, -1000], shape = [2, 3];
  const run = (step: (builder: ProgramBuilder, input: Operand) => Step) => {
    const builder = new ProgramBuilder();
    const input = builder.dense("float32", shape, Float64Array.from(logits));
    return last(builder.step(step(builder, input)).build("rows"));
  };
  const zeros = (n: number) => new Array<number>(n).fill(0);
  const p = [1 / 8, 2 / 8, 5 / 8, 0.5, 0.5, 0];
  const softmax = (kernel: "softmax" | "logSoftmax") =>
    run((b, input) => ({ kernel, inputs: { input }, output: b.dense("float32", shape, zeros(6)), ...PLAIN }));
  close(await softmax("softmax"), p);
  close(await softmax("logSoftmax"), [...p.slice(0, 5).map(Math.log), -2000 - Math.LN2]);
  const losses = await run((b, input) => {
    const labels = b.dense("int32", [2], [1, 2]);
    const output = b.dense("float32", [2], zeros(2));
    return { kernel: "crossEntropy", inputs: { logits: input, labels }, output, ...PLAIN };
  });
  close(losses, [Math.log(4), 2000 + Math.LN2]);
  const gradient = await run((b, input) => {
    const labels = b.dense("int32", [2], [1, 2]), g = b.operand(b.bind("float32", [0.5]), [2], { strides: [0] });
    const output = b.dense("float32", shape, zeros(6));
    return { kernel: "crossEntropyGrad", inputs: { logits: input, labels, g }, output, ...PLAIN };
  });
  close(gradient, [1 / 16, -6 / 16, 5 / 16, 0.25, 0.25, -0.5]);
});
