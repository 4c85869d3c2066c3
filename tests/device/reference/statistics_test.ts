import { NONE } from "../../../lib/device/attributes.ts";
import { counting } from "../../../lib/device/steps/statistics.ts";
import { ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

Deno.test("histogram counts as histc: edges belong to the upper bin, max to the last, the rest is left out", async () => {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "histogram",
    inputs: {
      input: builder.dense("float32", [9], Float64Array.of(0, 0.24, 0.25, 0.5, 1, 1.01, -0.01, NaN, Infinity)),
    },
    attributes: NONE,
    numbers: { min: builder.scalar(0), max: builder.scalar(1) },
    output: builder.dense("float32", [4], [7, 7, 7, 7]),
  });
  close(await last(builder.build("histogram")), [2, 1, 1, 1]);
});

/** Statistics in two bins over [0, 4]. */
function statistics(data: readonly number[], absolute: boolean): Promise<number[]> {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "statistics",
    inputs: { input: builder.dense("float32", [data.length], data) },
    output: builder.dense("float32", [8], new Array<number>(8).fill(7)),
    attributes: counting({ absolute }),
    numbers: { min: builder.scalar(0), max: builder.scalar(4) },
  });
  return last(builder.build("statistics"));
}

Deno.test("statistics are those of 1 … n, and count what lies outside", async () => {
  // Mean (n + 1) / 2 and variance n(n + 1) / 12.
  const whole = Array.from({ length: 11 }, (_, i) => i + 1);
  close(await statistics(whole, false), [6, Math.sqrt(11), 0, 7, 0, 0, 1, 3]);
  close(await statistics(whole.map((x) => -x), false), [-6, Math.sqrt(11), 11, 0, 0, 0, 0, 0]);
  close(await statistics(whole.map((x) => -x), true), [-6, Math.sqrt(11), 0, 7, 0, 0, 1, 3]);
});

Deno.test("statistics of one number, of equal ones, of infinities and of NaN", async () => {
  close(await statistics([3], true), [3, NaN, 0, 0, 0, 0, 0, 1]);
  close(await statistics([2, 2, 2], true), [2, 0, 0, 0, 0, 0, 0, 3]);
  close(await statistics([Infinity, 1], true), [Infinity, NaN, 0, 0, 0, 1, 1, 0]);
  close(await statistics([-Infinity, Infinity], false), [NaN, NaN, 0, 0, 0, 2, 0, 0]);
  close(await statistics([NaN, 1, 4], true), [NaN, NaN, 0, 0, 0, 1, 1, 1]);
});

Deno.test("zeros are counted apart from what is small, and in their bin too; of either sign, and no subnormal", async () => {
  close(await statistics([0, -0, 1e-40, -1, 1], false), [0, Math.sqrt(0.5), 1, 0, 2, 0, 4, 0]);
  close(await statistics([0, 0, 0], true), [0, 0, 0, 0, 3, 0, 3, 0]);
});
