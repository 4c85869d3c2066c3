import { along } from "../../../lib/device/steps/indexing.ts";
import { ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

Deno.test("gather picks and scatterAdd adds along an axis", async () => {
  const picked = new ProgramBuilder();
  picked.step({
    kernel: "gather",
    inputs: {
      input: picked.dense("float32", [3, 2], [0, 1, 10, 11, 20, 21]),
      index: picked.dense("int32", [2, 2], [2, 0, 1, 1]),
    },
    attributes: along({ axis: 0 }),
    numbers: {},
    output: picked.dense("float32", [2, 2], [0, 0, 0, 0]),
  });
  close(await last(picked.build("gather")), [20, 1, 10, 11]);
  const added = new ProgramBuilder();
  added.step({
    kernel: "scatterAdd",
    inputs: {
      index: added.dense("int32", [1, 4], [2, 0, 2, 2]),
      source: added.dense("float32", [1, 4], [1, 10, 100, 1000]),
    },
    attributes: along({ axis: 1 }),
    numbers: {},
    output: added.dense("float32", [2, 3], [9, 9, 9, 9, 9, 9]),
  });
  close(await last(added.build("scatterAdd")), [10, 0, 1101, 0, 0, 0]);
});
