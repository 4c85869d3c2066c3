import { keeping } from "../../../lib/device/steps/normalisation.ts";
import { ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

Deno.test("moments: mean, biased variance and 1/√(variance + eps) of each group", async () => {
  const builder = new ProgramBuilder(), value = builder.bind("float32", [1, 10, 3, 10, 5, 13]);
  builder.step({
    kernel: "moments",
    inputs: { input: builder.operand(value, [2, 3], { strides: [1, 2] }) }, // columns 1, 3, 5 and 10, 10, 13
    output: builder.dense("float32", [3, 2], [9, 9, 9, 9, 9, 9]),
    attributes: keeping({ kept: 1 }),
    numbers: { eps: builder.scalar(0.25) },
  });
  const variances = [8 / 3, 2];
  close(await last(builder.build("moments")), [3, 11, ...variances, ...variances.map((v) => 1 / Math.sqrt(v + 0.25))]);
});

Deno.test("normSums: Σg and Σg·(x − mean)·scale of each group", async () => {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "normSums",
    inputs: {
      g: builder.dense("float32", [2, 2], [1, 2, 3, 4]),
      x: builder.dense("float32", [2, 2], [5, 7, 1, 1]),
      stats: builder.dense("float32", [3, 2], [6, 3, 77, 77, 2, 10]), // the variances are not read
    },
    output: builder.dense("float32", [2, 2], [9, 9, 9, 9]),
    attributes: keeping({ kept: 1 }),
    numbers: {},
  });
  close(await last(builder.build("normSums")), [3, 7, 2 * (-1 + 2), 10 * -2 * (3 + 4)]);
});
