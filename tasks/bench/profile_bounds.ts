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
  /** Microseconds that it would take at the least; no more than it took, though a kernel that only reads is faster than the streams are. */
  readonly leastMicroseconds: number;
  /** The least time over the time taken, at most 1. */
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

/** What explains this share of a kernel's time is what bounds it; where nothing does, its instructions are. */
const MUCH = 0.4;

/** Kernels that read where an index says. */
const GATHERS = /^(dequantizeGather|gather|scatter)/;

/** Sets a kernel against what the processor can do. */
export function assess(launch: CpuLaunch, ceiling: Ceiling): Assessed {
  const { name, bytes, flops, microseconds, commands } = launch, { gflops, start, wait, threads } = ceiling;
  const compute = flops / 1e3 / gflops, memory = bytes / 1e3 / bandwidth(ceiling, bytes);
  const idle = idleShare(commands, threads), least = Math.min(microseconds, Math.max(compute, memory));
  const starting = commands.length * start, shared = commands.filter((chunks) => chunks > 1).length;
  const waiting = idle * Math.max(0, microseconds - starting) + shared * wait, much = MUCH * microseconds;
  const bound = starting >= Math.max(waiting, much)
    ? "start-up"
    : waiting >= much
    ? "waiting"
    : GATHERS.test(name)
    ? "gather"
    : memory >= Math.max(compute, much)
    ? "memory"
    : "compute";
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

/** Losses that are not named one by one. */
export interface Others {
  readonly count: number;
  readonly microseconds: number;
  /** The kinds of kernels, and what else there is, that lose most of it, largest first. */
  readonly kinds: readonly { readonly kind: string; readonly microseconds: number }[];
}

/** What holds a step back. */
export interface Verdict {
  readonly stepMicroseconds: number;
  /** Of the kernels, each at its bound. */
  readonly leastMicroseconds: number;
  /** Largest first. */
  readonly losses: readonly Loss[];
  /** How many others there are, and what they lose together. */
  readonly others: Others;
}

/** What a verdict is made from. */
export interface Measures {
  readonly stepMicroseconds: number;
  /** What a step takes besides kernels. */
  readonly aroundMicroseconds: number;
  readonly kernels: readonly Assessed[];
  readonly ceiling: Ceiling;
}

/** Losses that a verdict names, and kinds of others. */
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
      why: "in neither kernels nor recording: garbage collection, other processes, colder caches than kernel by kernel",
    });
  }
  losses.sort((a, b) => b.microseconds - a.microseconds);
  const named = losses.splice(0, NAMED);
  return {
    stepMicroseconds,
    leastMicroseconds: sum(({ leastMicroseconds }) => leastMicroseconds),
    losses: named,
    others: together(losses.filter(({ microseconds }) => microseconds > 0)),
  };
}

function together(losses: readonly Loss[]): Others {
  const sum = (some: readonly Loss[]) => some.reduce((total, { microseconds }) => total + microseconds, 0);
  const kinds = [...Map.groupBy(losses, ({ what }) => what.replace(/ [+(].*/, ""))]
    .map(([kind, some]) => ({ kind, microseconds: sum(some) })).sort((a, b) => b.microseconds - a.microseconds);
  return { count: losses.length, microseconds: sum(losses), kinds: kinds.slice(0, NAMED) };
}

/** Below these a product cannot use the tile as a large one does: sums that are short, columns that do not fill it. */
const SHORT = 64, TILE = 16;

/** Why a kernel does not reach its bound, in words: what its sizes tell, and where they tell nothing, how far it is. */
export function reason(kernel: Assessed, ceiling: Ceiling): string {
  const { bound, idle, product, commands, share, bytes, gflops, gbps } = kernel, causes: string[] = [];
  const { threads } = ceiling, times = commands.length === 1 ? "it" : `its ${commands.length} commands`;
  if (share >= 0.9) return `at its bound, ${bound === "compute" ? "arithmetic" : "memory"}`;
  if (bound === "start-up") return `little work: starting ${times} takes most of the time`;
  causes.push(
    product
      ? `${speed(gflops)} of ${speed(ceiling.gflops)} GFLOP/s`
      : `${speed(gbps)} of ${speed(bandwidth(ceiling, bytes))} GB/s`,
  );
  if (idle > 0.15) {
    causes.push(`chunks that do not come out even leave ${percent(idle)} of ${threads} threads' time idle`);
  } else if (bound === "waiting") causes.push("handing over to the other threads takes as long as its work");
  if (product) {
    if (product.depth < SHORT) causes.push(`sums of only ${product.depth} products`);
    if (product.columns < TILE) causes.push(`only ${product.columns} columns for a tile of ${TILE}`);
    if (commands.length > 1) {
      causes.push(`${commands.length} commands one after another, of which the first arrange its operands`);
    }
  } else if (bound === "gather") causes.push("reads rows where an index says");
  else if (bound === "compute") {
    causes.push("its own instructions, such as exponentials, divisions and choices, take longer than its memory");
  }
  return causes.join("; ");
}

const speed = (rate: number) => rate < 10 ? rate.toPrecision(2) : rate.toFixed(0);

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** A time with its unit. */
export function micro(microseconds: number): string {
  return microseconds >= 1000 ? `${(microseconds / 1000).toPrecision(3)} ms` : `${Math.round(microseconds)} µs`;
}
