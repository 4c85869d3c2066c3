/**
 * What a profile lists, and what takes a step apart.
 *
 * @module
 */

/** One dispatch of webgpu, or one kernel of the cpu. */
export interface Launch {
  /** The kernel and what it works on. */
  readonly name: string;
  /** Workgroups on webgpu; on the cpu the chunks that threads share, of all commands of a kernel. */
  readonly groups: number;
  readonly bytes: number;
  readonly flops: number;
  /** Null where the device has no clock. */
  readonly microseconds: number | null;
}

/** The sizes of a matrix product, or of the products that a convolution is made of. */
export interface Product {
  /** What it goes from and to, for a reader: `8 → 16, 3 × 3`. */
  readonly what: string;
  /** Elements of the output for each of its columns. */
  readonly rows: number;
  readonly columns: number;
  /** Products that an element of the output is the sum of. */
  readonly depth: number;
}

/** A kernel of the cpu. */
export interface CpuLaunch extends Launch {
  readonly microseconds: number;
  /** The chunks of each command: what packs operands, and what computes. */
  readonly commands: readonly number[];
  readonly product?: Product;
}

/** Takes the launches of one step. */
export interface Profiler {
  /** What ran between the beginning and the end of a step, in order. */
  launches(step: () => Promise<void>): Promise<Launch[]>;
  /** Leaves everything as it was. */
  stop(): void;
}
