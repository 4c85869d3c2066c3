/** Random steps that go by an index. */
import { float, type Generator, indices } from "./generator.ts";
import { type Choices, contiguous, randomOperand } from "./programs.ts";

/** A shape for the indexed tensor and one for the index: no larger but along the axis. */
function indexShapes(choices: Choices): { axis: number; table: number[]; index: number[] } {
  const rank = choices.int(1, 4), axis = choices.int(0, rank - 1);
  const table = choices.shape(rank, choices.chance(0.1) ? 50_000 : 2000);
  const index = table.map((size) => choices.chance(0.6) ? size : choices.int(1, size));
  index[axis] = choices.size(choices.chance(0.1) ? 200 : 20);
  return { axis, table, index };
}

export const gather: Generator = (builder, choices) => {
  const { axis, table, index } = indexShapes(choices);
  const dtype = choices.pick(["float32", "float32", "int32", "bool"] as const);
  builder.step({
    kernel: "gather",
    axis,
    dtype,
    input: randomOperand(builder, choices, { dtype, shape: table, broadcast: true }),
    index: indices(builder, choices, index, { size: table[axis]! }),
    output: randomOperand(builder, choices, { dtype, shape: index, dense: true }),
  });
  return `[${table}] axis ${axis} by [${index}]`;
};

export const scatterAdd: Generator = (builder, choices) => {
  const { axis, table, index } = indexShapes(choices);
  builder.step({
    kernel: "scatterAdd",
    axis,
    index: indices(builder, choices, index, { size: table[axis]! }),
    source: float(builder, choices, index, { broadcast: true }),
    output: float(builder, choices, table, { dense: true }),
  });
  return `[${index}] axis ${axis} into [${table}]`;
};

export const takeBytes: Generator = (builder, choices) => {
  const count = choices.size(300), row = choices.size(900), batch = choices.size(100);
  const bytes = randomOperand(builder, choices, {
    dtype: "uint8",
    shape: [count, row],
    layout: { strides: contiguous([count, row]) },
  });
  builder.step({
    kernel: "takeBytes",
    bytes,
    index: indices(builder, choices, [batch], { size: count }),
    output: float(builder, choices, [batch, row], { dense: true }),
    scale: builder.scalar(choices.chance(0.5) ? 1 / 255 : choices.normal()),
    shift: builder.scalar(choices.chance(0.5) ? 0 : choices.normal()),
  });
  return `${batch} of [${count}, ${row}]`;
};
