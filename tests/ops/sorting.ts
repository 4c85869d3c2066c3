/** The order of numbers: random steps, error bounds. */
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import { ordering, type SORTING } from "../../lib/device/steps/sorting.ts";
import type { Generator, Generators } from "../device/generator.ts";
import { randomOperand, type Spread } from "../device/programs.ts";
import { type Analysis, areExact, type Bounds, everywhere } from "../device/tolerance.ts";

const argsort: Generator = (builder, choices) => {
  const dtype = choices.pick(["float32", "float32", "int32", "bool"] as const);
  const shape = choices.shape(2, choices.chance(0.1) ? 50_000 : 3000), descending = choices.chance(0.4);
  const spread = choices.pick<Spread>(["normal", "whole", "special"]);
  builder.step({
    kernel: "argsort",
    inputs: { input: randomOperand(builder, choices, { dtype, shape, broadcast: true, spread }) },
    output: randomOperand(builder, choices, { dtype: "int32", shape, dense: true }),
    attributes: ordering({ dtype, descending }),
    numbers: {},
  });
  return `${dtype} [${shape}]${descending ? " descending" : ""}`;
};

export const GENERATORS: Generators<typeof SORTING> = { argsort };

/** Numbers that are not exact may come in any order. */
function argsortErrors({ inputs: { input }, output }: StepOf<"argsort">, analysis: Analysis): Bounds {
  return areExact(analysis, input) ? undefined : everywhere(output.shape, Infinity);
}

export const ERRORS: Table<keyof typeof SORTING, [Analysis], Bounds> = { argsort: argsortErrors };
