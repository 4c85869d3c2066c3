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

/** Takes the launches of one step. */
export interface Profiler {
  /** What ran between the beginning and the end of a step, in order. */
  launches(step: () => Promise<void>): Promise<Launch[]>;
  /** Leaves everything as it was. */
  stop(): void;
}
