/** Gives device memory back that nothing needs any more. */
import { type Device, deviceOr } from "../device/device.ts";
import { flush } from "../engine/flush.ts";
import { forgetPlans } from "../engine/plan/cache.ts";

/**
 * What {@linkcode cleanMem} did; as text, and as the last expression of a notebook's cell, in words.
 *
 * @example
 * ```ts
 * import { cleanMem, device } from "./mod.ts";
 * const report = await cleanMem(device("cpu"));
 * console.log(report.before >= report.after, String(report).startsWith("cpu: ")); // true true
 * ```
 */
export class MemoryReport {
  /**
   * For {@linkcode cleanMem}, which measures.
   *
   * @param device the device it is about
   * @param before bytes of tensors and of the arena that runs share, before
   * @param after the same, after
   */
  constructor(readonly device: Device, readonly before: number, readonly after: number) {}

  /** What was held before and after, and the difference, in MB of a million bytes. */
  toString(): string {
    const { device, before, after } = this;
    return `${device.kind}: ${megabytes(before)} before, ${megabytes(after)} after, ${megabytes(before - after)} freed`;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;

/** Bytes that a device holds for tensors and runs. */
const held = ({ counters }: Device) => counters.liveBytes + counters.arenaBytes;

/**
 * Frees what can be freed on a device: tensors that no variable names any more, the arena that runs share, and compiled plans. What a variable
 * still names stays, and so do a model's parameters; a plan that is needed again is compiled again.
 *
 * Tensors are freed when JavaScript's collector finds them, which may be much later than their last use. This runs the collector, through a
 * flag of V8; where that is not to be had, it can only let go of arena and plans.
 *
 * @param device default: the default device
 * @returns bytes held before and after
 *
 * @example
 * ```ts
 * import { cleanMem, setDefaultDevice, zeros } from "./mod.ts";
 * setDefaultDevice("cpu");
 * for (let i = 0; i < 10; i++) await zeros([100_000]).add(i).array();
 * const { before, after } = await cleanMem();
 * console.log(before > 1_000_000, after < before); // true true
 * ```
 */
export async function cleanMem(device?: Device): Promise<MemoryReport> {
  device = deviceOr(device);
  flush(device);
  await device.synchronize();
  const before = held(device);
  forgetPlans(device);
  await collectGarbage();
  device.trim();
  return new MemoryReport(device, before, held(device));
}

/** Runs the collector, and gives finalisers their turn. */
async function collectGarbage(): Promise<void> {
  let collect: (() => void) | undefined;
  try {
    const [{ default: v8 }, { default: vm }] = await Promise.all([import("node:v8"), import("node:vm")]);
    v8.setFlagsFromString("--expose-gc");
    collect = vm.runInNewContext("gc"); // the flag shows in contexts made after it
  } catch { // without the collector there is still the rest
  }
  // What a finaliser lets go may hold more.
  for (let round = 0; round < 3; round++) {
    collect?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
