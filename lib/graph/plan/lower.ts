/**
 * Lowering: from traced nodes to a device program.
 *
 * Views become strided operands, pointwise groups become fused steps, everything else one step each; layouts are chosen by producers; an
 * effect writes straight into its storage when no later step reads the old contents, else through the arena.
 */
import type { DType } from "../../device/dtype.ts";
import type { Operand } from "../../device/operand.ts";
import type { PointwiseOp } from "../../device/pointwise.ts";
import type { Program } from "../../device/program.ts";
import { type Step, stepInputs, stepOutputs } from "../../device/steps/mod.ts";
import type { Instruction, PointwiseInput } from "../../device/steps/pointwise.ts";
import type { Node } from "../node.ts";
import { type CompositeOp, isComposite, isFusible, isReduction, isView } from "../ops.ts";
import { rowMajor, type Shape, sizeOf, viewStrides } from "../shape.ts";
import { assemble, type Draft } from "./assemble.ts";
import { type Argument, argumentRef, expand, type Expansion } from "./composites.ts";
import { fuse, type Group } from "./groups.ts";
import { emitKernel } from "./kernels.ts";
import { coalesce, isDense, naturalLayout, sameLayout } from "./layout.ts";
import { sameAccess } from "./operands.ts";
import type { Root } from "./schedule.ts";

/** A strided look at a value, before it becomes an operand. */
export interface Ref {
  readonly value: number;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  /** Run-time part of the start: scalar slots and what to multiply them by. */
  readonly terms: readonly (readonly [slot: number, times: number])[];
}

/** A lowered flush, ready to be bound. */
export interface Lowered {
  readonly program: Program;
  /** Indices of the source nodes that bound slots 0, 1, … take their memory from. */
  readonly sources: readonly number[];
  /** Bound slots after the sources, one per root: layout of the root's value. */
  readonly outputs: readonly { readonly strides: readonly number[] }[];
  /** For each offset slot, the terms to add up. */
  readonly offsets: readonly (readonly (readonly [number, number])[])[];
}

/** Lowers the nodes of one flush. */
export class Lowering {
  readonly steps: Step[] = [];
  readonly #values: Draft[] = [];
  readonly #refs: (Ref | undefined)[];
  readonly #groups: (Group | undefined)[];
  readonly #firstScalar: number[] = [];
  readonly #offsets: (readonly (readonly [number, number])[])[] = [];
  readonly #dense = new Map<string, Ref>();
  #scalars = 0;

  constructor(readonly nodes: readonly Node[], readonly roots: readonly Root[]) {
    this.#refs = new Array(nodes.length);
    this.#groups = fuse(nodes);
    for (const node of nodes) {
      this.#firstScalar.push(this.#scalars);
      this.#scalars += node.value ? 0 : node.scalars.length;
    }
  }

  lower(): Lowered {
    const { nodes, roots } = this;
    const sources: number[] = [];
    for (const node of nodes) {
      if (!node.value) continue;
      const value = this.#values.push({ dtype: node.dtype, elements: sizeOf(node.shape), slot: sources.length }) - 1;
      this.#refs[node.index] = {
        value,
        dtype: node.dtype,
        shape: node.shape,
        strides: node.value.strides,
        offset: 0,
        terms: [],
      };
      sources.push(node.index);
    }
    // Kernels run in the order of recording: good for memory, and a group's place is its seed's.
    const units = nodes.filter((node) => {
      if (node.value || isView(node.op) || node.op === "full") return false;
      const group = this.#groups[node.index];
      return !group || group.members.at(-1) === node;
    }).sort((a, b) => a.id - b.id);
    for (const node of units) this.#emit(node);
    const rootValues = roots.map(({ node }) => this.#rootValue(node));
    const outputs = this.#placeRoots(rootValues, sources);
    // An effect's slot is bound to the same memory as the source it replaces.
    const sameMemory = new Map<number, number>();
    roots.forEach((root, i) => {
      const replaced = this.#replaced(root);
      if (replaced) sameMemory.set(sources.length + i, sources.indexOf(replaced.index));
    });
    const program: Program = {
      ...assemble(this.steps, this.#values, sameMemory),
      bound: sources.length + roots.length,
      scalars: this.#scalars + 1,
      offsets: this.#offsets.length,
    };
    return { program, sources, outputs, offsets: this.#offsets };
  }

  // --- values and operands -------------------------------------------------------------------------------------------

  /** A new value in the arena, dense in the given layout. */
  define(dtype: DType, shape: Shape, strides: readonly number[] = rowMajor(shape)): Ref {
    const value = this.#values.push({ dtype, elements: sizeOf(shape), slot: undefined }) - 1;
    return { value, dtype, shape, strides, offset: 0, terms: [] };
  }

  /** Declares what holds a node's value. */
  assign(node: Node, ref: Ref): void {
    this.#refs[node.index] = ref;
  }

  /** Slot of a node's run-time scalar number `which`. */
  scalar(node: Node, which: number): number {
    return this.#firstScalar[node.index]! + which;
  }

  operand(ref: Ref, shape: Shape = ref.shape, strides: readonly number[] = ref.strides): Operand {
    let dynamic = -1;
    if (ref.terms.length) dynamic = this.#offsets.push(ref.terms) - 1;
    return { value: ref.value, shape, strides, offset: ref.offset, dynamic };
  }

  /** Where a node's value is, resolving views. */
  ref(node: Node): Ref {
    return this.#refs[node.index] ??= this.#resolve(node);
  }

  #resolve(node: Node): Ref {
    if (node.op === "full") return this.#fillOne(node);
    const input = this.ref(node.inputs[0]!);
    const { shape } = node;
    switch (node.op) {
      case "detach":
      case "graft":
        return input;
      case "permute":
        return { ...input, shape, strides: node.ints.map((axis) => input.strides[axis]!) };
      case "expand":
        return { ...input, shape, strides: broadcastStrides(input, shape) };
      case "slice":
        return {
          ...input,
          shape,
          strides: input.strides.map((s, i) => s * node.ints[i]!),
          terms: [
            ...input.terms,
            ...input.strides.flatMap((s, i) =>
              s === 0 || input.shape[i] === shape[i] ? [] : [[this.scalar(node, i), s] as const]
            ),
          ],
        };
      case "part": {
        const index = node.ints[0]!, rest = { ...input, shape: input.shape.slice(1), strides: input.strides.slice(1) };
        const strides = viewStrides(rest.shape, rest.strides, shape);
        const from = { ...rest, offset: input.offset + index * input.strides[0]! };
        return strides ? { ...from, shape, strides } : { ...this.dense(from), shape, strides: rowMajor(shape) };
      }
      case "reshape": {
        const strides = viewStrides(input.shape, input.strides, shape);
        if (strides) return { ...input, shape, strides };
        return { ...this.dense(input), shape, strides: rowMajor(shape) };
      }
      default:
        throw new Error(`Lowering reached ${node.describe()} before its kernel: a defect of the plan's order`);
    }
  }

  /** A number as a tensor: one element, broadcast. */
  #fillOne(node: Node): Ref {
    const out = this.define(node.dtype, []);
    this.fill(out, { kind: "scalar", slot: this.scalar(node, 0), dtype: node.dtype });
    return { ...out, shape: node.shape, strides: node.shape.map(() => 0) };
  }

  /** Writes a scalar over all of `out`. */
  fill(out: Ref, input: PointwiseInput): void {
    if (sizeOf(out.shape) === 0) return;
    const loops = coalesce(out.shape, [out.strides], 0);
    this.steps.push({
      kernel: "pointwise",
      shape: loops.shape,
      inputs: [input],
      code: [],
      outputs: [{ operand: this.operand(out, loops.shape, loops.strides[0]!), register: 0, dtype: out.dtype }],
    });
  }

  /** Writes 0 or 1 over all of `out`: what reductions over nothing are. The slot after the last scalar always holds 0. */
  fillConstant(out: Ref, value: 0 | 1): void {
    if (sizeOf(out.shape) === 0) return;
    const code: Instruction[] = [];
    if (value) code.push({ op: "logicalNot", dtype: "bool", of: "bool", args: [code.length] });
    if (out.dtype !== "bool") code.push({ op: "cast", dtype: out.dtype, of: "bool", args: [code.length] });
    const loops = coalesce(out.shape, [out.strides], 0);
    this.steps.push({
      kernel: "pointwise",
      shape: loops.shape,
      inputs: [{ kind: "scalar", slot: this.#scalars, dtype: "bool" }],
      code,
      outputs: [{
        operand: this.operand(out, loops.shape, loops.strides[0]!),
        register: code.length,
        dtype: out.dtype,
      }],
    });
  }

  /** Copies `from` over `to`, of the same shape. */
  copy(from: Ref, to: Ref): void {
    if (sizeOf(to.shape) === 0) return;
    const loops = coalesce(to.shape, [to.strides, from.strides], 0);
    this.steps.push({
      kernel: "pointwise",
      shape: loops.shape,
      inputs: [{ kind: "tensor", operand: this.operand(from, loops.shape, loops.strides[1]!), dtype: from.dtype }],
      code: [],
      outputs: [{ operand: this.operand(to, loops.shape, loops.strides[0]!), register: 0, dtype: to.dtype }],
    });
  }

  /** `ref` in the given layout (row-major by default), copied if it is in another. Later requests share the copy. */
  dense(ref: Ref, strides: readonly number[] = rowMajor(ref.shape)): Ref {
    if (sameLayout(ref.shape, ref.strides, strides)) return { ...ref, strides };
    const key = `${ref.value}:${ref.offset}:${ref.terms}:${ref.shape}:${ref.strides}:${strides}`;
    let copy = this.#dense.get(key);
    if (!copy) {
      copy = this.define(ref.dtype, ref.shape, strides);
      this.copy(ref, copy);
      this.#dense.set(key, copy);
    }
    return copy;
  }

  // --- kernels -------------------------------------------------------------------------------------------------------

  #emit(node: Node): void {
    if (sizeOf(node.shape) === 0) {
      const members = this.#groups[node.index]?.members ?? [node];
      for (const member of members) this.assign(member, this.define(member.dtype, member.shape));
    } else if (isFusible(node.op)) {
      this.#emitGroup(this.#groups[node.index]!);
    } else if (
      node.inputs.length && !isReduction(node.op) && node.op !== "sliceWrite" && node.op !== "own" &&
      node.inputs.some((x) => sizeOf(x.shape) === 0)
    ) {
      const out = this.define(node.dtype, node.shape);
      this.fillConstant(out, 0);
      this.assign(node, out);
    } else {
      emitKernel(this, node);
    }
  }

  #emitGroup({ members, read }: Group): void {
    const { shape } = members.at(-1)!;
    const inside = new Map<Node, number>();
    const inputs: PointwiseInput[] = [];
    const refs: Ref[] = [];
    const registers = new Map<string, number>();
    const load = (key: string, make: () => PointwiseInput) => {
      let register = registers.get(key);
      if (register === undefined) registers.set(key, register = inputs.push(make()) - 1);
      return register;
    };
    /** The register of an argument from outside; undefined for the result of another member. */
    const outside = (node: Node, argument: Argument): number | undefined => {
      if ("scalar" in argument) {
        const slot = this.scalar(node, argument.scalar);
        return load(`${node.index} scalar ${slot}`, () => ({ kind: "scalar", slot, dtype: node.dtype }));
      }
      const input = node.inputs[argument.input]!, { dtype } = input;
      if (inside.has(input)) return undefined;
      if (input.op === "full" && !input.value) {
        return load(`${input.index}`, () => ({ kind: "scalar", slot: this.scalar(input, 0), dtype }));
      }
      return load(`${input.index} ${argument.row} ${argument.along}`, () => {
        const ref = argumentRef(this.ref(input), argument, shape);
        refs.push(ref);
        return {
          kind: "tensor",
          operand: this.operand({ ...ref, shape, strides: broadcastStrides(ref, shape) }),
          dtype,
        };
      });
    };
    // All loads come before the code, which follows in the order of the members.
    for (const member of members) inside.set(member, -1);
    const written = members.map((member) => {
      const { args, code } = isComposite(member.op)
        ? expand(member as Node & { op: CompositeOp })
        : pointwiseCode(member as Node & { op: PointwiseOp });
      return { member, code, args: args.map((argument) => ({ argument, register: outside(member, argument) })) };
    });
    const code: Instruction[] = [];
    for (const { member, args, code: own } of written) {
      const places = args.map(({ argument, register }) =>
        register ?? inside.get(member.inputs[(argument as { input: number }).input]!)!
      );
      const of = member.inputs[member.op === "where" ? 1 : 0]!.dtype;
      for (const { op, args } of own) {
        places.push(inputs.length + code.length);
        code.push({ op, dtype: member.dtype, of, args: args.map((place) => places[place]!) });
      }
      inside.set(member, places.at(-1)!);
    }
    const layout = naturalLayout(shape, refs);
    const stored = members.filter((m) => read.has(m) || this.roots.some((root) => root.node === m));
    const outs = stored.map((member) => this.define(member.dtype, shape, layout));
    const loops = coalesce(shape, [layout, ...refs.map((ref) => broadcastStrides(ref, shape))], 0);
    let t = 1;
    this.steps.push({
      kernel: "pointwise",
      shape: loops.shape,
      inputs: inputs.map((input) =>
        input.kind === "scalar"
          ? input
          : { ...input, operand: { ...input.operand, shape: loops.shape, strides: loops.strides[t++]! } }
      ),
      code,
      outputs: stored.map((member, i) => ({
        operand: this.operand(outs[i]!, loops.shape, loops.strides[0]!),
        register: inside.get(member)!,
        dtype: member.dtype,
      })),
    });
    stored.forEach((member, i) => this.assign(member, outs[i]!));
  }

  // --- roots and placement -------------------------------------------------------------------------------------------

  /** A value of its own for a root: neither a part of another one, nor a number, nor something bound. */
  #rootValue(node: Node): Ref {
    if (node.op === "full" && !node.value) {
      const out = this.define(node.dtype, node.shape);
      this.fill(out, { kind: "scalar", slot: this.scalar(node, 0), dtype: node.dtype });
      return out;
    }
    const ref = this.ref(node), { elements, slot } = this.#values[ref.value]!;
    const whole = isDense(ref.shape, ref.strides) && sizeOf(ref.shape) === elements;
    const strides = isDense(ref.shape, ref.strides) ? naturalLayout(ref.shape, [ref]) : rowMajor(ref.shape);
    if (!node.value && whole && slot === undefined) return { ...ref, strides };
    const out = this.define(node.dtype, node.shape, strides);
    this.copy(ref, out);
    return out;
  }

  #placeRoots(values: readonly Ref[], sources: readonly number[]): { strides: readonly number[] }[] {
    const taken = new Set<number>();
    const copies: { from: Ref; to: Ref }[] = [];
    this.roots.forEach((root, i) => {
      const slot = sources.length + i;
      const ref = values[i]!;
      const replaced = this.#replaced(root);
      const old = replaced && this.#refs[replaced.index];
      if (!taken.has(ref.value) && !(old && this.#readAfterWrite(ref.value, old.value))) {
        this.#values[ref.value]!.slot = slot;
        taken.add(ref.value);
      } else {
        const value = this.#values.push({ dtype: ref.dtype, elements: sizeOf(ref.shape), slot }) - 1;
        copies.push({ from: ref, to: { ...ref, value, offset: 0, terms: [] } });
      }
    });
    for (const { from, to } of copies) this.copy(from, to);
    return values.map((ref) => ({ strides: ref.strides }));
  }

  /** The node whose value an effect overwrites, if this flush reads it (indices of other nodes are left over from earlier flushes). */
  #replaced({ target, replaces }: Root): Node | undefined {
    return target && replaces && this.nodes[replaces.index] === replaces ? replaces : undefined;
  }

  /** Whether writing `value` over the memory of `old` would change what some step reads. */
  #readAfterWrite(value: number, old: number): boolean {
    let written = false;
    for (const step of this.steps) {
      const writes = stepOutputs(step).filter((operand) => operand.value === value);
      for (const operand of stepInputs(step)) {
        if (operand.value !== old) continue;
        const inPlace = step.kernel === "pointwise" && writes.every((out) => sameAccess(out, operand));
        if (written || (writes.length > 0 && !inPlace)) return true;
      }
      if (writes.length) written = true;
    }
    return false;
  }
}

/** A pointwise node as one instruction. */
function pointwiseCode({ op, inputs }: Node & { op: PointwiseOp }): Expansion {
  return { args: inputs.map((_, input) => ({ input })), code: [{ op, args: inputs.map((_, input) => input) }] };
}

/** Strides of `ref` read as if it had `shape`. */
function broadcastStrides(ref: { shape: Shape; strides: readonly number[] }, shape: Shape): number[] {
  const extra = shape.length - ref.shape.length;
  return shape.map((size, i) => i < extra || (ref.shape[i - extra] === 1 && size !== 1) ? 0 : ref.strides[i - extra]!);
}
