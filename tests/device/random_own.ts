/** Random steps of a user's kernel. */
import type { Floats, OwnKernel } from "../../lib/device/own.ts";
import { float, type Generator } from "./generator.ts";

/** Each row's running sum, and a number for each column: one call a row, so that not every element has its own. */
const RUNNING_SUM: OwnKernel = {
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

/** A kernel that a user could bring. */
export const own: Generator = (builder, choices) => {
  const shape = [choices.size(900), choices.size(300)];
  builder.step({
    kernel: "own",
    own: RUNNING_SUM,
    inputs: [float(builder, choices, shape, { dense: true }), float(builder, choices, [shape[1]!], { dense: true })],
    output: float(builder, choices, shape, { dense: true }),
    numbers: [builder.scalar(Math.abs(choices.normal()))],
    invocations: shape[0]!,
  });
  return `[${shape}]`;
};
