import assert from "node:assert/strict";
import { findRun } from "../../lib/lessons/catalogue.ts";
import type { RunResult } from "../../lib/lessons/result.ts";
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

/** A course's run whose seeds end like this, trained for its own number of epochs unless told otherwise. */
function courseRun(id: string, averaged: readonly (number | undefined)[], epochs?: number): RunResult {
  const run = findRun(id)!, last = (epochs ?? run.setup.epochs) - 1, end = { loss: 0.2, accuracy: 0.94, seconds: 1 };
  const seeds = averaged.map((value, seed) => ({
    ...{ seed, losses: [], seconds: 10 },
    phases: (["train", "eval"] as const).map((phase) => ({ ...end, phase, epoch: last })),
    ...value === undefined ? {} : { averaged: value },
  }));
  return { run, dataset: "fashion-mnist", epochs: last + 1, trainSize: 60_000, evalSize: 10_000, parameters: 1, seeds };
}

Deno.test("comparisonTable(): the course's figures beside the last epoch alone, and averaged predictions below it", () => {
  const { columns, rows } = comparisonTable([courseRun("H5", [0.944]), courseRun("H7", [undefined, 0.946])]);
  assert.deepEqual(columns.slice(5, 7), ["published train", "published eval"]);
  const two = "0.940 ± 0.000 / 0.200 ± 0.000", one = "0.940 / 0.200";
  assert.deepEqual(rows, [
    ["H5", "augmented", "19", one, one, "0.972 / 0.089 (course)", "0.943 / 0.173 (course)", "10.0 s"],
    ["", "mean with mirror images", "", "", "0.944", "", "0.945 (course)", ""],
    ["H7", "copied", "24", two, two, "0.954 / 0.132 (course)", "0.944 / 0.163 (course)", "10.0 s"],
    ["", "mean with the seed before", "", "", "0.946", "", "0.947 (course)", ""],
  ]);
  // A shorter training has no last epoch to compare, and other data none at all.
  assert.deepEqual(comparisonTable([courseRun("H8", [undefined], 2)]).rows[0]!.slice(5, 7), ["", ""]);
  const garments = comparisonTable([{ ...courseRun("H5", [0.944]), dataset: "garments" }]);
  assert.deepEqual(garments.rows[1], ["", "mean with mirror images", "", "", "0.944", ""]);
});

Deno.test("comparisonTable(): a run that was interrupted stands there with the last epoch that it finished", () => {
  const run = { ...courseRun("H5", [undefined], 13), dataset: "garments", epochs: 20 } as const;
  const one = "0.940 / 0.200";
  assert.deepEqual(comparisonTable([run]).rows, [["H5", "augmented", "12", one, one, "10.0 s"]]);
  const seeds = [...run.seeds, ...courseRun("H5", [undefined], 20).seeds];
  assert.deepEqual(comparisonTable([{ ...run, seeds }]).rows, [["H5", "augmented", "19", one, one, "10.0 s"]]);
});
