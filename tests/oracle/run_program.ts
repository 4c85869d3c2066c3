/** Runs a random program on a device: planned (a flush only where the program says) or eager (a flush after every instruction). */
import type { Device } from "../../lib/device/device.ts";
import { noGrad } from "../../lib/graph/context.ts";
import { OverwrittenError } from "../../lib/graph/errors.ts";
import { flush } from "../../lib/engine/flush.ts";
import { cat, stack, where } from "../../lib/tensor/combine.ts";
import { full, tensor, zeros } from "../../lib/tensor/create.ts";
import { rand, randn } from "../../lib/tensor/create_random.ts";
import { Generator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import {
  BINARY_FUNCTIONS,
  BINARY_METHODS,
  type Instruction,
  NUMBER_FUNCTIONS,
  NUMBER_METHODS,
  type Program,
  UNARY_FUNCTIONS,
  UNARY_METHODS,
} from "./program.ts";

/** How a program is executed. */
export type Mode = "planned" | "eager";

/** A value that a program read. */
export interface Reading {
  readonly variable: number;
  /** Index of the reading instruction. */
  readonly instruction: number;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** No element is larger in magnitude, as far as the generator knows. */
  readonly bound: number;
}

/** What a run gave: values, and what it ended with if it threw. */
export interface Outcome {
  readonly readings: Reading[];
  readonly error: string | undefined;
}

type Unary = typeof UNARY_FUNCTIONS[number];
type Binary = typeof BINARY_FUNCTIONS[number];
type WithNumber = typeof NUMBER_FUNCTIONS[number];

/** One function a name. */
function named<K extends string, F>(names: readonly K[], make: (name: K) => F): Record<K, F> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, F>;
}

const UNARY: Record<Unary, (x: Tensor) => Tensor> = {
  ...named(UNARY_METHODS, (name) => (x: Tensor) => x[name]()),
  safeSqrt: (x) => x.square().add(0.5).sqrt(),
  safeLog: (x) => x.square().add(0.5).log(),
  shiftedRelu: (x) => x.add(0.137).relu(),
  shiftedAbs: (x) => x.add(0.137).abs(),
};

const BINARY: Record<Binary, (x: Tensor, y: Tensor) => Tensor> = {
  ...named(BINARY_METHODS, (name) => (x: Tensor, y: Tensor) => x[name](y)),
  safeDiv: (x, y) => x.div(y.square().add(0.5)),
  minimum: (x, y) => x.minimum(y.add(0.0613)),
  maximum: (x, y) => x.maximum(y.add(0.0613)),
};

const NUMBER: Record<WithNumber, (x: Tensor, v: number) => Tensor> = {
  ...named(NUMBER_METHODS, (name) => (x: Tensor, v: number) => x[name](v)),
  rsub: (x, v) => x.neg().add(v),
};

function viewOf(x: Tensor, f: (Instruction & { op: "view" })["f"], args: readonly number[]): Tensor {
  const [a, b, c, d] = args as [number, number, number, number];
  switch (f) {
    case "permute":
      return x.permute(args);
    case "slice":
      return x.slice(a, b, c, d);
    case "select":
      return x.select(a, b);
    case "narrow":
      return x.narrow(a, b, c);
    case "unsqueeze":
      return x.unsqueeze(a);
    case "squeeze":
      return x.squeeze(a);
    case "expand":
      return x.expand(args);
    case "view":
      return x.view(args);
    case "flatten":
      return x.flatten();
    case "reshape":
      return x.reshape(args);
  }
}

class Run {
  readonly #variables = new Map<number, Tensor>();
  readonly #generator: Generator;
  readonly readings: Reading[] = [];

  constructor(readonly device: Device, readonly mode: Mode, seed: number) {
    this.#generator = new Generator(seed);
  }

  async run(program: Program): Promise<void> {
    for (const [index, instruction] of program.instructions.entries()) {
      if (instruction.op === "read") await this.#read(instruction, index);
      else if (instruction.op === "readLost") await this.#readLost(instruction);
      else this.step(instruction);
    }
  }

  #get(v: number): Tensor {
    const found = this.#variables.get(v);
    if (!found) throw new Error(`Cannot use v${v}: the program has not defined it`);
    return found;
  }

  async #read(i: Instruction & { op: "read" }, instruction: number): Promise<void> {
    const all = await Promise.all(i.xs.map((v) => this.#get(v).toTypedArray()));
    all.forEach((values, k) => {
      const variable = i.xs[k]!;
      this.readings.push({ variable, instruction, shape: this.#get(variable).shape, values, bound: i.bounds[k] ?? 1 });
    });
  }

  async #readLost(i: Instruction & { op: "readLost" }): Promise<void> {
    if (this.mode === "eager") return;
    try {
      await this.#get(i.x).toTypedArray();
    } catch (error) {
      if (error instanceof OverwrittenError) return;
      throw error;
    }
    throw new Error(
      `Reading v${i.x} must throw OverwrittenError: what it is computed from was overwritten before it was computed`,
    );
  }

  step(instruction: Instruction): void {
    const out = this.#apply(instruction);
    if (out && "out" in instruction) this.#variables.set(instruction.out, out);
    if (this.mode === "eager") {
      out?.keep();
      flush(this.device);
    }
  }

  #apply(i: Instruction): Tensor | undefined {
    const { device } = this;
    switch (i.op) {
      case "new":
        return tensor(Float64Array.from(i.data), { shape: i.shape, requiresGrad: i.requiresGrad, device });
      case "full":
        return full(i.shape, i.value, { device });
      case "random":
        return (i.f === "randn" ? randn : rand)(i.shape, { device, generator: this.#generator });
      case "flush":
        flush(device);
        return undefined;
      case "noGrad":
        // In eager mode too, the body is one instruction: it may hold no flush.
        noGrad(() => {
          for (const inner of i.body) {
            const out = this.#apply(inner);
            if (!out || !("out" in inner)) continue;
            this.#variables.set(inner.out, out);
            if (this.mode === "eager") out.keep();
          }
        });
        return undefined;
    }
    if (i.op === "read" || i.op === "readLost") throw new Error("Cannot read inside noGrad");
    const x = this.#get(i.x);
    switch (i.op) {
      case "unary":
        return UNARY[i.f](x);
      case "binary":
        return BINARY[i.f](x, this.#get(i.y));
      case "number":
        return NUMBER[i.f](x, i.value);
      case "lerp":
        return x.lerp(this.#get(i.y), i.value);
      case "where":
        return where(x.gt(i.value), this.#get(i.y), this.#get(i.z));
      case "reduce":
        return x[i.f](i.dims.length ? i.dims : undefined, { keepdim: i.keepdim });
      case "matmul":
        return x.matmul(this.#get(i.y));
      case "softmax":
        return x[i.f](i.dim);
      case "join":
        return (i.f === "cat" ? cat : stack)([x, this.#get(i.y)], i.dim);
      case "view":
        return viewOf(x, i.f, i.args);
      case "copy":
        return x[i.f]();
      case "inPlace":
        this.#inPlace(x, i);
        return undefined;
      case "backward":
        (i.loss === "square" ? x.square().sum() : x[i.loss]()).backward(undefined, { retainGraph: i.retain });
        return undefined;
      case "grad":
        return x.grad?.clamp(-1, 1) ?? zeros(x.shape, { device });
      case "scaleGrad":
        x.grad?.mul_(i.value);
        return undefined;
      case "zeroGrad":
        x.grad = null;
        return undefined;
      case "keep":
        x.keep();
        return undefined;
    }
  }

  #inPlace(x: Tensor, i: Instruction & { op: "inPlace" }): void {
    const y = i.y === undefined ? undefined : this.#get(i.y), value = i.value;
    switch (i.f) {
      case "add_":
      case "sub_":
      case "mul_":
        return void x[i.f](y ?? value!);
      case "lerp_":
        return void x.lerp_(y!, value!);
      case "copy_":
        return void x.copy_(y!);
      case "addcmul_":
        return void x.addcmul_(y!, this.#get(i.z!), { value: value! });
      case "fill_":
      case "clampMax_":
        return void x[i.f](value!);
      case "zero_":
      case "neg_":
        return void x[i.f]();
    }
  }
}

function describe(error: unknown, device: Device): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll(`, ${device.kind},`, ",");
}

/** Runs `program` and returns every value it read. What it throws ends the run and is part of the outcome. */
export async function runProgram(program: Program, device: Device, mode: Mode): Promise<Outcome> {
  const run = new Run(device, mode, program.seed);
  try {
    await run.run(program);
    flush(device);
    return { readings: run.readings, error: undefined };
  } catch (error) {
    // What the failed program left on the device must not reach the next one.
    try {
      flush(device);
    } catch { /* poisoned by the same failure */ }
    return {
      readings: run.readings,
      error: describe(error, device),
    };
  }
}
