/** Convolutions of many geometries as programs of one step, chosen to reach every way in which they are cut. */
import type { Operand } from "../../../lib/device/operand.ts";
import type { Program, Value } from "../../../lib/device/program.ts";
import { convStep } from "../../ops/conv.ts";
import type { Mulberry32 } from "../../../tasks/mulberry32.ts";
import type { ProgramInputs } from "../programs.ts";

type Four = readonly [number, number, number, number];
type Two = readonly [number, number];

/** x [N, C, H, W], output channels, kernel, stride, padding, dilation, groups. */
export type Geometry = readonly [
  x: Four,
  outputs: number,
  kernel: Two,
  stride: Two,
  padding: Two,
  dilation?: Two,
  groups?: number,
];

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
  // Eight output channels at most: runs of a patch of 27 and 18 rows, of 8 and 4, and of 2.
  [[40, 9, 6, 5], 6, [3, 3], [1, 1], [1, 1]],
  [[35, 4, 5, 4], 8, [3, 2], [1, 2], [1, 1]],
  [[33, 2, 6, 6], 5, [4, 1], [2, 1], [1, 0]],
  // Groups of images without borders, the last of them smaller; images so large that there is one a group.
  [[101, 9, 14, 12], 18, [3, 3], [2, 2], [1, 1]],
  [[35, 32, 30, 31], 6, [3, 3], [2, 2], [1, 1]],
  // Chunks of rows, of which phases have different ones.
  [[64, 13, 7, 5], 21, [3, 3], [2, 1], [1, 1]],
];

/** Images that are large for bands, and go by phases, in groups of one and of several; gradients into eight channels whose pixels come in pairs. */
export const PHASED_GEOMETRIES: readonly Geometry[] = [
  [[12, 8, 28, 28], 8, [3, 3], [1, 1], [1, 1]],
  [[13, 16, 26, 23], 10, [3, 3], [2, 2], [1, 1]],
  [[13, 64, 7, 7], 32, [3, 3], [1, 1], [1, 1]],
  [[13, 8, 14, 14], 16, [3, 3], [2, 2], [1, 1]],
  // A row that reads no second row of the gradient, and a last row of single pixels; all columns read the same taps; and rows of one phase.
  [[17, 8, 9, 12], 7, [3, 3], [2, 2], [1, 1]],
  [[14, 8, 6, 8], 5, [3, 2], [1, 2], [1, 0]],
  [[14, 8, 6, 8], 5, [1, 3], [3, 2], [1, 1]],
];

/**
 * Images with borders that go band by band, of strides whose phases have different numbers of rows: a phase with fewer rows reads further than
 * the others, or the one with most reads nothing.
 */
export const BANDED_GEOMETRIES: readonly Geometry[] = [
  [[1, 1, 57, 56], 8, [3, 3], [2, 2], [1, 1]],
  [[2, 1, 33, 33], 16, [7, 7], [2, 2], [3, 3]],
  [[1, 3, 65, 65], 8, [5, 5], [3, 3], [1, 1]],
  [[1, 2, 97, 34], 8, [5, 3], [3, 2], [2, 1]],
  [[1, 4, 85, 57], 6, [3, 3], [2, 2], [1, 1], [1, 1], 2],
  [[3, 16, 27, 27], 15, [1, 1], [2, 1], [3, 3], [2, 2]],
  [[1, 64, 9, 10], 65, [4, 4], [2, 2], [3, 0], [3, 3]],
  [[2, 24, 9, 7], 128, [5, 5], [2, 2], [2, 3], [3, 3]],
];

/** Products of a geometry that is made by chance, at most: the reference takes a fifth of a second for so many. */
const MOST_PRODUCTS = 4e6;

/** A geometry of any kind, made by chance: up to a hundred rows and columns, so that images are cut as they are nowhere above. */
export function randomGeometry(random: Mulberry32): Geometry {
  while (true) {
    const whole = (least: number, most: number) => least + random.below(most - least + 1);
    const two = (least: number, most: number): Two => {
      const both = whole(least, most);
      return random.chance(0.7) ? [both, both] : [both, whole(least, most)];
    };
    const groups = random.chance(0.8) ? 1 : whole(2, 4);
    const size = random.chance(0.5) ? two(1, 24) : two(20, 100);
    const [height, width] = [size[0] + whole(0, 3), size[1]];
    const x: Four = [whole(1, 4), groups * random.pick([1, 2, 3, 8, 16, 24, 64]), height, width];
    const outputs = groups * random.pick([1, 3, 4, 8, 15, 16, 40, 65]), kernel = two(1, 7), stride = two(1, 4);
    const padding = two(0, 3), dilation: Two = random.chance(0.7) ? [1, 1] : two(1, 3);
    const fits = [height, width].every((n, i) => n + 2 * padding[i]! > dilation[i]! * (kernel[i]! - 1));
    const pixels = x[0] * height * width / stride[0] / stride[1];
    if (!fits || pixels * kernel[0] * kernel[1] * x[1] * outputs / groups > MOST_PRODUCTS) continue;
    return [x, outputs, kernel, stride, padding, dilation, groups];
  }
}

/** One channel and kernels of 3 × 3: borders on all sides and on none, images hardly larger than a kernel, channels that fill no vector, bands. */
export const ONE_CHANNEL_GEOMETRIES: readonly Geometry[] = [
  [[5, 1, 9, 7], 10, [3, 3], [1, 1], [1, 1]],
  [[3, 1, 1, 2], 4, [3, 3], [1, 1], [1, 1]],
  [[2, 1, 2, 6], 13, [3, 3], [1, 2], [1, 0]],
  [[5, 1, 3, 3], 8, [3, 3], [4, 4], [1, 1]],
  [[6, 1, 9, 11], 5, [3, 3], [2, 3], [0, 1]],
  [[7, 1, 8, 8], 24, [3, 3], [2, 2], [1, 1]],
  [[2, 1, 64, 61], 17, [3, 3], [1, 1], [1, 1]],
  [[2, 1, 6, 5], 3, [3, 3], [1, 1], [1, 1]],
];

/** Channels so many that weight gradients lay out their pixels, and chunks are made of output channels too: read with borders, and by phases. */
export const WIDE_GEOMETRIES: readonly Geometry[] = [
  [[37, 50, 5, 4], 52, [3, 3], [2, 1], [1, 1]],
  [[40, 64, 3, 3], 131, [3, 3], [2, 2], [1, 1]],
  [[9, 48, 7, 8], 48, [1, 2], [3, 3], [1, 0]],
  [[3, 51, 15, 13], 60, [3, 3], [2, 2], [1, 1]],
  [[2, 131, 5, 6], 141, [3, 3], [1, 1], [1, 1]],
  [[26, 70, 3, 3], 155, [3, 3], [2, 2], [1, 1]],
  [[1, 260, 4, 3], 300, [1, 1], [1, 1], [0, 0]],
  [[33, 19, 5, 4], 147, [5, 5], [1, 1], [2, 2]],
  // Bands of pixels, and chunks of several groups of taps.
  [[2, 50, 26, 24], 52, [3, 3], [1, 1], [1, 1]],
  [[672, 260, 3, 3], 8, [2, 2], [1, 1], [1, 1]],
  // Chunks that finish their weights; the last has two channels. And few outputs of many rows, of which not all taps count.
  [[3, 97, 4, 3], 642, [3, 3], [2, 1], [1, 1]],
  [[35, 260, 2, 2], 11, [3, 3], [2, 2], [1, 1]],
];

/** Those that go by Winograd's tiles, and those beside them: odd sizes, all paddings, several images and bands a chunk, panels of 8 and 16 columns. */
export const WINOGRAD_GEOMETRIES: readonly Geometry[] = [
  [[3, 16, 14, 14], 24, [3, 3], [1, 1], [1, 1]],
  [[37, 32, 7, 9], 40, [3, 3], [1, 1], [1, 1]],
  [[2, 24, 13, 12], 16, [3, 3], [1, 1], [0, 0]],
  [[9, 16, 8, 7], 32, [3, 3], [1, 1], [2, 1]],
  [[5, 24, 6, 6], 24, [3, 3], [1, 1], [2, 2]],
  [[6, 64, 6, 40], 16, [3, 3], [1, 1], [0, 1]],
  // Few images: output channels are shared out.
  [[1, 64, 16, 15], 144, [3, 3], [1, 1], [1, 1]],
  // So many weights that images make larger units.
  [[5, 136, 7, 7], 128, [3, 3], [1, 1], [1, 1]],
  [[1, 16, 70, 53], 16, [3, 3], [1, 1], [1, 1]],
  [[4, 72, 10, 11], 48, [3, 3], [1, 1], [1, 1]],
  // A border of more zeros than a tap reaches: rows of zeros, and gradients whose first rows meet nothing.
  [[20, 16, 9, 9], 16, [3, 3], [1, 1], [3, 4]],
  // Not by tiles: channels that are no eights, and images too small.
  [[3, 20, 14, 14], 24, [3, 3], [1, 1], [1, 1]],
  [[30, 32, 3, 3], 32, [3, 3], [1, 1], [1, 1]],
];

/** Groups of channels, and dilation: sorted copies, of images and of bands. */
export const GROUPED_GEOMETRIES: readonly Geometry[] = [
  [[3, 6, 9, 8], 9, [3, 3], [1, 1], [1, 1], [1, 1], 3],
  [[37, 8, 7, 7], 12, [3, 3], [2, 2], [1, 1], [1, 1], 4],
  [[2, 64, 28, 28], 64, [3, 3], [1, 1], [1, 1], [1, 1], 4],
  [[5, 34, 6, 5], 40, [3, 2], [2, 3], [1, 2], [1, 1], 2],
  [[3, 5, 12, 11], 7, [3, 3], [1, 1], [2, 2], [2, 2], 1],
  [[3, 5, 12, 11], 7, [3, 3], [2, 2], [2, 4], [3, 2], 1],
  [[4, 6, 14, 13], 4, [3, 5], [4, 2], [1, 3], [2, 3], 2],
  [[13, 4, 10, 17], 6, [2, 3], [6, 4], [1, 0], [4, 6], 2],
  [[2, 16, 50, 60], 24, [3, 3], [1, 1], [3, 3], [3, 3], 2],
  [[2, 4, 9, 9], 4, [1, 1], [1, 1], [0, 0], [5, 5], 2],
  [[2, 200, 6, 5], 180, [3, 3], [1, 1], [1, 1], [1, 1], 2],
];

/** Groups of many channels, which go by Winograd's tiles, forward or for the weights, and those beside them: strides, dilation, channels that are no eights, 2 to 32 groups. */
export const WINOGRAD_GROUPS: readonly Geometry[] = [
  [[9, 64, 28, 28], 64, [3, 3], [1, 1], [1, 1], [1, 1], 4],
  [[3, 48, 13, 12], 80, [3, 3], [1, 1], [1, 1], [1, 1], 2],
  [[21, 48, 7, 9], 72, [3, 3], [1, 1], [2, 1], [1, 1], 3],
  [[3, 64, 15, 14], 64, [3, 3], [1, 1], [0, 2], [1, 1], 8],
  [[5, 40, 9, 10], 120, [3, 3], [1, 1], [1, 0], [1, 1], 5],
  [[2, 256, 6, 11], 256, [3, 3], [1, 1], [1, 1], [1, 1], 16],
  [[2, 512, 8, 7], 512, [3, 3], [1, 1], [1, 1], [1, 1], 32],
  // So much padding that whole tiles meet nothing but zeros.
  [[3, 32, 5, 4], 32, [3, 3], [1, 1], [5, 4], [1, 1], 2],
  // Not by tiles.
  [[7, 128, 6, 5], 128, [3, 3], [1, 1], [1, 1], [1, 1], 32],
  [[3, 64, 9, 9], 96, [3, 3], [2, 2], [1, 1], [1, 1], 4],
  [[2, 64, 12, 9], 64, [3, 3], [1, 1], [2, 2], [2, 2], 4],
  [[4, 66, 8, 8], 44, [3, 3], [1, 1], [1, 1], [1, 1], 2],
];

/** As many groups as channels. */
export const DEPTHWISE_GEOMETRIES: readonly Geometry[] = [
  [[2, 5, 6, 7], 5, [3, 3], [1, 1], [1, 1], [1, 1], 5],
  [[9, 64, 14, 13], 64, [3, 3], [1, 1], [1, 1], [1, 1], 64],
  [[3, 23, 9, 10], 23, [3, 3], [2, 2], [1, 1], [1, 1], 23],
  [[3, 18, 9, 10], 18, [5, 3], [2, 3], [2, 0], [2, 1], 18],
  [[1, 33, 40, 1], 33, [7, 1], [4, 1], [0, 0], [6, 1], 33],
  [[2, 4, 3, 3], 12, [3, 3], [1, 1], [1, 1], [1, 1], 4],
  [[2, 21, 4, 4], 21, [3, 3], [1, 1], [4, 4], [1, 1], 21],
];

export type ConvKernel = "conv2d" | "conv2dInputGrad" | "conv2dWeightGrad";
export const CONV_KERNELS = ["conv2d", "conv2dInputGrad", "conv2dWeightGrad"] as const satisfies readonly ConvKernel[];

const nhwc = ([, c, h, w]: readonly number[]) => [h! * w! * c!, 1, w! * c!, c!];

/** A program of one convolution kernel, with numbers for its operands. */
export function convProgram(
  kernel: ConvKernel,
  [x, o, [kh, kw], stride, padding, dilation = [1, 1], groups = 1]: Geometry,
): { readonly label: string; readonly program: Program; readonly inputs: ProgramInputs } {
  const [n, channels, h, w] = x, c = channels / groups;
  const oh = Math.floor((h + 2 * padding[0] - dilation[0] * (kh - 1) - 1) / stride[0]) + 1,
    ow = Math.floor((w + 2 * padding[1] - dilation[1] * (kw - 1) - 1) / stride[1]) + 1;
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
    steps: [convStep(kernel, { stride, padding, dilation, groups }, [operands[0]!, operands[1]!, operands[2]!])],
    arenaBytes: 0,
    bound: 3,
    scalars: 0,
    offsets: 0,
  };
  const bound = values.map(({ elements }, k) => new Float32Array(elements).map((_, i) => Math.sin(i * 1.7 + k)));
  return {
    label: `${kernel} [${x}] → ${o} channels, kernel ${kh}×${kw}, stride ${stride}, padding ${padding}, ` +
      `dilation ${dilation}, ${groups} groups`,
    program,
    inputs: { bound, scalars: new Float64Array(), offsets: new Int32Array() },
  };
}
