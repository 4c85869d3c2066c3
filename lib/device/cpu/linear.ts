/** Matrix products, for kernels/cpu/linear.ts. */
import type { Operand } from "../operand.ts";
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import { EPILOGUE, issueProduct } from "./epilogue.ts";
import { command, flag, operand, type Start, word } from "./layout.ts";
import { PACK_HALVES } from "./pack_halves.ts";
import { PACK_PANELS, PACK_ROWS, PACK_STRIPS } from "./pack.ts";

/** Below this many rows of A, packing B costs more than reading it where it lies. */
const PACK_ROWS_LEAST = 24;

/** Columns of B, and rows, from which on a transposed A is copied into strips. */
const STRIPS_COLUMNS = 48;
const STRIPS_DEPTH = 32;

/** Nanoseconds of a multiplication and addition on one core (a tile of 6 × 8: 36 to 42 GFLOP/s); of an element packed in panels, or in rows. */
export const NS_PER_MADD = 0.06;
const NS_PER_PACK = 0.5;
const NS_PER_ROW_PACK = 1;

const product = {
  m: word("rows"),
  n: word("columns"),
  k: word("depth"),
  a: operand("rows dense along k, or (columns) dense along m"),
  aBatch: word("elements between two matrices of a"),
  aStride: word("elements between two rows of a, or (columns) two columns"),
  sixRows: word("bytes from six rows of a to the next"),
  b: operand("packed in panels, or rows that are dense"),
  bAt: word("bytes to b"),
  bBatch: word("bytes between two matrices of b"),
  bStride: word("bytes between two rows of b"),
  panelColumns: word("columns of a panel of b: 8 or 16"),
  packed: flag("whether rows of the last panel are as narrow as its tile"),
  between: word("bytes between two panels of b"),
  out: operand("dense"),
  rows: word("a chunk"),
  rowChunks: word("chunks of rows"),
  panels: word("a chunk"),
  panelChunks: word("chunks of panels"),
  ...EPILOGUE,
};
export const MATMUL_ROWS = command("matmulRows", product);
export const MATMUL_COLUMNS = command("matmulColumns", product);

/** Where B lies for the tiles. */
interface Panels {
  readonly b: Start;
  readonly bAt: number;
  readonly bBatch: number;
  readonly bStride: number;
  readonly packed: boolean;
  readonly between: number;
}

/** Encodes a matrix product, with the packing of its operands where their layout asks for it, and the chain that reads it. */
export function encodeMatmul(
  { inputs, output: out }: StepOf<"matmul">,
  writer: ProgramWriter,
  epilogue?: PointwiseStep,
): void {
  const [batch, m, k] = inputs.a.shape as [number, number, number], n = inputs.b.shape[2]!;
  const [aBatch, am, ak] = inputs.a.strides as [number, number, number];
  const byColumns = !(ak === 1 || k === 1) && (am === 1 || m === 1) && m > 1;
  const left = byColumns
    ? n >= STRIPS_COLUMNS && k >= STRIPS_DEPTH
      ? packStrips(inputs.a, writer)
      : { a: inputs.a, aBatch, aStride: ak, sixRows: 24 }
    : ak !== 1 && k > 1
    ? packRows(inputs.a, writer)
    : { a: inputs.a, aBatch, aStride: am, sixRows: 24 * am };
  const right = packPanels(inputs.b, m, writer);

  // Chunks of at least 256 K operations, rows a multiple of the tile's.
  const panelColumns = writer.tileColumns, allPanels = Math.ceil(n / panelColumns);
  const wanted = Math.ceil(2 ** 18 / (k * panelColumns));
  let rows = Math.min(m, 48), panels = Math.max(1, Math.ceil(wanted / rows));
  if (panels >= allPanels) {
    panels = allPanels;
    rows = Math.min(m, Math.max(rows, Math.ceil(wanted / panels / 6) * 6));
  }
  const rowChunks = Math.ceil(m / rows), panelChunks = Math.ceil(allPanels / panels);
  const cut = { chunks: batch * rowChunks * panelChunks, ns: batch * m * k * Math.ceil(n / 4) * 4 * NS_PER_MADD };
  const chunks = { rows, rowChunks, panels, panelChunks };
  const kernel = byColumns ? MATMUL_COLUMNS : MATMUL_ROWS;
  const values = { m, n, k, panelColumns, ...left, ...right, out, ...chunks };
  issueProduct(writer, kernel, { ...cut, inOnePiece: panelChunks === 1 }, values, epilogue);
}

/** Copies A, no axis of which is dense, into dense rows. */
function packRows(source: Operand, writer: ProgramWriter) {
  const [batch, m, k] = source.shape as [number, number, number], scratch = writer.scratchStart;
  const [batchStride, rowStride, columnStride] = source.strides as [number, number, number];
  const at = writer.scratch(4 * batch * m * k), size = Math.max(1, Math.ceil(8192 / k), Math.ceil(batch * m / 4096));
  const cut = { chunks: Math.ceil(batch * m / size), ns: batch * m * k * NS_PER_ROW_PACK };
  writer.issue(PACK_ROWS, cut, {
    ...{ rows: m, k, size, source, batchStride, rowStride, columnStride, scratch, at, batch },
  });
  return { a: { ...scratch, offset: at / 4 }, aBatch: m * k, aStride: k, sixRows: 24 * k };
}

/**
 * Copies A, whose columns are dense, into strips of six of them: where it lies, a tile reads 24 bytes of each row, and rows a power of two apart
 * share few sets of the L1 cache.
 */
function packStrips(source: Operand, writer: ProgramWriter) {
  const [batch, m, k] = source.shape as [number, number, number], strips = Math.ceil(m / 6);
  const [batchStride, , stride] = source.strides as [number, number, number], scratch = writer.scratchStart;
  const at = writer.scratch(32 * batch * strips * k), group = Math.max(1, Math.min(8, Math.ceil(4096 / k)));
  const cut = { chunks: batch * Math.ceil(strips / group), ns: batch * m * k * NS_PER_PACK };
  writer.issue(PACK_STRIPS, cut, { ...{ k, group, strips, source, batchStride, stride, scratch, at } });
  return { a: { ...scratch, offset: at / 4 }, aBatch: 8 * strips * k, aStride: 8, sixRows: 32 * k };
}

/** Whether B is copied into panels before it is multiplied by a matrix of `m` rows. */
export function packsPanels({ shape, strides }: Operand, m: number): boolean {
  const [, k, n] = shape as [number, number, number], [, inner, across] = strides as [number, number, number];
  return (across !== 1 && n > 1) || (m >= PACK_ROWS_LEAST && (n > 8 || inner > 16) && k > 1);
}

/** B in panels, or as it lies where packing would cost more than it saves. */
function packPanels(source: Operand, m: number, writer: ProgramWriter): Panels {
  const [batch, k, n] = source.shape as [number, number, number];
  const [batchStride, inner, across] = source.strides as [number, number, number];
  const width = writer.tileColumns;
  if (!packsPanels(source, m)) {
    return { b: source, bAt: 0, bBatch: 4 * batchStride, bStride: 4 * inner, packed: false, between: 4 * width };
  }
  const panels = Math.ceil(n / width),
    panelBytes = 4 * width * k,
    batches = batchStride === 0 ? 1 : batch,
    scratch = writer.scratchStart;
  const batchBytes = batchStride === 0 ? 0 : Math.ceil(panels * panelBytes / 64) * 64;
  const at = writer.scratch(Math.max(batchBytes, panels * panelBytes) * batches);
  const group = Math.max(1, Math.ceil(4096 / (width * k)));
  const cut = { chunks: Math.ceil(panels / group) * batches, ns: batches * n * k * NS_PER_PACK };
  const packed = { b: scratch, bAt: at, bBatch: batchBytes, bStride: 4 * width, packed: true, between: panelBytes };
  if (writer.program.values[source.value]?.dtype === "float16") {
    const common = { columns: n, length: k, source, across, scratch, at, panelColumns: width, group, panels };
    writer.issue(PACK_HALVES, cut, { ...common, batchStride, batchBytes });
    return packed;
  }
  writer.issue(PACK_PANELS, cut, {
    ...{
      columns: n,
      taps: 1,
      length: k,
      source,
      offsets: [0],
      inner,
      across,
      scratch,
      at,
      panelColumns: width,
      group,
      panels,
    },
    ...{ batchStride, batchBytes, whole: 0, kernel: 0, places: [] },
  });
  return packed;
}
