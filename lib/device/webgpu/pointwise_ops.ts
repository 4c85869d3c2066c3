/** WGSL expressions of the scalar functions of pointwise chains, for one element or four. */
import type { DType } from "../dtype.ts";
import type { Instruction } from "../steps/pointwise.ts";

/** How many elements an expression computes at once. */
export type Lanes = 1 | 4;

/** WGSL types of a register, by dtype, for one lane or four. */
export const typeName = (dtype: DType, lanes: Lanes): string => {
  const scalar = dtype === "float32" ? "f32" : dtype === "bool" ? "bool" : "i32";
  return lanes === 1 ? scalar : `vec4<${scalar}>`;
};

/** Functions of math.wgsl take scalars: four lanes call them four times. */
const call = (lanes: Lanes, dtype: DType, name: string, ...args: string[]): string => {
  if (lanes === 1) return `${name}(${args.join(", ")})`;
  const lane = (axis: string) => `${name}(${args.map((arg) => `${arg}.${axis}`).join(", ")})`;
  return `${typeName(dtype, 4)}(${["x", "y", "z", "w"].map(lane).join(", ")})`;
};

/** Brings an expression from one dtype to another. */
export function convert(text: string, from: DType, to: DType, lanes: Lanes): string {
  if (from === to) return text;
  const words = lanes === 1 ? "u32" : "vec4<u32>";
  if (to === "bool") {
    // By bits, because comparisons may treat NaN as equal to zero.
    return from === "float32"
      ? `((bitcast<${words}>(${text}) & ${words}(0x7fffffffu)) != ${words}(0u))`
      : `(${text} != ${typeName("int32", lanes)}(0))`;
  }
  if (from === "bool") return `select(${typeName(to, lanes)}(0), ${typeName(to, lanes)}(1), ${text})`;
  return `${typeName(to, lanes)}(${text})`;
}

/** Text of one instruction and the dtype it has. */
export function expression(
  { op, of, dtype }: Instruction,
  args: readonly string[],
  lanes: Lanes,
): [text: string, dtype: DType] {
  const [x, y, z] = args as [string, string, string];
  const type = typeName(of, lanes), words = lanes === 1 ? "u32" : "vec4<u32>";
  const one = `${type}(1)`, zero = `${type}(0)`;
  const math = (name: string, ...parts: string[]): [string, DType] => [call(lanes, of, name, ...parts), of];
  const float = of === "float32", truth = (text: string) => convert(text, of, "bool", lanes);
  // WGSL orders no booleans: compare them as integers.
  const order = (sign: string): [string, DType] =>
    of === "bool"
      ? [`(${convert(x, "bool", "int32", lanes)} ${sign} ${convert(y, "bool", "int32", lanes)})`, "bool"]
      : [`(${x} ${sign} ${y})`, "bool"];
  switch (op) {
    case "copy":
      return [x, of];
    case "cast":
      return [convert(x, of, dtype, lanes), dtype];
    case "neg":
      return [`(-${x})`, of];
    case "abs":
      return [`abs(${x})`, of];
    case "sign":
      return [`(select(${zero}, ${one}, ${x} > ${zero}) - select(${zero}, ${one}, ${x} < ${zero}))`, of];
    case "sqrt":
      return [`sqrt(${x})`, of];
    case "rsqrt":
      return [`(${one} / sqrt(${x}))`, of];
    case "reciprocal":
      return [`(${one} / ${x})`, of];
    case "floor":
    case "ceil":
    case "round":
      return [float ? `${op}(${x})` : x, of];
    case "exp":
    case "expm1":
    case "log":
    case "log1p":
    case "sin":
    case "cos":
    case "tanh":
    case "sigmoid":
    case "erf":
      return math(`${op}Of`, x);
    case "relu":
      return [`select(${x}, ${zero}, ${x} < ${zero})`, of];
    case "isnan":
      return float
        ? [`((bitcast<${words}>(${x}) & ${words}(0x7fffffffu)) > ${words}(0x7f800000u))`, "bool"]
        : [`(${x} != ${x})`, "bool"];
    case "logicalNot":
      return [`(!${truth(x)})`, "bool"];
    case "add":
      return of === "bool" ? [`(${x} | ${y})`, of] : [`(${x} + ${y})`, of];
    case "sub":
      return float && x === y ? math("zeroOf", x) : [`(${x} - ${y})`, of];
    case "mul":
      return of === "bool" ? [`(${x} & ${y})`, of] : [`(${x} * ${y})`, of];
    case "div":
      return [`(${x} / ${y})`, of];
    case "pow":
      return math(float ? "powOf" : "powInteger", x, y);
    case "maximum":
      return of === "bool" ? [`(${x} | ${y})`, of] : float ? math("maximumOf", x, y) : [`max(${x}, ${y})`, of];
    case "minimum":
      return of === "bool" ? [`(${x} & ${y})`, of] : float ? math("minimumOf", x, y) : [`min(${x}, ${y})`, of];
    case "remainder":
      return math(float ? "remainderOf" : "remainderInteger", x, y);
    case "leakyRelu":
      return [`select(${y} * ${x}, ${x}, ${x} > ${zero})`, of];
    case "eq":
      return [`(${x} == ${y})`, "bool"];
    case "ne":
      return [`(!(${x} == ${y}))`, "bool"]; // so that NaN differs from everything
    case "lt":
      return order("<");
    case "le":
      return order("<=");
    case "gt":
      return order(">");
    case "ge":
      return order(">=");
    case "logicalAnd":
      return [`(${truth(x)} & ${truth(y)})`, "bool"];
    case "logicalOr":
      return [`(${truth(x)} | ${truth(y)})`, "bool"];
    case "logicalXor":
      return [`(${truth(x)} != ${truth(y)})`, "bool"];
    case "where":
      return [`select(${z}, ${y}, ${x})`, of];
  }
}
