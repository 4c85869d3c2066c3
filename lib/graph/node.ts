/**
 * What a graph is made of: nodes, the operations that they stand for, and how an operation becomes steps of a device's program.
 *
 * An {@linkcode Operation} is written down once, in a file of its family under `lib/ops`, with everything that the engine asks of it.
 */
import { type Attributes, NONE } from "../device/attributes.ts";
import type { Device } from "../device/device.ts";
import type { DType } from "../device/dtype.ts";
import { environmentVariable } from "../device/environment.ts";
import type { Memory } from "../device/memory.ts";
import type { Operand } from "../device/operand.ts";
import type { PointwiseOp } from "../device/pointwise.ts";
import type { Step } from "../device/steps/mod.ts";
import { userPlace } from "./caller.ts";
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

let lastId = 0;

/** One operation of the graph. Immutable but for its value and what the engine notes on it. */
export class Node {
  readonly id = ++lastId;
  /** Computed value, if there is one: then the node is a source to plans. */
  value: NodeValue | undefined = undefined;
  /** Where gradients of this node end, if it is a leaf. */
  leaf: Leaf | undefined = undefined;
  /** Called with the gradient of this node while `backward` records; may return another in its place. */
  gradientHooks: ((g: Node) => Node | undefined)[] | undefined = undefined;
  /** Set when something writes over this node's value: what does it. The value is there until the write has run. */
  overwrittenBy: string | undefined = undefined;
  /** Set when a plan that was to compute this node failed. */
  failure: Error | undefined = undefined;
  /** Bits that parts of the engine set; `marks.ts` says which. */
  marks = 0;
  /** The last traversal that came here, and the node's place in it; see {@linkcode freshVisit}. */
  visit = 0;
  index = 0;

  constructor(
    readonly device: Device,
    readonly op: AnyOperation,
    readonly dtype: DType,
    readonly shape: Shape,
    public inputs: readonly Node[],
    /** Fixed settings: part of a plan's identity. */
    public attributes: Attributes,
    /** Numbers that are bound at run time. */
    public scalars: readonly number[],
    /** Whether gradients flow through this node. */
    public requiresGrad: boolean,
    /** Path of the module that recorded it, e.g. `0.conv`; empty outside modules. */
    readonly module: string,
  ) {
    stacks?.set(this, new Error().stack ?? "");
  }

  /** Forgets how the value was made: it is there, and no gradient will ask. */
  dropInputs(): void {
    this.inputs = NO_NODES;
    this.attributes = NONE;
    this.scalars = NO_NUMBERS;
  }

  /** What to call the node in messages: `add [32, 10] in 0.conv`. */
  describe(): string {
    const where = userPlace(stacks?.get(this));
    return `${this.op.name} [${this.shape.join(", ")}]${this.module ? ` in ${this.module}` : ""}${
      where ? `, recorded at ${where}` : ""
    }`;
  }
}

/** With SONDE_DEBUG=1: where each node was recorded. */
const stacks = environmentVariable("SONDE_DEBUG") === "1" ? new WeakMap<Node, string>() : undefined;

/** What an operation shows, whatever its attributes. */
export type AnyOperation = Pick<Operation, keyof Operation>;

/** The empty input list, shared. */
export const NO_NODES: readonly Node[] = [];
/** The empty number list, shared. */
export const NO_NUMBERS: readonly number[] = [];

let lastVisit = 0;

/**
 * The number of a new traversal of nodes, which no node carries yet. A traversal may rely on `visit` and `index` only until another one begins;
 * one that calls back into user code, as `backward` does, looks whether a node still carries its number.
 */
export function freshVisit(): number {
  return ++lastVisit;
}

/** A strided look at a value, before it becomes an operand. */
export interface Ref {
  /** Number of the value. */
  readonly value: number;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  /** Run-time part of the start: scalar slots and what to multiply them by. */
  readonly terms: readonly (readonly [slot: number, times: number])[];
}

/** What an instruction of a pointwise operation reads: one of its numbers, or an input as it is or in part. */
export type Argument =
  | { readonly scalar: number }
  | {
    readonly input: number;
    /** Only this row of the input's first axis. */
    readonly row?: number;
    /** The axis of the result that the input, of one axis, lies along. */
    readonly along?: number;
  };

/** A pointwise operation written out: arguments, and instructions over arguments and earlier results, of the operation's own types. */
export interface Expansion {
  readonly args: readonly Argument[];
  readonly code: readonly { readonly op: PointwiseOp; readonly args: readonly number[] }[];
}

/** What an operation uses to become steps; the engine's lowering implements it. */
export interface Emission {
  /** Where a node's value is, views looked through; a copy in float32 of what is stored as float16. */
  ref(node: Node): Ref;
  /** The same, float16 as it is stored: for kernels that read it as float32. */
  stored(node: Node): Ref;
  /** `ref` in the given layout (row-major by default), copied if it is in another. */
  dense(ref: Ref, strides?: readonly number[]): Ref;
  /** A new value in the arena, dense in the given layout (row-major by default). */
  define(dtype: DType, shape: Shape, strides?: readonly number[]): Ref;
  /** Declares what holds a node's value. */
  assign(node: Node, ref: Ref): void;
  /** `ref` as an operand, perhaps with its axes merged. */
  operand(ref: Ref, shape?: Shape, strides?: readonly number[]): Operand;
  /** Slot of a node's run-time scalar number `which`. */
  scalar(node: Node, which: number): number;
  /** Writes the number that `node` is everywhere over all of `out`. */
  fillWith(node: Node, out: Ref): void;
  /** Writes 0 or 1 over all of `out`. */
  fillConstant(out: Ref, value: 0 | 1): void;
  /** Copies `from` over `to`, of the same shape. */
  copy(from: Ref, to: Ref): void;
  /** Appends a step. */
  push(step: Step): void;
}

/**
 * A gradient rule: from the gradient `g` of a node's result to those of its inputs, `undefined` where none flows; the list may be shorter than
 * the inputs. It records nodes, so that gradients are fused, planned and differentiable like anything else.
 */
export type Rule<A extends Attributes = Attributes> = (
  g: Node,
  node: Node,
  attributes: A,
) => readonly (Node | undefined)[];

/** How an operation is computed: exactly one of these. */
type Computed<A extends Attributes> =
  | {
    /** It is data that is on the device already, or (`"number"`) one number everywhere. */
    readonly value: "data" | "number";
  }
  | {
    /** A view: moves no data, but looks at its first input. */
    readonly look: (input: Ref, node: Node, to: Emission, attributes: A) => Ref;
  }
  | {
    /** Pointwise: follows broadcasting, and may run in one kernel with others. */
    readonly expand: (node: Node, attributes: A) => Expansion;
  }
  | {
    /** A kernel of its own. */
    readonly emit: (to: Emission, node: Node, attributes: A) => void;
  };

/** What every operation says beside how it is computed. */
export interface Traits<A extends Attributes = Attributes> {
  /** `"none"`: no gradient flows to any input. `"undifferentiable"`: it is only recorded where no gradient is. */
  readonly gradient: Rule<A> | "none" | "undifferentiable";
  /** How many of the inputs are read for the value. Default: all. */
  readonly computedInputs?: number;
  /** Of kernels: with an input that has no elements, the result is zeros, and nothing is emitted. Default: true. */
  readonly emptyGivesZeros?: boolean;
  /** Whether gradients flow through: where they do through an input (the default), never, or always. */
  readonly flow?: "inputs" | "never" | "always";
}

/** What makes an operation. */
export type Parts<A extends Attributes> = Traits<A> & Computed<A>;

/**
 * What a node stands for, with attributes of type `A`. All operations are of this one class, with all fields set, so that reading them stays
 * fast.
 */
export class Operation<A extends Attributes = Attributes> {
  static #count = 0;

  /** A small number, for plan keys. */
  readonly code: number = Operation.#count++;
  readonly isNumber: boolean;
  readonly isView: boolean;
  readonly isFusible: boolean;
  readonly computedInputs: number;
  readonly emptyGivesZeros: boolean;
  readonly flow: "inputs" | "never" | "always";
  readonly #gradient: Rule<A>;
  readonly #look: (input: Ref, node: Node, to: Emission, attributes: A) => Ref;
  readonly #expand: (node: Node, attributes: A) => Expansion;
  readonly #emit: (to: Emission, node: Node, attributes: A) => void;

  /** @param name what messages call it */
  constructor(readonly name: string, parts: Parts<A>) {
    const { gradient } = parts;
    this.#gradient = gradient === "none" ? noGradient : gradient === "undifferentiable" ? undifferentiable : gradient;
    this.isNumber = "value" in parts && parts.value === "number";
    this.isView = "look" in parts;
    this.isFusible = "expand" in parts;
    this.#look = "look" in parts ? parts.look : wrongWay;
    this.#expand = "expand" in parts ? parts.expand : wrongWay;
    this.#emit = "emit" in parts ? parts.emit : wrongWay;
    this.computedInputs = parts.computedInputs ?? ALL;
    this.emptyGivesZeros = parts.emptyGivesZeros ?? true;
    this.flow = parts.flow ?? "inputs";
  }

  // A node of this operation was recorded with attributes of its type: `record` sees to that.

  /** Gradients of the inputs of `node`. */
  gradient(g: Node, node: Node): readonly (Node | undefined)[] {
    return this.#gradient(g, node, node.attributes as A);
  }

  /** What a view sees of its input. */
  look(input: Ref, node: Node, to: Emission): Ref {
    return this.#look(input, node, to, node.attributes as A);
  }

  /** A pointwise node written out. */
  expand(node: Node): Expansion {
    return this.#expand(node, node.attributes as A);
  }

  /** Emits the steps of a kernel's node. */
  emit(to: Emission, node: Node): void {
    this.#emit(to, node, node.attributes as A);
  }
}

/** More inputs than an operation has. */
const ALL = 2 ** 30 - 1;

const NOTHING: readonly undefined[] = [];

const noGradient = () => NOTHING;

const undifferentiable = (_: Node, node: Node): never => {
  throw new Error(`Cannot differentiate ${node.describe()}: a defect of its gradient rule`);
};

function wrongWay(): never {
  throw new Error("Cannot compute an operation in a way that its record does not give: a defect of the plan");
}

export { type Attributes, NONE };
