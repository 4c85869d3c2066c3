import type { Operand } from "../../../lib/device/operand.ts";
import type { CONV } from "../../../lib/device/steps/conv.ts";
import { convStep, type Geometry } from "../../ops/conv.ts";
import { contiguous, nhwc, numel, ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

type ConvKernel = keyof typeof CONV;

/** Runs a convolution over logical NCHW row-major data, and gives its result so too. */
async function convolve(
  kernel: ConvKernel,
  geometry: Geometry,
  shapes: readonly (readonly number[])[],
  data: readonly (readonly number[])[],
): Promise<number[]> {
  const builder = new ProgramBuilder();
  const isImage = (i: number) => kernel === "conv2dWeightGrad" ? i < 2 : i !== 1;
  const operands = shapes.map((shape, i): Operand => {
    const elements = new Float64Array(numel(shape)), strides = isImage(i) ? nhwc(shape) : contiguous(shape);
    data[i]?.forEach((x, at) => elements[place(shape, strides, at)] = x);
    return builder.operand(builder.bind("float32", elements), shape, { strides });
  });
  const [first, second, output] = operands as [Operand, Operand, Operand];
  const stored = await last(builder.step(convStep(kernel, geometry, [first, second, output])).build(kernel));
  return stored.map((_, at) => stored[place(output.shape, output.strides, at)]!);
}

/** Address of row-major element `at`. */
function place(shape: readonly number[], strides: readonly number[], at: number): number {
  let address = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    address += (at % shape[axis]!) * strides[axis]!;
    at = Math.floor(at / shape[axis]!);
  }
  return address;
}

Deno.test("conv2d: two channels, stride 2 and padding 1, by hand", async () => {
  const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, ...new Array<number>(9).fill(1)];
  const w = [...[0, 0, 0, 0, 1, 0, 0, 0, 1], ...new Array<number>(9).fill(0.5)];
  const y = await convolve("conv2d", { stride: [2, 2], padding: [1, 1] }, [[1, 2, 3, 3], [1, 2, 3, 3], [1, 1, 2, 2]], [
    x,
    w,
  ]);
  // First channel: x(y, x) + x(y + 1, x + 1) at the corners; second: half of the four ones in reach.
  close(y, [1 + 5 + 2, 3 + 2, 7 + 2, 9 + 2]);
});

Deno.test("conv2d: two groups, a dilated kernel, by hand", async () => {
  const y = await convolve("conv2d", { stride: [1, 1], padding: [0, 1], dilation: [1, 2], groups: 2 }, [
    [1, 2, 1, 4],
    [2, 1, 1, 2],
    [1, 2, 1, 4],
  ], [[1, 2, 3, 4, 10, 20, 30, 40], [1, 10, 1, 100]]);
  // Out of x(o − 1) and x(o + 1) of the output's own channel, 0 outside.
  close(y, [20, 1 + 30, 2 + 40, 3, 2000, 10 + 3000, 20 + 4000, 30]);
});

for (
  const [what, geometry, ...shapes] of [
    ["plain", { stride: [2, 1], padding: [1, 2] }, [2, 3, 5, 4], [2, 3, 3, 2], [2, 2, 3, 7]],
    [
      "with groups and dilation",
      { stride: [2, 1], padding: [1, 2], dilation: [1, 3], groups: 2 },
      [2, 4, 5, 4],
      [6, 2, 3, 2],
      [2, 6, 3, 5],
    ],
  ] as const
) {
  Deno.test(`conv2dInputGrad and conv2dWeightGrad are the central differences of conv2d, ${what}`, async () => {
    await checkGradients(geometry, shapes);
  });
}

async function checkGradients(
  geometry: Geometry,
  [xShape, wShape, gShape]: readonly [readonly number[], readonly number[], readonly number[]],
): Promise<void> {
  const wave = (shape: readonly number[], k: number) =>
    Array.from({ length: numel(shape) }, (_, i) => Math.sin(k * i + k));
  const x = wave(xShape, 1.7), w = wave(wShape, 2.3), g = wave(gShape, 0.9);
  const loss = async (xs: number[], ws: number[]) => {
    const y = await convolve("conv2d", geometry, [xShape, wShape, gShape], [xs, ws]);
    return y.reduce((sum, v, i) => sum + v * g[i]!, 0);
  };
  const slope = async (at: (e: number) => Promise<number>) => (await at(1e-3) - await at(-1e-3)) / 2e-3;
  const numericX: number[] = [], numericW: number[] = [];
  for (const i of x.keys()) numericX.push(await slope((e) => loss(x.with(i, x[i]! + e), w)));
  for (const i of w.keys()) numericW.push(await slope((e) => loss(x, w.with(i, w[i]! + e))));
  close(await convolve("conv2dInputGrad", geometry, [gShape, wShape, xShape], [g, w]), numericX, 1e-9);
  close(await convolve("conv2dWeightGrad", geometry, [xShape, gShape, wShape], [x, g]), numericW, 1e-9);
}
