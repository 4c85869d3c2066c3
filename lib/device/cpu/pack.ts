/** Copies of matrices in the order in which tiles read them, for kernels/cpu/pack.ts. */
import { command, operand, table, word } from "./layout.ts";

/** Row k of the matrix is row (tap, i): its elements start at taps[tap] + i · inner, `across` elements apart. Matrices have one tap. */
export const PACK_PANELS = command("packPanels", {
  columns: word("columns"),
  taps: word("taps"),
  length: word("rows per tap"),
  source: operand("the matrix"),
  offsets: table("of the taps, in elements"),
  inner: word("elements between two rows of a tap"),
  across: word("elements between two columns"),
  scratch: operand("scratch value"),
  at: word("bytes to the panels in it"),
  panelColumns: word("columns of a panel: 8 or 16"),
  group: word("panels per chunk"),
  panels: word("panels"),
  batchStride: word("elements between two matrices"),
  batchBytes: word("bytes between the panels of two matrices"),
  whole: word(
    "taps of a kernel that lie next to each other (or 0): row (tap, i) of a column then lies at i · taps + tap",
  ),
  kernel: word("the same of a kernel whose taps may be in another order, and each row further from the next; 0: not"),
  places: table("of its taps in their order: each one's first row"),
});

export const PACK_ROWS = command("packRows", {
  rows: word("a matrix"),
  k: word("columns"),
  size: word("rows per chunk"),
  source: operand("the matrix"),
  batchStride: word("elements between two matrices"),
  rowStride: word("elements between two rows"),
  columnStride: word("elements between two columns"),
  scratch: operand("scratch value"),
  at: word("bytes to the rows in it"),
  batch: word("matrices"),
});

export const PACK_STRIPS = command("packStrips", {
  k: word("rows"),
  group: word("strips of 6 columns a chunk"),
  strips: word("strips"),
  source: operand("the matrix, its rows dense"),
  batchStride: word("elements between two matrices"),
  stride: word("elements between two rows"),
  scratch: operand("scratch value"),
  at: word("bytes to the strips in it"),
});
