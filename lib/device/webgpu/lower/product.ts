/** The tiled kernel that all products share: matrix products and convolutions. */
import combineText from "../../../../kernels/webgpu/combine.wgsl" with { type: "text" };
import gemmText from "../../../../kernels/webgpu/gemm.wgsl" with { type: "text" };
import type { Operand } from "../../operand.ts";
import { epilogueText, type Following } from "../epilogue.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, moduleText, powerOfTwoAtLeast, WORKGROUP } from "../module.ts";
import { join, segmented } from "../segments.ts";
import { teamText } from "../teams.ts";
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
  readonly inputs: readonly Operand[];
  readonly output: Operand;
  readonly fields: (fields: Fields) => Fields;
  readonly aDepthFirst: boolean;
  readonly bDepthFirst: boolean;
  /**
   * When the depth is cut into parts: never (where it differs between batches), only if it is great (if the result is wanted at once, so that adding
   * the parts takes a dispatch more), or gladly (if that can wait for others of its kind).
   */
  readonly splits: "never" | "reluctantly" | "gladly";
  /** Where sums of the rows of a go, the last column of the result, if they are wanted: the problem sees to it that b has ones there. */
  readonly sums?: Operand | undefined;
  /** The chain that runs on the elements as they are made, if one does. */
  readonly following?: Following;
  readonly constants?: Readonly<Record<string, boolean>>;
  /** WGSL of functions that the problem's text refers to. */
  readonly functions?: string;
}

/** Workgroups that fill a large device: two for each of its 132 multiprocessors. */
export const WANTED_WORKGROUPS = 264;
/** Invocations of a workgroup that share a tile, and most bytes of memory for them: less than WebGPU's 16 KiB, so that two fit in a bundle. */
const LEAST_INVOCATIONS = 64;
const MOST_INVOCATIONS = 256;
const MOST_BYTES = 12288;
/** Most invocations that add the parts of an element. */
const MOST_TEAM = 32;
/** Depth that a layer of a tile should have at least, and a part; and the most words all partial results may take. */
const LEAST_LAYER = 16;
const LEAST_PART = 128;
const MOST_PARTIAL_WORDS = 1 << 21;

/** Shape of a tile: invocations across and down (four columns, four rows each), and layers that share its depth. */
export interface Tile {
  readonly TX: number;
  readonly TY: number;
  readonly LAYERS: number;
}

const depthOf = (layers: number) => Math.max(16, 4 * layers);

/** Blocks that layers leave for each other. */
const layerSums = ({ TX, TY, LAYERS }: Tile) => LAYERS > 1 ? TX * TY * LAYERS / 2 : 1;

/** Bytes of workgroup memory that gemm.wgsl uses, by variables. */
function memoryOf(tile: Tile): Record<string, number> {
  const { TX, TY, LAYERS } = tile, depth = depthOf(LAYERS);
  return {
    rowTable: 64 * TY,
    columnTable: 64 * TX,
    depthTable: 16 * depth,
    aTile: 16 * depth * (TY + 1),
    bTile: 16 * depth * (TX + 1),
    layerSums: 64 * layerSums(tile),
  };
}

const bytesOf = (tile: Tile) => Object.values(memoryOf(tile)).reduce((sum, bytes) => sum + bytes, 0);

/**
 * The tile for a product. Large tiles read each element less often, but a device is filled by many workgroups: tiles become smaller until there are
 * enough, as long as a workgroup has invocations enough that share the depth. Where there are still few, more invocations share it.
 * @param depth of one tile
 * @param most how many workgroups the product may be dealt out to by other means
 */
export function chooseTile(rows: number, columns: number, depth: number, batches: number, most = 1): Tile {
  let TX = Math.min(16, Math.max(2, powerOfTwoAtLeast(ceilDiv(columns, 4))));
  let TY = Math.min(TX === 16 ? 16 : 32, Math.max(2, powerOfTwoAtLeast(ceilDiv(rows, 4))));
  const workgroups = () => ceilDiv(rows, 4 * TY) * ceilDiv(columns, 4 * TX) * batches;
  const mostLayers = 2 ** Math.floor(Math.log2(Math.max(1, depth / LEAST_LAYER)));
  while (workgroups() * most < WANTED_WORKGROUPS && TX * TY > 4 && TX * TY / 2 * mostLayers >= LEAST_INVOCATIONS) {
    if (TY >= TX) TY /= 2;
    else TX /= 2;
  }
  let LAYERS = Math.max(1, LEAST_INVOCATIONS / (TX * TY));
  const fits = (layers: number) =>
    TX * TY * layers <= MOST_INVOCATIONS && bytesOf({ TX, TY, LAYERS: layers }) <= MOST_BYTES;
  while (LAYERS > 1 && !fits(LAYERS)) LAYERS /= 2;
  const few = workgroups() * most < 2 * WANTED_WORKGROUPS;
  while (few && fits(2 * LAYERS) && 2 * LAYERS <= mostLayers) LAYERS *= 2;
  return { TX, TY, LAYERS };
}

/** Into how many parts of what depth a product is cut, so that there are enough workgroups. */
export function chooseParts(tiles: number, depth: number, size: number): { parts: number; partDepth: number } {
  const wanted = Math.min(
    ceilDiv(WANTED_WORKGROUPS, tiles),
    ceilDiv(depth, LEAST_PART),
    Math.max(1, Math.floor(MOST_PARTIAL_WORDS / size)),
  );
  const partDepth = ceilDiv(ceilDiv(depth, wanted), 32) * 32;
  return { parts: ceilDiv(depth, partDepth), partDepth };
}

/** Parts of the depth that there may be. */
function mostParts({ splits, depth }: Product): number {
  const least = splits === "gladly" ? 4 * LEAST_PART : 8 * LEAST_PART;
  return splits === "never" || depth < least ? 1 : ceilDiv(depth, LEAST_PART);
}

const NO_EPILOGUE = "fn epilogue(i: u32, column: u32, element: f32) {}";

/** How a product is cut. */
function cutOf(product: Product): { tile: Tile; tiles: number; parts: number; partDepth: number } {
  const { rows, columns, depth, batches, size, splits } = product, most = mostParts(product);
  const tile = splits === "gladly"
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

export function lowerProduct(product: Product): Dispatch[] {
  const { rows, columns, batches, inputs, output, sums, following } = product, size = product.size + (sums ? rows : 0);
  const { tile: { TX, TY, LAYERS }, tiles, parts, partDepth } = cutOf({ ...product, size });
  const threads = TX * TY * LAYERS, DEPTH = depthOf(LAYERS);
  const rowTiles = ceilDiv(rows, 4 * TY), columnTiles = ceilDiv(columns, 4 * TX);
  const split = parts > 1, slices = cut(partDepth);
  const definitions = constantsText({
    TX,
    TY,
    LAYERS,
    DEPTH,
    LAYER_SUMS: layerSums({ TX, TY, LAYERS }),
    THREADS: threads,
    A_DEPTH_FIRST: product.aDepthFirst,
    B_DEPTH_FIRST: product.bDepthFirst,
    SLICES: slices.length > 1,
    EPILOGUE: following !== undefined,
    ...product.constants,
  });
  const dispatches = slices.map(({ first, end }): Dispatch => {
    const fields = new Fields();
    if (split) fields.scratch("output");
    else fields.address("output", output);
    fields.constants({ rowTiles, columnTiles, batches, parts, partDepth, partSize: size, rows, columns });
    fields.constants({ firstDepth: first, endDepth: end, begins: first === 0 ? 1 : 0 });
    if (sums === undefined) fields.constant("sums", 0);
    else if (split) fields.scratch("sums", product.size);
    else fields.address("sums", sums);
    product.fields(fields);
    const also = sums
      ? " and sums"
      : following
      ? ` ${following.chain.code.map(({ op }) => op).slice(0, 6).join(" ")}`
      : "";
    const epilogue = following ? epilogueText(following, fields) : NO_EPILOGUE;
    return {
      label: `${product.label}${also} ${4 * TY}×${4 * TX}`,
      code: moduleText({
        text: gemmText + product.text,
        fields: fields.list,
        definitions: `${definitions}\n${product.functions ?? ""}${epilogue}`,
        math: following !== undefined,
      }),
      fields: fields.list,
      workgroups: tiles * parts,
      scratch: split ? parts * size : 0,
      beside: { threads, grows: true, memory: memoryOf({ TX, TY, LAYERS }), heap: "u32" },
      // A product that is whole does what its step does, epilogue and all.
      ...(split ? { access: { reads: inputs, writes: [], scratch: "leaves" } } : {}),
    };
  });
  return split ? [...dispatches, combine(product, size, parts)] : dispatches;
}

const SUM_OF_TEAM = teamText({ name: "sumOfTeam", type: "f32", memory: "sums", fold: "sumOf" });

/** Adds `parts` partial results of `count` words in scratch memory. */
function combine({ output, size, sums }: Product, count: number, parts: number): Dispatch {
  const TEAM = Math.min(MOST_TEAM, powerOfTwoAtLeast(ceilDiv(parts, 8)));
  const fields = new Fields().constants({ first: 0, count, parts, team: TEAM }).scratch("scratch")
    .address("output", output).constant("whole", size).address("rest", sums ?? output);
  const definitions = `${constantsText({ WORKGROUP })}\n${SUM_OF_TEAM}`;
  const merge = segmented({ text: combineText, definitions }, fields);
  const dispatch = {
    label: "combine",
    code: merge.code,
    fields: fields.list,
    workgroups: ceilDiv(count * TEAM, WORKGROUP),
    scratch: parts * count,
    merge,
    beside: { threads: WORKGROUP, grows: false, memory: { "combine sums": 4 * WORKGROUP }, heap: "u32" },
  } as const;
  const access = { reads: [], writes: sums ? [output, sums] : [output], scratch: "takes" } as const;
  return { ...join([dispatch]), merge, access };
}
