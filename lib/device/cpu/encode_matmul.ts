/** Matrix products for kernels/cpu/matmul.ts. */
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";

/** Below this many rows, packing B costs more than reading it where it lies. */
const PACK_ROWS = 24;

/** Nanoseconds of a multiplication and addition on one core. */
export const NS_PER_MADD = 0.06;

/** Encodes a matrix product, with the packing of its operands where their layout asks for it. */
export function encodeMatmul({ inputs, output }: StepOf<"matmul">, writer: ProgramWriter): void {
  const [batch, m, k] = inputs.a.shape as [number, number, number], n = inputs.b.shape[2]!;
  const [ab, am, ak] = inputs.a.strides as [number, number, number],
    [bb, bk, bn] = inputs.b.strides as [number, number, number];
  const scratch = writer.scratchOperand;

  let a = writer.operand(inputs.a), aBatch = ab, aStride = am;
  const byColumns = !(ak === 1 || k === 1) && (am === 1 || m === 1) && m > 1;
  if (byColumns) aStride = ak;
  else if (ak !== 1 && k > 1) {
    // Neither axis is dense: copy A into dense rows.
    const at = writer.scratch(4 * batch * m * k), rows = Math.max(1, Math.ceil(8192 / k), Math.ceil(batch * m / 4096));
    writer.command("packRows", Math.ceil(batch * m / rows), batch * m * k, [
      m,
      k,
      rows,
      ...a,
      ab,
      am,
      ak,
      ...scratch,
      at,
      batch,
    ]);
    a = [scratch[0]!, at / 4, -1];
    [aBatch, aStride] = [m * k, k];
  }

  let b = writer.operand(inputs.b), bOffset = 0, bBatch = 4 * bb, bStride = 4 * bk, between = 32;
  if ((bn !== 1 && n > 1) || (m >= PACK_ROWS && (n > 8 || bk > 16) && k > 1)) {
    const panels = Math.ceil(n / 8), batches = bb === 0 ? 1 : batch;
    bBatch = bb === 0 ? 0 : Math.ceil(panels * k * 32 / 64) * 64;
    bOffset = writer.scratch(Math.max(bBatch, panels * k * 32) * batches);
    const group = Math.max(1, Math.ceil(4096 / (8 * k)));
    // deno-fmt-ignore
    writer.command("packPanels", Math.ceil(panels / group) * batches, batches * n * k * 0.5, [
      n, 1, k, ...b, writer.table([0]), bk, bn, ...scratch, bOffset, group, panels, bb, bBatch, 0,
    ]);
    b = scratch;
    bStride = 32;
    between = 32 * k;
  }

  // Chunks of at least 256 K operations, rows a multiple of the tile's.
  const panels = Math.ceil(n / 8), wanted = Math.ceil(2 ** 18 / (k * 8));
  let rows = Math.min(m, 48), panelsAChunk = Math.max(1, Math.ceil(wanted / rows));
  if (panelsAChunk >= panels) {
    panelsAChunk = panels;
    rows = Math.min(m, Math.max(rows, Math.ceil(wanted / panels / 6) * 6));
  }
  const rowChunks = Math.ceil(m / rows), panelChunks = Math.ceil(panels / panelsAChunk);
  // deno-fmt-ignore
  writer.command(byColumns ? "matmulColumns" : "matmulRows", batch * rowChunks * panelChunks, batch * m * k * Math.ceil(n / 4) * 4 * NS_PER_MADD, [
    m, n, k, ...a, aBatch, aStride, ...b, bOffset, bBatch, bStride, between, ...writer.operand(output),
    rows, rowChunks, panelsAChunk, panelChunks,
  ]);
}
