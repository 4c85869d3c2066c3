/** Random numbers and ranges: random steps, error bounds. */
import { NONE } from "../../lib/device/attributes.ts";
import { boxMuller, philox } from "../../lib/device/reference/sources.ts";
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import { drawing, range, type SOURCES } from "../../lib/device/steps/sources.ts";
import { float, type Generator, type Generators } from "../device/generator.ts";
import { randomOperand } from "../device/programs.ts";
import { type Analysis, type Bounds, EPSILON, everywhere } from "../device/tolerance.ts";

const random: Generator = (builder, choices) => {
  const shape = [choices.size(choices.chance(0.1) ? 200_000 : 5000)];
  const word = () => builder.scalar(choices.int(0, 2 ** 32 - 1));
  const distribution = choices.pick(["uniform", "normal"] as const);
  builder.step({
    kernel: "random",
    inputs: {},
    attributes: drawing({ distribution }),
    numbers: { seedLow: word(), seedHigh: word(), counterLow: word(), counterHigh: word() },
    output: float(builder, choices, shape, { dense: true }),
  });
  return `${distribution} [${shape}]`;
};

const randint: Generator = (builder, choices) => {
  const shape = [choices.size(5000)], word = () => builder.scalar(choices.int(0, 2 ** 32 - 1));
  const low = choices.int(-(2 ** 31), 2 ** 31 - 1), span = choices.chance(0.5) ? 2 ** 31 - 1 - low : choices.int(0, 9);
  builder.step({
    kernel: "randint",
    inputs: {},
    attributes: NONE,
    numbers: {
      ...{ seedLow: word(), seedHigh: word(), counterLow: word(), counterHigh: word() },
      ...{ low: builder.scalar(Math.min(low, 2 ** 31 - 10)), span: builder.scalar(span) },
    },
    output: randomOperand(builder, choices, { dtype: "int32", shape, dense: true }),
  });
  return `[${shape}] from ${low}, ${span}`;
};

const arange: Generator = (builder, choices) => {
  const shape = [choices.size(20_000)], dtype = choices.pick(["float32", "int32"] as const);
  const draw = () => builder.scalar(dtype === "int32" ? choices.int(-20, 20) : choices.normal());
  builder.step({
    kernel: "arange",
    inputs: {},
    attributes: range({ dtype }),
    output: randomOperand(builder, choices, { dtype, shape, dense: true }),
    numbers: { start: draw(), step: draw() },
  });
  return `${dtype} [${shape}]`;
};

export const GENERATORS: Generators<typeof SOURCES> = { random, arange, randint };

/** Uniform numbers are exact: 24 bits, shifted. */
function randomErrors(step: StepOf<"random">, { memory, precision: { approximate } }: Analysis): Bounds {
  if (step.attributes.distribution === "uniform") return undefined;
  const word = (slot: number) => memory.scalars[slot]! >>> 0;
  const { seedLow, seedHigh, counterLow, counterHigh } = step.numbers;
  const key = [word(seedLow), word(seedHigh)], counter = [word(counterLow), word(counterHigh)];
  const bounds = everywhere(step.output.shape, 0);
  for (let i = 0; i < bounds.length; i++) {
    const lanes = philox([i >>> 2, 0, ...counter], key);
    const { radius } = boxMuller(lanes[i & 2]!, lanes[(i & 2) | 1]!);
    // r² = −2 ln u: near u = 1 an absolute error of the logarithm counts in full.
    const logarithm = (approximate ? 4 : 1) * EPSILON;
    const ofRadius = radius > 1e-3 ? logarithm / radius : Math.sqrt(2 * logarithm);
    bounds[i] = ofRadius + radius * (approximate ? 32 : 8) * EPSILON;
  }
  return bounds;
}

function arangeErrors(step: StepOf<"arange">, { memory }: Analysis): Bounds {
  if (step.attributes.dtype === "int32") return undefined;
  const start = Math.abs(memory.scalars[step.numbers.start]!), by = Math.abs(memory.scalars[step.numbers.step]!);
  return everywhere(step.output.shape, 0).map((_, i) => 2 * EPSILON * (start + i * by));
}

export const ERRORS: Table<keyof typeof SOURCES, [Analysis], Bounds> = {
  random: randomErrors,
  randint: () => undefined,
  arange: arangeErrors,
};
