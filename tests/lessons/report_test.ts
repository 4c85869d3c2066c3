import assert from "node:assert/strict";
import { lessonReport } from "../../lib/lessons/report.ts";
import { insideSection, networkSection } from "../../lib/lessons/report_inside.ts";
import { initialization } from "../../lib/lessons/initialization.ts";
import { getModel } from "../../lib/lessons/models.ts";
import { summarize } from "../../lib/learner/summary.ts";
import { zeros } from "../../lib/tensor/create.ts";
import { lessonFixture } from "./fixtures.ts";

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

Deno.test("the report shows the inside of runs that were watched, and each network once", async () => {
  const { runs } = lessonFixture();
  assert.equal(String(await insideSection(runs)) + await networkSection(runs), "");
  const one = Float64Array.of(1, 2);
  const layer = { name: "0.1", kind: "ReLU", mean: one, std: one, below: one, above: one, zeros: one, nonFinite: one };
  const counts = [new Float32Array(40).fill(3), new Float32Array(40)], batches = [0, 1], training = [true, true];
  const units = { units: 4, unitsOff: [1, 2], deadSince: [0, 1, -1, -1] };
  const activations = [{ ...layer, ...units, batches, training, counts }];
  const model = summarize(getModel(), zeros([2, 1, 28, 28]));
  const watched = runs.map((run) => ({ ...run, model, seeds: run.seeds.map((seed) => ({ ...seed, activations })) }));
  const inside = String(await insideSection(watched));
  assert.equal(inside.match(/<svg/g)!.length, 4 * runs.length);
  assert.match(inside, /Histograms of activations.*Sparsity.*dead units.*2 of 4 off to the end.*Standard deviation/s);
  const network = String(await networkSection(watched));
  assert.equal(network.match(/<svg/g)!.length, 1);
  assert.match(network, /18,496 parameters/);
});

Deno.test("lessonReport(): an epoch has the number of the tables in its charts", async () => {
  const page = await lessonReport(lessonFixture(), "x");
  const { epochs } = lessonFixture().runs[0]!;
  assert.match(page, />epoch<\/text>/);
  assert.match(page, />epochs done<\/text>/);
  const table = page.match(/<article.*?<\/article>/s)![0].match(/<table.*<\/table>/s)![0];
  assert.match(table, /<td[^>]*>0<\/td>/);
  assert.doesNotMatch(table, new RegExp(`<td[^>]*>${epochs}</td>`));
});
