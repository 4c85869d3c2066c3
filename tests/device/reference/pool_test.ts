import { ADAPTIVE, type AvgPooling, avgPooling } from "../../../lib/device/steps/pool.ts";
import { numel, ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

function pool(
  kernel: "avgPool2d" | "avgPool2dGrad",
  attributes: AvgPooling,
  from: number[],
  to: number[],
  data: number[],
): Promise<number[]> {
  const builder = new ProgramBuilder();
  const input = builder.dense("float32", from, data);
  const output = builder.dense("float32", to, new Array<number>(numel(to)).fill(9));
  return last(builder.step({ kernel, inputs: { input }, output, attributes, numbers: {} }).build(kernel));
}

Deno.test("avgPool2d: fixed and adaptive windows, and their transposes", async () => {
  const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const windows = { adaptive: false, kernelSize: [2, 2], stride: [2, 2], padding: [1, 1], divisor: 0 } as const;
  const counted = avgPooling({ ...windows, countIncludePad: true });
  close(await pool("avgPool2d", counted, [1, 1, 3, 3], [1, 1, 2, 2], nine), [0.25, 1.25, 2.75, 7]);
  const inside = avgPooling({ ...windows, countIncludePad: false });
  close(await pool("avgPool2d", inside, [1, 1, 3, 3], [1, 1, 2, 2], nine), [1, 2.5, 5.5, 7]);
  close(await pool("avgPool2dGrad", inside, [1, 1, 2, 2], [1, 1, 3, 3], [1, 2, 4, 8]), [1, 1, 1, 2, 2, 2, 2, 2, 2]);
  const thirds = avgPooling({ ...windows, countIncludePad: false, divisor: 3 });
  close(await pool("avgPool2d", thirds, [1, 1, 3, 3], [1, 1, 2, 2], nine), [1 / 3, 5 / 3, 11 / 3, 28 / 3]);
  close(await pool("avgPool2dGrad", thirds, [1, 1, 2, 2], [1, 1, 3, 3], [3, 6, 9, 12]), [1, 2, 2, 3, 4, 4, 3, 4, 4]);
  // Bins [0, 2) and [1, 3): the middle counts twice.
  close(await pool("avgPool2d", ADAPTIVE, [1, 1, 3, 1], [1, 1, 2, 1], [1, 2, 4]), [1.5, 3]);
  close(await pool("avgPool2dGrad", ADAPTIVE, [1, 1, 2, 1], [1, 1, 3, 1], [1, 2]), [0.5, 1.5, 1]);
});
