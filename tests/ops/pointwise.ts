/** Random fused pointwise chains over all operations and types. */
import type { DType } from "../../lib/device/dtype.ts";
import type { PointwiseOp } from "../../lib/device/pointwise.ts";
import type { Instruction, PointwiseInput } from "../../lib/device/steps/pointwise.ts";
import {
  type Choices,
  extent,
  type Layout,
  mergeAxes,
  type ProgramBuilder,
  randomData,
  randomLayout,
  type Spread,
} from "../device/programs.ts";

const FLOAT_UNARY: readonly PointwiseOp[] = [
  ...["neg", "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "reciprocal", "sin", "cos"] as const,
  ...["tanh", "sigmoid", "erf", "relu", "floor", "ceil", "round", "log2"] as const,
];
const INT_UNARY: readonly PointwiseOp[] = ["neg", "abs", "sign"];
const FLOAT_BINARY: readonly PointwiseOp[] = [
  ...["add", "sub", "mul", "div", "pow", "maximum", "minimum", "remainder", "leakyRelu"] as const,
  ...["add", "sub", "mul"] as const, // the usual ones again, so that chains stay finite
];
const INT_BINARY: readonly PointwiseOp[] = ["add", "sub", "mul", "maximum", "minimum", "pow"];
const BOOL_BINARY: readonly PointwiseOp[] = ["add", "mul", "maximum", "minimum"];
const COMPARISONS: readonly PointwiseOp[] = ["eq", "ne", "lt", "le", "gt", "ge"];
const LOGICAL: readonly PointwiseOp[] = ["logicalAnd", "logicalOr", "logicalXor"];
const TYPES: readonly DType[] = ["float32", "int32", "bool"];

/** The largest magnitude of what an instruction gives, of arguments of such magnitudes; Infinity if they do not say. */
function mostOf(op: PointwiseOp, dtype: DType, [x = 0, y = 0, z = 0]: readonly number[]): number {
  if (dtype === "bool" || op === "sign") return 1;
  if (op === "copy" || op === "cast" || op === "neg" || op === "abs") return x;
  if (op === "add" || op === "sub") return x + y;
  if (op === "mul") return x * y;
  if (op === "pow" && dtype === "int32") return Math.max(1, x) ** y;
  if (op === "maximum" || op === "minimum") return Math.max(x, y);
  if (op === "remainder" && dtype === "int32") return y;
  return op === "where" ? Math.max(y, z) : Infinity;
}

/** Makes the code of a chain, given the types of its inputs. No whole number in it grows beyond int32: that is a fault, and tested by itself. */
class Chain {
  readonly code: Instruction[] = [];
  constructor(
    readonly choices: Choices,
    readonly types: DType[],
    /** The largest magnitude of each register. */
    readonly most: number[],
    /** Registers of int32 scalars that are not 0: the only divisors for whole numbers. */
    readonly divisors: readonly number[],
  ) {}

  /** A register of `dtype`, a late one most of the time. */
  #register(dtype: DType): number | undefined {
    const all = this.types.flatMap((type, register) => type === dtype ? [register] : []);
    if (all.length === 0) return undefined;
    return this.choices.pick(this.choices.chance(0.7) ? all.slice(-2) : all);
  }

  #add(op: PointwiseOp, dtype: DType, of: DType, args: readonly (number | undefined)[]): boolean {
    if (args.includes(undefined)) return false;
    const most = mostOf(op, dtype, args.map((arg) => this.most[arg!]!));
    if (dtype === "int32" && !(most < 2 ** 31)) return false;
    this.most.push(Number.isNaN(most) ? Infinity : most);
    this.code.push({ op, dtype, of, args: args as number[] });
    this.types.push(dtype);
    return true;
  }

  /** Tries to add one instruction. */
  grow(): boolean {
    const { choices } = this;
    const float = () => this.#register("float32"),
      int = () => this.#register("int32"),
      bool = () => this.#register("bool");
    const of = choices.pick(TYPES), any = () => this.#register(of);
    const kind = choices.next();
    if (kind < 0.3) return this.#add(choices.pick(FLOAT_UNARY), "float32", "float32", [float()]);
    if (kind < 0.58) return this.#add(choices.pick(FLOAT_BINARY), "float32", "float32", [float(), float()]);
    if (kind < 0.62) return this.#add(choices.pick(INT_UNARY), "int32", "int32", [int()]);
    if (kind < 0.69) return this.#add(choices.pick(INT_BINARY), "int32", "int32", [int(), int()]);
    if (kind < 0.7) return this.#add(choices.pick(BOOL_BINARY), "bool", "bool", [bool(), bool()]);
    if (kind < 0.72) return this.#add("remainder", "int32", "int32", [int(), this.divisors[0]]);
    if (kind < 0.8 && of !== "bool") return this.#add(choices.pick(COMPARISONS), "bool", of, [any(), any()]);
    if (kind < 0.84) return this.#add(choices.pick(LOGICAL), "bool", of, [any(), any()]);
    if (kind < 0.86) return this.#add("logicalNot", "bool", of, [any()]);
    if (kind < 0.88) return this.#add("isnan", "bool", "float32", [float()]);
    if (kind < 0.9) return this.#add("copy", of, of, [any()]);
    if (kind < 0.94) return this.#add("cast", choices.pick(TYPES), of, [any()]);
    return this.#add("where", of, of, [bool(), any(), any()]);
  }
}

interface Tensor {
  readonly dtype: DType;
  readonly layout: Layout;
  readonly value: number;
  /** The largest magnitude in it. */
  readonly most: number;
}

/** Adds one random pointwise step. */
export function randomPointwise(builder: ProgramBuilder, choices: Choices): string {
  const shape = choices.shape(choices.int(0, 5), choices.chance(0.08) ? 200_000 : 3000);
  const bindTensor = (dtype: DType, layout: Layout, spread: Spread): Tensor => {
    const data = randomData(choices, dtype, extent(shape, layout) + choices.int(0, 3), spread);
    const most = Array.from(data).reduce((most, x) => Number.isNaN(x) ? Infinity : Math.max(most, Math.abs(x)), 0);
    return { dtype, layout, value: builder.bind(dtype, data), most };
  };

  const inputs: ({ tensor: Tensor } | { slot: number; dtype: DType; most: number })[] = [];
  const divisors: number[] = [];
  const count = choices.int(1, 6);
  while (inputs.length < count) {
    const dtype = choices.pick(["float32", "float32", "float32", "int32", "bool"] as const);
    if (choices.chance(0.25) && inputs.length > 0) {
      if (dtype === "int32") divisors.push(inputs.length);
      const value = dtype === "bool" ? choices.int(0, 1) : dtype === "int32" ? choices.pick([-7, -2, 1, 3, 10]) : 0.1;
      const slot = builder.scalar(value === 0.1 && choices.chance(0.7) ? choices.normal() : value);
      inputs.push({ slot, dtype, most: dtype === "float32" ? Infinity : Math.abs(value) });
    } else {
      const spread = choices.pick<Spread>(["normal", "normal", "whole", "positive", "unit", "wide", "special"]);
      inputs.push({
        tensor: bindTensor(dtype, randomLayout(choices, shape, { broadcast: choices.chance(0.4) }), spread),
      });
    }
  }

  const types = inputs.map((input) => "tensor" in input ? input.tensor.dtype : input.dtype);
  const most = inputs.map((input) => "tensor" in input ? input.tensor.most : input.most);
  const chain = new Chain(choices, types, most, divisors);
  for (
    let length = choices.int(choices.chance(0.1) ? 0 : 1, 14), tries = 0;
    chain.code.length < length && tries < 200;
  ) {
    if (!chain.grow()) tries++;
  }

  // In place: an output may lie exactly on an input that covers it without broadcasting.
  const free = new Set(inputs.flatMap((input) => {
    const covers = "tensor" in input &&
      shape.every((size, axis) => size === 1 || input.tensor.layout.strides[axis]! > 0);
    return covers ? [input.tensor] : [];
  }));
  const registers = new Set([types.length - 1]);
  for (let more = choices.pick([0, 0, 0, 1, 2, 3]); more > 0; more--) registers.add(choices.int(0, types.length - 1));
  let inPlace = 0;
  const outputs = [...registers].map((register) => {
    const dtype = types[register]!;
    const shared = [...free].find((tensor) => tensor.dtype === dtype);
    if (shared && choices.chance(0.3)) {
      free.delete(shared);
      inPlace++;
      return { register, tensor: shared };
    }
    return {
      register,
      tensor: bindTensor(dtype, randomLayout(choices, shape, { dense: choices.chance(0.6) }), "normal"),
    };
  });

  const tensors = [...outputs, ...inputs].flatMap((side) => "tensor" in side ? [side.tensor] : []);
  const merged = mergeAxes(shape, tensors.map(({ layout }) => layout.strides), 0);
  if (merged.shape.length === 0 && choices.chance(0.5)) {
    merged.shape.push(1);
    merged.strides.forEach((strides) => strides.push(1));
  }
  const operands = new Map<Tensor, ReturnType<ProgramBuilder["operand"]>>();
  tensors.forEach((tensor, i) => {
    if (operands.has(tensor)) return;
    operands.set(
      tensor,
      builder.operand(tensor.value, merged.shape, { ...tensor.layout, strides: merged.strides[i]! }),
    );
  });
  builder.step({
    kernel: "pointwise",
    shape: merged.shape,
    inputs: inputs.map((input): PointwiseInput =>
      "tensor" in input
        ? { kind: "tensor", operand: operands.get(input.tensor)!, dtype: input.tensor.dtype }
        : { kind: "scalar", slot: input.slot, dtype: input.dtype }
    ),
    code: chain.code,
    outputs: outputs.map(({ register, tensor }) => ({ operand: operands.get(tensor)!, register, dtype: tensor.dtype })),
  });
  return `[${merged.shape}] ${chain.code.map(({ op }) => op).join(" ")}${inPlace ? `, ${inPlace} in place` : ""}`;
}
