import assert from "node:assert/strict";
import { lessonReport } from "../../lib/lessons/report.ts";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { insideSection, networkSection } from "../../lib/lessons/report_inside.ts";
import { initialization } from "../../lib/lessons/initialization.ts";
import { getModel } from "../../lib/lessons/models.ts";
import { summarize } from "../../lib/learner/summary.ts";
import { zeros } from "../../lib/tensor/create.ts";
import { acrossSeeds, comparable, meanAndStd } from "../../lib/lessons/result.ts";
import { comparisonTable, epochTable, formatFigure, formatPair, formatSeconds } from "../../lib/lessons/tables.ts";
import { lessonFixture } from "./fixtures.ts";

Deno.test("formatFigure(): three decimals, short when huge", () => {
  assert.deepEqual([0.1234, 12, NaN, 1.6e5, 7e14, Infinity].map(formatFigure), [
    "0.123",
    "12.000",
    "NaN",
    "1.6e5",
    "7.0e14",
    "Infinity",
  ]);
});

Deno.test("formatSeconds(): for people", () => {
  assert.deepEqual([0.04, 8.25, 59.9, 125].map(formatSeconds), ["0.0 s", "8.3 s", "59.9 s", "2 min 05 s"]);
});

Deno.test("meanAndStd(): the deviation is unbiased, and undefined for one value", () => {
  const { mean, std } = meanAndStd([1, 2, 4, 18]);
  assert.equal(mean, 6.25);
  assert.ok(Math.abs(std - 7.932) < 1e-3);
  assert.ok(Number.isNaN(meanAndStd([3]).std));
});

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

Deno.test("acrossSeeds(), comparable()", () => {
  const [a1] = lessonFixture({ seeds: 3, dataset: "fashion-mnist" }).runs;
  assert.deepEqual(acrossSeeds(a1!, 0, "eval").map(({ accuracy }) => accuracy), [0.431, 0.421, 0.411]);
  assert.ok(comparable(a1!));
});

Deno.test("lessonReport(): every run, its charts and tables, and how to make it again", async () => {
  const page = await lessonReport(lessonFixture(), "deno task lesson initialization --seed 42");
  const ids = initialization.runs.map(({ id }) => id);
  assert.equal(ids.length, 9);
  for (const id of ids) assert.match(page, new RegExp(`<article class="card" id="${id}">`));
  assert.equal(page.match(/<svg/g)!.length, 2 + ids.length * 2);
  assert.match(page, /<code>deno task lesson initialization --seed 42<\/code>/);
  assert.match(page, /belong to the whole of Fashion-MNIST and are not shown/);
  assert.ok(page.length < ids.length * 50_000, `${page.length} characters`);
});

Deno.test("lessonReport(): needs no network and runs no script", async () => {
  const page = await lessonReport(lessonFixture({ seeds: 2 }), "x");
  assert.doesNotMatch(page, /<script|<link[^>]+href="http|src="http|@import|url\(http/);
});

Deno.test("lessonReport(): texts are escaped", async () => {
  const page = await lessonReport(lessonFixture({ title: "<img src=x>" }), "a && b <c>");
  assert.doesNotMatch(page, /<img/);
  assert.match(page, /a &amp;&amp; b &lt;c&gt;/);
});

Deno.test("lessonReport(): a diverged run leaves gaps, not errors, and says why", async () => {
  const page = await lessonReport(lessonFixture({ diverged: true }), "x");
  assert.match(page, /<p class="small">Not finite from epoch 0, batch 7 on: log &lt;here&gt;\.<\/p>/);
  assert.match(page, /NaN \/ NaN/);
  assert.doesNotMatch(page, /<path[^>]+ d="[^"]*NaN/);
});

Deno.test("lessonReport(): a run that explodes does not press the others flat", async () => {
  const fixture = lessonFixture();
  const [first, ...others] = fixture.runs;
  const seeds = first!.seeds.map((seed) => ({ ...seed, losses: Array.from(seed.losses, (loss) => loss * 1e14) }));
  const page = await lessonReport({ ...fixture, runs: [{ ...first!, seeds }, ...others] }, "x");
  assert.match(page, />2<\/text>/);
  assert.doesNotMatch(page, />(1e\+?)?1[0-9]\d{9,}<\/text>|>1e\+1\d<\/text>/);
});

Deno.test("comparable(): the whole training file, less what is held out", () => {
  const [a1] = lessonFixture({ dataset: "fashion-mnist" }).runs;
  const run = findRun("C1")!;
  assert.ok(comparable({ ...a1!, run, dataset: "mnist", trainSize: 50_000 }));
  assert.ok(!comparable({ ...a1!, run, dataset: "mnist", trainSize: 60_000 }));
  assert.ok(!comparable({ ...a1!, run: findRun("C9a")!, dataset: "mnist", trainSize: 50_000 }));
});

Deno.test("the report shows the inside of runs that were watched, and each network once", async () => {
  const { runs } = lessonFixture();
  assert.equal(String(await insideSection(runs)) + await networkSection(runs), "");
  const one = Float64Array.of(1, 2);
  const layer = { name: "0.1", kind: "ReLU", mean: one, std: one, below: one, above: one };
  const activations = [{ ...layer, counts: [new Float32Array(40).fill(3), new Float32Array(40)] }];
  const model = summarize(getModel(), zeros([2, 1, 28, 28]));
  const watched = runs.map((run) => ({ ...run, model, seeds: run.seeds.map((seed) => ({ ...seed, activations })) }));
  const inside = String(await insideSection(watched));
  assert.equal(inside.match(/<svg/g)!.length, 3 * runs.length);
  assert.match(inside, /Histograms of activations.*Share of \|activation\| below 0.25.*Standard deviation/s);
  const network = String(await networkSection(watched));
  assert.equal(network.match(/<svg/g)!.length, 1);
  assert.match(network, /18,496 parameters/);
});
