/**
 * The instructions of the wasm interpreter of pointwise chains, and which of them each pointwise function is: derived from the table of
 * functions. An instruction bears its function's name, with `Int` behind it for int32 and bool.
 */
import type { DType } from "../dtype.ts";
import {
  POINTWISE,
  POINTWISE_OPS,
  type PointwiseFunction,
  type PointwiseOp,
  type PointwiseOpOf,
} from "../pointwise.ts";
import type { Instruction } from "../steps/pointwise.ts";

/** Functions that come to the device with float32 arguments only. */
type FloatOp = { [K in PointwiseOp]: (typeof POINTWISE)[K] extends { readonly floats: true } ? K : never }[PointwiseOp];

/** Functions whose instruction does not follow from the type of their arguments alone. */
type SpecialOp = "copy" | "cast" | "where" | "logicalNot" | "logicalAnd" | "logicalOr" | "logicalXor";

/** Conversions between types; what converts nothing is a copy. */
const CONVERSIONS = ["toInt", "toFloat", "toBool", "intToBool"] as const;

/** Functions of bools. */
const LOGICAL = { logicalNot: "not", logicalAnd: "and", logicalOr: "or", logicalXor: "xor" } as const;

/** The instructions of functions that take int32 and bool too: total over them. Rounding leaves whole numbers as they are. */
const INTEGER = {
  neg: "negInt",
  abs: "absInt",
  sign: "signInt",
  relu: "reluInt",
  floor: "copy",
  ceil: "copy",
  round: "copy",
  add: "addInt",
  sub: "subInt",
  mul: "mulInt",
  div: "divInt",
  pow: "powInt",
  maximum: "maximumInt",
  minimum: "minimumInt",
  remainder: "remainderInt",
  eq: "eqInt",
  ne: "neInt",
  lt: "ltInt",
  le: "leInt",
  gt: "gtInt",
  ge: "geInt",
} as const satisfies { readonly [K in Exclude<PointwiseOp, FloatOp | SpecialOp>]: `${K}Int` | "copy" };

/** One instruction of the wasm interpreter. */
export type CpuInstruction =
  | Exclude<PointwiseOp, "cast" | keyof typeof LOGICAL>
  | typeof CONVERSIONS[number]
  | typeof LOGICAL[keyof typeof LOGICAL]
  | "whereLe"
  | typeof INTEGER[keyof typeof INTEGER];

/** What slow instructions on int32 cost beyond a light one, as `ns` in the table of functions. */
const INTEGER_NS: { readonly [K in CpuInstruction]?: number } = { divInt: 3, powInt: 10, remainderInt: 5 };

/** Whether a table has this key. */
const has = <T extends object>(table: T, key: PropertyKey): key is keyof T => Object.hasOwn(table, key);

/** The instruction that converts between two types. */
function conversion(of: DType, dtype: DType): CpuInstruction {
  if (dtype === of) return "copy";
  if (dtype === "float32") return "toFloat";
  if (of === "float32") return dtype === "bool" ? "toBool" : "toInt";
  return dtype === "bool" ? "intToBool" : "copy";
}

const SPECIAL: { readonly [K in SpecialOp]: (of: DType, dtype: DType) => CpuInstruction } = {
  copy: () => "copy",
  cast: conversion,
  where: () => "where",
  logicalNot: () => LOGICAL.logicalNot,
  logicalAnd: () => LOGICAL.logicalAnd,
  logicalOr: () => LOGICAL.logicalOr,
  logicalXor: () => LOGICAL.logicalXor,
};

/**
 * The instruction that computes a function; logical ones take bools.
 * @throws {TypeError} of a function of floats alone, for other arguments
 */
export function instructionFor({ op, of, dtype }: Instruction): CpuInstruction {
  if (has(SPECIAL, op)) return SPECIAL[op](of, dtype);
  if (of === "float32") return op;
  if (of === "bool" && op === "add") return LOGICAL.logicalOr;
  if (has(INTEGER, op)) return INTEGER[op];
  throw new TypeError(`Cannot compute ${op} of ${of} on the cpu device: cast to float32 first`);
}

/** What the interpreter knows of an instruction. */
export interface InstructionEntry {
  readonly name: CpuInstruction;
  /** Registers that it reads. */
  readonly arity: 1 | 2 | 3;
  /** Nanoseconds of an element beyond a light instruction's; undefined: it is light. */
  readonly ns: number | undefined;
}

/** Functions of so many arguments, as instructions on float32. */
const ofFloats = (arity: 1 | 2): InstructionEntry[] =>
  POINTWISE_OPS.filter((op): op is PointwiseOpOf<1 | 2> => POINTWISE[op].arity === arity).flatMap((op) => {
    const { ns }: PointwiseFunction = POINTWISE[op];
    return has(SPECIAL, op) ? [] : [{ name: op, arity, ns }];
  });

/** The same on int32 and bool. */
const ofIntegers = (arity: 1 | 2): InstructionEntry[] =>
  POINTWISE_OPS.flatMap((op) => {
    if (!has(INTEGER, op) || INTEGER[op] === "copy" || POINTWISE[op].arity !== arity) return [];
    return [{ name: INTEGER[op], arity, ns: INTEGER_NS[INTEGER[op]] }];
  });

const light = (arity: 1 | 2 | 3, ...names: readonly CpuInstruction[]): InstructionEntry[] =>
  names.map((name) => ({ name, arity, ns: undefined }));

/** All instructions; a number in the generated table of functions is a place here. */
export const INSTRUCTIONS: readonly InstructionEntry[] = [
  ...light(1, "copy"),
  ...light(3, "where", "whereLe"),
  ...ofFloats(1),
  ...light(1, ...CONVERSIONS, LOGICAL.logicalNot),
  ...ofIntegers(1),
  ...ofFloats(2),
  ...ofIntegers(2),
  ...light(2, LOGICAL.logicalAnd, LOGICAL.logicalOr, LOGICAL.logicalXor),
];
