/** Reading and writing at places that an index gives: random steps, error bounds. */
import { along, type INDEXING } from "../../lib/device/steps/indexing.ts";
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import { float, type Generator, type Generators, indices } from "../device/generator.ts";
import { type Choices, randomOperand } from "../device/programs.ts";
import { type Analysis, areExact, type Bounds, everywhere, linear, readErrors, rerun } from "../device/tolerance.ts";

/** A shape for the indexed tensor and one for the index, which is no larger except along the axis. */
function indexShapes(choices: Choices): { axis: number; table: number[]; index: number[] } {
  const rank = choices.int(1, 4), axis = choices.int(0, rank - 1);
  const table = choices.shape(rank, choices.chance(0.1) ? 50_000 : 2000);
  const index = table.map((size) => choices.chance(0.6) ? size : choices.int(1, size));
  index[axis] = choices.size(choices.chance(0.1) ? 200 : 20);
  return { axis, table, index };
}

const gather: Generator = (builder, choices) => {
  const { axis, table, index } = indexShapes(choices);
  const dtype = choices.pick(["float32", "float32", "int32", "bool"] as const);
  builder.step({
    kernel: "gather",
    inputs: {
      input: randomOperand(builder, choices, { dtype, shape: table, broadcast: true }),
      index: indices(builder, choices, index, { size: table[axis]! }),
    },
    output: randomOperand(builder, choices, { dtype, shape: index, dense: true }),
    attributes: along({ axis }),
    numbers: {},
  });
  return `[${table}] axis ${axis} by [${index}]`;
};

const scatterAdd: Generator = (builder, choices) => {
  const { axis, table, index } = indexShapes(choices);
  builder.step({
    kernel: "scatterAdd",
    inputs: {
      index: indices(builder, choices, index, { size: table[axis]! }),
      source: float(builder, choices, index, { broadcast: true }),
    },
    output: float(builder, choices, table, { dense: true }),
    attributes: along({ axis }),
    numbers: {},
  });
  return `[${index}] axis ${axis} into [${table}]`;
};

export const GENERATORS: Generators<typeof INDEXING> = { gather, scatterAdd };

function gatherErrors(step: StepOf<"gather">, analysis: Analysis): Bounds {
  const { input, index } = step.inputs;
  if (!areExact(analysis, index)) return everywhere(step.output.shape, Infinity);
  const given = readErrors(analysis, input);
  return given && rerun(step, analysis.memory, [[input, given]]);
}

function scatterAddErrors(step: StepOf<"scatterAdd">, analysis: Analysis): Bounds {
  const { index, source } = step.inputs;
  if (!areExact(analysis, index)) return everywhere(step.output.shape, Infinity);
  return linear(step, analysis, [source], index.shape[step.attributes.axis]!);
}

export const ERRORS: Table<keyof typeof INDEXING, [Analysis], Bounds> = {
  gather: gatherErrors,
  scatterAdd: scatterAddErrors,
};
