import { NONE } from "../../../lib/device/attributes.ts";
import { ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

Deno.test("matmul: a transposed operand and one matrix for all of a batch", async () => {
  const builder = new ProgramBuilder();
  const a = builder.operand(builder.bind("float32", [1, 2, 3, 4, 5, 6, 7, 8]), [2, 2, 2], { strides: [4, 1, 2] });
  const b = builder.operand(builder.bind("float32", [1, 10, 100, 1000]), [2, 2, 2], { strides: [0, 2, 1] });
  const output = builder.dense("float32", [2, 2, 2], new Array<number>(8).fill(0));
  // a = [[1, 3], [2, 4]], [[5, 7], [6, 8]]; b = [[1, 10], [100, 1000]]
  const step = { kernel: "matmul", inputs: { a, b }, output, attributes: NONE, numbers: {} } as const;
  close(await last(builder.step(step).build("matmul")), [
    ...[301, 3010, 402, 4020],
    ...[705, 7050, 806, 8060],
  ]);
});
