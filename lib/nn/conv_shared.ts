/** What the convolution layers and their functions have in common. */
import { found } from "../device/expect.ts";
import { checkTensor, checkTensorOrNone } from "../tensor/expect.ts";
import { isFloat, ShapeError, showShape } from "../tensor/graph.ts";
import { pad } from "../tensor/pad.ts";
import { Tensor } from "../tensor/tensor.ts";
import { samePadding } from "../tensor/windows.ts";
import { checkBias, checkCount } from "./check.ts";
import { pyTuple } from "./repr.ts";

/** What a convolution finds around its input: zeros, the input mirrored, its last elements again, or its other end. */
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";

const MODES: readonly unknown[] = ["zeros", "reflect", "replicate", "circular"] satisfies PaddingMode[];

/** The result of a convolution with its bias, one number for each of the `out` channels, before so many `axes`. */
export function withBias(what: string, y: Tensor, bias: Tensor | null | undefined, axes: 1 | 2): Tensor {
  checkTensorOrNone(what, "the bias", bias);
  if (!bias) return y;
  checkBias(what, bias, y.shape[y.ndim - 1 - axes]!);
  const ones = axes === 1 ? [1] : [1, 1];
  return y.add(y.ndim === axes + 2 ? bias.view(1, -1, ...ones) : bias.view(-1, ...ones));
}

/** Throws unless input and weight are of floats. Along one axis, the convolution over images that computes it would name itself. */
export function checkFloats(what: string, ...tensors: readonly Tensor[]): void {
  const wrong = tensors.find(({ dtype }) => !isFloat(dtype));
  if (wrong) throw new TypeError(`Cannot ${what} a ${wrong.dtype} tensor: it takes float32. Convert with .float()`);
}

/** Throws unless the channels of a layer are whole numbers that fall into its groups. */
export function checkChannels(layer: string, inChannels: number, outChannels: number, groups: number): void {
  checkCount(layer, "inChannels", inChannels);
  checkCount(layer, "outChannels", outChannels);
  checkCount(layer, "groups", groups);
  for (const [name, channels] of [["inChannels", inChannels], ["outChannels", outChannels]] as const) {
    if (channels % groups === 0) continue;
    throw new RangeError(
      `Cannot make ${layer}: ${name} must be a multiple of groups, found ${channels} and ${groups} groups`,
    );
  }
}

/** A layer's padding by name, or what `read` makes of numbers. Padding "same" goes with stride 1. */
export function checkPadding<T>(
  layer: string,
  padding: T | "same" | "valid",
  stride: readonly number[],
  read: (padding: T) => T,
): T | "same" | "valid" {
  if (padding === "valid") return padding;
  if (padding === "same") {
    if (stride.every((step) => step === 1)) return padding;
    throw new RangeError(`Cannot make ${layer}: padding "same" takes stride 1, found ${stride.join(", ")}`);
  }
  if (typeof padding !== "string") return read(padding);
  throw new RangeError(`Cannot make ${layer}: padding must be a number, "same" or "valid", found ${found(padding)}`);
}

/** Throws unless a layer's padding mode is one that there is. */
export function checkPaddingMode(layer: string, mode: unknown): void {
  if (MODES.includes(mode)) return;
  throw new RangeError(
    `Cannot make ${layer}: paddingMode must be "zeros", "reflect", "replicate" or "circular", found ${found(mode)}`,
  );
}

/** Throws unless the output padding of a transposed convolution is less than its stride or dilation, which leave so much open. */
export function checkOutputPadding(
  layer: string,
  { outputPadding, stride, dilation }: Pick<ConvSettings, "stride" | "dilation"> & { outputPadding: readonly number[] },
): void {
  if (outputPadding.every((padding, i) => padding < Math.max(stride[i]!, dilation[i]!))) return;
  throw new RangeError(
    `Cannot make ${layer}: outputPadding must be less than the stride or the dilation, found ${
      outputPadding.join(", ")
    } ` +
      `with stride ${stride.join(", ")} and dilation ${dilation.join(", ")}`,
  );
}

/** The size that a transposed convolution is to give: of its last axes, or of all; or a tensor that has it. */
export type OutputSize = readonly number[] | Tensor;

/** What of a transposed convolution its result's size depends on, a number an axis. */
interface Transposed {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

/**
 * The output padding with which a transposed convolution of `x` gives a result of a size: inputs of several sizes give a convolution's result of one
 * size, so that its stride leaves open which of them is meant.
 */
export function outputPaddingFor(layer: string, x: Tensor, outputSize: OutputSize, settings: Transposed): number[] {
  checkTensor(layer, "the input", x);
  const { kernelSize, stride, padding, dilation } = settings, axes = kernelSize.length;
  const given: readonly unknown[] = outputSize instanceof Tensor ? outputSize.shape : outputSize;
  if (!Array.isArray(given) || given.some((size) => typeof size !== "number")) {
    throw new TypeError(
      `Cannot run ${layer}: outputSize must be sizes, or a tensor of that size, found ${found(given)}`,
    );
  }
  if (given.length !== axes && given.length !== x.ndim) {
    throw new ShapeError(
      `Cannot run ${layer} on ${showShape(x.shape)}: outputSize must be the ${
        axes === 1 ? "length" : "height and width"
      } of the result, or its whole shape, found ${showShape(given)}`,
      [x.shape],
    );
  }
  const sizes: readonly number[] = given.slice(-axes), pixels = x.shape.slice(-axes);
  const least = pixels.map((size, i) =>
    (size - 1) * stride[i]! - 2 * padding[i]! + dilation[i]! * (kernelSize[i]! - 1) + 1
  );
  const open = sizes.map((size, i) => size - least[i]!);
  if (!open.every((more, i) => Number.isInteger(more) && more >= 0 && more < stride[i]!)) {
    const most = least.map((size, i) => size + stride[i]! - 1);
    throw new RangeError(
      `Cannot run ${layer} on ${showShape(x.shape)}: its stride leaves open sizes from ${showShape(least)} to ${
        showShape(most)
      }, and outputSize asks for ${showShape(sizes)}`,
    );
  }
  return open;
}

/** What of a convolution layer its padding depends on, a number an axis. */
export interface Padded {
  readonly paddingMode: PaddingMode;
  readonly padding: readonly number[] | "same" | "valid";
  readonly kernelSize: readonly number[];
  readonly dilation: readonly number[];
}

/** The input with what another mode than zeros puts around it; the convolution then pads no more. */
export function surround(x: Tensor, { paddingMode, padding, kernelSize, dilation }: Padded): Tensor {
  if (paddingMode === "zeros" || padding === "valid") return x;
  const sides = kernelSize.map((kernel, i) =>
    padding === "same" ? samePadding(kernel, dilation[i]!) : [padding[i]!, padding[i]!]
  );
  return pad(x, sides.reverse().flat(), { mode: paddingMode });
}

/** The settings of a convolution layer, sizes as a number an axis. */
export interface ConvSettings {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly bias: unknown;
  readonly groups: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | "same" | "valid";
  readonly dilation: readonly number[];
  readonly outputPadding?: readonly number[];
  readonly paddingMode?: PaddingMode;
}

/** The settings of a convolution as PyTorch prints them. */
export function convRepr(settings: ConvSettings): string {
  const { inChannels, outChannels, bias, groups, kernelSize, stride, padding, dilation } = settings;
  const { outputPadding = [], paddingMode = "zeros" } = settings;
  const parts = [`${inChannels}, ${outChannels}`, `kernel_size=${pyTuple(kernelSize)}`, `stride=${pyTuple(stride)}`];
  if (typeof padding === "string") parts.push(`padding=${padding}`);
  else if (padding.some((p) => p !== 0)) parts.push(`padding=${pyTuple(padding)}`);
  if (dilation.some((d) => d !== 1)) parts.push(`dilation=${pyTuple(dilation)}`);
  if (outputPadding.some((p) => p !== 0)) parts.push(`output_padding=${pyTuple(outputPadding)}`);
  if (groups !== 1) parts.push(`groups=${groups}`);
  if (!bias) parts.push("bias=False");
  if (paddingMode !== "zeros") parts.push(`padding_mode=${paddingMode}`);
  return parts.join(", ");
}
