/**
 * Random programs of many steps over one arena. All floats are small whole numbers (a remainder follows whatever makes them grow), so
 * that every device computes them exactly: what differs is a wrong read or write, never a rounding.
 */
import { NONE } from "../../lib/device/attributes.ts";
import type { DType } from "../../lib/device/dtype.ts";
import type { Operand } from "../../lib/device/operand.ts";
import { along } from "../../lib/device/steps/indexing.ts";
import type { Step, StepOf } from "../../lib/device/steps/mod.ts";
import { reduction } from "../../lib/device/steps/reductions.ts";
import { convStep } from "../ops/conv.ts";
import { type Choices, contiguous, numel, type ProgramBuilder } from "./programs.ts";

/** A value in the making: where it lies is decided once all steps are known. */
export interface Virtual {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Index of a bound value, or undefined for the arena. */
  readonly bound?: number;
}

/** Steps whose operands' `value` fields index {@linkcode Virtual}s. */
export class Script {
  readonly virtuals: Virtual[] = [];
  readonly steps: { step: Step; reads: number[]; writes: number[] }[] = [];

  constructor(readonly builder: ProgramBuilder, readonly choices: Choices) {}

  value(dtype: DType, shape: readonly number[], bound?: number): number {
    return this.virtuals.push({ dtype, shape, ...(bound === undefined ? {} : { bound }) }) - 1;
  }

  whole(shape: readonly number[], size: number, dtype: DType = "float32"): number {
    const low = dtype === "float32" ? -size : 0, high = dtype === "float32" ? size : size - 1;
    const data = Array.from({ length: numel(shape) }, () => this.choices.int(low, high));
    return this.value(dtype, shape, this.builder.bind(dtype, data));
  }

  view(value: number, shape = this.virtuals[value]!.shape, strides = contiguous(shape)): Operand {
    return { value, shape, strides, offset: 0, dynamic: -1 };
  }

  add(step: Step, reads: number[], writes: number[]): void {
    this.steps.push({ step, reads, writes });
  }

  /** Flat pointwise step over dense values of one size. */
  flat(
    reads: number[],
    dtype: DType,
    make: (inputs: number, scalar: (x: number) => number) => Step & { kernel: "pointwise" },
  ) {
    const output = this.value(dtype, this.virtuals[reads[0]!]!.shape);
    const n = [numel(this.virtuals[output]!.shape)];
    const scalars: { kind: "scalar"; slot: number; dtype: DType }[] = [];
    const step = make(reads.length, (x) => {
      scalars.push({ kind: "scalar", slot: this.builder.scalar(x), dtype: "float32" });
      return reads.length + scalars.length - 1;
    });
    const inputs = reads.map((value) => {
      return { kind: "tensor" as const, operand: this.view(value, n), dtype: this.virtuals[value]!.dtype };
    });
    const register = inputs.length + scalars.length + step.code.length - 1;
    this.add(
      {
        ...step,
        shape: n,
        inputs: [...inputs, ...scalars],
        outputs: [{ operand: this.view(output, n), register, dtype }],
      },
      reads,
      [output],
    );
    return output;
  }
}

const EMPTY = { kernel: "pointwise", shape: [], inputs: [], outputs: [] } as const;

/** (x mod 8) − 4: small again, and unlike a clamp it keeps values apart. Exact, since 8 is a power of two. */
function wrap(script: Script, value: number): number {
  return script.flat([value], "float32", (_, scalar) => {
    const eight = scalar(8), four = scalar(4);
    return {
      ...EMPTY,
      code: [
        { op: "remainder", dtype: "float32", of: "float32", args: [0, eight] },
        { op: "sub", dtype: "float32", of: "float32", args: [3, four] },
      ],
    };
  });
}

function binary(script: Script, a: number, b: number): number {
  const op = script.choices.pick(["add", "sub", "mul", "maximum", "minimum"] as const);
  return script.flat(
    [a, b],
    "float32",
    () => ({ ...EMPTY, code: [{ op, dtype: "float32", of: "float32", args: [0, 1] }] }),
  );
}

/** where(a < b, a, b · −1): a bool value in between, which may lie on a dead float. */
function select(script: Script, a: number, b: number): number {
  const less = script.flat([a, b], "bool", () => ({
    ...EMPTY,
    code: [{ op: "lt", dtype: "bool", of: "float32", args: [0, 1] }],
  }));
  return script.flat([less, a, b], "float32", () => ({
    ...EMPTY,
    code: [{ op: "neg", dtype: "float32", of: "float32", args: [2] }, {
      op: "where",
      dtype: "float32",
      of: "float32",
      args: [0, 1, 3],
    }],
  }));
}

/** Applies one random operation to square matrices of side `n`; returns the value made. */
function grow(script: Script, pool: readonly number[], n: number): number {
  const { choices } = script;
  const late = () => choices.pick(choices.chance(0.6) ? pool.slice(-3) : pool);
  const a = late(), b = late(), shape = [n, n];
  switch (choices.int(0, 5)) {
    case 0:
      return wrap(script, binary(script, a, b));
    case 1:
      return wrap(script, select(script, a, b));
    case 2: {
      const output = script.value("float32", shape);
      const view = (value: number) =>
        script.view(value, [1, n, n], choices.chance(0.5) ? [n * n, 1, n] : [n * n, n, 1]);
      script.add(
        {
          kernel: "matmul",
          inputs: { a: view(a), b: view(b) },
          output: script.view(output, [1, n, n]),
          attributes: NONE,
          numbers: {},
        },
        [a, b],
        [output],
      );
      return wrap(script, output);
    }
    case 3: { // row sums, spread over the columns
      const sums = script.value("float32", [n]), output = script.value("float32", shape);
      const op = choices.pick(["sum", "max", "min"] as const);
      const input = script.view(a, shape, choices.chance(0.5) ? [n, 1] : [1, n]);
      const attributes = reduction({ op, dtype: "float32", kept: 1 });
      script.add(
        { kernel: "reduce", inputs: { input }, output: script.view(sums), attributes, numbers: {} },
        [a],
        [sums],
      );
      const tensor = (operand: Operand) => ({ kind: "tensor" as const, operand, dtype: "float32" as const });
      script.add(
        {
          kernel: "pointwise",
          shape,
          inputs: [tensor(script.view(sums, shape, [1, 0])), tensor(script.view(b, shape, [1, n]))],
          code: [{ op: "sub", dtype: "float32", of: "float32", args: [0, 1] }],
          outputs: [{ operand: script.view(output), register: 2, dtype: "float32" }],
        },
        [sums, b],
        [output],
      );
      return wrap(script, output);
    }
    case 4: {
      const output = script.value("float32", shape), index = script.whole(shape, n, "int32");
      const common = {
        output: script.view(output),
        attributes: along({ axis: choices.int(0, 1) }),
        numbers: {},
      };
      const step: StepOf<"gather" | "scatterAdd"> = choices.chance(0.5)
        ? { kernel: "gather", inputs: { input: script.view(a), index: script.view(index) }, ...common }
        : { kernel: "scatterAdd", inputs: { index: script.view(index), source: script.view(a) }, ...common };
      script.add(step, [a, index], [output]);
      return wrap(script, output);
    }
    default: { // the matrix as an image of one channel
      const output = script.value("float32", shape), weights = script.whole([1, 1, 3, 3], 2);
      const image = (value: number) => script.view(value, [1, 1, n, n], [n * n, 1, n, 1]);
      const kernel = choices.pick(["conv2d", "conv2dInputGrad"] as const);
      const geometry = { stride: [1, 1], padding: [1, 1] } as const;
      script.add(
        convStep(kernel, geometry, [image(a), script.view(weights), image(output)]),
        [a, weights],
        [output],
      );
      return wrap(script, output);
    }
  }
}

/** Lays the arena out by liveness, first fit, with pointwise results on dead inputs where they fit exactly; then emits the steps. */
function emit(script: Script): number {
  const { builder, virtuals, steps, choices } = script;
  const lastUse = new Map<number, number>();
  steps.forEach(({ reads, writes }, i) => [...reads, ...writes].forEach((value) => lastUse.set(value, i)));
  const ranges = new Map<number, { from: number; to: number }>(), index = new Map<number, number>();
  const live = new Set<number>();
  let shared = 0;
  virtuals.forEach((virtual, value) => virtual.bound !== undefined && index.set(value, virtual.bound));
  steps.forEach(({ step, reads, writes }, i) => {
    for (const value of writes) {
      if (index.has(value)) continue;
      const { dtype, shape } = virtuals[value]!, bytes = Math.ceil(numel(shape) * 4 / 256) * 256;
      const dying = reads.find((read) => {
        const sole = step.kernel === "pointwise" && ranges.has(read) && lastUse.get(read) === i;
        const flat = step.kernel === "pointwise" && step.shape.length === 1; // all operands then lie alike
        return sole && flat && numel(virtuals[read]!.shape) === numel(shape);
      });
      let from = 0;
      if (dying !== undefined && choices.chance(0.8)) {
        from = ranges.get(dying)!.from;
        shared++;
      } else {
        const taken = [...live].map((other) => ranges.get(other)!).toSorted((a, b) => a.from - b.from);
        for (const range of taken) if (from + bytes > range.from && from < range.to) from = range.to;
      }
      ranges.set(value, { from, to: from + bytes });
      index.set(value, builder.arena(dtype, numel(shape), from));
      live.add(value);
    }
    for (const value of live) if (lastUse.get(value) === i) live.delete(value);
    const remap = (operand: Operand): Operand => ({ ...operand, value: index.get(operand.value)! });
    builder.step(mapOperands(step, remap));
  });
  return shared;
}

/** A step with each operand replaced. */
function mapOperands<S extends Step>(step: S, map: (operand: Operand) => Operand): S;
function mapOperands(step: Step, map: (operand: Operand) => Operand): Step {
  if (step.kernel === "fused") {
    return { ...step, product: mapOperands(step.product, map), epilogue: mapOperands(step.epilogue, map) };
  }
  if (step.kernel === "pointwise") {
    return {
      ...step,
      inputs: step.inputs.map((input) => input.kind === "tensor" ? { ...input, operand: map(input.operand) } : input),
      outputs: step.outputs.map((output) => ({ ...output, operand: map(output.operand) })),
    };
  }
  const inputs = Object.entries(step.inputs).map(([name, operand]) => [name, map(operand)]);
  return { ...step, inputs: Object.fromEntries(inputs), output: map(step.output) };
}

/** Random steps over square matrices of side `n`, the last of which copy results to bound values. */
export function randomScript(builder: ProgramBuilder, choices: Choices, n: number): Script {
  const script = new Script(builder, choices);
  const pool = Array.from({ length: choices.int(1, 3) }, () => script.whole([n, n], 4));
  for (let count = choices.int(2, 25); count > 0; count--) pool.push(grow(script, pool, n));
  for (let results = choices.int(1, 3); results > 0; results--) {
    const from = results === 1 ? pool.at(-1)! : choices.pick(pool);
    const output = script.value("float32", [n, n], builder.bind("float32", new Float32Array(n * n).fill(-99)));
    const flat = [n * n];
    script.add(
      {
        kernel: "pointwise",
        shape: flat,
        inputs: [{ kind: "tensor", operand: script.view(from, flat), dtype: "float32" }],
        code: [],
        outputs: [{ operand: script.view(output, flat), register: 0, dtype: "float32" }],
      },
      [from],
      [output],
    );
  }
  return script;
}

/** Adds a random program of many steps. */
export function randomSequence(builder: ProgramBuilder, choices: Choices): string {
  const n = choices.pick([1, 3, 8, 17, 33]), shared = emit(randomScript(builder, choices, n));
  return `${builder.steps.length} steps over [${n}, ${n}], ${shared} in place`;
}
