/** How pointwise chains lie in memory for kernels/cpu/pointwise.ts. */
import { command, flag, operand, row, table, word } from "./layout.ts";
import { enumeration } from "./numbers.ts";

/** A chain: the sizes of its lists, and the lists one after the other, in this order. */
export const POINTWISE = command("pointwise", {
  total: word("elements"),
  size: word("elements per chunk"),
  rank: word("axes of the step"),
  shape: table("of the step"),
  lists: table("the lists"),
  slots: word("blocks of scratch memory"),
  directs: word("dense operands"),
  patterns: word("operands that repeat, and what is made of them once a chunk"),
  made: word("how many of them are made, the last ones"),
  gathers: word("other operands that are read"),
  fills: word("constants"),
  once: word("instructions that run once a chunk"),
  period: word("elements after which what they make repeats; 0 if there are none"),
  instructions: word("instructions that run for each block"),
  stores: word("registers that are copied out"),
  statistics: word("bytes to the command of the statistics of each chunk's result; 0: none"),
});

/** A register that is a block of scratch memory. */
export const SLOT = row("slot", { register: word("number"), scratch: word("bytes to the block") });

/** A register that moves along a dense operand. */
export const DIRECT = row("direct", { register: word("number"), from: operand("dense") });

/** An operand that repeats every `period` elements: written out once per chunk. What is made once a chunk has none. */
export const PATTERN = row("pattern", {
  register: word("number"),
  scratch: word("bytes to the block"),
  from: operand("strided"),
  strides: table("of the operand"),
  period: word("elements after which it repeats"),
});

/** An operand that is copied into scratch memory for each block. */
export const STRIDED = row("strided", {
  register: word("number"),
  scratch: word("bytes to the block"),
  from: operand("strided"),
  strides: table("of the operand"),
});

/** What a constant is: one element of an operand, or a run-time scalar as a type. */
export const CONSTANT = enumeration(["element", "float32", "int32", "bool"]);

/** A constant. */
export const FILL = row("fill", {
  register: word("number"),
  scratch: word("bytes to the block"),
  kind: word("what it is: Constant"),
  from: operand("the operand; of a scalar, nothing"),
  slot: word("of a scalar"),
});

/** What is computed on a block. */
export const INSTRUCTION = row("instruction", {
  code: word("number in the function table"),
  out: word("register"),
  a: word("register"),
  b: word("register"),
  c: word("register"),
  d: word("register"),
});

/** A register that is copied out at the end of each block. */
export const STORE = row("store", {
  register: word("number"),
  to: operand("of any strides"),
  strides: table("of the operand"),
  dense: flag("whether it is dense"),
});
