/** Moments of numbers that are hard on sums in 32 bits, side by side and one after the other, against sums in two passes of 64 bits. */
import assert from "node:assert/strict";
import { createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import { keeping } from "../../../lib/device/steps/normalisation.ts";
import { runOnce } from "../conformance.ts";
import { Choices, ProgramBuilder } from "../programs.ts";

/** What is in a column, by row. */
const COLUMNS: { readonly [name: string]: (row: number, normal: number) => number } = {
  "normal": (_, normal) => normal,
  "far from 0": (_, normal) => 1e6 + normal,
  "the first row far off": (row, normal) => row === 0 ? 1e5 : normal,
  "the first block far off": (row, normal) => row < 64 ? 1e4 + normal : normal,
  "far off from the middle on": (row, normal) => row < 2000 ? normal / 1e3 : 1e4,
  "drifting": (row, normal) => row + normal,
  "equal": () => 1 / 3,
  "nothing": () => 0,
  "nothing, then little": (row, normal) => row < 500 ? 0 : 1e-25 * normal,
  "little, both ways": (row) => row % 2 ? 1e-30 : -1e-30,
  "much": (_, normal) => 1e25 * normal,
  "equal but for one": (row) => row === 1234 ? 1 : 1e4,
  "two neighbouring numbers": (row) => row % 3 ? 1 : 1 + 2 ** -23,
  "infinite once": (row, normal) => row === 777 ? Infinity : normal,
  "not a number once": (row, normal) => row === 777 ? NaN : normal,
  "normal again": (_, normal) => normal,
};

Deno.test("moments are right to some units of the last place, whatever comes first, for 1 and 2 threads", async () => {
  const names = Object.keys(COLUMNS), width = names.length, choices = new Choices(3);
  for (
    const [rows, inRuns] of [1, 2, 63, 65, 511, 512, 527, 1001, 4097, 20011].flatMap((n) =>
      [[n, false], [n, true]] as const
    )
  ) {
    const place = (row: number, i: number) => inRuns ? i * rows + row : row * width + i;
    const x = new Float32Array(rows * width), builder = new ProgramBuilder();
    for (let row = 0; row < rows; row++) {
      names.forEach((name, i) => x[place(row, i)] = COLUMNS[name]!(row, choices.normal()));
    }
    const input = builder.operand(builder.bind("float32", x), [width, rows], {
      strides: inRuns ? [rows, 1] : [1, width],
    });
    const output = builder.dense("float32", [3, width], new Float32Array(3 * width)), eps = builder.scalar(0);
    // Often enough that the program is worth sharing between threads.
    for (const _ of Array(16)) {
      builder.step({
        kernel: "moments",
        inputs: { input },
        output,
        attributes: keeping({ kept: 1 }),
        numbers: { eps },
      });
    }
    const { program, inputs } = builder.build("moments");
    const [one, two] = await Promise.all([1, 2].map(async (threads) => {
      const backend = createCpuBackend({ threads }), result = (await runOnce(backend, program, inputs))[1]!;
      backend.dispose();
      return result;
    }));
    assert.deepEqual(two, one);
    names.forEach((name, i) => {
      const column = Array.from({ length: rows }, (_, row) => x[place(row, i)]!);
      const mean = column.reduce((sum, v) => sum + v, 0) / rows;
      const variance = column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / rows;
      const found = { mean: one![i]!, variance: one![width + i]! },
        label = `${name}, ${rows} ${inRuns ? "in a run" : "rows"}`;
      if (!Number.isFinite(mean)) {
        assert.ok(
          Object.is(found.mean, mean) && Number.isNaN(found.variance),
          `${label}: ${found.mean}, ${found.variance}`,
        );
        return;
      }
      const off = Math.abs(found.mean - mean), most = 1e-7 * (Math.abs(mean) + Math.sqrt(variance)) + 1e-45;
      assert.ok(off <= most, `${label}: mean ${found.mean}, not ${mean}`);
      const apart = Math.abs(found.variance - variance), wanted = Math.fround(variance);
      assert.ok(
        wanted === Infinity ? found.variance === wanted : apart <= 3e-7 * variance + (1e-15 * mean) ** 2 + 1e-45,
        `${label}: variance ${found.variance}, not ${variance}`,
      );
    });
  }
});
