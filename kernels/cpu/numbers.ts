// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/** Numbers that TypeScript knows too. Made by `deno task kernels` of lib/device/cpu: do not edit. */

export const BLOCK: i32 = 512;
export const CHUNK_BITS: i32 = 20;
export const TILE_SCRATCH: usize = 4190208;
export const TILES_ROWS: usize = 262144;
export const TILES_COLUMNS: usize = 0;
export const TILES_SUMS: usize = 3665920;

/** Where in a thread's scratch memory a series has what it needs. */
export namespace Series {
  export const addresses: usize = 4194304;
  export const images: usize = 4210688;
}

/** Addresses. */
export namespace Control {
  export const claim: usize = 1024;
  export const done: usize = 1152;
  export const job: usize = 1280;
  export const sleepers: usize = 1408;
  export const wake: usize = 1536;
  export const failed: usize = 1664;
  export const fault: usize = 1792;
  export const ready: usize = 1920;
  export const stop: usize = 2048;
  export const asynchronous: usize = 2176;
  export const finished: usize = 2304;
  export const pages: usize = 2432;
}

export const enum Overflow {
  sum = 0,
  prod = 1,
  cumsum = 2,
  neg = 3,
  abs = 4,
  add = 5,
  sub = 6,
  mul = 7,
  pow = 8,
  remainder = 9,
  cast = 10,
}

export const enum Reduction {
  sum = 0,
  prod = 1,
  max = 2,
  min = 3,
  sumInt = 4,
  prodInt = 5,
  maxInt = 6,
  minInt = 7,
  argmax = 8,
  argmin = 9,
  argmaxInt = 10,
  argminInt = 11,
}

export const enum Constant {
  element = 0,
  float32 = 1,
  int32 = 2,
  bool = 3,
}

export const enum Range {
  float32 = 0,
  int32 = 1,
  bool = 2,
}

export const enum MaxPoolResult {
  maxPool2d = 0,
  maxPool2dIndices = 1,
  maxPool2dGrad = 2,
}
