/** Numbers rounded to 16 bits: random steps, error bounds. */
import { NONE } from "../../lib/device/attributes.ts";
import type { HALVES } from "../../lib/device/steps/halves.ts";
import type { Table } from "../../lib/device/steps/mod.ts";
import type { Generator, Generators } from "../device/generator.ts";
import { randomOperand, type Spread } from "../device/programs.ts";
import { type Analysis, areExact, type Bounds, everywhere } from "../device/tolerance.ts";

const SPREADS: readonly Spread[] = ["normal", "wide", "special"];

const half: Generator = (builder, choices) => {
  const shape = choices.shape(choices.int(1, 4), choices.chance(0.1) ? 60_000 : 2000),
    size = shape.reduce((a, b) => a * b);
  const dtype = choices.pick(["float32", "float32", "float16"] as const), spread = choices.pick(SPREADS);
  const input = randomOperand(builder, choices, { dtype, shape, spread, broadcast: true });
  builder.step({
    kernel: "half",
    inputs: { input },
    output: builder.dense("float16", shape, new Float32Array(size).fill(3)),
    attributes: NONE,
    numbers: {},
  });
  return `[${shape}] of ${dtype}`;
};

export const GENERATORS: Generators<typeof HALVES> = { half };

/** All devices round alike; what comes with an error may be rounded the other way. */
export const ERRORS: Table<keyof typeof HALVES, [Analysis], Bounds> = {
  half: ({ inputs: { input }, output }, analysis) =>
    areExact(analysis, input) ? undefined : everywhere(output.shape, Infinity),
};
