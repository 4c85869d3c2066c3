/**
 * The dispatches of a step on webgpu: each is encoded in a pass of its own, between two timestamps where the adapter has them. It watches the calls
 * of WebGPU itself, so that the device knows nothing of it.
 *
 * @module
 */
import type { Backend } from "../../lib/device/backend.ts";
import type { Program } from "../../lib/device/program.ts";
import type { Step } from "../../lib/device/steps/mod.ts";
import { lowerStep } from "../../lib/device/webgpu/lower/mod.ts";
import { type Group, mergedGroups } from "../../lib/device/webgpu/merge.ts";
import { type Range, usesOf } from "../../lib/device/webgpu/ranges.ts";
import { spread } from "../../lib/device/spread.ts";
import type { Launch, Profiler } from "./profile_launch.ts";
import { stepBytes, stepFlops } from "./profile_work.ts";

const CLOCK = "timestamp-query";
/** Timestamps of one step. */
const MOST_STAMPS = 4096;

/** A dispatch as it was encoded. */
interface Seen {
  readonly label: string;
  readonly workgroups: number;
}

/** A run of a program, with its dispatches. */
interface Run {
  readonly program: Program;
  readonly seen: Seen[];
}

/** Replaces a method until it is put back. */
function replace<T extends object, K extends keyof T>(of: T, name: K, by: (own: T[K]) => T[K]): () => void {
  const had = Object.hasOwn(of, name), own = of[name];
  of[name] = by(own);
  return () => {
    if (had) of[name] = own;
    else delete of[name];
  };
}

/** Encodes each dispatch in a pass of its own. */
class Passes {
  #pipeline!: GPUComputePipeline;
  #group!: unknown[];

  constructor(
    readonly begin: (descriptor?: GPUComputePassDescriptor) => GPUComputePassEncoder,
    readonly seen: (dispatch: Seen) => GPUComputePassDescriptor | undefined,
  ) {}

  setPipeline(pipeline: GPUComputePipeline): void {
    this.#pipeline = pipeline;
  }

  setBindGroup(...group: unknown[]): void {
    this.#group = group;
  }

  dispatchWorkgroups(x: number, y = 1, z = 1): void {
    const pass = this.begin(this.seen({ label: this.#pipeline.label, workgroups: x * y * z }));
    pass.setPipeline(this.#pipeline);
    (pass.setBindGroup as (...group: unknown[]) => void)(...this.#group);
    pass.dispatchWorkgroups(x, y, z);
    pass.end();
  }

  end(): void {}
}

/** Takes the dispatches of the webgpu device. */
export class WebGpuProfiler implements Profiler {
  #runs: Run[] = [];
  #device: GPUDevice | undefined;
  #clock: { readonly set: GPUQuerySet; readonly buffer: GPUBuffer } | undefined;
  #stamps = 0;
  #watching = false;
  readonly #restore: (() => void)[];

  /** Devices that are opened from now on have a clock, where the adapter has one. */
  static askForClock(): void {
    if (typeof GPUAdapter === "undefined") return;
    replace(
      GPUAdapter.prototype,
      "requestDevice",
      (own) =>
        function (this: GPUAdapter, descriptor: GPUDeviceDescriptor = {}) {
          const requiredFeatures = [...descriptor.requiredFeatures ?? []];
          if (this.features.has(CLOCK)) requiredFeatures.push(CLOCK);
          return own.call(this, { ...descriptor, requiredFeatures });
        },
    );
  }

  constructor(readonly backend: Backend) {
    this.#restore = [
      replace(backend, "run", (own) => (executable, ...rest) => {
        if (this.#watching) this.#runs.push({ program: executable.program, seen: [] });
        own.call(backend, executable, ...rest);
      }),
      replace(GPUDevice.prototype, "createCommandEncoder", (own) => {
        const note = (device: GPUDevice) => this.#device = device;
        return function (this: GPUDevice, ...rest: Parameters<typeof own>) {
          note(this);
          return own.apply(this, rest);
        };
      }),
      replace(GPUCommandEncoder.prototype, "beginComputePass", (own) => {
        const passes = (encoder: GPUCommandEncoder) =>
          new Passes((descriptor) => own.call(encoder, descriptor), (dispatch) => this.#see(dispatch));
        const isWatching = () => this.#watching;
        return function (this: GPUCommandEncoder, descriptor?: GPUComputePassDescriptor) {
          return isWatching() ? passes(this) as unknown as GPUComputePassEncoder : own.call(this, descriptor);
        };
      }),
    ];
  }

  #see(dispatch: Seen): GPUComputePassDescriptor | undefined {
    this.#runs.at(-1)?.seen.push(dispatch);
    if (!this.#device!.features.has(CLOCK) || this.#stamps + 2 > MOST_STAMPS) return undefined;
    this.#clock ??= {
      set: this.#device!.createQuerySet({ type: "timestamp", count: MOST_STAMPS }),
      buffer: this.#device!.createBuffer({
        size: 8 * MOST_STAMPS,
        usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
      }),
    };
    const at = this.#stamps;
    this.#stamps += 2;
    const timestampWrites = { querySet: this.#clock.set, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 };
    return { timestampWrites };
  }

  async launches(step: () => Promise<void>): Promise<Launch[]> {
    this.#runs = [];
    this.#stamps = 0;
    this.#watching = true;
    try {
      await step();
    } finally {
      this.#watching = false;
    }
    await this.backend.synchronize(); // what was encoded is submitted
    const times = await this.#times();
    let at = 0;
    return this.#runs.flatMap(({ program, seen }) => {
      const work = workOf(program, seen.length);
      return seen.map(({ label, workgroups }, i) => {
        const { bytes = 0, flops = 0 } = work[i] ?? {};
        return { name: label, groups: workgroups, bytes, flops, microseconds: times[at++] ?? null };
      });
    });
  }

  /** Microseconds of each dispatch, as far as there were timestamps. */
  async #times(): Promise<number[]> {
    const device = this.#device, clock = this.#clock;
    if (!device || !clock || this.#stamps === 0) return [];
    const size = 8 * this.#stamps;
    const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = device.createCommandEncoder();
    encoder.resolveQuerySet(clock.set, 0, this.#stamps, clock.buffer, 0);
    encoder.copyBufferToBuffer(clock.buffer, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const stamps = new BigInt64Array(staging.getMappedRange().slice(0));
    staging.destroy();
    return Array.from({ length: this.#stamps / 2 }, (_, i) => Number(stamps[2 * i + 1]! - stamps[2 * i]!) / 1000);
  }

  stop(): void {
    this.#watching = false;
    for (const restore of this.#restore.splice(0)) restore();
    this.#clock?.set.destroy();
    this.#clock?.buffer.destroy();
  }
}

const lowered = new WeakMap<Program, readonly Work[]>();

/** What a dispatch has to do. */
type Work = Pick<Launch, "bytes" | "flops">;

/** What each of so many dispatches of a program has to do: as they are merged, or step by step. */
function workOf(program: Program, dispatches: number): readonly Work[] {
  let work = lowered.get(program);
  if (work) return work;
  const merged = mergedGroups(spread(program));
  work = merged.reduce((sum, group) => sum + group.dispatches.length, 0) === dispatches
    ? ofGroups(spread(program), merged)
    : program.steps.flatMap((step) => {
      const { length } = lowerStep(step, program);
      return evenly({ bytes: stepBytes(step, program), flops: stepFlops(step) }, length);
    });
  lowered.set(program, work);
  return work;
}

/** The work of several dispatches, as if each had the same. */
const evenly = ({ bytes, flops }: Work, dispatches: number): Work[] =>
  new Array<Work>(dispatches).fill({ bytes: bytes / dispatches, flops: flops / dispatches });

function ofGroups(program: Program, groups: readonly Group[]): Work[] {
  const shares = share(program, groups);
  return groups.flatMap(({ dispatches, reads, writes }, i) => {
    const own = shares[i]!, flops = own.reduce((sum, step) => sum + stepFlops(step), 0);
    const isLookup = own.some(({ kernel }) => kernel === "gather" || kernel === "dequantizeGather");
    const bytes = isLookup
      ? own.reduce((sum, step) => sum + stepBytes(step, program), 0)
      : [...new Map([...reads, ...writes].map((range) => [`${range.space} ${range.start}`, range])).values()]
        .reduce((sum, { start, end }) => sum + 4 * (end - start), 0);
    return evenly({ bytes, flops }, dispatches.length);
  });
}

/**
 * The steps of each group: one belongs to the one that reads and writes all that it does; of a product in parts, which go by way of scratch
 * memory, to the one that has all that it reads.
 */
function share(program: Program, groups: readonly Group[]): Step[][] {
  const shares = groups.map((): Step[] => []);
  const within = (some: readonly Range[], all: readonly Range[]) =>
    some.every((a) => all.some((b) => a.space === b.space && a.start >= b.start && a.end <= b.end));
  for (const step of program.steps) {
    const { reads, writes } = usesOf(program, step);
    const takes = groups.findIndex((group) => within(reads, group.reads) && within(writes, group.writes));
    const inParts = takes < 0 ? groups.findIndex((group) => within(reads, group.reads)) : takes;
    const at = inParts < 0 ? groups.findIndex((group) => within(writes, group.writes)) : inParts;
    if (at >= 0) shares[at]!.push(step);
  }
  return shares;
}
