// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * out[b] = a[b] · B[b] over tiles of 6 rows × 8 or 16 columns. A's rows are dense along k ("rows"), or A is dense along m ("columns": a transposed
 * matrix). B is packed in panels, or read where it lies when its rows are dense. Chunks run over panels first, then over rows, then over the batch.
 */
import { MatmulRowsCommand } from "./layouts";
import { outerPanel, panel, tileWidth } from "./panel";
import { epilogue } from "./pointwise";

// @ts-ignore: decorator
@inline
function multiply(byColumns: bool, cmd: MatmulRowsCommand, chunk: i32): void {
  const m = cmd.m, n = cmd.n, k = cmd.k, stride = <usize> cmd.aStride << 2;
  const panelChunks = cmd.panelChunks, rowChunks = cmd.rowChunks;
  const at = chunk / panelChunks,
    panelChunk = chunk - at * panelChunks,
    batch = at / rowChunks,
    rowChunk = at - batch * rowChunks;
  const row = rowChunk * cmd.rows, rows = min(cmd.rows, m - row);
  const a = cmd.a + (<usize> (batch * cmd.aBatch) << 2) +
    (byColumns ? <usize> (row / 6) * <usize> cmd.sixRows : <usize> row * stride);
  const b = cmd.b + <usize> cmd.bAt + <usize> batch * <usize> cmd.bBatch;
  const out = cmd.out + (<usize> ((batch * m + row) * n) << 2), outStep = <usize> n << 2;
  const width = cmd.panelColumns, all = (n + width - 1) / width, first = panelChunk * cmd.panels, last = min(all, first + cmd.panels);
  for (let p = first; p < last; p++) {
    const columns = min(width, n - width * p), from = b + <usize> p * <usize> cmd.between, to = out + (<usize> (width * p) << 2);
    // The last panel is packed as narrow as a tile may be.
    const bStride = cmd.packed ? <usize> tileWidth(columns) << 2 : <usize> cmd.bStride;
    if (byColumns) outerPanel(k, a, <usize> cmd.sixRows, stride, from, bStride, to, outStep, rows, columns);
    else panel(rows, stride, a, k, from, bStride, outStep, to, columns);
  }
  epilogue(cmd.epilogue, (batch * m + row) * n, (batch * m + row + rows) * n); // all columns, where there is one
}

export function matmulRows(command: usize, chunk: i32): void {
  multiply(false, changetype<MatmulRowsCommand>(command), chunk);
}

export function matmulColumns(command: usize, chunk: i32): void {
  multiply(true, changetype<MatmulRowsCommand>(command), chunk);
}
