/** What generators of random steps share. */
import type { Operand } from "../../lib/device/operand.ts";
import { type Choices, extent, type ProgramBuilder, randomLayout, randomOperand, type Spread } from "./programs.ts";

/** Adds a random step to a program; returns what to call it. */
export type Generator = (builder: ProgramBuilder, choices: Choices) => string;

/** A generator for each kernel of a family. */
export type Generators<Family> = { readonly [Kernel in keyof Family]: Generator };

/** A float32 operand. */
export function float(
  builder: ProgramBuilder,
  choices: Choices,
  shape: readonly number[],
  options: { dense?: boolean; broadcast?: boolean; spread?: Spread } = {},
): Operand {
  return randomOperand(builder, choices, { dtype: "float32", shape, ...options });
}

/** An int32 operand whose elements are valid for `size`, but for one in fifty programs unless they must be `valid`. */
export function indices(
  builder: ProgramBuilder,
  choices: Choices,
  shape: readonly number[],
  { size, valid = false }: { size: number; valid?: boolean },
): Operand {
  const layout = randomLayout(choices, shape, { broadcast: true });
  const data = Int32Array.from({ length: extent(shape, layout) }, () => choices.int(0, size - 1));
  if (!valid && choices.chance(0.02)) {
    data[choices.int(0, data.length - 1)] = choices.pick([-1, size, size + 7, -(2 ** 31)]);
  }
  return builder.operand(builder.bind("int32", data), shape, layout);
}

/** Sometimes moves the contents of the last bound value far from 0, or makes them all equal: `scales` are what is left of their spread. */
export function moveAway(
  builder: ProgramBuilder,
  choices: Choices,
  { probability, scales }: { probability: number; scales: readonly number[] },
): void {
  const data = builder.bound.at(-1)!;
  if (!choices.chance(probability)) return;
  const away = 10 ** choices.int(1, 4), scale = choices.pick(scales);
  for (let i = 0; i < data.length; i++) data[i] = data[i]! * scale + away;
}

/** Now and then multiplies the data added last by a number whose square is beyond float32. */
export function magnify(builder: ProgramBuilder, choices: Choices): void {
  const data = builder.bound.at(-1)!;
  if (!choices.chance(0.3)) return;
  const factor = choices.pick([1e-30, 1e-22, 1e20, 1e30]);
  for (let i = 0; i < data.length; i++) data[i] = data[i]! * factor;
}
