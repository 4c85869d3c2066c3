/**
 * `deno task bench --profile`: every dispatch (webgpu) or kernel (cpu) of a step, with its bytes, its arithmetic and its time.
 *
 * A step is run a few times as usual, for its time, and then a few times dispatch by dispatch. Bytes and FLOPs are what the steps of the program
 * need at least (see profile_work.ts), not what a kernel really moves. Times of single dispatches add up to more than a step, in which they overlap.
 *
 * @module
 */
import { type Device, device as openDevice } from "../../lib/device/device.ts";
import type { CpuLaunch, Launch, Profiler } from "./profile_launch.ts";
import { assess, type Assessed, type Verdict, verdict } from "./profile_bounds.ts";
import { CpuProfiler } from "./profile_cpu.ts";
import { type Ceiling, measureCeiling } from "./profile_processor.ts";
import { WebGpuProfiler } from "./profile_webgpu.ts";

/** What a step costs. */
export interface Profile {
  readonly workload: string;
  readonly device: string;
  /** Microseconds of a step, one after another as in training. */
  readonly stepMicroseconds: number;
  /** Of these, until a step was recorded and sent to the device; it is all of them where the caller computes. */
  readonly hostMicroseconds: number;
  readonly launches: readonly Launch[];
  /** On the cpu: how far the kernels are from what the processor can do. */
  readonly bounds?: Bounds;
}

/** The kernels of a step on the cpu against what its processor can do. */
export interface Bounds {
  /** One thread, and as many as the device has, if these are more. */
  readonly processor: readonly Ceiling[];
  readonly kernels: readonly Assessed[];
  /** What a step takes besides kernels, in microseconds. */
  readonly aroundMicroseconds: number;
  readonly holdsBack: Verdict;
}

/** Milliseconds of steps before the first that is timed, by which V8 has compiled what records them, and of each block. */
const WARM_UP = 600, BLOCK = 200;
/** Blocks of which the median counts, and steps taken apart. */
const BLOCKS = 5, APART = 7;

/** Takes a workload apart. */
export type TakeApart = (device: Device, workload: string, step: () => Promise<void>) => Promise<Profile>;

/**
 * To be called before the device is open, so that it has a clock where it can have one.
 *
 * @param threads those of the device, if it is the cpu
 */
export function prepareProfile(threads: number): TakeApart {
  WebGpuProfiler.askForClock();
  let processor: Ceiling[] | undefined;
  return async (device, workload, step) => {
    const backend = await device.backend();
    if (backend.kind !== "webgpu") processor ??= await measureProcessor(device, threads);
    const { stepMicroseconds, hostMicroseconds } = await stepTimes(device, step);
    const found = { workload, device: device.description, stepMicroseconds, hostMicroseconds };
    if (!processor) {
      return {
        ...found,
        launches: await apart(new WebGpuProfiler(backend), (some) => some.launches(step)),
      };
    }
    const around: number[] = [];
    const launches = await apart(new CpuProfiler(backend), async (some): Promise<CpuLaunch[]> => {
      const { launches, aroundMicroseconds } = await some.apart(step);
      around.push(aroundMicroseconds);
      return launches;
    });
    const ceiling = processor.at(-1)!, kernels = launches.map((launch) => assess(launch, ceiling));
    const aroundMicroseconds = around.sort((a, b) => a - b)[around.length >> 1]!;
    const holdsBack = verdict({ stepMicroseconds, aroundMicroseconds, kernels, ceiling });
    return { ...found, launches, bounds: { processor, kernels, aroundMicroseconds, holdsBack } };
  };
}

/** What a step takes, one after another as in training: the block whose time is the median. */
async function stepTimes(device: Device, step: () => Promise<void>) {
  let count = 0;
  const warm = performance.now();
  for (; count < 5 || performance.now() - warm < WARM_UP; count++) await step();
  await device.synchronize();
  const steps = Math.max(1, Math.round(BLOCK * count / (performance.now() - warm))), blocks = [];
  for (let block = 0; block < BLOCKS; block++) {
    const began = performance.now();
    for (let i = 0; i < steps; i++) await step();
    const sent = performance.now();
    await device.synchronize();
    const each = (until: number) => 1000 * (until - began) / steps;
    blocks.push({ hostMicroseconds: each(sent), stepMicroseconds: each(performance.now()) });
  }
  return blocks.sort((a, b) => a.stepMicroseconds - b.stepMicroseconds)[BLOCKS >> 1]!;
}

/** What one thread can do, and all of the device. */
async function measureProcessor(device: Device, threads: number): Promise<Ceiling[]> {
  if (threads === 1) return [await measureCeiling(device, 1)];
  const alone = openDevice("cpu", { threads: 1 });
  await alone.ready;
  const one = await measureCeiling(alone, 1);
  return [one, await measureCeiling(device, threads, one)];
}

/** A step's launches, each with its median time. */
async function apart<P extends Profiler, L extends Launch>(
  profiler: P,
  take: (profiler: P) => Promise<L[]>,
): Promise<L[]> {
  const runs: L[][] = [];
  try {
    for (let i = 0; i < APART; i++) runs.push(await take(profiler));
  } finally {
    profiler.stop();
  }
  return median(runs);
}

/** Of the runs that did what most did, each launch with its median time: a data set's last batch is smaller, and costs less. */
export function median<L extends Launch>(runs: readonly (readonly L[])[]): L[] {
  const work = (run: readonly L[]) => run.map(({ name, bytes, flops }) => `${name} ${bytes} ${flops}`).join();
  const alike = [...Map.groupBy(runs, work).values()].reduce((most, some) => some.length > most.length ? some : most);
  return alike[0]!.map((launch, i) => {
    const times = alike.flatMap((run) => run[i]!.microseconds ?? []).sort((a, b) => a - b);
    return { ...launch, microseconds: times[times.length >> 1] ?? null };
  });
}
