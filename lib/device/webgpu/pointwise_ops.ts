/** WGSL expressions of the scalar functions of pointwise chains, for one element or four. */
import { type DType, isFloat } from "../dtype.ts";
import { POINTWISE, type PointwiseFunction, type PointwiseOp, type Wgsl } from "../pointwise.ts";
import type { Instruction } from "../steps/pointwise.ts";

/** How many elements an expression computes at once. */
export type Lanes = 1 | 4;

/** WGSL types of a register, by dtype, for one lane or four. */
export const typeName = (dtype: DType, lanes: Lanes): string => {
  const scalar = isFloat(dtype) ? "f32" : dtype === "bool" ? "bool" : "i32";
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

/** The functions whose text depends on more than the type of their arguments. */
type Special = { [K in PointwiseOp]: (typeof POINTWISE)[K] extends { readonly float: Wgsl } ? never : K }[PointwiseOp];

const truth = (text: string, of: DType, lanes: Lanes) => convert(text, of, "bool", lanes);

/** Total over what the table of functions leaves out for float32 arguments. */
const SPECIAL: { readonly [K in Special]: (x: string, y: string, instruction: Instruction, lanes: Lanes) => string } = {
  cast: (x, _, { of, dtype }, lanes) =>
    of === "float32" && dtype === "int32" ? call(lanes, dtype, "castInteger", x) : convert(x, of, dtype, lanes),
  // x − x is 0 but for NaN and infinities: a compiler that assumes there are none would drop x altogether.
  sub: (x, y, { of }, lanes) => x === y ? call(lanes, of, "zeroOf", x) : `(${x} - ${y})`,
  // By bits, because comparisons may assume that there is no NaN.
  isnan: (x, _, __, lanes) => {
    const words = lanes === 1 ? "u32" : "vec4<u32>";
    return `((bitcast<${words}>(${x}) & ${words}(0x7fffffffu)) > ${words}(0x7f800000u))`;
  },
  // By bits: a compiler that assumes that there is no NaN makes a maximum of x and 0 of it, which is 0 of NaN. Negative are the patterns
  // from 0x80000001, the least number below 0, to −∞; −0 stays what it is.
  relu: (x, _, __, lanes) => {
    const words = lanes === 1 ? "u32" : "vec4<u32>", zero = `${typeName("float32", lanes)}(0)`;
    return `select(${x}, ${zero}, (bitcast<${words}>(${x}) - ${words}(0x80000001u)) < ${words}(0x7f800000u))`;
  },
  logicalNot: (x, _, { of }, lanes) => `(!${truth(x, of, lanes)})`,
  logicalAnd: (x, y, { of }, lanes) => `(${truth(x, of, lanes)} & ${truth(y, of, lanes)})`,
  logicalOr: (x, y, { of }, lanes) => `(${truth(x, of, lanes)} | ${truth(y, of, lanes)})`,
  logicalXor: (x, y, { of }, lanes) => `(${truth(x, of, lanes)} != ${truth(y, of, lanes)})`,
};

/** Text of one instruction and the dtype it has. */
export function expression(
  instruction: Instruction,
  args: readonly string[],
  lanes: Lanes,
): [text: string, dtype: DType] {
  const { op, of, dtype } = instruction, entry: PointwiseFunction = POINTWISE[op];
  const result = op === "cast" ? dtype : entry.predicate ? "bool" : of;
  // WGSL orders no booleans: compare them as integers.
  const ordered = of === "bool" && (op === "lt" || op === "le" || op === "gt" || op === "ge");
  const [x = "", y = "", z = ""] = ordered ? args.map((arg) => convert(arg, "bool", "int32", lanes)) : args;
  const form = of === "float32"
    ? entry.float
    : of === "int32"
    ? entry.int ?? entry.float
    : entry.bool ?? entry.int ?? entry.float;
  if (form === undefined) return [SPECIAL[op as Special](x, y, instruction, lanes), result];
  if (typeof form !== "string") return [call(lanes, of, form.math, ...args.slice(0, entry.arity)), result];
  const type = typeName(of, lanes), parts: Record<string, string> = { x, y, z, 0: `${type}(0)`, 1: `${type}(1)` };
  return [form.replace(/\$([xyz01])/g, (_, name) => parts[name]!), result];
}
