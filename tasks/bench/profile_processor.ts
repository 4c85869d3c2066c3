/**
 * What the processor at hand can do with the library's own kernels: what a profile compares a step's kernels with.
 *
 * Each figure is the fastest of several runs, through the same recording, plans and kernels as a training's. It takes a few hundred milliseconds.
 *
 * @module
 */
import type { Device } from "../../lib/device/device.ts";
import { flush } from "../../lib/tensor/graph.ts";
import { conv2d } from "../../lib/tensor/conv.ts";
import { tensor } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { CpuProfiler } from "./profile_cpu.ts";

/** What some threads of a processor can do. */
export interface Ceiling {
  readonly threads: number;
  /** Of the fastest of large matrix products and a wide convolution, in GFLOP/s: what the tile can do. */
  readonly gflops: number;
  /** Of the sum of two arrays, by how many bytes it reads and writes in all, smallest first, in GB/s. */
  readonly streams: readonly { readonly bytes: number; readonly gbps: number }[];
  /** Until a kernel has begun and ended, in microseconds. */
  readonly start: number;
  /** What a kernel that threads share takes beyond its share of one thread's time, in microseconds; 0 for one thread. */
  readonly wait: number;
  /** Of recording, planning and binding, in microseconds a node. */
  readonly record: number;
}

/** Rows and columns of square matrices: three that stay in the second cache, and three for which packing counts less. */
const SIDES = [384, 768];
/** A convolution of 5 × 5, whose images need less packing than a matrix, and whose products are all computed: those of 3 × 3 may be fewer. */
const CONVOLUTION = { images: 16, channels: 64, pixels: 16 };
/** Floats of an array: of three 0.4, 1.6, 4.7, 38 and 201 MB. */
const LENGTHS = [1 << 15, 1 << 17, 3 << 17, 3 << 20, 1 << 24];
/** Rows and columns of a product that is nothing but a start, and how many follow one another. */
const TINY = 4, CHAIN = 32;

const numbers = (length: number) => new Float32Array(length).fill(0.5);

/** What the fastest of several runs took: in kernels, and around them. */
async function fastest(profiler: CpuProfiler, runs: number, make: () => Tensor) {
  let kernels = Infinity, around = Infinity;
  for (let i = 0; i < runs; i++) {
    const { launches, aroundMicroseconds } = await profiler.apart(() => {
      using result = make().keep();
      flush(result.device);
      return Promise.resolve();
    });
    kernels = Math.min(kernels, launches.reduce((sum, { microseconds }) => sum + microseconds, 0));
    around = Math.min(around, aroundMicroseconds);
  }
  return { kernels, around };
}

/** Runs something until V8 has compiled its kernels anew and helper threads have started, both of which take turns of the event loop. */
async function warm(profiler: CpuProfiler, make: () => Tensor): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await fastest(profiler, 10, make);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * Measures a device.
 *
 * @param threads those of the device
 * @param alone what one thread can do; undefined for a device of one
 */
export async function measureCeiling(device: Device, threads: number, alone?: Ceiling): Promise<Ceiling> {
  const profiler = new CpuProfiler(await device.backend()), data = { device };
  try {
    using tiny = tensor(numbers(TINY * TINY), data).reshape(TINY, TINY).keep();
    let gflops = 0;
    const most = async (flops: number, make: () => Tensor) => {
      await warm(profiler, make);
      gflops = Math.max(gflops, flops / 1e3 / (await fastest(profiler, 20, make)).kernels);
    };
    for (const side of SIDES) {
      using a = tensor(numbers(side * side), data).reshape(side, side).keep();
      await most(2 * side ** 3, () => a.matmul(a));
    }
    const { images, channels, pixels } = CONVOLUTION;
    using x = tensor(numbers(images * channels * pixels ** 2), data).reshape(images, channels, pixels, pixels).keep();
    using w = tensor(numbers(25 * channels ** 2), data).reshape(channels, channels, 5, 5).keep();
    await most(50 * images * channels ** 2 * (pixels - 4) ** 2, () => conv2d(x, w));
    const products = () => {
      let last: Tensor = tiny;
      for (let i = 0; i < CHAIN; i++) last = last.matmul(tiny);
      return last;
    };
    await warm(profiler, products);
    const chain = await fastest(profiler, 300, products);
    const start = chain.kernels / CHAIN, streams: Ceiling["streams"][number][] = [];
    let wait = 0;
    for (const length of LENGTHS) {
      using x = tensor(numbers(length), data).keep();
      using y = tensor(numbers(length), data).keep();
      if (length === LENGTHS[0]) await warm(profiler, () => x.add(y));
      const bytes = 12 * length,
        { kernels } = await fastest(profiler, bytes < 1e6 ? 200 : bytes < 1e8 ? 20 : 4, () => x.add(y));
      streams.push({ bytes, gbps: bytes / 1e3 / Math.max(kernels - start, kernels / 2) });
      if (alone && length === LENGTHS[0]) {
        wait = Math.max(0, kernels - bytes / 1e3 / alone.streams[0]!.gbps / threads - start);
      }
    }
    return {
      threads,
      gflops,
      streams,
      start,
      wait,
      record: chain.around / CHAIN,
    };
  } finally {
    profiler.stop();
  }
}
