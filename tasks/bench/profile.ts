/**
 * `deno task bench --profile`: every dispatch (webgpu) or kernel (cpu) of a step, with its bytes, its arithmetic and its time.
 *
 * A step is run a few times as usual, for its time, and then a few times dispatch by dispatch. Bytes and FLOPs are what the steps of the program
 * need at least (see profile_work.ts), not what a kernel really moves. Times of single dispatches add up to more than a step, in which they overlap.
 *
 * @module
 */
import type { Device } from "../../lib/device/device.ts";
import { textTable } from "../../lib/plot/text.ts";
import type { Launch, Profiler } from "./profile_launch.ts";
import { CpuProfiler } from "./profile_cpu.ts";
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
}

/** Steps for the time of one, and steps taken apart. */
const STEPS = 20, APART = 7;

/**
 * To be called before the device is open, so that it has a clock where it can have one.
 *
 * @returns takes a workload apart
 */
export function prepareProfile(): (device: Device, workload: string, step: () => Promise<void>) => Promise<Profile> {
  WebGpuProfiler.askForClock();
  return profile;
}

async function profile(device: Device, workload: string, step: () => Promise<void>): Promise<Profile> {
  const backend = await device.backend();
  for (let i = 0; i < 5; i++) await step();
  await device.synchronize();
  const began = performance.now();
  for (let i = 0; i < STEPS; i++) await step();
  const sent = performance.now();
  await device.synchronize();
  const ended = performance.now();
  const profiler: Profiler = backend.kind === "webgpu" ? new WebGpuProfiler(backend) : new CpuProfiler(backend);
  const runs: Launch[][] = [];
  try {
    for (let i = 0; i < APART; i++) runs.push(await profiler.launches(step));
  } finally {
    profiler.stop();
  }
  return {
    workload,
    device: device.description,
    stepMicroseconds: 1000 * (ended - began) / STEPS,
    hostMicroseconds: 1000 * (sent - began) / STEPS,
    launches: median(runs),
  };
}

/** Of runs with the same launches as the last, each launch with its median time. */
function median(runs: readonly (readonly Launch[])[]): Launch[] {
  const last = runs.at(-1)!, alike = runs.filter((run) => run.length === last.length);
  return last.map((launch, i) => {
    const times = alike.flatMap((run) => run[i]!.microseconds ?? []).sort((a, b) => a - b);
    return { ...launch, microseconds: times[times.length >> 1] ?? null };
  });
}

const number = (x: number, digits = 0) =>
  x.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A profile as text. */
export function profileText({ workload, device, stepMicroseconds, hostMicroseconds, launches }: Profile): string {
  const time = (microseconds: number | null) => microseconds === null ? "–" : number(microseconds, 1);
  const row = ({ name, groups, bytes, flops, microseconds }: Launch) => [
    name,
    number(groups),
    number(bytes / 1e6, 3),
    number(flops / 1e6, 3),
    time(microseconds),
  ];
  const sum = (of: (launch: Launch) => number) => launches.reduce((total, launch) => total + of(launch), 0);
  const isLaunch = launches.every(({ microseconds }) => microseconds !== null);
  const total: Launch = {
    name: `in all ${launches.length}`,
    groups: sum(({ groups }) => groups),
    bytes: sum(({ bytes }) => bytes),
    flops: sum(({ flops }) => flops),
    microseconds: isLaunch ? sum(({ microseconds }) => microseconds!) : null,
  };
  const groups = device.startsWith("webgpu") ? "workgroups" : "chunks";
  return [
    `${workload}: ${number(stepMicroseconds)} µs a step, of which the host ${number(hostMicroseconds)}`,
    ...textTable(["launch", groups, "MB", "MFLOP", "µs"], [...launches, total].map(row)),
  ].join("\n");
}
