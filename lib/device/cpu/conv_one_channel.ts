/** conv2d of images of one channel with kernels of 3 × 3, as networks for grey images begin: for kernels/cpu/conv_one_channel.ts. */
import type { StepOf } from "../steps/mod.ts";
import type { Operand } from "../operand.ts";
import { accessOf } from "../steps/fused.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import type { Shape4 } from "./conv_sweep.ts";
import { EPILOGUE, issueProduct } from "./epilogue.ts";
import { command, flag, operand, word } from "./layout.ts";
import { USABLE_SCRATCH } from "./numbers.ts";

export const CONVOLVE_ONE_CHANNEL = command("convolveOneChannel", {
  image: operand("source images"),
  weights: operand("[O, 1, 3, 3]"),
  output: operand("images, NHWC"),
  bias: operand("a number a channel, if activated"),
  activated: flag("whether the bias is added, and what is negative becomes 0"),
  images: word("images"),
  group: word("images per chunk"),
  bands: word("bands of output rows per image"),
  bandRows: word("output rows per band"),
  height: word("of the source"),
  width: word("of the source"),
  channels: word("of the output"),
  rows: word("of the output"),
  columns: word("of the output"),
  strideRows: word("source rows an output row moves on"),
  strideColumns: word("source columns, likewise"),
  paddingRows: word("zeros above: 0 or 1"),
  paddingColumns: word("zeros to the left"),
  firstRow: word("output row whose three source rows all lie in the image"),
  wholeRows: word("rows from there on that do"),
  firstColumn: word("output column, likewise"),
  wholeColumns: word("columns, likewise"),
  panelColumns: word("columns of a panel: 8 or 16"),
  zeros: word("bytes to a row of zeros in the thread's scratch memory"),
  ...EPILOGUE,
});

/** Nanoseconds of a product, on one thread. */
const NS_PER_PRODUCT = 0.05;

/** Products that a chunk should have at least. */
const CHUNK_PRODUCTS = 2 ** 18;

/** Channels that a vector takes: of fewer, there is none. */
const LEAST_CHANNELS = 4;

/** Bytes to the row of zeros: behind the weights. */
const zerosAt = (channels: number): number => Math.ceil(4 * 9 * channels / 64) * 64;

/** Whether the kernel does this: of borders it knows rows and columns of zeros one wide. */
export function isOneChannel({ inputs, attributes }: StepOf<"conv2d">): boolean {
  const [, channels, , width] = inputs.x.shape as Shape4, [outputs, , kh, kw] = inputs.w.shape as Shape4;
  const { padding, dilation, groups } = attributes;
  return channels === 1 && groups === 1 && kh === 3 && kw === 3 && dilation.every((step) => step === 1) &&
    padding.every((zeros) => zeros <= 1) && width >= 2 && outputs >= LEAST_CHANNELS &&
    zerosAt(outputs) + 4 * width <= USABLE_SCRATCH;
}

/** Outputs of one axis all of whose taps meet the source. */
function wholeRun(size: number, outputs: number, stride: number, padding: number): { first: number; count: number } {
  const first = Math.min(padding, outputs), end = Math.min(outputs, Math.floor((size - 3 + padding) / stride) + 1);
  return { first, count: Math.max(0, end - first) };
}

/**
 * The bias of a chain that adds one to the product, and then takes relu of it, in place: the kernel does the same on the sums in its registers.
 */
function activatedBias(product: Operand, { inputs, code, outputs }: PointwiseStep): Operand | undefined {
  const [add, relu] = code, [output] = outputs;
  if (code.length !== 2 || outputs.length !== 1 || inputs.length !== 2) return undefined;
  if (add!.op !== "add" || relu!.op !== "relu" || add!.of !== "float32" || relu!.of !== "float32") return undefined;
  if (relu!.args[0] !== 2 || output!.register !== 3 || output!.operand.value !== product.value) return undefined;
  const operands = add!.args.map((register) => inputs[register]).map((input) =>
    input?.kind === "tensor" ? input.operand : undefined
  );
  const bias = operands.find((operand) => operand && operand.value !== product.value);
  if (!bias || !operands.some((operand) => operand?.value === product.value)) return undefined;
  return accessOf(bias, product.shape[1]!) === "columns" ? bias : undefined;
}

/** Encodes it, and the chain that reads its images. */
export function encodeOneChannel(
  { inputs: { x, w }, output, attributes: { stride, padding } }: StepOf<"conv2d">,
  writer: ProgramWriter,
  epilogue: PointwiseStep | undefined,
): void {
  const [images, , height, width] = x.shape as Shape4, [, channels, rows, columns] = output.shape as Shape4;
  const down = wholeRun(height, rows, stride[0], padding[0]), across = wholeRun(width, columns, stride[1], padding[1]);
  const products = 9 * channels * columns * rows;
  const bandRows = Math.min(rows, Math.max(1, Math.ceil(rows * 2 * CHUNK_PRODUCTS / products)));
  const bands = Math.ceil(rows / bandRows);
  const group = bands === 1
    ? writer.imagesPerChunk(Math.min(images, Math.max(1, Math.ceil(CHUNK_PRODUCTS / products))))
    : 1;
  const bias = epilogue && activatedBias(output, epilogue);
  const work = {
    chunks: Math.ceil(images / group) * bands,
    ns: images * products * NS_PER_PRODUCT,
    inOnePiece: true,
    cut: { images: group, chunks: bands },
  };
  issueProduct(writer, CONVOLVE_ONE_CHANNEL, work, {
    ...{ image: x, weights: w, output, bias: bias ?? output, activated: bias !== undefined },
    ...{ images, group, bands, bandRows, height, width, channels, rows, columns },
    ...{ strideRows: stride[0], strideColumns: stride[1], paddingRows: padding[0], paddingColumns: padding[1] },
    ...{ firstRow: down.first, wholeRows: down.count, firstColumn: across.first, wholeColumns: across.count },
    ...{ panelColumns: writer.tileColumns, zeros: zerosAt(channels) },
  }, bias ? undefined : epilogue);
}
