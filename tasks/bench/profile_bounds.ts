/**
 * What holds a step back: each kernel's time against what the processor could do in it, after the roofline model (Williams, Waterman and
 * Patterson, 2009): at least as long as its arithmetic takes at the speed of the matrix product's tile, and its bytes at that of memory.
 *
 * @module
 */
import type { CpuLaunch } from "./profile_launch.ts";
import type { Ceiling } from "./profile_processor.ts";

/** What takes most of a kernel's time, as far as it can be told from its sizes. */
export type Bound = "compute" | "memory" | "start-up" | "gather" | "waiting";

/** A kernel against its bound. */
export interface Assessed extends CpuLaunch {
  readonly gflops: number;
  readonly gbps: number;
  /** Microseconds that it would take at the least. */
  readonly leastMicroseconds: number;
  /** The least time over the time taken; above 1 where the processor was faster than when it was measured. */
  readonly share: number;
  readonly bound: Bound;
  /** The share of the threads' time in which one of them had no chunk, from 0 to 1. */
  readonly idle: number;
}

/** Speed of memory for a kernel of so many bytes: that of the smallest stream that was measured and is no smaller. */
export function bandwidth({ streams }: Pick<Ceiling, "streams">, bytes: number): number {
  return (streams.find((stream) => stream.bytes >= bytes) ?? streams.at(-1)!).gbps;
}

/** The share of threads' time without a chunk, if all chunks of a command take equally long: 3 chunks on 2 threads are 2 rounds, of which a quarter is idle. */
export function idleShare(commands: readonly number[], threads: number): number {
  const rounds = commands.reduce((sum, chunks) => sum + Math.ceil(chunks / threads), 0);
  return 1 - commands.reduce((sum, chunks) => sum + chunks, 0) / (rounds * threads);
}

/** Kernels that read where an index says. */
const GATHERS = /^(dequantizeGather|gather|scatter)/;

/** Sets a kernel against what the processor can do. */
export function assess(launch: CpuLaunch, ceiling: Ceiling): Assessed {
  const { name, bytes, flops, microseconds, commands } = launch, { gflops, start, wait, threads } = ceiling;
  const compute = flops / 1e3 / gflops, memory = bytes / 1e3 / bandwidth(ceiling, bytes);
  const idle = idleShare(commands, threads), least = Math.max(compute, memory);
  const shared = commands.filter((chunks) => chunks > 1).length;
  const candidates: [Bound, number][] = [
    [GATHERS.test(name) ? "gather" : "memory", memory],
    ["compute", compute],
    ["start-up", commands.length * start],
    ["waiting", idle * microseconds + shared * wait],
  ];
  const [bound] = candidates.reduce((most, one) => one[1] > most[1] ? one : most);
  return {
    ...launch,
    gflops: flops / 1e3 / microseconds,
    gbps: bytes / 1e3 / microseconds,
    leastMicroseconds: least,
    share: least / microseconds,
    bound,
    idle,
  };
}

/** Something that takes longer than it would have to. */
export interface Loss {
  /** A kernel and its sizes, or what else a step does. */
  readonly what: string;
  readonly microseconds: number;
  readonly why: string;
}

/** What holds a step back. */
export interface Verdict {
  readonly stepMicroseconds: number;
  /** Of the kernels, each at its bound. */
  readonly leastMicroseconds: number;
  /** Largest first. */
  readonly losses: readonly Loss[];
}

/** What a verdict is made from. */
export interface Measures {
  readonly stepMicroseconds: number;
  /** What a step takes besides kernels. */
  readonly aroundMicroseconds: number;
  readonly kernels: readonly Assessed[];
  readonly ceiling: Ceiling;
}

/** Losses that a verdict names. */
const NAMED = 3;

/** The step's time, the time at the bound, and the largest losses between them. */
export function verdict({ stepMicroseconds, aroundMicroseconds, kernels, ceiling }: Measures): Verdict {
  const sum = (of: (kernel: Assessed) => number) => kernels.reduce((total, kernel) => total + of(kernel), 0);
  const inKernels = sum(({ microseconds }) => microseconds);
  // Small programs run on another thread while the next step is recorded: then only what kernels do not cover is lost.
  const beside = aroundMicroseconds + inKernels > 1.1 * stepMicroseconds;
  const recording = Math.min(aroundMicroseconds, Math.max(0, stepMicroseconds - inKernels));
  const covered = beside && recording < aroundMicroseconds
    ? `, ${micro(aroundMicroseconds)} in all, of which the rest passes while another thread computes`
    : "";
  const losses = kernels.map((kernel): Loss => ({
    what: kernel.product ? `${kernel.name} (${kernel.product.what})` : kernel.name,
    microseconds: Math.max(0, kernel.microseconds - kernel.leastMicroseconds),
    why: reason(kernel, ceiling),
  }));
  losses.push({
    what: "recording",
    microseconds: recording,
    why: `JavaScript that records, plans and binds the step of ${kernels.length} kernels${covered}`,
  });
  const between = stepMicroseconds - inKernels - recording;
  if (between > 0) {
    losses.push({
      what: "between kernels",
      microseconds: between,
      why: "waiting for threads and for memory to be collected",
    });
  }
  return {
    stepMicroseconds,
    leastMicroseconds: sum(({ leastMicroseconds }) => leastMicroseconds),
    losses: losses.sort((a, b) => b.microseconds - a.microseconds).slice(0, NAMED),
  };
}

/** Below these a product cannot use the tile as a square matrix product does: sums that are short, columns that do not fill it. */
const SHORT = 64, TILE = 16;

/** Why a kernel does not reach its bound, in words: what its sizes tell, and where they tell nothing, how far it is. */
export function reason(kernel: Assessed, { gflops, threads, streams }: Ceiling): string {
  const { bound, idle, product, commands, share, bytes } = kernel, causes: string[] = [];
  if (share >= 0.9) return `at its bound, ${bound === "compute" ? "arithmetic" : "memory"}`;
  if (bound === "start-up") {
    const many = commands.length === 1 ? "it" : `its ${commands.length} commands`;
    return `little work: to start ${many} takes most of it`;
  }
  if (idle > 0.15) {
    const fewest = commands.toSorted((a, b) => a - b).find((chunks) => Math.ceil(chunks / threads) * threads > chunks);
    causes.push(
      `${fewest === 1 ? "1 chunk" : `${fewest} chunks`} on ${threads} threads leave ${percent(idle)} of them idle`,
    );
  } else if (bound === "waiting") causes.push("waiting for the other thread takes longer than its work");
  if (product) {
    if (product.depth < SHORT) causes.push(`sums of only ${product.depth} products`);
    if (product.columns < TILE) causes.push(`${product.columns} columns in a tile of ${TILE}`);
    if (commands.length > 1) causes.push("its operands are packed first");
    const speed = `${kernel.gflops.toFixed(0)} of ${gflops.toFixed(0)} GFLOP/s`;
    return [speed, ...causes].join("; ");
  }
  const speed = `${kernel.gbps.toFixed(0)} of ${bandwidth({ streams }, bytes).toFixed(0)} GB/s`;
  if (bound === "gather") causes.push("reads rows where an index says");
  if (bound === "compute") causes.push("more arithmetic than bytes");
  return [speed, ...causes].join("; ");
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** A time with its unit. */
export function micro(microseconds: number): string {
  return microseconds >= 1000 ? `${(microseconds / 1000).toPrecision(3)} ms` : `${Math.round(microseconds)} µs`;
}
