/** The tiled kernel that all products share: matrix products and convolutions. */
import type { Operand } from "../../operand.ts";
import { epilogueText, type Following, followsInFours } from "../epilogue.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText } from "../module.ts";
import { combine, type Order } from "./combine.ts";
import { type ProductFours, productText } from "./product_text.ts";
import { cut } from "./rounds.ts";
import { chooseParts, chooseTile, depthOf, layerSums, LEAST_PART, memoryOf, type Tile } from "./tiles.ts";

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
  readonly inputs: readonly Operand[];
  readonly output: Operand;
  readonly fields: (fields: Fields) => Fields;
  readonly aDepthFirst: boolean;
  readonly bDepthFirst: boolean;
  /** Which operands are stored as float16. Default: none. */
  readonly halves?: { readonly a?: boolean; readonly b?: boolean };
  /** What can be moved by fours; every row, column and depth of them is there, or none. */
  readonly fours: ProductFours;
  /**
   * When the depth is cut into parts: never (where it differs between batches), only if it is great (if the result is wanted at once, so that adding
   * the parts takes a dispatch more), or gladly (if that can wait for others of its kind); and where results lie.
   */
  readonly splits?: { readonly when: "reluctantly" | "gladly"; readonly order: Order };
  /** Where sums of the rows of a go, the last column of the result, if they are wanted: the problem sees to it that b has ones there. */
  readonly sums?: Operand | undefined;
  /** The chain that runs on the elements as they are made, if one does. */
  readonly following?: Following;
}

/** Parts of the depth that there may be. */
function mostParts({ splits, depth }: Product): number {
  const least = splits?.when === "gladly" ? 4 * LEAST_PART : 8 * LEAST_PART;
  return splits === undefined || depth < least ? 1 : ceilDiv(depth, LEAST_PART);
}

/** How a product is cut. */
function cutOf(product: Product): { tile: Tile; tiles: number; parts: number; partDepth: number } {
  const { rows, columns, depth, batches, splits } = product, most = mostParts(product);
  const size = product.size + (product.sums ? rows : 0);
  const tile = splits?.when === "gladly"
    ? chooseTile(rows, columns, ceilDiv(depth, most), batches, most)
    : chooseTile(rows, columns, depth, batches);
  const tiles = ceilDiv(rows, 4 * tile.TY) * ceilDiv(columns, 4 * tile.TX) * batches;
  if (most === 1) return { tile, tiles, parts: 1, partDepth: Math.max(1, depth) };
  return { tile, tiles, ...chooseParts(tiles, depth, size) };
}

/** Whether the elements of a product are whole when one dispatch has stored them. */
export function inOneDispatch(product: Product): boolean {
  const { parts, partDepth } = cutOf(product);
  return parts === 1 && cut(partDepth).length === 1;
}

const NO_EPILOGUE = (element: string) => `fn epilogue(i: u32, column: u32, element: ${element}) {}`;
/** No column. */
const NONE = 2 ** 32 - 1;

/** The dispatches of a product: over a heap of fours where that has any use, as long as all results are stored by fours. */
export function lowerProduct(product: Product): Dispatch[] {
  const { fours, following } = product, split = cutOf(product).parts > 1;
  const stored = split || (fours.output && (!following || followsInFours(following)));
  const words = () => lowered(product, false);
  if (!stored || !(fours.a || fours.b || fours.output)) return words();
  let list: Dispatch[] | undefined;
  return lowered(product, true).map((dispatch, i) =>
    dispatch.beside?.heap === "u32"
      ? dispatch
      : { ...dispatch, beside: { ...dispatch.beside!, inWords: () => (list ??= words())[i]! } }
  );
}

/** The dispatches over a heap of words, or of fours. */
function lowered(product: Product, inFours: boolean): Dispatch[] {
  const { rows, columns, batches, inputs, output, sums, following, fours, halves, splits } = product;
  const { tile: { TX, TY, LAYERS }, tiles, parts, partDepth } = cutOf(product);
  const threads = TX * TY * LAYERS, heap = inFours ? "vec4<u32>" : "u32", element = inFours ? "vec4<f32>" : "f32";
  const rowTiles = ceilDiv(rows, 4 * TY), columnTiles = ceilDiv(columns, 4 * TX);
  const partColumns = 4 * ceilDiv(columns, 4), partSize = batches * rows * partColumns;
  const ones = sums ? columns - 1 : NONE;
  const split = parts > 1, slices = cut(partDepth);
  const definitions = constantsText({
    TX,
    TY,
    LAYERS,
    DEPTH: depthOf(LAYERS),
    LAYER_SUMS: layerSums({ TX, TY, LAYERS }),
    THREADS: threads,
    SLICES: slices.length > 1,
    EPILOGUE: following !== undefined,
  });
  const text = productText(
    product.text,
    { fours: inFours ? fours.a : undefined, halves: halves?.a, depthFirst: product.aDepthFirst },
    { fours: inFours ? fours.b : undefined, halves: halves?.b, depthFirst: product.bDepthFirst },
    heap,
  );
  const dispatches = slices.map(({ first, end }): Dispatch => {
    const fields = new Fields();
    if (split) fields.scratch("output");
    else fields.address("output", output);
    fields.constants({ rowTiles, columnTiles, batches, parts, partDepth, partSize, partColumns, rows, columns });
    fields.constants({ firstDepth: first, endDepth: end, begins: first === 0 ? 1 : 0, ones });
    // In parts, sums are a column as any other.
    if (sums && !split) fields.address("sums", sums);
    else fields.constant("sums", 0);
    product.fields(fields);
    const also = sums
      ? " and sums"
      : following
      ? ` ${following.chain.code.map(({ op }) => op).slice(0, 6).join(" ")}`
      : "";
    const epilogue = following ? epilogueText(following, fields, heap) : NO_EPILOGUE(element);
    return {
      label: `${product.label}${also} ${4 * TY}×${4 * TX}${inFours ? " ×4" : ""}`,
      code: moduleText({
        text,
        fields: fields.list,
        definitions: `${definitions}\n${epilogue}`,
        heap,
        math: following !== undefined,
      }),
      fields: fields.list,
      workgroups: tiles * parts,
      scratch: split ? parts * partSize : 0,
      beside: { threads, grows: true, memory: memoryOf({ TX, TY, LAYERS }), heap },
      // A product that is whole does what its step does, epilogue and all.
      ...(split ? { access: { reads: inputs, writes: [], scratch: "leaves" } } : {}),
    };
  });
  if (!split) return dispatches;
  const { order } = splits!;
  return [...dispatches, combine({ parts, batches, rows, columns, partColumns, output, order, sums, ones })];
}
