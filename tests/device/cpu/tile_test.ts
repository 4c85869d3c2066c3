/** What the tiles of products owe each other: the same results to the bit, as each element is summed in the same order. */
import { NONE } from "../../../lib/device/attributes.ts";
import { createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Program } from "../../../lib/device/program.ts";
import { assertSameBits, checkAgainstReference, runOnce } from "../conformance.ts";
import type { ProgramInputs } from "../programs.ts";
import {
  CONV_KERNELS,
  convProgram,
  GEOMETRIES,
  type Geometry,
  ONE_CHANNEL_GEOMETRIES,
  PHASED_GEOMETRIES,
  WIDE_GEOMETRIES,
  WINOGRAD_GEOMETRIES,
} from "./conv_programs.ts";

interface Case {
  readonly label: string;
  readonly program: Program;
  readonly inputs: ProgramInputs;
}

/** A product of [m, k] and [k, n], either of which may lie transposed. */
function matmulProgram(m: number, k: number, n: number, layout: "" | "At" | "Bt" | "strided"): Case {
  const shapes = [[1, m, k], [1, k, n], [1, m, n]] as const;
  const strides = [
    layout === "At" ? [0, 1, m] : layout === "strided" ? [0, 2 * k, 2] : [0, k, 1],
    layout === "Bt" ? [0, 1, k] : [0, n, 1],
    [0, n, 1],
  ];
  const operands = shapes.map((shape, value): Operand => ({
    value,
    shape,
    strides: strides[value]!,
    offset: 0,
    dynamic: -1,
  }));
  const sizes = [layout === "strided" ? 2 * m * k : m * k, k * n, m * n];
  const [a, b, output] = operands as [Operand, Operand, Operand];
  return {
    label: `matmul ${m}×${k}×${n} ${layout}`,
    program: {
      values: sizes.map((elements, slot) => ({ dtype: "float32", elements, place: { kind: "bound", slot } })),
      steps: [{ kernel: "matmul", inputs: { a, b }, output, attributes: NONE, numbers: {} }],
      arenaBytes: 0,
      bound: 3,
      scalars: 0,
      offsets: 0,
    },
    inputs: {
      bound: sizes.map((size, k) => new Float32Array(size).map((_, i) => Math.sin(i * 1.7 + k))),
      scalars: new Float64Array(),
      offsets: new Int32Array(),
    },
  };
}

const MATMULS: readonly Case[] = (["", "At", "Bt", "strided"] as const).flatMap((layout) =>
  ([[1, 1, 1], [7, 5, 3], [25, 31, 9], [30, 2, 12], [53, 64, 16], [49, 129, 31], [200, 67, 90], [3, 40, 45]] as const)
    .map(([m, k, n]) => matmulProgram(m, k, n, layout))
);

/** Work enough that a weight gradient has several parts, by output channels and by images. */
const LARGE: Geometry = [[6, 64, 14, 14], 131, [3, 3], [1, 1], [1, 1]];

const CONVOLUTIONS: readonly Case[] = CONV_KERNELS.flatMap((kernel) =>
  [GEOMETRIES, ONE_CHANNEL_GEOMETRIES, PHASED_GEOMETRIES, WIDE_GEOMETRIES, WINOGRAD_GEOMETRIES, [LARGE]].flat().map((
    geometry,
  ) => convProgram(kernel, geometry))
);

Deno.test("products with tiles of 8 and of 16 columns are the same to the bit, on one and on two threads", async () => {
  const first = createCpuBackend({ threads: 1, tileColumns: 8 });
  const others = [createCpuBackend({ threads: 1, tileColumns: 16 }), createCpuBackend({ threads: 2, tileColumns: 16 })];
  for (const { label, program, inputs } of [...MATMULS, ...CONVOLUTIONS]) {
    const expected = await runOnce(first, program, inputs);
    for (const other of others) assertSameBits(expected, await runOnce(other, program, inputs), label);
  }
  for (const backend of [first, ...others]) backend.dispose();
});

for (const tileColumns of [8, 16] as const) {
  Deno.test(`matrix products with tiles of ${tileColumns} columns agree with the reference`, async () => {
    const backend = createCpuBackend({ threads: 1, tileColumns });
    for (const { label, program, inputs } of MATMULS) await checkAgainstReference(backend, program, inputs, { label });
    backend.dispose();
  });
}
