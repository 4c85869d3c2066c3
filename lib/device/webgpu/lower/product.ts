/** The tiled kernel that all products share: matrix products and convolutions. */
import combineText from "../../../../kernels/webgpu/combine.wgsl" with { type: "text" };
import gemmText from "../../../../kernels/webgpu/gemm.wgsl" with { type: "text" };
import type { Operand } from "../../operand.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText, powerOfTwoAtLeast } from "../module.ts";
import { elementsDispatch } from "./elements.ts";
import { cut } from "./rounds.ts";

/** A product of [batches, rows, depth] and [batches, depth, columns], as the kernel sees it. */
export interface Product {
  readonly label: string;
  /** WGSL of the problem: what rows, columns and depth mean. */
  readonly text: string;
  readonly batches: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Words of the result. */
  readonly size: number;
  readonly output: Operand;
  readonly fields: (fields: Fields) => Fields;
  readonly aDepthFirst: boolean;
  readonly bDepthFirst: boolean;
  /** Whether the depth may be cut into parts (not where it differs between batches). */
  readonly splits: boolean;
}

/** Invocations that a launch should have, to fill a large device. */
const WANTED_INVOCATIONS = 1 << 16;
/** Depth below which a part is not worth its own tile, and the most words all partial results may take. */
const LEAST_PART = 128;
const MOST_PARTIAL_WORDS = 1 << 21;

/** Shape of a tile: invocations across and down (four columns, four rows each), and layers that share its depth. */
export function chooseTile(rows: number, columns: number): { TX: number; TY: number; LAYERS: number } {
  const TX = Math.min(16, Math.max(2, powerOfTwoAtLeast(ceilDiv(columns, 4))));
  const TY = Math.min(TX === 16 ? 16 : 32, Math.max(2, powerOfTwoAtLeast(ceilDiv(rows, 4))));
  return { TX, TY, LAYERS: Math.max(1, 64 / (TX * TY)) };
}

/** Into how many parts of what depth a product is cut. */
export function chooseParts(
  tiles: number,
  threads: number,
  depth: number,
  size: number,
): { parts: number; partDepth: number } {
  const wanted = Math.min(
    ceilDiv(WANTED_INVOCATIONS, tiles * threads),
    ceilDiv(depth, LEAST_PART),
    Math.max(1, Math.floor(MOST_PARTIAL_WORDS / size)),
  );
  const partDepth = ceilDiv(ceilDiv(depth, wanted), 32) * 32;
  return { parts: ceilDiv(depth, partDepth), partDepth };
}

export function lowerProduct(product: Product): Dispatch[] {
  const { rows, columns, depth, batches, size } = product;
  const { TX, TY, LAYERS } = chooseTile(rows, columns);
  const threads = TX * TY * LAYERS, DEPTH = Math.max(16, 4 * LAYERS);
  const rowTiles = ceilDiv(rows, 4 * TY),
    columnTiles = ceilDiv(columns, 4 * TX),
    tiles = rowTiles * columnTiles * batches;
  const { parts, partDepth } = product.splits && depth >= 4 * LEAST_PART
    ? chooseParts(tiles, threads, depth, size)
    : { parts: 1, partDepth: Math.max(1, depth) };
  const slices = cut(partDepth);
  const definitions = constantsText({
    TX,
    TY,
    LAYERS,
    DEPTH,
    LAYER_SUMS: LAYERS > 1 ? threads : 1,
    A_DEPTH_FIRST: product.aDepthFirst,
    B_DEPTH_FIRST: product.bDepthFirst,
    SLICES: slices.length > 1,
  });
  const dispatches = slices.map(({ first, end }): Dispatch => {
    const fields = new Fields();
    if (parts > 1) fields.scratch("output");
    else fields.address("output", product.output);
    fields.constants({ rowTiles, columnTiles, batches, parts, partDepth, partSize: size, rows, columns });
    fields.constants({ firstDepth: first, endDepth: end, begins: first === 0 ? 1 : 0 });
    product.fields(fields);
    return {
      label: `${product.label} ${4 * TY}×${4 * TX}`,
      code: moduleText({ text: gemmText + product.text, fields: fields.list, definitions, heap: "f32" }),
      fields: fields.list,
      workgroups: tiles * parts,
      scratch: parts > 1 ? parts * size : 0,
    };
  });
  return parts > 1 ? [...dispatches, combine(product.output, size, parts)] : dispatches;
}

/** Adds `parts` partial results in scratch memory. */
function combine(output: Operand, count: number, parts: number): Dispatch {
  const fields = new Fields().scratch("scratch").address("output", output).constant("parts", parts);
  return elementsDispatch({ label: "combine", text: combineText, fields, count, heap: "f32", scratch: parts * count });
}
