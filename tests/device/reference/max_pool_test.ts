import { type MAX_POOL, type MaxPooling, maxPooling } from "../../../lib/device/steps/max_pool.ts";
import { ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

/** Pools rows of pixels to `result` numbers a row. */
function pool(
  kernel: keyof typeof MAX_POOL,
  rows: readonly (readonly number[])[],
  windows: Pick<MaxPooling, "kernelSize" | "stride"> & Partial<MaxPooling>,
  result: number,
  g: readonly number[] = [],
): Promise<number[]> {
  const data = rows.flat();
  const image = [1, 1, rows.length, rows[0]!.length], pooled = [1, 1, rows.length, result];
  const builder = new ProgramBuilder();
  const attributes = maxPooling({ padding: [0, 0], dilation: [1, 1], ...windows });
  const common = { attributes, numbers: {} }, input = builder.dense("float32", image, Float64Array.from(data));
  if (kernel === "maxPool2dGrad") {
    const inputs = { input, g: builder.dense("float32", pooled, g) };
    const output = builder.dense("float32", image, new Array<number>(data.length).fill(9));
    return last(builder.step({ kernel, inputs, output, ...common }).build(kernel));
  }
  const output = builder.dense(
    kernel === "maxPool2d" ? "float32" : "int32",
    pooled,
    new Array<number>(rows.length * result).fill(9),
  );
  return last(builder.step({ kernel, inputs: { input }, output, ...common }).build(kernel));
}

const PAIRS = { kernelSize: [1, 2], stride: [1, 2] } as const;

Deno.test("maxPool2d: the largest of each window, its place, and the gradient brought there", async () => {
  const x = [1, 5, -3, -2, 4, 4];
  close(await pool("maxPool2d", [x], PAIRS, 3), [5, -2, 4]);
  close(await pool("maxPool2dIndices", [x], PAIRS, 3), [1, 3, 4]); // of equal ones the first
  close(await pool("maxPool2dGrad", [x], PAIRS, 3, [10, 20, 30]), [0, 10, 0, 20, 30, 0]);
});

Deno.test("maxPool2d: windows that overlap add up their gradients", async () => {
  const windows = { kernelSize: [1, 3], stride: [1, 1] } as const;
  close(await pool("maxPool2dGrad", [[0, 1, 7, 2, 3]], windows, 3, [1, 10, 100]), [0, 0, 111, 0, 0]);
});

Deno.test("maxPool2d: a NaN is largest, and the last of several; padding is never chosen; windows may be dilated", async () => {
  close(await pool("maxPool2dIndices", [[NaN, 9, NaN, NaN, 1, NaN]], PAIRS, 3), [0, 3, 5]);
  const padded = { kernelSize: [1, 2], stride: [1, 2], padding: [0, 1] } as const;
  close(await pool("maxPool2d", [[-7, -5, -6], [-8, -9, -4]], padded, 2), [-7, -5, -8, -4]);
  const dilated = { kernelSize: [1, 2], stride: [1, 1], dilation: [1, 3] } as const;
  close(await pool("maxPool2d", [[1, 9, 2, 3, 4]], dilated, 2), [3, 9]);
});
