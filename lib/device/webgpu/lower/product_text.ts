/** The text of a tiled product: gemm.wgsl, the problem's own, and how tiles are filled and results stored. */
import alongText from "../../../../kernels/webgpu/gemm_fill_along.wgsl" with { type: "text" };
import acrossText from "../../../../kernels/webgpu/gemm_fill_across.wgsl" with { type: "text" };
import fillText from "../../../../kernels/webgpu/gemm_fill.wgsl" with { type: "text" };
import storeFoursText from "../../../../kernels/webgpu/gemm_store_fours.wgsl" with { type: "text" };
import storeText from "../../../../kernels/webgpu/gemm_store.wgsl" with { type: "text" };
import gemmText from "../../../../kernels/webgpu/gemm.wgsl" with { type: "text" };
import { constantsText } from "../module.ts";
import { elementReader, fourReader, type HeapView } from "../reading.ts";

/**
 * Which of an operand's elements lie side by side, four from each multiple of four words on, and are all present or all absent: rows (or columns)
 * `across`, or neighbours `along` the depth.
 */
export type Fours = "across" | "along";

/** What can be moved by fours. */
export interface ProductFours {
  readonly a?: Fours | undefined;
  readonly b?: Fours | undefined;
  /** Whether columns of the result lie so. */
  readonly output: boolean;
}

/** How one operand of a product is read. */
export interface Reading {
  readonly fours: Fours | undefined;
  /** Whether its elements are stored as float16. */
  readonly halves: boolean | undefined;
  /** Whether neighbouring invocations load neighbours in depth, where they load single elements. */
  readonly depthFirst: boolean;
}

/** WGSL that fills the tile of a, and the function by which it reads. */
function fillOf({ fours, halves = false, depthFirst }: Reading, heap: HeapView): { fill: string; reader: string } {
  const read = (text: string) => halves ? text.replaceAll("float32", "float16") : text;
  if (fours) return { fill: read(fours === "across" ? acrossText : alongText), reader: fourReader(halves) };
  return { fill: read(fillText) + constantsText({ A_DEPTH_FIRST: depthFirst }), reader: elementReader(heap, halves) };
}

/** The same for b: columns in place of rows. */
const ofB = (text: string) =>
  text.replace(/\ba(?=[A-Z])/g, "b").replaceAll("A_", "B_").replaceAll("rowTable", "columnTable").replaceAll(
    "TY",
    "TX",
  );

/** The kernel's text. */
export function productText(text: string, a: Reading, b: Reading, heap: HeapView): string {
  const ofA = fillOf(a, heap), other = fillOf(b, heap), readers = new Set([ofA.reader, other.reader]);
  const store = heap === "u32" ? storeText : storeFoursText;
  return [gemmText, text, ofA.fill, ofB(other.fill), ...readers, store].join("\n");
}
