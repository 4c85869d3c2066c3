import { NONE } from "../../../lib/device/attributes.ts";
import { ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

Deno.test("dequantizeGather scales and shifts rows of bytes", async () => {
  const builder = new ProgramBuilder();
  builder.step({
    kernel: "dequantizeGather",
    inputs: {
      bytes: builder.dense("uint8", [3, 2], [0, 255, 1, 2, 10, 20]),
      index: builder.dense("int32", [2], [2, 0]),
    },
    attributes: NONE,
    numbers: { scale: builder.scalar(0.5), shift: builder.scalar(-1) },
    output: builder.dense("float32", [2, 2], [0, 0, 0, 0]),
  });
  close(await last(builder.build("dequantizeGather")), [4, 9, -1, 126.5]);
});
