/** Panels of a matrix of float16 that is dense along its depth, for kernels/cpu/pack_halves.ts. */
import { command, halves, operand, word } from "./layout.ts";

/** As those of PACK_PANELS, of one tap whose rows are neighbours. */
export const PACK_HALVES = command("packHalves", {
  columns: word("columns"),
  length: word("rows"),
  source: halves("the matrix"),
  across: word("elements between two columns"),
  scratch: operand("scratch value"),
  at: word("bytes to the panels in it"),
  panelColumns: word("columns of a panel: 8 or 16"),
  group: word("panels per chunk"),
  panels: word("panels"),
  batchStride: word("elements between two matrices"),
  batchBytes: word("bytes between the panels of two matrices"),
});
