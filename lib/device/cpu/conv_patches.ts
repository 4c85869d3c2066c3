/** How conv2d, and its weight gradient, read patches of their images. */
import type { Operand } from "../operand.ts";
import type { Convolution } from "../steps/conv.ts";
import {
  borderedColumns,
  type Cut,
  isSorted,
  liveTaps,
  pixelTable,
  sortedTable,
  type Source,
  spanOf,
  tapClasses,
} from "./conv_geometry.ts";
import { borderPhases, groupPhases, type PhaseRow, phaseRow, type ResultSteps, workOf } from "./conv_phases.ts";
import { type Shape4, skipped } from "./conv_sweep.ts";

/** Patches of conv2d in x, classes of its outputs, and taps; the same for its weight gradient. */
export type Geometry = ReturnType<typeof geometryOf>;

export function geometryOf(x: Shape4, w: Shape4, out: Shape4, { stride, padding, dilation, groups }: Convolution) {
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
export function sweepOf(
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
