/** How a product is cut into tiles and parts, by its shape alone. */
import { ceilDiv, powerOfTwoAtLeast } from "../module.ts";

/** Workgroups that fill a large device: two for each of its 132 multiprocessors. */
export const WANTED_WORKGROUPS = 264;
/** Invocations of a workgroup that share a tile, and most bytes of memory for them: less than WebGPU's 16 KiB, so that two fit in a bundle. */
const LEAST_INVOCATIONS = 64;
const MOST_INVOCATIONS = 256;
const MOST_BYTES = 12288;
/** Depth that a layer of a tile should have at least, and a part; and the most words all partial results may take. */
const LEAST_LAYER = 16;
export const LEAST_PART = 128;
const MOST_PARTIAL_WORDS = 1 << 21;

/** Shape of a tile: invocations across and down (four columns, four rows each), and layers that share its depth. */
export interface Tile {
  readonly TX: number;
  readonly TY: number;
  readonly LAYERS: number;
}

/** Depth of a tile. */
export const depthOf = (layers: number) => Math.max(16, 4 * layers);

/** Blocks that layers leave for each other. */
export const layerSums = ({ TX, TY, LAYERS }: Tile) => LAYERS > 1 ? TX * TY * LAYERS / 2 : 1;

/** Bytes of workgroup memory that gemm.wgsl uses, by variables. */
export function memoryOf(tile: Tile): Record<string, number> {
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
