/** A user's kernel: random steps, error bounds. */
import type { CustomKernel, Floats } from "../../lib/device/custom_kernel.ts";
import { Calling, type CUSTOM } from "../../lib/device/steps/custom.ts";
import type { Table } from "../../lib/device/steps/mod.ts";
import { float, type Generator, type Generators } from "../device/generator.ts";
import { type Analysis, type Bounds, linear } from "../device/tolerance.ts";

/** Each row's running sum, and a number for each column: one call a row, so that not every element has its own. */
const RUNNING_SUM: CustomKernel = {
  name: "runningSum",
  inputs: ["x", "y"],
  numbers: ["scale"],
  wgsl: `fn kernel(row: u32) {
  var sum = 0.0;
  for (var column = 0u; column < xShape[1]; column++) {
    sum += x(row * xShape[1] + column);
    store(row * outShape[1] + column, scale * sum + y(column));
  }
}`,
  cpu(
    { x, y, xShape: [rows, columns], scale, out }: {
      x: Floats;
      y: Floats;
      xShape: readonly [number, number];
      scale: number;
      out: Floats;
    },
  ) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = 0; i < columns; i++) out[row * columns + i] = scale * (sum += x[row * columns + i]!) + y[i]!;
    }
  },
};

const custom: Generator = (builder, choices) => {
  const rows = choices.size(900), columns = choices.size(300), shape = [rows, columns];
  builder.step({
    kernel: "custom",
    inputs: {
      x: float(builder, choices, shape, { dense: true }),
      y: float(builder, choices, [columns], { dense: true }),
    },
    output: float(builder, choices, shape, { dense: true }),
    attributes: new Calling(RUNNING_SUM, rows),
    numbers: { scale: builder.scalar(Math.abs(choices.normal())) },
  });
  return `[${shape}]`;
};

export const GENERATORS: Generators<typeof CUSTOM> = { custom };

/** Those of {@linkcode RUNNING_SUM}: of sums over the columns. */
export const ERRORS: Table<keyof typeof CUSTOM, [Analysis], Bounds> = {
  custom: (step, analysis) => linear(step, analysis, Object.values(step.inputs), step.output.shape[1]!),
};
