/** Random products with epilogues. */
import { PRODUCTS, type ProductStep } from "../../lib/device/steps/fused.ts";
import type { Instruction, PointwiseInput, PointwiseStep } from "../../lib/device/steps/pointwise.ts";
import type { Generator } from "../device/generator.ts";
import { type Choices, numel, type ProgramBuilder, randomData } from "../device/programs.ts";
import { GENERATORS as CONVOLUTIONS } from "./conv.ts";
import { GENERATORS as MATRICES } from "./linear.ts";

/** Functions of the product and something else, and of one of both. */
const BINARY = ["add", "mul", "sub", "maximum"] as const;
const UNARY = ["relu", "neg", "abs", "tanh"] as const;

/** A chain over a product's elements that reads a number a column, or dense operands, one of which it may overwrite. */
class Epilogue {
  readonly inputs: PointwiseInput[] = [];
  readonly code: Instruction[] = [];
  readonly outputs: PointwiseStep["outputs"][number][] = [];
  readonly #shape: readonly number[];
  readonly #strides: readonly number[];

  constructor(
    readonly builder: ProgramBuilder,
    readonly choices: Choices,
    readonly elements: number,
    readonly columns: number,
  ) {
    const rows = elements / columns;
    const inRows = rows > 1 && columns > 1 && choices.chance(0.7);
    this.#shape = inRows ? [rows, columns] : [elements];
    this.#strides = inRows ? [columns, 1] : [1];
  }

  /** A dense operand on a value. */
  dense(value: number) {
    return { value, shape: this.#shape, strides: this.#strides, offset: 0, dynamic: -1 };
  }

  #bound(length: number): number {
    return this.builder.bind("float32", randomData(this.choices, "float32", length));
  }

  #operand() {
    const { choices, columns, elements } = this, inRows = this.#shape.length === 2;
    if (inRows && choices.chance(0.5)) {
      const step = choices.pick([1, 1, 2]), at = { ...this.dense(this.#bound(columns * step + 3)), offset: 3 };
      return { ...at, strides: [0, step] };
    }
    if (choices.chance(0.2)) return { ...this.dense(this.#bound(1)), strides: this.#shape.map(() => 0) };
    return this.dense(this.#bound(elements));
  }

  /** The chain that reads the product at `value`; `free` says whether it may overwrite it. */
  over(value: number, free: boolean): PointwiseStep {
    const { choices, inputs, code, outputs } = this;
    const dtype = "float32" as const, first = choices.int(0, 1);
    const others: PointwiseInput[] = Array.from({ length: choices.int(1, 3) }, () => {
      if (choices.chance(0.2)) return { kind: "scalar", slot: this.builder.scalar(choices.normal()), dtype };
      return { kind: "tensor", operand: this.#operand(), dtype };
    });
    const product: PointwiseInput = { kind: "tensor", operand: this.dense(value), dtype };
    inputs.push(...(first ? [product, ...others] : [...others, product]));
    let last = first ? 0 : others.length;
    const push = (op: Instruction["op"], ...args: number[]) => {
      code.push({ op, dtype, of: dtype, args });
      last = inputs.length + code.length - 1;
    };
    for (let i = 0; i < inputs.length; i++) {
      if (inputs[i] !== product) push(choices.pick(BINARY), ...choices.shuffle([last, i]));
      if (choices.chance(0.5)) push(choices.pick(UNARY), last);
    }
    const targets = inputs.flatMap((input) =>
      input.kind === "tensor" && input !== product && input.operand.strides.every((s, i) => s === this.#strides[i])
        ? [input.operand.value]
        : []
    );
    const write = (register: number, target: number) => outputs.push({ operand: this.dense(target), register, dtype });
    if (free && choices.chance(0.6)) write(last, value);
    else write(last, targets.length && choices.chance(0.4) ? targets.pop()! : this.#bound(this.elements));
    if (choices.chance(0.4)) write(choices.int(inputs.length, last), this.#bound(this.elements));
    return { kernel: "pointwise", shape: this.#shape, inputs, code, outputs };
  }
}

export const fused: Generator = (builder, choices) => {
  const kind = choices.pick(PRODUCTS);
  const label = kind === "matmul" ? MATRICES.matmul(builder, choices) : CONVOLUTIONS[kind](builder, choices);
  const made = builder.steps.pop() as ProductStep, elements = numel(made.output.shape);
  const columns = made.output.shape[kind === "matmul" ? 2 : 1]!;
  const kept = choices.chance(0.3);
  const value = kept || choices.chance(0.5)
    ? builder.bind("float32", new Float32Array(elements))
    : builder.arena("float32", elements);
  const product = { ...made, output: { ...made.output, value, offset: 0, dynamic: -1 } };
  const epilogue = new Epilogue(builder, choices, elements, columns).over(value, !kept);
  const isResult = kept || epilogue.outputs.some(({ operand }) => operand.value === value);
  builder.step({
    kernel: "fused",
    product,
    epilogue,
    kept: kept || (!isResult && builder.values[value]!.place.kind === "bound"),
  });
  return `${kind} ${label}, then ${epilogue.code.map(({ op }) => op).join(" ")} over [${epilogue.shape}]`;
};
