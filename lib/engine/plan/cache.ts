/** The plan cache of a device: structure in, compiled program out. Bounded; watches for operations that vary at every step. */
import type { Executable } from "../../device/backend.ts";
import type { Device } from "../../device/device.ts";
import { WATCHING } from "../../graph/marks.ts";
import type { Node } from "../../graph/node.ts";
import { type Lowered, Lowering } from "./lower.ts";
import { PlanKey, type Root, topologicalOrder, writeKey } from "./schedule.ts";
import { type Traffic, trafficOf } from "./traffic.ts";

/** A lowered flush and, once the device has compiled it, its executable. */
export interface Plan {
  readonly lowered: Lowered;
  /** How many kernels it has only because something watches. */
  readonly watching: number;
  /** Bytes that a run reads and writes. */
  readonly traffic: Traffic;
  executable: Executable | undefined;
  readonly key: Int32Array;
  used: number;
  /** Misses of the same operations that were not used again yet, this plan's among them; undefined once it was. */
  wasted: Misses | undefined;
}

/** Plans made for the same operations. */
interface Misses {
  count: number;
  last: Int32Array;
}

/** What a device's plans did so far. */
export interface PlanStatistics {
  /** Plans made. */
  compiled: number;
  /** Flushes that found their plan. */
  hits: number;
  /** Flushes that ran something. */
  flushes: number;
  /** Kernels run, over all flushes. */
  kernels: number;
  /** How many of them would not have run, had nothing watched activations, gradients or updates. */
  watching: number;
  /** Bytes that these kernels read: each element of an operand once a kernel, however often it is used. Caches are left out of account. */
  bytesRead: number;
  /** Bytes that these kernels wrote, counted likewise. */
  bytesWritten: number;
  /** Reads between a forward pass and its backward. */
  readsMidStep: number;
}

const CAPACITY = 256;
const WINDOW = 100;
const TOO_MANY = 20;

/** Plans of one device. */
export class PlanCache {
  readonly statistics: PlanStatistics = {
    compiled: 0,
    hits: 0,
    flushes: 0,
    kernels: 0,
    watching: 0,
    bytesRead: 0,
    bytesWritten: 0,
    readsMidStep: 0,
  };
  readonly #plans = new Map<number, Plan[]>();
  readonly #key = new PlanKey();
  #count = 0;
  #clock = 0;
  /** The plan that was asked for last. */
  #latest: Plan | undefined;
  /** Misses of this window by the operations that missed. */
  #misses = new Map<string, Misses>();
  #warned = false;

  /** The plan for these nodes and roots. */
  find(nodes: readonly Node[], roots: readonly Root[]): Plan {
    const key = this.#key;
    writeKey(key, nodes, roots);
    const statistics = this.statistics;
    if (++statistics.flushes % WINDOW === 0) this.#misses = new Map();
    // Most steps are like the one before.
    if (this.#latest && key.equals(this.#latest.key)) return this.#hit(this.#latest);
    const hash = key.hash();
    const bucket = this.#plans.get(hash);
    const found = bucket?.find((plan) => key.equals(plan.key));
    if (found) return this.#hit(found);
    statistics.compiled++;
    const copy = key.ints.slice(0, key.length);
    const wasted = this.#watch(copy, nodes);
    const lowered = new Lowering(nodes, roots).lower();
    const plan: Plan = {
      lowered,
      watching: watchingKernels(lowered, roots),
      traffic: trafficOf(lowered.program),
      executable: undefined,
      key: copy,
      used: ++this.#clock,
      wasted,
    };
    if (bucket) bucket.push(plan);
    else this.#plans.set(hash, [plan]);
    if (++this.#count > CAPACITY) this.#evict();
    return this.#latest = plan;
  }

  #hit(plan: Plan): Plan {
    this.statistics.hits++;
    plan.used = ++this.#clock;
    if (plan.wasted) {
      plan.wasted.count--;
      plan.wasted = undefined;
    }
    return this.#latest = plan;
  }

  /** Forgets all plans; what still runs is not disturbed. */
  clear(): void {
    this.#plans.clear();
    this.#latest = undefined;
    this.#count = 0;
  }

  #evict(): void {
    let oldest: Plan | undefined, home = 0;
    for (const [hash, bucket] of this.#plans) {
      for (const plan of bucket) if (!oldest || plan.used < oldest.used) [oldest, home] = [plan, hash];
    }
    const rest = this.#plans.get(home)!.filter((plan) => plan !== oldest);
    if (rest.length) this.#plans.set(home, rest);
    else this.#plans.delete(home);
    this.#count--;
  }

  /**
   * Says so once when plans for the same operations keep missing and are not used again, and which operation differs from the miss before.
   * Of different work, each done once or a few times, as a notebook's cells or LSUV's layers, nothing is said: it needs its plans.
   */
  #watch(key: Int32Array, nodes: readonly Node[]): Misses {
    const kind = operations(nodes);
    const misses = this.#misses.get(kind) ?? { count: 0, last: key };
    this.#misses.set(kind, misses);
    const { last } = misses;
    misses.last = key;
    if (++misses.count < TOO_MANY || this.#warned) return misses;
    this.#warned = true;
    let at = 0;
    while (at < key.length && key[at] === last[at]) at++;
    const node = nodes[nodeAt(at, nodes)];
    console.warn(
      `Sonde compiled ${TOO_MANY} plans for the same operations in ${WINDOW} flushes: the structure of the work changes from step to step` +
        (node ? `, first at ${node.describe()}` : "") +
        `. Sizes that vary (a last batch, a slice's length) each need a plan of their own`,
    );
    return misses;
  }
}

/** How many kernels fewer there would be without the roots that only watch. Who watches may also keep others from being fused. */
function watchingKernels({ program }: Lowered, roots: readonly Root[]): number {
  const others = roots.filter(({ node }) => !onlyWatches(node));
  if (others.length === roots.length) return 0;
  if (others.length === 0) return program.steps.length;
  const without = new Lowering(topologicalOrder(others), others).lower();
  topologicalOrder(roots); // puts the nodes' places back
  return program.steps.length - without.program.steps.length;
}

/** Views are not recorded, and have no mark: what they look at has. */
function onlyWatches(node: Node): boolean {
  while (node.op.isView && !node.value) node = node.inputs[0]!;
  return (node.marks & WATCHING) !== 0;
}

const caches = new WeakMap<Device, PlanCache>();

/** The plans of a device. */
export function cacheOf(device: Device): PlanCache {
  let cache = caches.get(device);
  if (!cache) caches.set(device, cache = new PlanCache());
  return cache;
}

/**
 * What the plans of a device did so far; tests pin differences of it.
 *
 * @example
 * ```ts
 * import { device, planStatistics, tensor } from "./mod.ts";
 * const cpu = device("cpu"), x = tensor([1, 2, 3], { device: cpu });
 * await x.mul(2).sum().array();
 * const { compiled } = planStatistics(cpu);
 * await x.mul(5).sum().array(); // the same structure, another number
 * console.log(planStatistics(cpu).compiled - compiled); // 0
 * ```
 */
export function planStatistics(device: Device): Readonly<PlanStatistics> {
  return cacheOf(device).statistics;
}

/** Forgets a device's plans: each flush compiles its plan anew. */
export function forgetPlans(device: Device): void {
  caches.get(device)?.clear();
}

/** Which operations there are, however many of each and of whatever size. */
function operations(nodes: readonly Node[]): string {
  return [...new Set(nodes.filter(({ value }) => !value).map(({ op }) => op.name))].sort().join();
}

/** Index of the node whose part of the key holds position `at`. */
function nodeAt(at: number, nodes: readonly Node[]): number {
  const key = new PlanKey();
  for (let n = 0; n < nodes.length; n++) {
    writeKey(key, nodes.slice(0, n + 1), []);
    if (key.length - 1 > at) return n;
  }
  return nodes.length;
}
