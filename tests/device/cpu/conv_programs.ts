/** Convolutions of many geometries as programs of one step, chosen to reach every way in which they are cut. */
import type { Operand } from "../../../lib/device/operand.ts";
import type { Program, Value } from "../../../lib/device/program.ts";
import { convStep } from "../../ops/conv.ts";
import type { ProgramInputs } from "../programs.ts";

type Four = readonly [number, number, number, number];
type Two = readonly [number, number];

/** x [N, C, H, W], output channels, kernel, stride, padding. */
export type Geometry = readonly [x: Four, outputs: number, kernel: Two, stride: Two, padding: Two];

export const GEOMETRIES: readonly Geometry[] = [
  [[1, 1, 1, 1], 1, [1, 1], [1, 1], [0, 0]],
  [[2, 64, 2, 2], 10, [3, 3], [2, 2], [1, 1]],
  [[37, 1, 28, 28], 8, [3, 3], [2, 2], [1, 1]],
  [[37, 1, 13, 11], 8, [5, 5], [2, 2], [2, 2]],
  [[50, 8, 7, 7], 16, [3, 3], [2, 2], [1, 1]],
  [[50, 3, 5, 6], 7, [3, 2], [1, 1], [1, 1]],
  [[33, 5, 4, 4], 9, [3, 3], [2, 2], [1, 1]],
  [[65, 2, 3, 3], 5, [5, 5], [1, 1], [2, 2]],
  [[40, 4, 2, 2], 6, [3, 3], [2, 2], [3, 3]],
  [[35, 3, 6, 5], 4, [1, 1], [2, 3], [0, 0]],
  [[34, 3, 6, 5], 4, [1, 1], [2, 3], [1, 1]],
  [[33, 2, 9, 9], 3, [2, 2], [3, 3], [0, 0]],
  [[2, 3, 70, 90], 5, [3, 3], [1, 1], [1, 1]],
  [[1, 32, 60, 50], 12, [3, 5], [2, 1], [1, 2]],
  // Columns that fill no tile, whichever is used.
  [[13, 3, 5, 5], 17, [3, 3], [1, 1], [1, 1]],
  [[7, 2, 4, 6], 27, [2, 3], [1, 2], [0, 1]],
];

/** Weights so many that chunks are made of output channels too, and pixels gathered: read with borders, and by phases. */
export const WIDE_GEOMETRIES: readonly Geometry[] = [
  [[2, 131, 5, 6], 141, [3, 3], [1, 1], [1, 1]],
  [[26, 70, 3, 3], 155, [3, 3], [2, 2], [1, 1]],
  [[1, 260, 4, 3], 300, [1, 1], [1, 1], [0, 0]],
  [[33, 19, 5, 4], 147, [5, 5], [1, 1], [2, 2]],
];

export type ConvKernel = "conv2d" | "conv2dInputGrad" | "conv2dWeightGrad";
export const CONV_KERNELS = ["conv2d", "conv2dInputGrad", "conv2dWeightGrad"] as const satisfies readonly ConvKernel[];

const nhwc = ([, c, h, w]: readonly number[]) => [h! * w! * c!, 1, w! * c!, c!];

/** A program of one convolution kernel, with numbers for its operands. */
export function convProgram(
  kernel: ConvKernel,
  [x, o, [kh, kw], stride, padding]: Geometry,
): { readonly label: string; readonly program: Program; readonly inputs: ProgramInputs } {
  const [n, c, h, w] = x;
  const oh = Math.floor((h + 2 * padding[0] - kh) / stride[0]) + 1,
    ow = Math.floor((w + 2 * padding[1] - kw) / stride[1]) + 1;
  const g = [n, o, oh, ow], weights = [o, c, kh, kw];
  const shapes = kernel === "conv2d"
    ? [x, weights, g]
    : kernel === "conv2dInputGrad"
    ? [g, weights, x]
    : [x, g, weights];
  const values: Value[] = shapes.map((shape, slot) => ({
    dtype: "float32",
    elements: shape.reduce((a, b) => a * b, 1),
    place: { kind: "bound", slot },
  }));
  const operands = shapes.map((shape, value): Operand => ({
    value,
    shape,
    strides: shape === weights ? [c * kh * kw, kh * kw, kw, 1] : nhwc(shape),
    offset: 0,
    dynamic: -1,
  }));
  const program: Program = {
    values,
    steps: [convStep(kernel, { stride, padding }, [operands[0]!, operands[1]!, operands[2]!])],
    arenaBytes: 0,
    bound: 3,
    scalars: 0,
    offsets: 0,
  };
  const bound = values.map(({ elements }, k) => new Float32Array(elements).map((_, i) => Math.sin(i * 1.7 + k)));
  return {
    label: `${kernel} [${x}] → ${o} channels, kernel ${kh}×${kw}, stride ${stride}, padding ${padding}`,
    program,
    inputs: { bound, scalars: new Float64Array(), offsets: new Int32Array() },
  };
}
