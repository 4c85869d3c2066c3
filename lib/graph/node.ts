/** Graph nodes: one recorded operation each, or a value on the device. */
import type { Device } from "../device/device.ts";
import { environmentVariable } from "../device/environment.ts";
import type { DType } from "../device/dtype.ts";
import type { Memory } from "../device/memory.ts";
import type { Op } from "./ops.ts";
import { ownOperation } from "./own.ts";
import type { Shape } from "./shape.ts";

/** What a node's value is once it has been computed: memory and the layout of the node's axes in it. */
export interface NodeValue {
  readonly memory: Memory;
  /** In elements; dense, but not always row-major: a layout is chosen by the operation that produced it. */
  readonly strides: readonly number[];
}

/** The gradient end of a leaf: where `backward` adds up. Implemented by the tensor layer. */
export interface Leaf {
  accumulate(gradient: Node): void;
}

/** With SONDE_DEBUG=1 every node remembers where it was recorded. */
const debug = environmentVariable("SONDE_DEBUG") === "1";

let lastId = 0;

/** One operation of the graph. Immutable but for its value and bookkeeping marks. */
export class Node {
  readonly id = ++lastId;
  /** Computed value, if there is one: then the node is a source to plans. */
  value: NodeValue | undefined = undefined;
  /** Where gradients of this node end, if it is a leaf. */
  leaf: Leaf | undefined = undefined;
  /** Called with the gradient of this node while `backward` records; may return another in its place. */
  gradientHooks: ((g: Node) => Node | undefined)[] | undefined = undefined;
  /** While `backward` records: the sum of its gradients so far. */
  gradient: Node | undefined = undefined;
  /** Set when an effect overwrote this node's value: what did it. */
  overwrittenBy: string | undefined = undefined;
  /** Set when a plan that was to compute this node failed. */
  failure: Error | undefined = undefined;
  /** `backward` has been through here. */
  consumed = false;
  /** The value was computed by an earlier part of this step only to be reused by a later one. */
  snapshot = false;
  /** A storage has this node as (one version of) its contents. */
  claimed = false;
  /** Some other node reads this one. */
  used = false;
  /** The call stack of the recording, with SONDE_DEBUG=1. */
  readonly stack: string | undefined = debug ? new Error().stack : undefined;
  /** Traversal marks; meaningful only within one traversal. */
  mark = 0;
  index = 0;

  constructor(
    readonly device: Device,
    readonly op: Op,
    readonly dtype: DType,
    readonly shape: Shape,
    public inputs: readonly Node[],
    readonly ints: readonly number[],
    readonly scalars: readonly number[],
    /** Whether gradients flow through this node. */
    public requiresGrad: boolean,
    /** Path of the module that recorded it, e.g. `0.conv`; empty outside modules. */
    readonly module: string,
  ) {}

  /** Forgets how the value was made: it is there, and no gradient will ask. */
  dropInputs(): void {
    this.inputs = NO_NODES;
  }

  /** What to call the operation in messages: its op, or the name that a user gave. */
  get operation(): string {
    return this.op === "own" ? ownOperation(this).kernel.name : this.op;
  }

  /** What to call the node in messages: `add [32, 10] in 0.conv`. */
  describe(): string {
    const where = this.stack?.split("\n").find((line) => !line.includes("/lib/") && line.includes("at "))?.trim();
    return `${this.operation} [${this.shape.join(", ")}]${this.module ? ` in ${this.module}` : ""}${
      where ? `, recorded ${where}` : ""
    }`;
  }
}

/** The empty input list, shared. */
export const NO_NODES: readonly Node[] = [];
/** The empty number list, shared. */
export const NO_NUMBERS: readonly number[] = [];

let lastMark = 0;

/** A mark no node carries yet. */
export function freshMark(): number {
  return ++lastMark;
}
