import assert from "node:assert/strict";
import { comparisonTable, epochTable, formatPair } from "../../lib/lessons/tables.ts";
import { lessonFixture } from "./fixtures.ts";

Deno.test("formatPair(): one value alone, several as mean ± deviation", () => {
  assert.equal(formatPair([{ accuracy: 0.8, loss: 0.5 }]), "0.800 / 0.500");
  assert.equal(
    formatPair([{ accuracy: 0.8, loss: 0.5 }, { accuracy: 0.9, loss: 0.5 }]),
    "0.850 ± 0.071 / 0.500 ± 0.000",
  );
});

Deno.test("epochTable(): the columns of the documents", () => {
  const { columns, rows } = epochTable(lessonFixture().runs[0]!);
  assert.deepEqual(columns, ["accuracy", "loss", "epoch", "train"]);
  assert.deepEqual(rows, [["0.234", "2.099", "0", "train"], ["0.431", "1.610", "0", "eval"]]);
});

Deno.test("comparisonTable(): published figures only beside the whole of their own data", () => {
  const columns = (options: Parameters<typeof lessonFixture>[0]) =>
    comparisonTable(lessonFixture(options).runs).columns;
  assert.ok(columns({ dataset: "fashion-mnist" }).includes("published eval"));
  assert.ok(!columns({ dataset: "garments" }).includes("published eval"));
  assert.ok(!columns({ dataset: "fashion-mnist", trainSize: 512 }).includes("published eval"));
  const { rows } = comparisonTable(lessonFixture({ dataset: "fashion-mnist" }).runs.slice(0, 4));
  assert.deepEqual(rows.at(-1), [
    "",
    "",
    "2",
    "0.880 / 0.324",
    "0.866 / 0.363",
    "0.880 / 0.324",
    "0.866 / 0.363",
    "10.0 s",
  ]);
});
