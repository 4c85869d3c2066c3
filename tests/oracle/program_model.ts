/**
 * What a program means to the generator: shapes, aliasing, gradient histories and, by rule 1 of docs/design.md, what survives a flush.
 *
 * {@linkcode ProgramModel.emit} accepts an instruction only if both PyTorch and Sonde allow it, in planned and in eager execution. Where the two
 * could differ in something no rule fixes (is a reshape of unknown layout a view?), the model refuses what would show the difference.
 */
import type { Instruction, Program } from "./program.ts";

type Shape = readonly number[];

/** A version of a storage's contents: one recorded computation. */
interface Version {
  readonly inputs: readonly Version[];
  /** Materialised for certain, or perhaps (by the read of a view). */
  value: boolean;
  maybe: boolean;
  /** An effect took its memory, perhaps or for certain. */
  overwritten: boolean;
  certainly: boolean;
  readonly requiresGrad: boolean;
  /** The parameter it is the value of. */
  readonly leaf: number | undefined;
  /** Contents whose values the gradient rule reads. */
  readonly saved: readonly Contents[];
  consumed: boolean;
  /** Something saved was overwritten. */
  broken: boolean;
  /** The model knows its inputs exactly (it does not for gradients). */
  exact: boolean;
}

/** What a tensor and its views share. */
interface Contents {
  current: Version;
  materialised: Version | undefined;
  readonly epoch: number;
  kept: boolean;
  /** No element is larger than this in magnitude. */
  bound: number;
  /** Elements may be equal, so that kinks and maxima would be decided by rounding. */
  ties: boolean;
  /** Whether something else shares it is unknown: no writes. */
  frozen: boolean;
}

interface Variable {
  readonly contents: Contents;
  readonly shape: Shape;
  /** In elements; undefined where PyTorch's layout is not known. */
  readonly strides: Shape | undefined;
  readonly isView: boolean;
  readonly detached: boolean;
  /** Several elements share memory. */
  readonly overlapping: boolean;
}

const MAX_BOUND = 60;
const MAX_SIZE = 300;

function sizeOf(shape: Shape): number {
  return shape.reduce((a, b) => a * b, 1);
}

function rowMajor(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= Math.max(1, shape[axis]!);
  }
  return strides;
}

/** The common shape of a broadcast, if there is one. */
export function broadcast(a: Shape, b: Shape): number[] | undefined {
  const out: number[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[a.length - 1 - i] ?? 1, y = b[b.length - 1 - i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    out.unshift(x === 1 ? y : x);
  }
  return out;
}

interface OutOptions {
  saves?: boolean;
  ties?: boolean;
  /** Inputs whose gradient is defined; all unless told. */
  differentiable?: Variable[];
  /** PyTorch gives a row-major result whatever the inputs' layout. */
  rowMajor?: boolean;
}

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
    const { contents, detached } = this.variables.get(v)!;
    return contents.current.requiresGrad && !detached;
  }

  /** Whether reading it would, or might, need something overwritten. */
  lost(v: number): boolean {
    return isLost(this.variables.get(v)!.contents.current);
  }

  /** Whether rule 1 says for certain that reading it throws. */
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
    const operand = (v: number): Variable | undefined => {
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
    if (i.op === "full") return this.#define(i.out, i.shape, [], { bound: Math.abs(i.value), ties: true }), true;
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
    const { bound, ties } = x.contents;
    const out = (shape: Shape, inputs: Variable[], newBound: number, options: OutOptions = {}): boolean => {
      if (newBound > MAX_BOUND || sizeOf(shape) > MAX_SIZE) return false;
      const known = options.rowMajor || inputs.every((v) => v.strides && isRowMajor(v));
      this.#define((i as { out: number }).out, shape, inputs, {
        bound: newBound,
        ties: (options.ties ?? false) || inputs.some((v) => v.contents.ties),
        saves: options.saves ?? true,
        differentiable: options.differentiable,
        strides: known ? rowMajor(shape) : undefined,
      });
      return true;
    };
    switch (i.op) {
      case "unary": {
        const bounded = i.f === "tanh" || i.f === "sigmoid" || i.f === "sin" || i.f === "cos" || i.f === "erf";
        const saturates = (i.f === "tanh" || i.f === "sigmoid" || i.f === "erf") && bound > 2;
        const b = bounded
          ? 1
          : i.f === "square"
          ? bound ** 2
          : i.f === "exp"
          ? Math.exp(bound)
          : i.f === "safeSqrt"
          ? Math.sqrt(bound ** 2 + 0.5)
          : i.f === "safeLog"
          ? Math.max(0.7, Math.log(bound ** 2 + 0.5))
          : bound + 0.137;
        return out(x.shape, [x], b, { saves: i.f !== "neg", ties: saturates || i.f === "shiftedRelu" });
      }
      case "number": {
        const v = Math.abs(i.value);
        if (i.f === "leakyRelu" && ties) return false;
        if (i.f === "div" && v < 0.2) return false;
        const b = i.f === "mul" || i.f === "leakyRelu"
          ? bound * Math.max(v, i.f === "mul" ? 0 : 1)
          : i.f === "div"
          ? bound / v
          : i.f === "add" || i.f === "sub" || i.f === "rsub"
          ? bound + v
          : Math.max(bound, v);
        return out(x.shape, [x], b, {
          saves: i.f === "leakyRelu" || i.f === "clampMax" || i.f === "clampMin",
          ties: i.f === "clampMax" || i.f === "clampMin",
        });
      }
      case "binary": {
        const y = operand(i.y), shape = y && broadcast(x.shape, y.shape);
        if (!y || !shape) return false;
        const other = y.contents.bound;
        const b = i.f === "mul" ? bound * other : i.f === "safeDiv" ? bound * 2 : bound + other + 0.1;
        return out(shape, [x, y], b, { saves: i.f !== "add" && i.f !== "sub", ties: x.contents === y.contents });
      }
      case "lerp": {
        const y = operand(i.y), shape = y && broadcast(x.shape, y.shape);
        if (!y || !shape) return false;
        return out(shape, [x, y], Math.max(bound, y.contents.bound) * (1 + 2 * Math.abs(i.value)), {
          saves: false,
          ties: x.contents === y.contents,
        });
      }
      case "where": {
        const y = operand(i.y), z = operand(i.z);
        const inner = y && z && broadcast(y.shape, z.shape), shape = inner && broadcast(x.shape, inner);
        if (!shape) return false;
        return out(shape, [x, y, z], Math.max(y.contents.bound, z.contents.bound), {
          ties: true,
          differentiable: [y, z],
        });
      }
      case "reduce": {
        const axes = i.dims.length ? i.dims : x.shape.map((_, axis) => axis);
        if (axes.some((axis) => axis >= x.shape.length)) return false;
        const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
        if (count === 0 && i.f !== "sum") return false;
        if (i.f === "var" && (count < 2 || bound > 7)) return false;
        if ((i.f === "max" || i.f === "min") && ties) return false;
        const shape = i.keepdim
          ? x.shape.map((n, axis) => axes.includes(axis) ? 1 : n)
          : x.shape.filter((_, axis) => !axes.includes(axis));
        const b = i.f === "sum"
          ? bound * count
          : i.f === "var"
          ? 2 * bound ** 2 * 2
          : i.f === "logsumexp"
          ? bound + Math.log(count)
          : bound;
        return out(shape, [x], b, { saves: i.f !== "sum" && i.f !== "mean", ties: count === 0 });
      }
      case "matmul": {
        const y = operand(i.y);
        if (!y || x.shape.length !== 2 || y.shape.length !== 2 || x.shape[1] !== y.shape[0]) return false;
        return out([x.shape[0]!, y.shape[1]!], [x, y], bound * y.contents.bound * Math.max(1, x.shape[1]!), {
          rowMajor: true,
          ties: x.shape[1] === 0 || x.contents === y.contents,
        });
      }
      case "softmax": {
        if (i.dim >= x.shape.length || bound > 8) return false;
        return out(x.shape, [x], i.f === "softmax" ? 1 : 2 * bound + 5, { ties: bound > 4 });
      }
      case "join": {
        const y = operand(i.y);
        if (!y || x.shape.length !== y.shape.length) return false;
        const options = { saves: false, rowMajor: true, ties: x.contents === y.contents };
        const b = Math.max(bound, y.contents.bound);
        // PyTorch sends an empty gradient back to an empty part; Sonde leaves the part out.
        if (
          sizeOf(x.shape) * sizeOf(y.shape) === 0 &&
          (x.contents.current.requiresGrad || y.contents.current.requiresGrad)
        ) return false;
        if (i.f === "stack") {
          if (i.dim > x.shape.length || x.shape.join() !== y.shape.join()) return false;
          return out([...x.shape.slice(0, i.dim), 2, ...x.shape.slice(i.dim)], [x, y], b, options);
        }
        if (i.dim >= x.shape.length || x.shape.some((n, axis) => axis !== i.dim && n !== y.shape[axis])) return false;
        return out(x.shape.map((n, axis) => axis === i.dim ? n + y.shape[axis]! : n), [x, y], b, options);
      }
      case "view":
        return this.#view(i, x);
      case "copy":
        if (i.f === "clone") return out(x.shape, [x], bound, { saves: false });
        if (!this.#gradEnabled) return false;
        if (i.f === "detach") return this.variables.set(i.out, { ...x, detached: true }), true;
        if (!x.strides) return false;
        if (isRowMajor(x)) return this.variables.set(i.out, { ...x }), true;
        return out(x.shape, [x], bound, { saves: false, rowMajor: true });
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
    }
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
      value?: boolean;
      leaf?: number | undefined;
      saves?: boolean;
      strides?: Shape | undefined;
      differentiable?: Variable[] | undefined;
    },
  ): Contents {
    const requiresGrad = options.leaf !== undefined ||
      (this.#gradEnabled &&
        (options.differentiable ?? inputs).some((v) => v.contents.current.requiresGrad && !v.detached));
    const node = version(inputs.map((v) => v.contents.current), {
      requiresGrad,
      exact: inputs.every((v) => sizeOf(v.shape) > 0),
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
    return contents;
  }

  #view(i: Instruction & { op: "view" }, x: Variable): boolean {
    const { shape, strides } = x, [a, b, c, d] = i.args;
    const define = (newShape: Shape, newStrides: Shape | undefined, overlapping = x.overlapping): boolean => {
      if (sizeOf(newShape) > MAX_SIZE) return false;
      this.variables.set(i.out, { ...x, shape: newShape, strides: newStrides, isView: true, overlapping });
      this.#scoped?.push(i.out);
      return true;
    };
    const rest = <T>(
      list: readonly T[],
      axis: number,
      ...items: T[]
    ) => [...list.slice(0, axis), ...items, ...list.slice(axis + 1)];
    switch (i.f) {
      case "permute": {
        if (i.args.length !== shape.length || [...i.args].sort().some((axis, k) => axis !== k)) return false;
        return define(i.args.map((axis) => shape[axis]!), strides && i.args.map((axis) => strides[axis]!));
      }
      case "slice": {
        if (a! >= shape.length || b! > shape[a!]! || c! > shape[a!]! || b! > c!) return false;
        return define(rest(shape, a!, Math.ceil((c! - b!) / d!)), strides && rest(strides, a!, strides[a!]! * d!));
      }
      case "narrow":
        if (a! >= shape.length || b! + c! > shape[a!]!) return false;
        return define(rest(shape, a!, c!), strides);
      case "select":
        if (a! >= shape.length || b! >= shape[a!]!) return false;
        return define(rest(shape, a!), strides && rest(strides, a!));
      case "unsqueeze":
        if (a! > shape.length || shape.length >= 4) return false;
        return define(
          [...shape.slice(0, a), 1, ...shape.slice(a)],
          strides && [...strides.slice(0, a), 1, ...strides.slice(a)],
        );
      case "squeeze":
        if (a! >= shape.length || shape[a!] !== 1) return false;
        return define(rest(shape, a!), strides && rest(strides, a!));
      case "expand": {
        if (i.args.length < shape.length || broadcast(shape, i.args)?.join() !== i.args.join()) return false;
        // What is expanded has equal elements: its variable shares the contents, so their flag is raised for all.
        if (!define(i.args, undefined, true)) return false;
        x.contents.ties = true;
        return true;
      }
      case "view":
      case "flatten":
      case "reshape": {
        if (i.f === "flatten" && shape.length === 0) return false;
        const to = i.f === "flatten" ? [sizeOf(shape)] : i.args;
        if (sizeOf(to) !== sizeOf(shape) || to.some((n) => n < 0)) return false;
        if (strides && isRowMajor(x)) return define(to, rowMajor(to));
        if (i.f === "view") return false;
        // A view or a copy, depending on the layout: nobody may write to either, nor rely on one keeping the other.
        x.contents.frozen = true;
        x.contents.current.exact = false;
        const { bound, ties } = x.contents;
        this.#define(i.out, to, [x], { bound, ties, saves: false, strides: undefined }).frozen = true;
        return true;
      }
    }
  }

  #inPlace(i: Instruction & { op: "inPlace" }, x: Variable, operand: (v: number) => Variable | undefined): boolean {
    const { contents } = x, before = contents.current;
    if (x.overlapping || contents.frozen) return false;
    const others: Variable[] = [];
    for (const v of [i.y, i.z]) {
      if (v === undefined) continue;
      const other = operand(v);
      if (!other) return false;
      others.push(other);
    }
    for (const other of others) {
      if (broadcast(x.shape, other.shape)?.join() !== x.shape.join()) return false;
      // PyTorch refuses operands that overlap what is written, unless they are the same.
      if (other.contents === contents && this.torch) return false;
    }
    const gradOf = (v: Variable) => v.contents.current.requiresGrad && !v.detached;
    const othersGrad = others.some(gradOf);
    const hidden = x.detached || !this.#gradEnabled;
    if (!hidden && before.leaf !== undefined) return false;
    if (x.detached && this.#gradEnabled && othersGrad) return false;
    const [y, z] = others;
    const b = contents.bound, yb = y?.contents.bound ?? Math.abs(i.value ?? 0);
    let bound: number, ties = others.some((v) => v.contents.ties), saves: Contents[] = [], breaks = false;
    const xGrad = gradOf(x);
    switch (i.f) {
      case "add_":
      case "sub_":
        bound = b + yb;
        break;
      case "mul_":
        bound = b * Math.max(1, yb);
        if (y) {
          if (xGrad) saves = [y.contents];
          if (gradOf(y)) breaks = true;
        }
        break;
      case "lerp_":
        if (!y) return false;
        bound = Math.max(b, yb) * (1 + 2 * Math.abs(i.value!));
        break;
      case "copy_":
        if (!y) return false;
        bound = Math.max(b, yb);
        ties ||= x.shape.join() !== y.shape.join();
        break;
      case "addcmul_":
        if (!y || !z) return false;
        bound = b + Math.abs(i.value!) * yb * z.contents.bound;
        saves = [y.contents, z.contents];
        break;
      case "fill_":
      case "zero_":
        bound = Math.max(b, yb);
        ties = true;
        break;
      case "neg_":
        bound = b;
        break;
      case "clampMax_":
        bound = Math.max(b, yb);
        ties = true;
        breaks = xGrad;
        break;
    }
    if (bound > MAX_BOUND) return false;
    if (saves.includes(contents)) breaks = true;
    for (const node of this.#open) if (node.saved.includes(contents)) node.broken = true;
    const inputs = [before, ...others.map((v) => v.contents.current)];
    // What is overwritten as a whole may not be needed at all.
    const exact = i.f !== "fill_" && i.f !== "zero_" && i.f !== "copy_" && sizeOf(x.shape) > 0;
    let next: Version;
    if (hidden) {
      next = version(inputs, { requiresGrad: before.requiresGrad, exact, leaf: before.leaf, saved: [] });
    } else {
      const requiresGrad = before.requiresGrad || othersGrad;
      next = version(inputs, { requiresGrad, exact, saved: requiresGrad ? saves : [] });
      next.broken = breaks && requiresGrad;
      // PyTorch sends zeros back through what was overwritten as a whole; Sonde sends nothing.
      if (before.requiresGrad && (i.f === "fill_" || i.f === "zero_" || i.f === "copy_")) next.consumed = true;
    }
    if (next.requiresGrad) this.#open.push(next);
    contents.bound = bound;
    contents.ties ||= ties || others.some((v) => v.contents === contents);
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

  /** Rule 1: what was read or kept is materialised, effects are applied, and what they overwrote is gone. */
  #flush(read: Variable[]): void {
    const roots = new Set([...this.#effects, ...this.#pendingKept, ...this.#grads.values()]);
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

function isRowMajor(v: Variable): boolean {
  const { shape, strides } = v;
  if (!strides) return false;
  if (sizeOf(shape) === 0) return true;
  const plain = rowMajor(shape);
  return shape.every((n, axis) => n === 1 || strides[axis] === plain[axis]);
}

function version(
  inputs: readonly Version[],
  options: { requiresGrad: boolean; exact: boolean; leaf?: number | undefined; saved?: readonly Contents[] },
): Version {
  return {
    inputs,
    value: false,
    maybe: false,
    overwritten: false,
    certainly: false,
    requiresGrad: options.requiresGrad,
    leaf: options.leaf,
    saved: [...(options.saved ?? [])],
    consumed: false,
    broken: false,
    exact: options.exact,
  };
}

function isLost(node: Version, seen = new Map<Version, boolean>()): boolean {
  if (node.value) return false;
  const known = seen.get(node);
  if (known !== undefined) return known;
  const lost = node.overwritten || node.inputs.some((input) => isLost(input, seen));
  seen.set(node, lost);
  return lost;
}

function isCertainlyLost(node: Version, seen = new Map<Version, boolean>()): boolean {
  if (node.value || node.maybe || !node.exact) return false;
  const known = seen.get(node);
  if (known !== undefined) return known;
  const lost = node.overwritten ? node.certainly : node.inputs.some((input) => isCertainlyLost(input, seen));
  seen.set(node, lost);
  return lost;
}
