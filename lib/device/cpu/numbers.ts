/** Numbers on which TypeScript and the kernels agree, beside layouts: kernels/cpu/numbers.ts is made of them. */
/** Names that are numbers to the kernels: 0, 1, 2, … in their order. */
export function enumeration<const N extends string>(names: readonly N[]): { readonly [K in N]: number } {
  return Object.fromEntries(names.map((name, number) => [name, number])) as { [K in N]: number };
}

/** Addresses of the control block, which comes first in memory: words 128 bytes apart, as processors fetch cache lines in pairs. */
export const CONTROL = {
  /** Chunks of the command that is shared: sequence number, first, end, in 64 bits. */
  claim: 1024,
  /** Chunks that helpers have done. */
  done: 1152,
  /** Program and command that is shared, and the chunk from which on. */
  job: 1280,
  /** Helpers that sleep, and the word that they sleep on. */
  sleepers: 1408,
  wake: 1536,
  /** Whether a helper failed, the length of the message, and its bytes. */
  failed: 1664,
  /** Whether some command has met an index out of range: which one is in the commands. */
  fault: 1792,
  /** Helpers that have announced themselves. */
  ready: 1920,
  /** Whether helpers are to end. */
  stop: 2048,
  /** The program that a helper is to run by itself, and whether it has. */
  asynchronous: 2176,
  finished: 2304,
  /** Pages of memory, as the main thread has it: helpers may learn of its growth a little later. */
  pages: 2432,
} as const;

/** Where the module's static data begins, behind the control block. */
export const STATIC_DATA = 4096;

/** Bits of a chunk's number in the word by which threads claim chunks: more chunks are claimed in several rounds. */
export const CHUNK_BITS = 20;

/** Bytes of scratch memory of each thread that are for kernels. */
const KERNEL_SCRATCH = 4 << 20;

/**
 * What a series of commands has in a thread's scratch memory, behind what its kernels have: the addresses of the values, of so many at most, and
 * the images of values that nobody else reads.
 */
const SERIES_VALUES = 4096, SERIES_BYTES = 640 * 1024;
export const SERIES = {
  values: SERIES_VALUES,
  addresses: KERNEL_SCRATCH,
  images: KERNEL_SCRATCH + 4 * SERIES_VALUES,
  bytes: SERIES_BYTES,
} as const;

/** Bytes of scratch memory of each thread, with some that kernels may read behind an array. */
export const THREAD_SCRATCH = KERNEL_SCRATCH + 4 * SERIES_VALUES + SERIES_BYTES + 4096;

/** Bytes of it a kernel may plan with; the rest is left for the numbers that kernels keep before it. */
export const USABLE_SCRATCH = KERNEL_SCRATCH - 4096;

/** Where in it, behind what may be planned with, tiles leave their results that are narrower than a tile. */
export const TILE_SCRATCH = USABLE_SCRATCH;

/**
 * What tiles of weight gradients (kernels/cpu/weight_tiles.ts) keep in the scratch memory: so many columns of so many pixels at most, strips of rows in the
 * rest, and accumulators at the end.
 */
const PIXELS = 512, TILE_COLUMNS = 128, SUM_BYTES = 512 * 1024;
export const TILES = {
  pixels: PIXELS,
  columns: TILE_COLUMNS,
  columnsAt: 0,
  rowsAt: 4 * PIXELS * TILE_COLUMNS,
  rowBytes: USABLE_SCRATCH - SUM_BYTES - 4 * PIXELS * TILE_COLUMNS,
  sumsAt: USABLE_SCRATCH - SUM_BYTES,
  sumBytes: SUM_BYTES,
} as const;

/** Bytes of each thread's odometer, a word an axis: whole pairs of cache lines, so that no two threads write to the same. */
export const ODOMETER_BYTES = 256;

/** Elements of a block of a pointwise chain: 2 KiB a register, so that a chain stays in the L1 cache. */
export const BLOCK = 512;

/** Columns of a product's tile: 16 where the engine joins neighbouring vectors, which gives it registers enough; else 8. Results are the same. */
export type TileColumns = 8 | 16;
