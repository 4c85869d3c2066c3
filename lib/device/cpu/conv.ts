/** Convolutions for kernels/cpu/conv.ts. */
import type { Operand } from "../operand.ts";
import type { CONV, Convolution } from "../steps/conv.ts";
import type { StepOf } from "../steps/mod.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import {
  borderedColumns,
  type Cut,
  cut,
  groupShares,
  isSorted,
  liveTaps,
  pixelTable,
  sortedTable,
  type Source,
  spanOf,
  tapClasses,
} from "./conv_geometry.ts";
import {
  borderPhases,
  groupPhases,
  phaseCut,
  type PhaseRow,
  phaseRow,
  type ResultSteps,
  workOf,
} from "./conv_phases.ts";
import {
  CHUNK_MADDS,
  convolve,
  CONVOLVE_WEIGHTS,
  imageCut,
  packWeights,
  padded,
  type Shape4,
  skipped,
  sweepFields,
  unitsOf,
} from "./conv_sweep.ts";
import { encodeInputGrad } from "./conv_input_grad.ts";
import { issueWeightParts } from "./conv_weight_parts.ts";
import { encodeDepthwise, encodeDepthwiseWeights, isDepthwise } from "./depthwise.ts";
import { NS_PER_MADD } from "./linear.ts";
import { GATHERED } from "./numbers.ts";

/** Encodes any of the three convolution kernels, and the chain that reads its images. */
export function encodeConv(step: StepOf<keyof typeof CONV>, writer: ProgramWriter, epilogue?: PointwiseStep): void {
  if (isDepthwise(step)) {
    if (step.kernel === "conv2dWeightGrad") encodeDepthwiseWeights(step, writer);
    else encodeDepthwise(step, writer, epilogue);
  } else if (step.kernel === "conv2d") encodeForward(step, writer, epilogue);
  else if (step.kernel === "conv2dInputGrad") encodeInputGrad(step, writer, epilogue);
  else encodeWeightGrad(step, writer);
}

/** Patches of conv2d in x, classes of its outputs, and taps; the same for its weight gradient. */
type Geometry = ReturnType<typeof geometryOf>;

function geometryOf(x: Shape4, w: Shape4, out: Shape4, { stride, padding, dilation, groups }: Convolution) {
  const [images, channels, height, width] = x, [outputs, depth, kh, kw] = w, [, , oh, ow] = out;
  const [sh, sw] = stride, [ph, pw] = padding, [dh, dw] = dilation;
  const y = liveTaps(-ph, (kh - 1) * dh - ph, oh, sh, height, dh);
  const z = liveTaps(-pw, (kw - 1) * dw - pw, ow, sw, width, dw);
  const source: Source = {
    images,
    height,
    width,
    channels,
    vertical: { before: -y.first, needed: (oh - 1) * sh + spanOf(y, dh) },
    horizontal: { before: -z.first, needed: (ow - 1) * sw + spanOf(z, dw) },
    dilation,
    groups,
  };
  const axis = (outputs: number, kernel: number, size: number, i: 0 | 1) =>
    tapClasses({ outputs, stride: stride[i], kernel, padding: padding[i], size });
  const classes = [axis(oh, kh, height, 0), axis(ow, kw, width, 1)] as const;
  const ky = { first: Math.floor((y.first + ph) / dh), count: y.count };
  const kx = { first: Math.floor((z.first + pw) / dw), count: z.count };
  return { source, ky, kx, classes, depth, k: ky.count * kx.count * depth, outputs, oh, ow };
}

/** How conv2d and its weight gradient sweep the source, by phases if `phased` is given, else with borders; and products per image and channel. */
function sweepOf(
  image: Operand,
  { stride, padding, groups }: Convolution,
  { source, ky, kx, classes, depth, k, outputs, oh, ow }: Geometry,
  { bordered, phased, weights, apart, accumulators }: {
    bordered: Cut;
    phased: Cut | undefined;
    weights: number;
    /** Bytes from the weights of one group to those of the next. */
    apart: number;
    accumulators: boolean;
  },
) {
  const [sh, sw] = stride, parts = phased ?? bordered;
  const result: ResultSteps = [oh * ow * outputs, ow * outputs, outputs, 0];
  let phases: PhaseRow[], work = oh * ow * k;
  if (phased) {
    const first = [ky, kx] as const;
    work = workOf(classes, depth);
    phases = borderPhases({ classes, parts, stride, padding, source, first, weights, result, accumulators });
  } else {
    const size = [parts.group, parts.bandRows, ow] as const, down = sh * parts.rowStep;
    const phase = {
      taps: [ky, kx],
      weights,
      firstRow: 0,
      rowsPerRun: kx.count * depth,
      allRows: k,
      channels: depth,
      patches: isSorted(source)
        ? sortedTable(source, size, [parts.imageStep, down], { first: 0, step: sw })
        : pixelTable(size, [parts.imageStep, down, sw * depth]),
      results: pixelTable(size, [result[0], result[1], result[2]]),
      bandRows: parts.bandRows,
      rows: oh,
      columns: ow,
      offset: skipped(source, parts),
    } as const;
    phases = groupPhases([phaseRow(phase, accumulators)], groups, {
      weights: apart,
      offset: 4 * borderedColumns(source) * depth,
      results: 4 * outputs / groups,
      rows: accumulators ? k : 0,
    });
    work *= groups;
  }
  const sweep = {
    image,
    source,
    parts,
    sourceRows: parts.bandRows * sh,
    imageStep: oh * ow * outputs,
    bandStep: parts.bandRows * ow * outputs,
    channels: outputs / groups,
    phases,
  };
  return { sweep, work };
}

function encodeForward(
  { inputs, output, attributes }: StepOf<"conv2d">,
  writer: ProgramWriter,
  epilogue: PointwiseStep | undefined,
): void {
  const x = inputs.x.shape as Shape4, w = inputs.w.shape as Shape4;
  const geometry = geometryOf(x, w, output.shape as Shape4, attributes);
  const { source, ky, kx, depth, k, outputs, oh, ow } = geometry, [, , kh, kw] = w, { groups } = source;
  const { bytes, phaseBytes, phaseLeast } = imageCut(k, outputs);
  const bordered = cut(source, {
    outputRows: oh,
    outputColumns: ow,
    step: attributes.stride[0],
    taps: spanOf(ky, source.dilation[0]),
    bytes: bytes * groupShares(groups),
    pixels: Math.max(48, Math.ceil(CHUNK_MADDS / (Math.max(1, k) * outputs))),
  });
  const taps: number[] = [];
  for (let y = 0; y < ky.count; y++) {
    for (let z = 0; z < kx.count; z++) taps.push((ky.first + y) * kw + kx.first + z);
  }
  const { at: weights, apart } = packWeights(inputs.w, writer, {
    columns: outputs / groups,
    taps,
    length: depth,
    inner: kh * kw,
    across: depth * kh * kw,
    groups,
    apart: outputs / groups * depth * kh * kw,
  });
  const phased = phaseCut(source, bordered, oh, phaseBytes, phaseLeast);
  const { sweep, work } = sweepOf(inputs.x, attributes, geometry, {
    bordered,
    phased,
    weights,
    apart,
    accumulators: false,
  });
  convolve(writer, { ...sweep, pixels: output }, work, epilogue);
}

/**
 * Weights from which on gradients are cut by output channels too, and in larger units: their sums are then taken in another order. The lessons'
 * networks have fewer.
 */
const WIDE_WEIGHTS = 2 ** 16;

/** Then: output channels a chunk (whole panels), and bytes of a unit's images and pixels, which share the L2 cache with the accumulators. */
const WIDE_COLUMNS = 64;
const WIDE_BYTES = 256 * 1024;
const WIDE_PIXELS = 512;

const gcd = (a: number, b: number): number => b === 0 ? a : gcd(b, a % b);

/** Groups of images read without borders for a weight gradient, if they serve better. */
function weightPhases(source: Source, bordered: Cut, outputRows: number, wide: boolean): Cut | undefined {
  if (wide) return phaseCut(source, bordered, outputRows, 2 * WIDE_BYTES, 24);
  // Phases need pixels enough to outweigh loading and storing the accumulators: large groups, which then lie in the L2 cache.
  // Images a power of two apart share few sets of the L1 cache (64 sets of 64 bytes): no more of them than fit.
  const bytes = 4 * source.height * source.width * source.channels, sets = 64 / Math.max(1, gcd(bytes, 4096) / 64);
  const most = Math.min(128 * 1024, 8 * Math.max(1, sets) * bytes);
  return phaseCut(source, bordered, outputRows, most, Math.min(16, 8 * Math.max(1, sets)));
}

function encodeWeightGrad({ inputs, output, attributes }: StepOf<"conv2dWeightGrad">, writer: ProgramWriter): void {
  const x = inputs.x.shape as Shape4, w = output.shape as Shape4;
  const geometry = geometryOf(x, w, inputs.g.shape as Shape4, attributes);
  const { source, ky, kx, depth, k, oh, ow } = geometry, { images, groups } = source;
  const outputs = geometry.outputs / groups, rows = k * groups;
  const wide = rows * outputs > WIDE_WEIGHTS;
  const bordered = cut(source, {
    outputRows: oh,
    outputColumns: ow,
    step: attributes.stride[0],
    taps: spanOf(ky, source.dilation[0]),
    bytes: wide ? WIDE_BYTES : 16 * 1024 * groupShares(groups),
    pixels: wide ? WIDE_PIXELS : 128,
  });
  const phased = images >= 32 ? weightPhases(source, bordered, oh, wide) : undefined;
  // Accumulators lie run after run.
  const { sweep, work } = sweepOf(inputs.x, attributes, geometry, {
    bordered,
    phased,
    weights: 0,
    apart: 0,
    accumulators: true,
  });
  const madds = images * work * outputs,
    units = unitsOf(sweep),
    columns = wide ? Math.min(outputs, WIDE_COLUMNS) : outputs;
  // Where there are many channels, chunks are made of them: of parts each needs accumulators for all weights.
  const columnChunks = Math.ceil(outputs / columns), most = Math.ceil((madds > 2 ** 26 ? 16 : 8) / columnChunks);
  const wanted = Math.max(1, Math.min(most, Math.floor(madds / 2 ** 20), units));
  const unitsPerPart = Math.ceil(units / wanted),
    parts = Math.ceil(units / unitsPerPart),
    chunks = parts * columnChunks;
  const cutInto = phased ?? bordered, borderedBytes = cutInto.bordered ? 4 * cutInto.group * cutInto.imageStep : 0;
  const gathered = wide && !isSorted(source) && cutInto.group * cutInto.bandRows * ow <= GATHERED.pixels &&
    borderedBytes <= GATHERED.rows;
  const sums = writer.scratch(4 * parts * rows * padded(outputs));
  writer.issue(CONVOLVE_WEIGHTS, { chunks, ns: madds * NS_PER_MADD }, {
    ...sweepFields(writer, { ...sweep, pixels: inputs.g }),
    ...{ rows, unitsPerPart, parts, panels: Math.ceil(columns / writer.tileColumns) },
    ...{ sums, padded: padded(outputs), gathered },
  });
  issueWeightParts(writer, output, { parts, groups, outputs, channels: depth, ky, kx, sums });
}
