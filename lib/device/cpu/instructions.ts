/** What the wasm interpreter of pointwise chains can do, and which of it each pointwise operation is. */
import type { DType } from "../dtype.ts";
import type { Instruction } from "../steps/pointwise.ts";

/** Instructions by number; kernels/cpu/pointwise_ops.ts has the same order. */
// deno-fmt-ignore
export const INSTRUCTIONS = [
  "copy", "where",
  "neg", "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "tanh", "sigmoid", "erf", "relu", "floor", "ceil", "round", "isnan", "toInt", "toFloat", "toBool", "intToBool", "not", "negInt", "absInt", "signInt", "reluInt",
  "add", "sub", "mul", "div", "pow", "maximum", "minimum", "remainder", "leakyRelu", "eq", "ne", "lt", "le", "gt", "ge", "addInt", "subInt", "mulInt", "divInt", "powInt", "maximumInt", "minimumInt", "remainderInt", "eqInt", "neInt", "ltInt", "leInt", "gtInt", "geInt", "and", "or", "xor",
] as const;

/** One instruction of the wasm interpreter. */
export type CpuInstruction = typeof INSTRUCTIONS[number];

/** Operations on int32 (and bool) that have their own instruction. */
// deno-fmt-ignore
const INTEGER: Partial<Record<string, CpuInstruction>> = {
  neg: "negInt", abs: "absInt", sign: "signInt", relu: "reluInt", logicalNot: "not",
  add: "addInt", sub: "subInt", mul: "mulInt", div: "divInt", pow: "powInt", maximum: "maximumInt", minimum: "minimumInt",
  remainder: "remainderInt", eq: "eqInt", ne: "neInt", lt: "ltInt", le: "leInt", gt: "gtInt", ge: "geInt",
  logicalAnd: "and", logicalOr: "or", logicalXor: "xor",
  floor: "copy", ceil: "copy", round: "copy",
};

const isFloat = (dtype: DType) => dtype === "float32";

/** The instruction that computes `code`, or undefined if it needs its arguments converted to bool or float32 first. */
export function instructionFor(code: Instruction): CpuInstruction | undefined {
  const { op, of, dtype } = code;
  if (op === "copy" || op === "where") return op;
  if (op === "cast") {
    if (dtype === of) return "copy";
    if (isFloat(dtype)) return "toFloat";
    if (isFloat(of)) return dtype === "bool" ? "toBool" : "toInt";
    return dtype === "bool" ? "intToBool" : "copy";
  }
  const name = isFloat(of) ? op : INTEGER[op];
  return (INSTRUCTIONS as readonly string[]).includes(name ?? "") ? name as CpuInstruction : undefined;
}
