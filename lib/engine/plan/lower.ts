/**
 * Lowering: from traced nodes to a device program.
 *
 * Views become strided operands, pointwise groups become fused steps, and everything else what its operation emits; layouts are chosen by
 * producers; an effect writes straight into its storage when no later step reads the old contents, else through the arena.
 */
import type { DType } from "../../device/dtype.ts";
import type { Operand } from "../../device/operand.ts";
import type { Program } from "../../device/program.ts";
import { type Step, stepInputs, stepOutputs } from "../../device/steps/mod.ts";
import type { Instruction, PointwiseInput } from "../../device/steps/pointwise.ts";
import { coalesce, isDense, naturalLayout, sameLayout } from "../../graph/layout.ts";
import { type Emission, type Node, NONE, type Ref } from "../../graph/node.ts";
import { storageOnly } from "../../graph/record.ts";
import { rowMajor, type Shape, sizeOf } from "../../graph/shape.ts";
import { assemble, type Draft } from "./assemble.ts";
import { fuseEpilogues } from "./epilogues.ts";
import { emitGroup } from "./fused.ts";
import { fuse, type Group } from "./groups.ts";
import { pairLosses } from "./losses.ts";
import { sameAccess } from "./operands.ts";
import type { Root } from "./schedule.ts";

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
export class Lowering implements Emission {
  readonly #steps: Step[] = [];
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
      if (node.value || node.op.isView || node.op.isNumber) return false;
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
    const fused = fuseEpilogues(this.#steps, this.#values, sameMemory);
    const program: Program = {
      ...assemble(pairLosses(fused, this.#values, sameMemory), this.#values, sameMemory),
      bound: sources.length + roots.length,
      sameMemory,
      scalars: this.#scalars + 1,
      offsets: this.#offsets.length,
    };
    return { program, sources, outputs, offsets: this.#offsets };
  }

  // --- values and operands -------------------------------------------------------------------------------------------

  define(dtype: DType, shape: Shape, strides: readonly number[] = rowMajor(shape)): Ref {
    const value = this.#values.push({ dtype, elements: sizeOf(shape), slot: undefined }) - 1;
    return { value, dtype, shape, strides, offset: 0, terms: [] };
  }

  assign(node: Node, ref: Ref): void {
    this.#refs[node.index] = ref;
  }

  scalar(node: Node, which: number): number {
    return this.#firstScalar[node.index]! + which;
  }

  operand(ref: Ref, shape: Shape = ref.shape, strides: readonly number[] = ref.strides): Operand {
    let dynamic = ref.terms.length ? this.#offsets.indexOf(ref.terms) : -1;
    if (ref.terms.length && dynamic < 0) dynamic = this.#offsets.push(ref.terms) - 1;
    return { value: ref.value, shape, strides, offset: ref.offset, dynamic };
  }

  ref(node: Node): Ref {
    const ref = this.stored(node);
    if (ref.dtype !== "float16") return ref;
    return this.#copied(ref, isDense(ref.shape, ref.strides) ? naturalLayout(ref.shape, [ref]) : rowMajor(ref.shape));
  }

  stored(node: Node): Ref {
    const refs = this.#refs, known = refs[node.index];
    if (known) return known;
    // Views may lie on views to any depth, which recursion would not survive.
    const views: Node[] = [];
    for (; node.op.isView && !refs[node.index]; node = node.inputs[0]!) views.push(node);
    let ref = refs[node.index] ??= this.#made(node);
    for (let i = views.length - 1; i >= 0; i--) {
      const view = views[i]!;
      ref = refs[view.index] = view.op.look(ref, view, this);
    }
    return ref;
  }

  #made(node: Node): Ref {
    if (node.op.isNumber) return this.#fillOne(node);
    throw new Error(`Lowering reached ${node.describe()} before its kernel: a defect of the plan's order`);
  }

  /** A number as a tensor: one element, broadcast. */
  #fillOne(node: Node): Ref {
    const out = this.define(node.dtype, []);
    this.fillWith(node, out);
    return { ...out, shape: node.shape, strides: node.shape.map(() => 0) };
  }

  fillWith(node: Node, out: Ref): void {
    this.#fill(out, { kind: "scalar", slot: this.scalar(node, 0), dtype: node.dtype }, []);
  }

  /** Writes what `code` makes of a scalar over all of `out`. */
  #fill(out: Ref, input: PointwiseInput, code: Instruction[]): void {
    if (sizeOf(out.shape) === 0) return;
    const loops = coalesce(out.shape, [out.strides], 0), operand = this.operand(out, loops.shape, loops.strides[0]!);
    this.push({
      kernel: "pointwise",
      shape: loops.shape,
      inputs: [input],
      code,
      outputs: [{ operand, register: code.length, dtype: out.dtype }],
    });
  }

  /** What reductions over nothing are. The slot after the last scalar always holds 0. */
  fillConstant(out: Ref, value: 0 | 1): void {
    const code: Instruction[] = [];
    if (value) code.push({ op: "logicalNot", dtype: "bool", of: "bool", args: [code.length] });
    if (out.dtype !== "bool") code.push({ op: "cast", dtype: out.dtype, of: "bool", args: [code.length] });
    this.#fill(out, { kind: "scalar", slot: this.#scalars, dtype: "bool" }, code);
  }

  copy(from: Ref, to: Ref): void {
    if (sizeOf(to.shape) === 0) return;
    // Its words would lie over whatever comes after the bytes.
    if (to.dtype === "uint8") throw storageOnly("copy");
    const loops = coalesce(to.shape, [to.strides, from.strides], 0);
    const input = this.operand(from, loops.shape, loops.strides[1]!);
    const output = this.operand(to, loops.shape, loops.strides[0]!);
    if (to.dtype === "float16") {
      this.push({ kernel: "half", inputs: { input }, output, attributes: NONE, numbers: {} });
      return;
    }
    this.push({
      kernel: "pointwise",
      shape: loops.shape,
      inputs: [{ kind: "tensor", operand: input, dtype: from.dtype }],
      code: [],
      outputs: [{ operand: output, register: 0, dtype: to.dtype }],
    });
  }

  dense(ref: Ref, strides: readonly number[] = rowMajor(ref.shape)): Ref {
    return sameLayout(ref.shape, ref.strides, strides) ? { ...ref, strides } : this.#copied(ref, strides);
  }

  /** A copy in a layout, of float16 in float32. Later requests for the same share it. */
  #copied(ref: Ref, strides: readonly number[]): Ref {
    const key = `${ref.value}:${ref.offset}:${ref.terms}:${ref.shape}:${ref.strides}:${strides}`;
    let copy = this.#dense.get(key);
    if (!copy) {
      copy = this.define(ref.dtype === "float16" ? "float32" : ref.dtype, ref.shape, strides);
      this.copy(ref, copy);
      this.#dense.set(key, copy);
    }
    return copy;
  }

  push(step: Step): void {
    this.#steps.push(step);
  }

  // --- kernels -------------------------------------------------------------------------------------------------------

  #emit(node: Node): void {
    const { op } = node, group = this.#groups[node.index];
    if (sizeOf(node.shape) === 0) {
      for (const member of group?.members ?? [node]) this.assign(member, this.define(member.dtype, member.shape));
    } else if (group) {
      emitGroup(this, group, (member) => this.roots.some((root) => root.node === member));
    } else if (op.emptyGivesZeros && node.inputs.some((x) => sizeOf(x.shape) === 0)) {
      const out = this.define(node.dtype, node.shape);
      this.fillConstant(out, 0);
      this.assign(node, out);
    } else op.emit(this, node);
  }

  // --- roots and placement -------------------------------------------------------------------------------------------

  /** A value of its own for a root: neither a part of another one, nor a number, nor something bound. */
  #rootValue(node: Node): Ref {
    if (node.op.isNumber && !node.value) {
      const out = this.define(node.dtype, node.shape);
      this.fillWith(node, out);
      return out;
    }
    const ref = this.stored(node), { elements, slot } = this.#values[ref.value]!;
    const whole = ref.dtype === node.dtype && isDense(ref.shape, ref.strides) && sizeOf(ref.shape) === elements;
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
    for (const step of this.#steps) {
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
