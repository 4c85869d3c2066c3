/** The gradient of a convolution with respect to its images, for kernels/cpu/conv.ts: a convolution for each residue of the stride. */
import type { StepOf } from "../steps/mod.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import { cut, liveTaps, pixelTable, type Source, tapClasses, type Taps } from "./conv_geometry.ts";
import { borderPhases, phaseCut, type PhaseRow, phaseRow, resultTable, workOf } from "./conv_phases.ts";
import { CHUNK_MADDS, convolve, imageCut, packWeights, type Shape4, skipped } from "./conv_sweep.ts";

/** One axis of a phase of the input gradient: pixels phase, phase + stride, … read g at their index plus d, for some ds. */
interface AxisPhase {
  readonly phase: number;
  readonly count: number;
  /** d's, and the kernel tap of the first; taps go down by `stride` as d goes up. */
  readonly taps: Taps;
  readonly firstTap: number;
}

function axisPhases(size: number, outputs: number, kernel: number, stride: number, padding: number): AxisPhase[] {
  const phases: AxisPhase[] = [];
  for (let phase = 0; phase < Math.min(stride, size); phase++) {
    const count = Math.ceil((size - phase) / stride);
    // Tap k reaches this phase if phase + padding − k is a multiple of the stride; d is the quotient.
    const highest = Math.floor((phase + padding) / stride), lowest = Math.ceil((phase + padding - kernel + 1) / stride);
    const taps = liveTaps(lowest, highest, count, 1, outputs);
    phases.push({ phase, count, taps, firstTap: phase + padding - taps.first * stride });
  }
  return phases;
}

/** What all phases of an axis read together. */
function reach(phases: readonly AxisPhase[]): { readonly first: number; readonly needed: number } {
  const live = phases.filter(({ taps }) => taps.count > 0);
  if (live.length === 0) return { first: 0, needed: 0 };
  const first = Math.min(...live.map(({ taps }) => taps.first));
  const end = Math.max(...live.map(({ taps, count }) => taps.first + taps.count + count - 1));
  return { first, needed: end - first };
}

export function encodeInputGrad(
  { inputs, output, attributes: { stride, padding } }: StepOf<"conv2dInputGrad">,
  writer: ProgramWriter,
  epilogue: PointwiseStep | undefined,
): void {
  const g = inputs.g.shape as Shape4, w = inputs.w.shape as Shape4;
  const [images, channels, height, width] = output.shape as Shape4;
  const [outputs, , kh, kw] = w, [, , oh, ow] = g, [sh, sw] = stride, [ph, pw] = padding;
  const rows = axisPhases(height, oh, kh, sh, ph), columns = axisPhases(width, ow, kw, sw, pw);
  const vertical = reach(rows), horizontal = reach(columns);
  const source: Source = {
    images,
    height: oh,
    width: ow,
    channels: outputs,
    vertical: { before: -vertical.first, needed: vertical.needed },
    horizontal: { before: -horizontal.first, needed: horizontal.needed },
  };
  const outputRows = Math.ceil(height / sh), outputColumns = Math.ceil(width / sw);
  const madds = outputs * channels * kh * kw;
  const { bytes, phaseBytes, phaseLeast } = imageCut(Math.ceil(madds / channels / (sh * sw)), channels);
  let parts = cut(source, {
    outputRows,
    outputColumns,
    step: 1,
    taps: vertical.needed - outputRows + 1,
    bytes,
    pixels: Math.max(48, Math.ceil(CHUNK_MADDS / madds)),
  });
  const phased = phaseCut(source, parts, outputRows, phaseBytes, phaseLeast);
  if (phased) parts = phased;
  const phases: PhaseRow[] = [];
  let work = 0;
  for (const row of rows) {
    for (const column of columns) {
      const taps: number[] = [], { channels: length } = source;
      for (let y = 0; y < row.taps.count; y++) {
        for (let x = 0; x < column.taps.count; x++) taps.push((row.firstTap - y * sh) * kw + column.firstTap - x * sw);
      }
      const weights = packWeights(inputs.w, writer, {
        columns: channels,
        taps,
        length,
        inner: channels * kh * kw,
        across: kh * kw,
      });
      const start = (row.phase * width + column.phase) * channels;
      const result = [height * width * channels, sh * width * channels, sw * channels, start] as const;
      if (phased) {
        // Window taps count from each phase's first d.
        const ky = { first: 0, count: row.taps.count }, kx = { first: 0, count: column.taps.count };
        const padding = [-row.taps.first, -column.taps.first] as const;
        const classes = [
          tapClasses({ outputs: row.count, stride: 1, kernel: ky.count, padding: padding[0], size: oh }),
          tapClasses({ outputs: column.count, stride: 1, kernel: kx.count, padding: padding[1], size: ow }),
        ] as const;
        work += workOf(classes, outputs);
        const first = [ky, kx] as const;
        phases.push(
          ...borderPhases({ classes, parts, stride: [1, 1], padding, source, first, weights, result }),
        );
        continue;
      }
      const size = [parts.group, Math.min(parts.bandRows, row.count), column.count] as const;
      const offset = taps.length === 0
        ? 0
        : 4 * ((row.taps.first - vertical.first) * parts.rowStep + (column.taps.first - horizontal.first) * outputs);
      phases.push(phaseRow({
        taps: [row.taps, column.taps],
        weights,
        firstRow: 0,
        rowsPerRun: column.taps.count * outputs,
        allRows: taps.length * outputs,
        channels: outputs,
        patches: pixelTable(size, [parts.imageStep, parts.rowStep, outputs]),
        results: resultTable(size, result, 4 * start),
        bandRows: parts.bandRows,
        rows: row.count,
        columns: column.count,
        offset: offset + skipped(source, parts),
      }));
      work += row.count * column.count * taps.length * outputs;
    }
  }
  const sweep = {
    image: inputs.g,
    source,
    parts,
    sourceRows: parts.bandRows,
    pixels: output,
    imageStep: height * width * channels,
    bandStep: parts.bandRows * sh * width * channels,
    channels,
    phases,
  };
  convolve(writer, sweep, work, epilogue);
}
