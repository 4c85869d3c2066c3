/** Batches out of data sets of bytes: random steps, error bounds. */
import { NONE } from "../../lib/device/attributes.ts";
import type { BYTES } from "../../lib/device/steps/bytes.ts";
import type { StepOf, Table } from "../../lib/device/steps/mod.ts";
import { float, type Generator, type Generators, indices } from "../device/generator.ts";
import { contiguous, randomOperand } from "../device/programs.ts";
import { type Analysis, type Bounds, EPSILON, rerun } from "../device/tolerance.ts";

const dequantizeGather: Generator = (builder, choices) => {
  const count = choices.size(300), row = choices.size(900), batch = choices.size(100);
  const bytes = randomOperand(builder, choices, {
    dtype: "uint8",
    shape: [count, row],
    layout: { strides: contiguous([count, row]) },
  });
  builder.step({
    kernel: "dequantizeGather",
    inputs: { bytes, index: indices(builder, choices, [batch], { size: count }) },
    output: float(builder, choices, [batch, row], { dense: true }),
    attributes: NONE,
    numbers: {
      scale: builder.scalar(choices.chance(0.5) ? 1 / 255 : choices.normal()),
      shift: builder.scalar(choices.chance(0.5) ? 0 : choices.normal()),
    },
  });
  return `${batch} of [${count}, ${row}]`;
};

export const GENERATORS: Generators<typeof BYTES> = { dequantizeGather };

/** Two roundings of |byte · scale| + |shift|. */
function takeBytesErrors(step: StepOf<"dequantizeGather">, { memory }: Analysis): Bounds {
  const { scale, shift } = step.numbers, scalars = memory.scalars.slice();
  for (const slot of [scale, shift]) scalars[slot] = Math.abs(scalars[slot]!);
  return rerun(step, { ...memory, scalars }, []).map((x) => 2 * EPSILON * x);
}

export const ERRORS: Table<keyof typeof BYTES, [Analysis], Bounds> = { dequantizeGather: takeBytesErrors };
