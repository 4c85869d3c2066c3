import assert from "node:assert/strict";
import type { LiveEvent } from "../../../lib/live/events.ts";
import { PageModel, type ShownRun } from "../../../lib/live/page_model.ts";
import { difference, factPairs, figurePairs, labelsOf, smooth } from "../../../pages/live/compare.ts";
import { figuresCsv, layersCsv, seriesCsv } from "../../../pages/live/csv.ts";
import { begin, curves } from "../../live/helpers.ts";

const row = (run: string, epoch: number, accuracy: number): LiveEvent => ({
  kind: "row",
  run,
  step: 2 * (epoch + 1),
  epoch,
  phase: "valid",
  figures: { accuracy },
});

/** Two runs: one of a title with a comma and quotes. */
function twoRuns(): ShownRun[] {
  const model = new PageModel();
  model.apply([
    begin("a", { seed: "1", device: "cpu" }, 'Net, "wide"'),
    begin("b", { seed: "2", device: "cpu", limit: "100" }, "Net"),
    ...curves("a", 2),
    row("a", 0, 0.5),
    row("a", 1, 0.75),
    row("b", 0, 0.25),
    {
      kind: "columns",
      run: "a",
      layer: "1 ReLU",
      of: "activations",
      width: 2,
      from: 0,
      range: [0, 4],
      absolute: true,
      columns: [{ step: 0, mean: 1, std: 2, zeros: 0.5, off: 0.25, counts: [7, 8] }],
    },
  ]);
  return [...model.runs.values()];
}

Deno.test("factPairs: those that differ come first, also where one run has none", () => {
  const [a, b] = twoRuns();
  assert.deepEqual(factPairs(a!, b!), [
    { name: "seed", a: "1", b: "2", differs: true },
    { name: "limit", a: "–", b: "100", differs: true },
    { name: "device", a: "cpu", b: "cpu", differs: false },
    { name: "epochs", a: "2", b: "2", differs: false },
    { name: "started", a: "2026-01-01T00:00:00Z", b: "2026-01-01T00:00:00Z", differs: false },
  ]);
});

Deno.test("figurePairs: both figures and their difference, where both are there", () => {
  const [a, b] = twoRuns(), { columns, rows } = figurePairs(a!, b!);
  assert.deepEqual(columns, ["epoch", "phase", "accuracy, A", "B", "A − B"]);
  assert.deepEqual(rows, [["0", "valid", "0.5", "0.25", "0.25"], ["1", "valid", "0.75", "–", "–"]]);
});

Deno.test("labelsOf: no two runs are called the same", () => {
  const run = (id: string, title: string) => ({ facts: begin(id, {}, title) }) as ShownRun;
  assert.deepEqual([...labelsOf([run("a", "Net"), run("b", "Net"), run("c", "Other")]).values()], [
    "Net, 2026-01-01 00:00:00",
    "Net, 2026-01-01 00:00:00 (2)",
    "Other",
  ]);
});

Deno.test("difference, smooth: as far as both go; means of what is finite", () => {
  assert.deepEqual(difference([3, 2, 1], [1, 1]), [2, 1]);
  assert.deepEqual(smooth([1, 2, 3, 4, 8], 3), [1.5, 2, 3, 5, 6]);
  assert.deepEqual(smooth([1, NaN, 3], 3), [1, 2, 3]);
  assert.deepEqual(smooth([NaN, 5], 1), [NaN, 5]);
});

Deno.test("CSV: a line for each step, epoch and column; quotes where they have to be", () => {
  const runs = twoRuns(), labels = labelsOf(runs);
  const lines = seriesCsv(runs, labels).split("\r\n");
  assert.equal(lines[0], "run,step,loss,lr");
  assert.match(lines[1]!, /^"Net, ""wide""",0,2\.[\d]+,0\.0[\d]+$/);
  assert.equal(lines.length, 4);
  assert.deepEqual(figuresCsv(runs, labels).split("\r\n"), [
    "run,step,epoch,phase,accuracy",
    '"Net, ""wide""",2,0,valid,0.5',
    '"Net, ""wide""",4,1,valid,0.75',
    "Net,2,0,valid,0.25",
    "",
  ]);
  assert.deepEqual(layersCsv(runs, labels).split("\r\n"), [
    "run,of,layer,step,batches,mean,std,zeros,off,low,high,bin 0,bin 1",
    '"Net, ""wide""",activations,1 ReLU,0,2,1,2,0.5,0.25,0,4,7,8',
    "",
  ]);
});
