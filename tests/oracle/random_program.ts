/**
 * Draws random programs from a seed: creation, views of all kinds, arithmetic, writes in place (through views too), detach, noGrad, backward,
 * use and scaling of gradients, keeps, reads and flushes at random points, over several steps that repeat with other numbers, slice
 * starts and data, as training does.
 */
import {
  BINARY_FUNCTIONS,
  IN_PLACE_FUNCTIONS,
  type Instruction,
  NUMBER_FUNCTIONS,
  type Program,
  REDUCE_FUNCTIONS,
  UNARY_FUNCTIONS,
} from "./program.ts";
import { ProgramModel } from "./program_model.ts";
import { TestRandom } from "./random.ts";

/** Options of {@linkcode randomProgram}. */
export interface ProgramOptions {
  /** Leave out what PyTorch cannot be compared in: random numbers, operands that overlap what is written, reads that must throw. */
  torch?: boolean;
}

/** The program of a seed. */
export function randomProgram(seed: number, options: ProgramOptions = {}): Program {
  return new Generator(seed, options.torch ?? false).run();
}

type Draw = () => Instruction | undefined;

class Generator {
  readonly #random: TestRandom;
  readonly #model: ProgramModel;
  readonly #sizes: [number, number, number];
  readonly #torch: boolean;
  #recent: number[] = [];

  constructor(seed: number, torch: boolean) {
    this.#random = new TestRandom(seed);
    this.#model = new ProgramModel(seed, torch);
    this.#torch = torch;
    const size = () => this.#random.chance(0.04) ? 0 : this.#random.pick([1, 2, 3, 3, 4, 5, 7]);
    this.#sizes = [size(), size(), size()];
  }

  run(): Program {
    const random = this.#random;
    for (let i = 2 + random.below(4); i > 0; i--) this.#emit(this.#new(random.chance(0.5)));
    for (const v of this.#model.parameters) if (random.chance(0.5)) this.#emit({ op: "keep", x: v });
    for (let template = 1 + random.below(2); template > 0; template--) {
      const from = this.#model.instructions.length;
      this.#step();
      const step = this.#model.instructions.slice(from);
      for (let again = random.below(4); again > 0; again--) this.#repeat(step);
    }
    this.#finish();
    return this.#model.program;
  }

  #emit(instruction: Instruction | undefined): boolean {
    if (!instruction || !this.#model.emit(instruction)) return false;
    if ("out" in instruction) this.#recent.push(instruction.out);
    return true;
  }

  /** One training-like step: operations, perhaps a backward and updates, perhaps reads, a flush. */
  #step(): void {
    const random = this.#random;
    const length = 4 + random.below(16);
    for (let i = 0; i < length; i++) this.#emit(this.#draw());
    if (random.chance(0.75)) this.#train();
    for (let i = random.below(5); i > 0; i--) this.#emit(this.#draw());
    if (random.chance(0.3)) this.#emit(this.#read());
    for (const v of this.#recent.slice(-8)) if (random.chance(0.3)) this.#emit({ op: "keep", x: v });
    if (random.chance(0.85)) this.#emit({ op: "flush" });
  }

  #train(): void {
    const random = this.#random, model = this.#model;
    const roots = this.#recent.filter((v) => model.variables.has(v) && model.canBackward(v));
    if (!roots.length) return;
    const root = roots.at(-1 - random.below(Math.min(3, roots.length)))!;
    if (
      !this.#emit({ op: "backward", x: root, loss: random.pick(["sum", "mean", "square"]), retain: random.chance(0.1) })
    ) return;
    if (random.chance(0.2)) this.#emit(this.#read());
    for (const parameter of model.parameters) {
      if (random.chance(0.3)) continue;
      const grad = model.fresh();
      if (!this.#emit({ op: "grad", out: grad, x: parameter })) continue;
      const scaled = model.fresh();
      const update: Instruction = random.chance(0.5)
        ? {
          op: "noGrad",
          body: [{ op: "number", out: scaled, f: "mul", x: grad, value: random.value(0.01, 0.5) }, {
            op: "inPlace",
            f: "sub_",
            x: parameter,
            y: scaled,
          }],
        }
        : { op: "noGrad", body: [{ op: "inPlace", f: "add_", x: parameter, y: grad }] };
      this.#emit(update);
      this.#emit(
        random.chance(0.6) ? { op: "zeroGrad", x: parameter } : { op: "scaleGrad", x: parameter, value: 0.875 },
      );
    }
  }

  /** The step once more, with fresh variables, numbers, starts and data. */
  #repeat(step: readonly Instruction[]): void {
    const names = new Map<number, number>();
    const rename = (v: number) => names.get(v) ?? v;
    const define = (v: number) => {
      const name = this.#model.fresh();
      names.set(v, name);
      return name;
    };
    const again = (i: Instruction): Instruction => {
      const copy = structuredClone(i) as Instruction & Record<string, unknown>;
      if (copy.op === "noGrad") return { op: "noGrad", body: (i as { body: Instruction[] }).body.map(again) };
      for (const key of ["x", "y", "z"]) if (typeof copy[key] === "number") copy[key] = rename(copy[key] as number);
      if (copy.op === "read") copy.xs = copy.xs.map(rename);
      if ("out" in copy) (copy as { out: number }).out = define((i as { out: number }).out);
      return this.#vary(copy);
    };
    for (const i of step) this.#emit(again(i));
  }

  #vary(i: Instruction): Instruction {
    const random = this.#random;
    if (i.op === "new") i.data = this.#data(i.shape);
    else if ("value" in i && typeof i.value === "number" && i.op !== "scaleGrad" && random.chance(0.8)) {
      i.value = random.value(0.25, 1.5);
    } else if (i.op === "view" && (i.f === "slice" || i.f === "narrow" || i.f === "select") && random.chance(0.7)) {
      const size = this.#model.variables.get(i.x)?.shape[i.args[0]!] ?? 0;
      const [axis, start, last] = i.args as [number, number, number];
      if (i.f === "select") i.args = [axis, random.below(Math.max(1, size))];
      else if (i.f === "narrow") i.args = [axis, random.below(Math.max(1, size - last + 1)), last];
      else {
        const from = random.below(Math.max(1, size - (last - start) + 1));
        i.args = [axis, from, from + last - start, i.args[3]!];
      }
    }
    return i;
  }

  #finish(): void {
    const all = [...this.#model.variables.keys()].filter((v) => !this.#model.lost(v));
    const last = [...new Set([...this.#model.parameters, ...all.slice(-6)])];
    for (const parameter of this.#model.parameters) {
      const grad = this.#model.fresh();
      if (this.#emit({ op: "grad", out: grad, x: parameter })) last.push(grad);
    }
    for (let i = 0; i < last.length; i += 5) this.#emit({ op: "read", xs: last.slice(i, i + 5), bounds: [] });
  }

  // --- drawing one instruction -----------------------------------------------------------------------------------------

  #shape(): number[] {
    const [a, b, c] = this.#sizes;
    return this.#random.pick([[a, b], [a, b], [b], [a, 1], [1, b], [], [b, a], [c, a, b], [b, c], [a], [1], [c, 1, b]]);
  }

  #data(shape: readonly number[]): number[] {
    return Array.from({ length: shape.reduce((n, size) => n * size, 1) }, () => this.#random.value());
  }

  #new(requiresGrad: boolean): Instruction {
    const shape = this.#shape();
    return { op: "new", out: this.#model.fresh(), shape, data: this.#data(shape), requiresGrad };
  }

  /** A variable, recent ones first. */
  #variable(): number {
    const random = this.#random, { variables, parameters } = this.#model;
    if (parameters.length && random.chance(0.2)) return random.pick(parameters);
    const recent = this.#recent.slice(-14).filter((v) => variables.has(v));
    return recent.length
      ? recent[Math.floor(Math.sqrt(random.next()) * recent.length)]!
      : random.pick([...variables.keys()]);
  }

  #shapeOf(v: number): readonly number[] {
    return this.#model.variables.get(v)!.shape;
  }

  /** A variable whose shape satisfies `fits`, if there is one. */
  #fitting(fits: (shape: readonly number[]) => boolean): number | undefined {
    const candidates = [...this.#model.variables.keys()].slice(-25).concat(this.#model.parameters).filter((v) =>
      fits(this.#shapeOf(v))
    );
    return candidates.length ? this.#random.pick(candidates) : undefined;
  }

  /** A variable that broadcasts to exactly `shape`. */
  #into(shape: readonly number[]): number | undefined {
    return this.#fitting((other) =>
      other.length <= shape.length &&
      other.every((size, i) => size === 1 || size === shape[shape.length - other.length + i])
    );
  }

  #beside(shape: readonly number[]): number | undefined {
    return this.#fitting((other) => {
      for (let i = 1; i <= Math.min(other.length, shape.length); i++) {
        const a = other.at(-i), b = shape.at(-i);
        if (a !== b && a !== 1 && b !== 1) return false;
      }
      return true;
    });
  }

  #read(): Instruction {
    const xs = Array.from({ length: 1 + this.#random.below(3) }, () => this.#variable());
    return { op: "read", xs: [...new Set(xs)], bounds: [] };
  }

  #draw(): Instruction | undefined {
    const draws: [number, Draw][] = [
      [6, () => this.#unary()],
      [7, () => this.#binary()],
      [
        4,
        () => ({
          op: "number",
          out: this.#model.fresh(),
          f: this.#random.pick(NUMBER_FUNCTIONS),
          x: this.#variable(),
          value: this.#random.value(-1.5, 1.5),
        }),
      ],
      [3, () => this.#reduce()],
      [2, () => this.#matmul()],
      [1, () => this.#softmax()],
      [1, () => this.#lerpOrWhere()],
      [1, () => this.#join()],
      [8, () => this.#view()],
      [
        2,
        () => ({
          op: "copy",
          out: this.#model.fresh(),
          f: this.#random.pick(["clone", "detach", "contiguous"]),
          x: this.#variable(),
        }),
      ],
      [6, () => this.#inPlace()],
      [2, () => this.#noGrad()],
      [1, () => this.#read()],
      [1, () => ({ op: "keep", x: this.#variable() })],
      [0.4, () => ({ op: "flush" })],
      [0.7, () => this.#new(this.#random.chance(0.3))],
      [0.5, () => ({ op: "full", out: this.#model.fresh(), shape: this.#shape(), value: this.#random.value() })],
      [
        0.5,
        () => ({
          op: "random",
          out: this.#model.fresh(),
          f: this.#random.pick(["randn", "rand"]),
          shape: this.#shape(),
        }),
      ],
      [
        0.5,
        () =>
          this.#model.parameters.length
            ? { op: "grad", out: this.#model.fresh(), x: this.#random.pick(this.#model.parameters) }
            : undefined,
      ],
      [0.6, () => this.#lost()],
      [0.7, () => this.#swap()],
      [0.7, () => this.#overlap()],
    ];
    let at = this.#random.next() * draws.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, draw] of draws) if ((at -= weight) < 0) return draw();
    return undefined;
  }

  #unary(): Instruction {
    return { op: "unary", out: this.#model.fresh(), f: this.#random.pick(UNARY_FUNCTIONS), x: this.#variable() };
  }

  #binary(): Instruction | undefined {
    const x = this.#variable(), y = this.#beside(this.#shapeOf(x));
    return y === undefined
      ? undefined
      : { op: "binary", out: this.#model.fresh(), f: this.#random.pick(BINARY_FUNCTIONS), x, y };
  }

  #reduce(): Instruction {
    const x = this.#variable();
    const dims = this.#shapeOf(x).map((_, axis) => axis).filter(() => this.#random.chance(0.5));
    return {
      op: "reduce",
      out: this.#model.fresh(),
      f: this.#random.pick(REDUCE_FUNCTIONS),
      x,
      dims,
      keepdim: this.#random.chance(0.5),
    };
  }

  #matmul(): Instruction | undefined {
    const x = this.#fitting((shape) => shape.length === 2);
    const y = x === undefined
      ? undefined
      : this.#fitting((shape) => shape.length === 2 && shape[0] === this.#shapeOf(x)[1]);
    return y === undefined ? undefined : { op: "matmul", out: this.#model.fresh(), x: x!, y };
  }

  #softmax(): Instruction | undefined {
    const x = this.#fitting((shape) => shape.length > 0);
    if (x === undefined) return undefined;
    return {
      op: "softmax",
      out: this.#model.fresh(),
      f: this.#random.pick(["softmax", "logSoftmax"]),
      x,
      dim: this.#random.below(this.#shapeOf(x).length),
    };
  }

  #lerpOrWhere(): Instruction | undefined {
    const x = this.#variable(), y = this.#beside(this.#shapeOf(x)), z = this.#beside(this.#shapeOf(x));
    if (y === undefined || z === undefined) return undefined;
    const out = this.#model.fresh();
    // Nothing computed here is ever exactly 0.1234567.
    return this.#random.chance(0.5)
      ? { op: "lerp", out, x, y, value: this.#random.value(0, 1) }
      : { op: "where", out, x, y, z, value: 0.1234567 };
  }

  #join(): Instruction | undefined {
    const x = this.#variable(), shape = this.#shapeOf(x);
    const dim = this.#random.below(shape.length + 1);
    if (this.#random.chance(0.5)) {
      const y = this.#fitting((other) => other.join() === shape.join());
      return y === undefined ? undefined : { op: "join", out: this.#model.fresh(), f: "stack", x, y, dim };
    }
    const y = this.#fitting((other) =>
      other.length === shape.length && other.every((size, axis) => axis === dim || size === shape[axis])
    );
    return y === undefined ? undefined : { op: "join", out: this.#model.fresh(), f: "cat", x, y, dim };
  }

  #view(x = this.#variable()): Instruction | undefined {
    const random = this.#random, shape = this.#shapeOf(x), out = this.#model.fresh();
    const axis = random.below(Math.max(1, shape.length)), size = shape[axis] ?? 1;
    const view = (f: (Instruction & { op: "view" })["f"], ...args: number[]): Instruction => ({
      op: "view",
      out,
      f,
      x,
      args,
    });
    switch (random.below(10)) {
      case 0:
      case 1: {
        const order = shape.map((_, i) => i);
        for (let i = order.length - 1; i > 0; i--) {
          const j = random.below(i + 1);
          [order[i], order[j]] = [order[j]!, order[i]!];
        }
        return view("permute", ...order);
      }
      case 2:
      case 3: {
        const start = random.below(size + 1), end = start + random.below(size - start + 1);
        return view("slice", axis, start, random.chance(0.5) ? size : end, 1 + random.below(3));
      }
      case 4:
        return size ? view("select", axis, random.below(size)) : undefined;
      case 5: {
        const start = random.below(size + 1);
        return view("narrow", axis, start, random.below(size - start + 1));
      }
      case 6:
        return view("unsqueeze", random.below(shape.length + 1));
      case 7: {
        const one = shape.indexOf(1);
        return one >= 0 ? view("squeeze", one) : undefined;
      }
      case 8:
        return view(
          "expand",
          ...(random.chance(0.3) ? [2] : []),
          ...shape.map((n) => n === 1 ? random.pick(this.#sizes) : n),
        );
      default: {
        const n = shape.reduce((a, b) => a * b, 1);
        const f = random.pick(["view", "view", "flatten", "reshape"] as const);
        if (f === "flatten") return view(f);
        return view(
          f,
          ...random.pick([[n], [1, n], [n, 1], [...shape].reverse(), [...shape, 1], n % 2 ? [n] : [2, n / 2]]),
        );
      }
    }
  }

  #inPlace(x = this.#variable()): Instruction | undefined {
    const random = this.#random, f = random.pick(IN_PLACE_FUNCTIONS);
    if (f === "zero_" || f === "neg_") return { op: "inPlace", f, x };
    if (f === "fill_") return { op: "inPlace", f, x, value: random.value() };
    if (f === "clampMax_") return { op: "inPlace", f, x, value: random.value(-1, 2) + 0.0001 };
    if ((f === "add_" || f === "sub_" || f === "mul_") && random.chance(0.5)) {
      return { op: "inPlace", f, x, value: random.value(-1.25, 1.25) };
    }
    const y = this.#into(this.#shapeOf(x)), z = this.#into(this.#shapeOf(x));
    if (y === undefined || z === undefined) return undefined;
    if (f === "lerp_") return { op: "inPlace", f, x, y, value: random.value(0, 1) };
    if (f === "addcmul_") return { op: "inPlace", f, x, y, z, value: random.value(-0.5, 0.5) };
    return { op: "inPlace", f, x, y };
  }

  /** Updates without gradients: of a variable, or of a view made inside. */
  #noGrad(): Instruction | undefined {
    const body: Instruction[] = [];
    for (let i = 1 + this.#random.below(2); i > 0; i--) {
      const x = this.#variable();
      const instruction = this.#random.chance(0.3) ? this.#unary() : this.#inPlace(x);
      if (instruction) body.push(instruction);
    }
    return body.length ? { op: "noGrad", body } : undefined;
  }

  /** Two tensors change places: each effect reads what the other overwrites. */
  #swap(): Instruction | undefined {
    if (this.#torch) return undefined;
    const x = this.#variable(), shape = this.#shapeOf(x).join();
    const y = this.#fitting((other) => other.join() === shape);
    if (y === undefined || y === x) return undefined;
    const old = this.#model.fresh();
    if (!this.#emit({ op: "copy", out: old, f: "clone", x })) return undefined;
    if (!this.#emit({ op: "inPlace", f: "copy_", x, y })) return undefined;
    return { op: "inPlace", f: "copy_", x: y, y: old };
  }

  /** A tensor is changed by its own elements in another order. */
  #overlap(): Instruction | undefined {
    if (this.#torch) return undefined;
    const random = this.#random;
    const x = this.#fitting((shape) => shape.length === 2 && (shape[0] === shape[1] || shape[0]! > 2));
    if (x === undefined) return undefined;
    const [rows, columns] = this.#shapeOf(x) as [number, number], f = random.pick(["add_", "copy_", "mul_"] as const);
    if (rows === columns && random.chance(0.5)) {
      const turned = this.#model.fresh();
      if (!this.#emit({ op: "view", out: turned, f: "permute", x, args: [1, 0] })) return undefined;
      return { op: "inPlace", f, x, y: turned };
    }
    const from = this.#model.fresh(), to = this.#model.fresh(), [a, b] = random.chance(0.5) ? [0, 1] : [1, 0];
    if (rows < 2 || !this.#emit({ op: "view", out: from, f: "narrow", x, args: [0, a, rows - 1] })) return undefined;
    if (!this.#emit({ op: "view", out: to, f: "narrow", x, args: [0, b, rows - 1] })) return undefined;
    return { op: "inPlace", f, x: to, y: from };
  }

  #lost(): Instruction | undefined {
    if (this.#torch) return undefined;
    const lost = [...this.#model.variables.keys()].filter((v) =>
      this.#model.numel(v) > 0 && this.#model.certainlyLost(v)
    );
    if (!lost.length) return undefined;
    this.#emit({ op: "flush" });
    return { op: "readLost", x: this.#random.pick(lost) };
  }
}
