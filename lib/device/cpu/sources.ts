/** Random numbers and ranges, for kernels/cpu/sources.ts. */
import { computed } from "../dtype.ts";
import { sizeOf } from "../shape.ts";
import type { StepOf } from "../steps/mod.ts";
import type { ProgramWriter } from "./commands.ts";
import { command, flag, operand, scalar, word } from "./layout.ts";
import { enumeration } from "./numbers.ts";
import { chunkSize } from "./shapes.ts";

export const RANDOM = command("random", {
  total: word("elements"),
  size: word("elements per chunk, a multiple of 4"),
  normal: flag("whether normal, else uniform"),
  output: operand("dense"),
  seedLow: scalar("unsigned 32 bits"),
  seedHigh: scalar("unsigned 32 bits"),
  counterLow: scalar("unsigned 32 bits"),
  counterHigh: scalar("unsigned 32 bits"),
});

export const RANDINT = command("randint", {
  total: word("elements"),
  size: word("elements per chunk"),
  output: operand("dense, int32"),
  seedLow: scalar("unsigned 32 bits"),
  seedHigh: scalar("unsigned 32 bits"),
  counterLow: scalar("unsigned 32 bits"),
  counterHigh: scalar("unsigned 32 bits"),
  low: scalar("the smallest number"),
  span: scalar("how much larger the largest is"),
});

/** Types of a range. */
export const RANGE = enumeration(["float32", "int32", "bool"]);

export const ARANGE = command("arange", {
  total: word("elements"),
  size: word("elements per chunk"),
  kind: word("type: Range"),
  output: operand("dense"),
  start: scalar("first number"),
  step: scalar("from one to the next"),
});

/** Nanoseconds of a random number: a quarter of a Philox block, and for normal ones a logarithm, a root, a sine; and of a range's number. */
const NS_UNIFORM = 5;
const NS_NORMAL = 8;
const NS_RANGE = 1;

/** Encodes random numbers. */
export function encodeRandom({ output, attributes, numbers }: StepOf<"random">, writer: ProgramWriter): void {
  const total = sizeOf(output.shape), size = chunkSize(total, 4, 4096), normal = attributes.distribution === "normal";
  const cut = { chunks: Math.ceil(total / size), ns: total * (normal ? NS_NORMAL : NS_UNIFORM) };
  writer.issue(RANDOM, cut, { total, size, normal, output, ...numbers });
}

/** Encodes whole random numbers. */
export function encodeRandint({ output, numbers }: StepOf<"randint">, writer: ProgramWriter): void {
  const total = sizeOf(output.shape), size = chunkSize(total, 2, 4096);
  writer.issue(RANDINT, { chunks: Math.ceil(total / size), ns: total * 2 * NS_UNIFORM }, {
    total,
    size,
    output,
    ...numbers,
  });
}

/** Encodes a range. */
export function encodeArange(
  { output, attributes: { dtype }, numbers }: StepOf<"arange">,
  writer: ProgramWriter,
): void {
  const total = sizeOf(output.shape), size = chunkSize(total, 1, 16384);
  const kind = RANGE[computed(dtype)];
  writer.issue(ARANGE, { chunks: Math.ceil(total / size), ns: total * NS_RANGE }, {
    total,
    size,
    kind,
    output,
    ...numbers,
  });
}
