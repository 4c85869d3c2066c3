/** Draws instructions of random programs, one by one. */
import {
  BINARY_FUNCTIONS,
  IN_PLACE_FUNCTIONS,
  type Instruction,
  NUMBER_FUNCTIONS,
  REDUCE_FUNCTIONS,
  UNARY_FUNCTIONS,
} from "./program.ts";
import { ProgramModel } from "./program_model.ts";
import { TestRandom } from "./random.ts";

type Draw = () => Instruction | undefined;

/** Adds to a program what its model allows, over tensors of a few sizes. */
export class Draws {
  protected readonly random: TestRandom;
  protected readonly model: ProgramModel;
  /** Variables in the order of their definition. */
  protected recent: number[] = [];
  readonly #sizes: [number, number, number];
  readonly #torch: boolean;

  constructor(seed: number, torch: boolean) {
    this.random = new TestRandom(seed);
    this.model = new ProgramModel(seed, torch);
    this.#torch = torch;
    const size = () => this.random.chance(0.04) ? 0 : this.random.pick([1, 2, 3, 3, 4, 5, 7]);
    this.#sizes = [size(), size(), size()];
  }

  /** Adds an instruction if it is allowed. */
  protected emit(instruction: Instruction | undefined): boolean {
    if (!instruction || !this.model.emit(instruction)) return false;
    if ("out" in instruction) this.recent.push(instruction.out);
    return true;
  }

  #shape(): number[] {
    const [a, b, c] = this.#sizes;
    return this.random.pick([[a, b], [a, b], [b], [a, 1], [1, b], [], [b, a], [c, a, b], [b, c], [a], [1], [c, 1, b]]);
  }

  protected data(shape: readonly number[]): number[] {
    return Array.from({ length: shape.reduce((n, size) => n * size, 1) }, () => this.random.value());
  }

  protected create(requiresGrad: boolean): Instruction {
    const shape = this.#shape();
    return { op: "new", out: this.model.fresh(), shape, data: this.data(shape), requiresGrad };
  }

  /** A variable, recent ones first. */
  #variable(): number {
    const random = this.random, { variables, parameters } = this.model;
    if (parameters.length && random.chance(0.2)) return random.pick(parameters);
    const recent = this.recent.slice(-14).filter((v) => variables.has(v));
    return recent.length
      ? recent[Math.floor(Math.sqrt(random.next()) * recent.length)]!
      : random.pick([...variables.keys()]);
  }

  #shapeOf(v: number): readonly number[] {
    return this.model.variables.get(v)!.shape;
  }

  /** A variable whose shape satisfies `fits`, if there is one. */
  #fitting(fits: (shape: readonly number[]) => boolean): number | undefined {
    const candidates = [...this.model.variables.keys()].slice(-25).concat(this.model.parameters).filter((v) =>
      fits(this.#shapeOf(v))
    );
    return candidates.length ? this.random.pick(candidates) : undefined;
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

  protected read(): Instruction {
    const xs = Array.from({ length: 1 + this.random.below(3) }, () => this.#variable());
    return { op: "read", xs: [...new Set(xs)], bounds: [] };
  }

  protected draw(): Instruction | undefined {
    const draws: [number, Draw][] = [
      [6, () => this.#unary()],
      [7, () => this.#binary()],
      [
        4,
        () => ({
          op: "number",
          out: this.model.fresh(),
          f: this.random.pick(NUMBER_FUNCTIONS),
          x: this.#variable(),
          value: this.random.value(-1.5, 1.5),
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
          out: this.model.fresh(),
          f: this.random.pick(["clone", "detach", "contiguous"]),
          x: this.#variable(),
        }),
      ],
      [6, () => this.#inPlace()],
      [2, () => this.#noGrad()],
      [1, () => this.read()],
      [1, () => ({ op: "keep", x: this.#variable() })],
      [0.4, () => ({ op: "flush" })],
      [0.7, () => this.create(this.random.chance(0.3))],
      [0.5, () => ({ op: "full", out: this.model.fresh(), shape: this.#shape(), value: this.random.value() })],
      [
        0.5,
        () => ({
          op: "random",
          out: this.model.fresh(),
          f: this.random.pick(["randn", "rand"]),
          shape: this.#shape(),
        }),
      ],
      [
        0.5,
        () =>
          this.model.parameters.length
            ? { op: "grad", out: this.model.fresh(), x: this.random.pick(this.model.parameters) }
            : undefined,
      ],
      [0.6, () => this.#lost()],
      [0.7, () => this.#swap()],
      [0.7, () => this.#overlap()],
    ];
    let at = this.random.next() * draws.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, draw] of draws) if ((at -= weight) < 0) return draw();
    return undefined;
  }

  #unary(): Instruction {
    return { op: "unary", out: this.model.fresh(), f: this.random.pick(UNARY_FUNCTIONS), x: this.#variable() };
  }

  #binary(): Instruction | undefined {
    const x = this.#variable(), y = this.#beside(this.#shapeOf(x));
    return y === undefined
      ? undefined
      : { op: "binary", out: this.model.fresh(), f: this.random.pick(BINARY_FUNCTIONS), x, y };
  }

  #reduce(): Instruction {
    const x = this.#variable();
    const dims = this.#shapeOf(x).map((_, axis) => axis).filter(() => this.random.chance(0.5));
    return {
      op: "reduce",
      out: this.model.fresh(),
      f: this.random.pick(REDUCE_FUNCTIONS),
      x,
      dims,
      keepdim: this.random.chance(0.5),
    };
  }

  #matmul(): Instruction | undefined {
    const x = this.#fitting((shape) => shape.length === 2);
    const y = x === undefined
      ? undefined
      : this.#fitting((shape) => shape.length === 2 && shape[0] === this.#shapeOf(x)[1]);
    return y === undefined ? undefined : { op: "matmul", out: this.model.fresh(), x: x!, y };
  }

  #softmax(): Instruction | undefined {
    const x = this.#fitting((shape) => shape.length > 0);
    if (x === undefined) return undefined;
    return {
      op: "softmax",
      out: this.model.fresh(),
      f: this.random.pick(["softmax", "logSoftmax"]),
      x,
      dim: this.random.below(this.#shapeOf(x).length),
    };
  }

  #lerpOrWhere(): Instruction | undefined {
    const x = this.#variable(), y = this.#beside(this.#shapeOf(x)), z = this.#beside(this.#shapeOf(x));
    if (y === undefined || z === undefined) return undefined;
    const out = this.model.fresh();
    // Nothing computed here is ever exactly 0.1234567.
    return this.random.chance(0.5)
      ? { op: "lerp", out, x, y, value: this.random.value(0, 1) }
      : { op: "where", out, x, y, z, value: 0.1234567 };
  }

  #join(): Instruction | undefined {
    const x = this.#variable(), shape = this.#shapeOf(x);
    const dim = this.random.below(shape.length + 1);
    if (this.random.chance(0.5)) {
      const y = this.#fitting((other) => other.join() === shape.join());
      return y === undefined ? undefined : { op: "join", out: this.model.fresh(), f: "stack", x, y, dim };
    }
    const y = this.#fitting((other) =>
      other.length === shape.length && other.every((size, axis) => axis === dim || size === shape[axis])
    );
    return y === undefined ? undefined : { op: "join", out: this.model.fresh(), f: "cat", x, y, dim };
  }

  #view(x = this.#variable()): Instruction | undefined {
    const random = this.random, shape = this.#shapeOf(x), out = this.model.fresh();
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
    const random = this.random, f = random.pick(IN_PLACE_FUNCTIONS);
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
    for (let i = 1 + this.random.below(2); i > 0; i--) {
      const x = this.#variable();
      const instruction = this.random.chance(0.3) ? this.#unary() : this.#inPlace(x);
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
    const old = this.model.fresh();
    if (!this.emit({ op: "copy", out: old, f: "clone", x })) return undefined;
    if (!this.emit({ op: "inPlace", f: "copy_", x, y })) return undefined;
    return { op: "inPlace", f: "copy_", x: y, y: old };
  }

  /** A tensor is changed by its own elements in another order. */
  #overlap(): Instruction | undefined {
    if (this.#torch) return undefined;
    const random = this.random;
    const x = this.#fitting((shape) => shape.length === 2 && (shape[0] === shape[1] || shape[0]! > 2));
    if (x === undefined) return undefined;
    const [rows, columns] = this.#shapeOf(x) as [number, number], f = random.pick(["add_", "copy_", "mul_"] as const);
    if (rows === columns && random.chance(0.5)) {
      const turned = this.model.fresh();
      if (!this.emit({ op: "view", out: turned, f: "permute", x, args: [1, 0] })) return undefined;
      return { op: "inPlace", f, x, y: turned };
    }
    const from = this.model.fresh(), to = this.model.fresh(), [a, b] = random.chance(0.5) ? [0, 1] : [1, 0];
    if (rows < 2 || !this.emit({ op: "view", out: from, f: "narrow", x, args: [0, a, rows - 1] })) return undefined;
    if (!this.emit({ op: "view", out: to, f: "narrow", x, args: [0, b, rows - 1] })) return undefined;
    return { op: "inPlace", f, x: to, y: from };
  }

  #lost(): Instruction | undefined {
    if (this.#torch) return undefined;
    const lost = [...this.model.variables.keys()].filter((v) => this.model.numel(v) > 0 && this.model.certainlyLost(v));
    if (!lost.length) return undefined;
    this.emit({ op: "flush" });
    return { op: "readLost", x: this.random.pick(lost) };
  }
}
