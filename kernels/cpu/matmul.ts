// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * out[b] = a[b] · B[b] over tiles of 6 rows × 8 columns. A's rows are dense along k ("rows"), or A is dense along m ("columns": a transposed
 * matrix). B is packed in panels, or read where it lies when its rows are dense.
 *
 * Command: 4 M, 5 N, 6 K, 7 a ×3, 10 a's batch stride, 11 a's other stride, 12 b ×3, 15 offset of b (bytes), 16 b's batch stride (bytes), 17 bytes between
 * B's rows, 18 bytes between its panels, 19 out ×3, 22 rows a chunk, 23 chunks of rows, 24 panels a chunk, 25 chunks of panels.
 * Chunks: batch, then rows, then panels.
 */
import { address, word } from "./command";
import { outerPanel, panel } from "./tile";

// @ts-ignore: decorator
@inline
function multiply(byColumns: bool, command: usize, chunk: i32): void {
  const m = word(command, 4), n = word(command, 5), k = word(command, 6), stride = <usize> word(command, 11) << 2;
  const panelChunks = word(command, 25), rowChunks = word(command, 23);
  const at = chunk / panelChunks,
    panelChunk = chunk - at * panelChunks,
    batch = at / rowChunks,
    rowChunk = at - batch * rowChunks;
  const row = rowChunk * word(command, 22), rows = min(word(command, 22), m - row);
  const a = address(command, 7) + (<usize> (batch * word(command, 10)) << 2) +
    (byColumns ? <usize> row << 2 : <usize> row * stride);
  const b = address(command, 12) + <usize> word(command, 15) + <usize> batch * <usize> word(command, 16);
  const out = address(command, 19) + (<usize> ((batch * m + row) * n) << 2), outStep = <usize> n << 2;
  const first = panelChunk * word(command, 24), last = min((n + 7) >> 3, first + word(command, 24));
  for (let p = first; p < last; p++) {
    const columns = min(8, n - 8 * p), from = b + <usize> p * <usize> word(command, 18), to = out + (<usize> p << 5);
    // The last panel is packed 4 wide when 4 columns do.
    const packed = word(command, 18) != 32, bStride = packed && columns <= 4 ? <usize> 16 : <usize> word(command, 17);
    if (byColumns) outerPanel(k, a, stride, from, bStride, to, outStep, rows, columns);
    else panel(rows, stride, a, k, from, bStride, outStep, to, columns);
  }
}

export function matmulRows(command: usize, chunk: i32): void {
  multiply(false, command, chunk);
}

export function matmulColumns(command: usize, chunk: i32): void {
  multiply(true, command, chunk);
}
