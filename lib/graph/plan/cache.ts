/** The plan cache of a device: structure in, compiled program out. Bounded; watches for operations that vary at every step. */
import type { Executable } from "../../device/backend.ts";
import type { Node } from "../node.ts";
import { type Lowered, Lowering } from "./lower.ts";
import { PlanKey, type Root, writeKey } from "./schedule.ts";

/** A lowered flush and, once the device has compiled it, its executable. */
export interface Plan {
  readonly lowered: Lowered;
  executable: Executable | undefined;
  readonly key: Int32Array;
  used: number;
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
  /** Reads between a forward pass and its backward. */
  readsMidStep: number;
}

const CAPACITY = 256;
const WINDOW = 100;
const TOO_MANY = 20;

/** Plans of one device. */
export class PlanCache {
  readonly statistics: PlanStatistics = { compiled: 0, hits: 0, flushes: 0, kernels: 0, readsMidStep: 0 };
  readonly #plans = new Map<number, Plan[]>();
  readonly #key = new PlanKey();
  #count = 0;
  #clock = 0;
  #missesInWindow = 0;
  /** The plan that was asked for last. */
  #latest: Plan | undefined;
  #lastMiss: Int32Array | undefined;
  #warned = false;

  /** The plan for these nodes and roots. */
  find(nodes: readonly Node[], roots: readonly Root[]): Plan {
    const key = this.#key;
    writeKey(key, nodes, roots);
    const statistics = this.statistics;
    if (++statistics.flushes % WINDOW === 0) this.#missesInWindow = 0;
    // Most steps are like the one before.
    if (this.#latest && key.equals(this.#latest.key)) return this.#hit(this.#latest);
    const hash = key.hash();
    const bucket = this.#plans.get(hash);
    const found = bucket?.find((plan) => key.equals(plan.key));
    if (found) return this.#hit(found);
    statistics.compiled++;
    const copy = key.ints.slice(0, key.length);
    this.#watch(copy, nodes);
    const plan: Plan = {
      lowered: new Lowering(nodes, roots).lower(),
      executable: undefined,
      key: copy,
      used: ++this.#clock,
    };
    if (bucket) bucket.push(plan);
    else this.#plans.set(hash, [plan]);
    if (++this.#count > CAPACITY) this.#evict();
    return this.#latest = plan;
  }

  #hit(plan: Plan): Plan {
    this.statistics.hits++;
    plan.used = ++this.#clock;
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

  /** Says so once when plans keep missing, and which operation differs from the miss before. */
  #watch(key: Int32Array, nodes: readonly Node[]): void {
    const before = this.#lastMiss;
    this.#lastMiss = key;
    if (++this.#missesInWindow < TOO_MANY || this.#warned || !before) return;
    this.#warned = true;
    let at = 0;
    while (at < key.length && key[at] === before[at]) at++;
    const node = nodes[nodeAt(at, nodes)];
    console.warn(
      `Sonde compiled ${TOO_MANY} plans in ${WINDOW} flushes: the structure of the work changes from step to step` +
        (node ? `, first at ${node.describe()}` : "") +
        `. Sizes that vary (a last batch, a slice's length) each need a plan of their own`,
    );
  }
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
