/**
 * What a program means to the generator: shapes, aliasing, gradient histories and, by docs/engine.md, what survives a flush.
 *
 * {@linkcode ProgramModel.emit} accepts an instruction only if both PyTorch and Sonde allow it, in planned and in eager execution. Where the two
 * could differ in something no rule fixes (is a reshape of unknown layout a view?), the model refuses what would show the difference.
 */
import { type Result, resultOf } from "./model_results.ts";
import { isRowMajor, rowMajor, type Shape, sizeOf, viewOf } from "./model_shapes.ts";
import {
  type Contents,
  hasGrad,
  isCertainlyLost,
  isLost,
  type Operand,
  type Variable,
  type Version,
  version,
} from "./model_state.ts";
import { writeOf } from "./model_writes.ts";
import type { Instruction, Program } from "./program.ts";

const MAX_BOUND = 60;
const MAX_SIZE = 300;

/** Follows a program as it is written. */
export class ProgramModel {
  readonly instructions: Instruction[] = [];
  readonly variables = new Map<number, Variable>();
  readonly parameters: number[] = [];
  /** Variables that end with a noGrad body. */
  #scoped: number[] | undefined;
  readonly #grads = new Map<number, Contents>();
  readonly #open: Version[] = [];
  readonly #effects = new Set<Contents>();
  readonly #pendingKept = new Set<Contents>();
  /** What has one element, and was computed since the last flush. */
  readonly #singles = new Set<Contents>();
  #epoch = 0;
  #gradEnabled = true;
  #nextVariable = 0;

  constructor(readonly seed: number, readonly torch: boolean) {}

  get program(): Program {
    return { seed: this.seed, instructions: this.instructions };
  }

  fresh(): number {
    return this.#nextVariable++;
  }

  /** Whether gradients flow through the variable. */
  requiresGrad(v: number): boolean {
    return hasGrad(this.variables.get(v)!);
  }

  /** Whether reading it would, or might, need something overwritten. */
  lost(v: number): boolean {
    return isLost(this.variables.get(v)!.contents.current);
  }

  /** Whether it is certain that reading it throws. */
  certainlyLost(v: number): boolean {
    return isCertainlyLost(this.variables.get(v)!.contents.current);
  }

  numel(v: number): number {
    return sizeOf(this.variables.get(v)!.shape);
  }

  /** Whether `backward` from `v` is allowed and its values are to be had. */
  canBackward(v: number): boolean {
    if (!this.requiresGrad(v) || this.lost(v)) return false;
    return this.#path(v).every((node) =>
      !node.consumed && !node.broken &&
      (node.saved.length === 0 || (!isLost(node) && node.inputs.every((input) => !isLost(input))))
    );
  }

  /** Adds an instruction if it is allowed; false, and no change, if not. */
  emit(instruction: Instruction): boolean {
    if (!this.#apply(instruction)) return false;
    this.instructions.push(instruction);
    return true;
  }

  #apply(i: Instruction): boolean {
    if (i.op === "noGrad") return this.#noGrad(i);
    const operand: Operand = (v) => {
      const variable = this.variables.get(v);
      return variable && !isLost(variable.contents.current) ? variable : undefined;
    };
    if (i.op === "flush") return this.#flush([]), true;
    if (i.op === "new") {
      const contents = this.#define(i.out, i.shape, [], {
        bound: 2,
        ties: false,
        value: true,
        leaf: i.requiresGrad ? i.out : undefined,
      });
      contents.materialised = contents.current;
      if (i.requiresGrad) this.parameters.push(i.out);
      return true;
    }
    if (i.op === "full") {
      // A number is a recipe for good: nothing can overwrite it.
      this.#singles.delete(this.#define(i.out, i.shape, [], { bound: Math.abs(i.value), ties: true }));
      return true;
    }
    if (i.op === "random") {
      if (this.torch) return false;
      return this.#define(i.out, i.shape, [], { bound: i.f === "rand" ? 1 : 5, ties: false }), true;
    }
    if (i.op === "read") {
      const read = i.xs.map((v) => operand(v));
      if (read.some((v) => !v)) return false;
      i.bounds = read.map((v) => Math.round(v!.contents.bound * 1000) / 1000);
      return this.#flush(read as Variable[]), true;
    }
    if (i.op === "readLost") {
      return !this.torch && this.variables.has(i.x) && this.certainlyLost(i.x) && this.#readLost();
    }
    const x = operand(i.x);
    if (!x) return false;
    switch (i.op) {
      case "view":
        return this.#view(i, x);
      case "copy":
        return this.#copy(i, x);
      case "inPlace":
        return this.#inPlace(i, x, operand);
      case "backward":
        return this.#backward(i);
      case "grad": {
        if (!this.parameters.includes(i.x)) return false;
        const grad = this.#grads.get(i.x);
        if (grad && isLost(grad.current)) return false;
        const inputs = grad ? [grad.current] : [];
        this.#add(i.out, x.shape, version(inputs, { requiresGrad: false, exact: false }), 1, true, undefined);
        return true;
      }
      case "scaleGrad": {
        if (!this.parameters.includes(i.x)) return false;
        const grad = this.#grads.get(i.x);
        if (grad) this.#write(grad, version([grad.current], { requiresGrad: false, exact: false }));
        return true;
      }
      case "zeroGrad":
        if (!this.parameters.includes(i.x)) return false;
        this.#grads.delete(i.x);
        return true;
      case "keep":
        x.contents.kept = true;
        if (!x.contents.current.value) this.#pendingKept.add(x.contents);
        return true;
      default:
        return this.#record(i.out, resultOf(i, x, operand));
    }
  }

  /** Defines the variable of a result, if that is there and not too large. */
  #record(out: number, result: Result | undefined): boolean {
    if (!result || result.bound > MAX_BOUND || sizeOf(result.shape) > MAX_SIZE) return false;
    const { shape, inputs, bound, saves = true, ties = false, differentiable } = result;
    const known = result.rowMajor || inputs.every((v) => v.strides && isRowMajor(v));
    this.#define(out, shape, inputs, {
      bound,
      exact: !result.hasSinglePart,
      ties: ties || inputs.some((v) => v.contents.ties),
      saves,
      differentiable,
      strides: known ? rowMajor(shape) : undefined,
    });
    return true;
  }

  #copy(i: Instruction & { op: "copy" }, x: Variable): boolean {
    const copied = { shape: x.shape, inputs: [x], bound: x.contents.bound, saves: false };
    if (i.f === "clone") return this.#record(i.out, copied);
    if (!this.#gradEnabled) return false;
    if (i.f === "detach") return this.variables.set(i.out, { ...x, detached: true }), true;
    if (!x.strides) return false;
    if (isRowMajor(x)) return this.variables.set(i.out, { ...x }), true;
    return this.#record(i.out, { ...copied, rowMajor: true });
  }

  #noGrad(i: Instruction & { op: "noGrad" }): boolean {
    if (!this.#gradEnabled) return false;
    this.#gradEnabled = false;
    this.#scoped = [];
    const body = i.body.filter((inner) => {
      const fits = inner.op !== "noGrad" && inner.op !== "read" && inner.op !== "readLost" && inner.op !== "flush" &&
        inner.op !== "backward";
      return fits && this.#apply(inner);
    });
    this.#gradEnabled = true;
    for (const v of this.#scoped) this.variables.delete(v);
    this.#scoped = undefined;
    i.body = body;
    return body.length > 0;
  }

  #define(
    out: number,
    shape: Shape,
    inputs: Variable[],
    options: {
      bound: number;
      ties: boolean;
      exact?: boolean;
      value?: boolean;
      leaf?: number | undefined;
      saves?: boolean;
      strides?: Shape | undefined;
      differentiable?: Variable[] | undefined;
    },
  ): Contents {
    const requiresGrad = options.leaf !== undefined ||
      (this.#gradEnabled &&
        (options.differentiable ?? inputs).some(hasGrad));
    const node = version(inputs.map((v) => v.contents.current), {
      requiresGrad,
      exact: (options.exact ?? true) && inputs.every((v) => sizeOf(v.shape) > 0),
      leaf: options.leaf,
      saved: requiresGrad && options.saves ? inputs.map((v) => v.contents) : [],
    });
    node.value = options.value ?? false;
    const strides = inputs.length ? options.strides : rowMajor(shape);
    const contents = this.#add(out, shape, node, options.bound, options.ties, strides);
    if (requiresGrad && options.saves) (node.saved as Contents[]).push(contents);
    return contents;
  }

  #add(out: number, shape: Shape, node: Version, bound: number, ties: boolean, strides: Shape | undefined): Contents {
    if (node.requiresGrad) this.#open.push(node);
    const contents: Contents = {
      current: node,
      materialised: undefined,
      epoch: this.#epoch,
      kept: false,
      bound,
      ties,
      frozen: false,
    };
    this.variables.set(out, { contents, shape, strides, isView: false, detached: false, overlapping: false });
    if (sizeOf(shape) === 1 && !node.value) this.#singles.add(contents);
    return contents;
  }

  #view(i: Instruction & { op: "view" }, x: Variable): boolean {
    const view = viewOf(i, x), { contents } = x;
    if (!view) return false;
    const { shape, strides } = view;
    if (view.perhaps) {
      // Nobody may write to either, nor rely on one keeping the other.
      contents.frozen = true;
      contents.current.exact = false;
      const { bound, ties } = contents;
      this.#define(i.out, shape, [x], { bound, ties, saves: false, strides }).frozen = true;
      return true;
    }
    if (sizeOf(shape) > MAX_SIZE) return false;
    const overlapping = view.expanded ?? x.overlapping;
    this.variables.set(i.out, { ...x, shape, strides, isView: true, overlapping });
    this.#scoped?.push(i.out);
    // What is expanded has equal elements: its variable shares the contents, so their flag is raised for all.
    if (view.expanded) contents.ties = true;
    return true;
  }

  #inPlace(i: Instruction & { op: "inPlace" }, x: Variable, operand: Operand): boolean {
    const { contents } = x, before = contents.current;
    const write = writeOf(i, x, operand, this.torch);
    if (!write || write.bound > MAX_BOUND) return false;
    const { others, bound, ties, saves, breaks, whole } = write;
    const othersGrad = others.some(hasGrad);
    const hidden = x.detached || !this.#gradEnabled;
    if (!hidden && before.leaf !== undefined) return false;
    if (x.detached && this.#gradEnabled && othersGrad) return false;
    for (const node of this.#open) if (node.saved.includes(contents)) node.broken = true;
    const inputs = [before, ...others.map((v) => v.contents.current)];
    // What is overwritten as a whole may not be needed at all.
    const exact = !whole && sizeOf(x.shape) > 0;
    let next: Version;
    if (hidden) {
      next = version(inputs, { requiresGrad: before.requiresGrad, exact, leaf: before.leaf, saved: [] });
    } else {
      const requiresGrad = before.requiresGrad || othersGrad;
      next = version(inputs, { requiresGrad, exact, saved: requiresGrad ? saves : [] });
      next.broken = breaks && requiresGrad;
      // PyTorch sends zeros back through what was overwritten as a whole; Sonde sends nothing.
      if (before.requiresGrad && whole) next.consumed = true;
    }
    if (next.requiresGrad) this.#open.push(next);
    contents.bound = bound;
    contents.ties ||= ties;
    this.#write(contents, next);
    return true;
  }

  #write(contents: Contents, next: Version): void {
    contents.current = next;
    if (contents.kept || contents.materialised || contents.epoch < this.#epoch) this.#effects.add(contents);
  }

  /** Versions that gradients of `v` flow through, leaves left out, and the leaves. */
  #path(v: number, leaves?: Set<number>): Version[] {
    const seen = new Set<Version>([this.variables.get(v)!.contents.current]);
    for (const node of seen) {
      if (node.leaf !== undefined) leaves?.add(node.leaf);
      else for (const input of node.inputs) if (input.requiresGrad) seen.add(input);
    }
    return [...seen].filter((node) => node.leaf === undefined);
  }

  #backward(i: Instruction & { op: "backward" }): boolean {
    if (!this.#gradEnabled || !this.canBackward(i.x)) return false;
    if (i.loss === "mean" && this.numel(i.x) === 0) return false;
    const leaves = new Set<number>();
    const path = this.#path(i.x, leaves);
    const needs = new Set<Version>([this.variables.get(i.x)!.contents.current]);
    for (const node of path) {
      if (node.saved.length === 0) continue;
      needs.add(node);
      for (const input of node.inputs) needs.add(input);
    }
    for (const leaf of leaves) {
      const before = this.#grads.get(leaf);
      const node = version(before ? [before.current, ...needs] : [...needs], { requiresGrad: false, exact: false });
      if (before) this.#write(before, node);
      else {
        const contents: Contents = {
          current: node,
          materialised: undefined,
          epoch: this.#epoch,
          kept: true,
          bound: Infinity,
          ties: true,
          frozen: true,
        };
        this.#grads.set(leaf, contents);
      }
    }
    if (!i.retain) { for (const node of path) node.consumed = true; }
    return true;
  }

  /** A read that throws has split the step like one that doesn't. */
  #readLost(): boolean {
    this.#flush([]);
    return true;
  }

  /** What was read or kept, or has one element, is materialised, effects are applied, and what they overwrote is gone. */
  #flush(read: Variable[]): void {
    const roots = new Set([...this.#effects, ...this.#pendingKept, ...this.#grads.values()]);
    for (const contents of this.#singles) {
      if (!isLost(contents.current)) roots.add(contents);
      else if (!isCertainlyLost(contents.current)) contents.current.maybe = true;
    }
    for (const contents of roots) contents.current.value = true;
    for (const { contents, isView } of read) {
      roots.add(contents);
      if (isView && !contents.current.value) contents.current.maybe = true;
      else contents.current.value = true;
    }
    for (const contents of roots) {
      const before = contents.materialised;
      if (before && before !== contents.current) {
        before.overwritten = true;
        before.certainly = before.value && !before.maybe;
        before.value = before.maybe = false;
      }
      contents.materialised = contents.current;
    }
    this.#effects.clear();
    this.#pendingKept.clear();
    this.#singles.clear();
    this.#epoch++;
  }
}

/** Whether the model would write this very program. */
export function isAllowed(instructions: readonly Instruction[], torch: boolean): boolean {
  const model = new ProgramModel(0, torch);
  return instructions.every((i) => {
    const copy = structuredClone(i);
    // The model leaves out what it refuses of a noGrad body.
    return model.emit(copy) && (copy.op !== "noGrad" || copy.body.length === (i as typeof copy).body.length);
  });
}
