import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Chart } from "../../lib/plot/chart.ts";
import { Database } from "../../lib/sweep/database.ts";
import { StoreError } from "../../lib/sweep/errors.ts";
import { describePlan, type PlanDescription } from "../../lib/sweep/expand.ts";
import { toCsv, toJsonLines } from "../../lib/sweep/export.ts";
import { configurations, objective, ranked, spread, varying } from "../../lib/sweep/groups.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { failure, type TrialRecord } from "../../lib/sweep/record.ts";
import { effectsChart, pairChart, parallelChart } from "../../lib/sweep/report/charts.ts";
import { curvesChart } from "../../lib/sweep/report/curves.ts";
import { Labels } from "../../lib/sweep/labels.ts";
import { Gallery } from "../../lib/sweep/report/gallery.ts";
import { levels } from "../../lib/sweep/report/levels.ts";
import { sweepReport } from "../../lib/sweep/report/page.ts";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
import type { SweepResults } from "../../lib/sweep/results.ts";
import { STORE } from "../../lib/sweep/schema.ts";
import { Store } from "../../lib/sweep/store.ts";
import { logUniform, uniform } from "../../lib/sweep/space.ts";
import { TrialsLock } from "../../tasks/sweep/lock.ts";
import { writeReport } from "../../tasks/sweep/report.ts";
import { axisLabels, legendLabels } from "../plot/rendered.ts";
import { ROOT } from "../tasks/command.ts";
import { withFolder } from "./helpers.ts";

const code = { id: "c", version: "1", files: {} };
const environment = { device: "cpu", description: "cpu", threads: 1, system: "linux", versions: { Deno: "2" } };

/** Fills a folder with records, and reads it. */
async function filled(
  folder: string,
  plan: PlanDescription,
  record: (params: Readonly<Record<string, never>>, seed: number, i: number) => Partial<TrialRecord> | undefined,
): Promise<SweepResults> {
  using store = await Store.open(folder, plan, code);
  for (const [i, { id, params, seed }] of plan.trials.entries()) {
    const own = record(params as Readonly<Record<string, never>>, seed, i);
    if (own) store.settle(id, { ...failure("", 1), status: "done", error: null, environment, ...own });
  }
  return await readSweep(folder);
}

const plan = describePlan(defineSweep({
  name: "report",
  about: "What matters?",
  grid: { act: ["relu", "<b>"], lr: [0.1, 0.2, 0.4], same: [1] },
  seeds: 2,
  metric: "accuracy",
  trial: () => ({ accuracy: 1 }),
}));

/** accuracy = 10·(act is relu) + lr·10 + seed/100, a closed form for effects. */
const additive = (folder: string) =>
  filled(folder, plan, ({ act, lr }, seed, i) => {
    if (i === 11) return { status: "failed", error: "it <broke>\nat x" };
    const accuracy = (act === "relu" ? 10 : 0) + 10 * lr + seed / 100;
    const steps = [1, 2, 3].map((step) => [step, "accuracy", accuracy * step / 3] as const);
    return { metrics: { loss: i === 3 ? null : 1 / accuracy, accuracy }, steps };
  });

Deno.test("configurations(), spread(), ranked(): mean and unbiased deviation over seeds, the best first", () =>
  withFolder(async (folder) => {
    const results = await additive(folder);
    const groups = configurations(results.trials);
    assert.equal(groups.length, 6);
    assert.deepEqual(varying(groups), ["act", "lr"]);
    assert.deepEqual(objective(results), { metric: "accuracy", goal: "max" });
    const [best] = ranked(groups, { metric: "accuracy", goal: "max" });
    assert.deepEqual(best!.params, { act: "relu", lr: 0.4, same: 1 });
    const { mean, std, n } = spread(best!.done, "accuracy");
    assert.ok(Math.abs(mean - 14.015) < 1e-9 && Math.abs(std - 0.01 / Math.SQRT2) < 1e-9 && n === 2);
    assert.deepEqual(ranked(groups, { metric: "accuracy", goal: "min" })[0]!.params, { act: "<b>", lr: 0.1, same: 1 });
    assert.equal(spread(results.trials.filter(({ id }) => id === plan.trials[3]!.id), "loss").n, 0);
  }));

Deno.test("levels(): of many numbers, ranges that hold as many trials each", () => {
  const trials = Array.from({ length: 100 }, (_, i) => ({ params: { lr: 10 ** (-i / 25) } }));
  const groups = levels(trials as never, "lr");
  assert.deepEqual(groups.map(({ trials }) => trials.length), [20, 20, 20, 20, 20]);
  assert.match(groups[0]!.label, /^0\.00011 to 0\.00063$/);
});

Deno.test("levels(): equal values stay together", () => {
  const at = [...Array(12).keys()].flatMap((lr) =>
    [...Array(6).keys()].map((act) => ({ lr: lr / 10, act: `a${act}` }))
  );
  const trials = at.map((params, id) => ({
    id,
    params,
    status: "done",
    metrics: { accuracy: params.lr ** 2 + Number(params.act.slice(1)) },
  })) as never;
  const groups = levels(trials, "lr");
  assert.deepEqual(groups.map(({ label }) => label), [
    "0 to 0.1",
    "0.2 to 0.4",
    "0.5 to 0.6",
    "0.7 to 0.9",
    "1 to 1.1",
  ]);
  assert.deepEqual(groups.map(({ trials }) => trials.length), [12, 18, 12, 18, 12]);
});

Deno.test("the charts draw what there is: lines, cells, bands", () =>
  withFolder(async (folder) => {
    const results = await additive(folder);
    const groups = configurations(results.trials);
    const svg = await parallelChart(
      groups,
      ["act", "lr"],
      "accuracy",
      new Labels(groups.map(({ params }) => params)),
    ).svg();
    assert.equal(
      svg.match(/aria-roledescription="line mark"|<path[^>]+stroke="#[0-9a-f]{6}"|<path[^>]+stroke="rgb/g)!.length,
      5, // one has a trial that failed
    );
    const pairs = await pairChart(results.trials.filter(({ status }) => status === "done"), "act", "lr", "accuracy")
      .svg();
    assert.deepEqual([...pairs.matchAll(/>(1?\d\.\d{3})<\/text>/g)].slice(0, 6).map(([, text]) => text), [
      "11.015",
      "12.015",
      "14.015",
      "1.015",
      "2.015",
      "4.010",
    ]);
    const curves = curvesChart(
      results.trials,
      results.curves.filter(({ name }) => name === "accuracy"),
      "act",
      "accuracy",
    );
    const { values } = curves.spec.data as { values: { s: number; x: number; y: number }[] };
    const relu = values.filter(({ s }) => s === 0).map(({ x, y }) => [x, y]);
    // Mean over rates 0.1, 0.2, 0.4 and seeds 1, 2: 10 + 7/3 + 0.015.
    assert.deepEqual(relu.map(([x]) => x), [1, 2, 3]);
    assert.ok(Math.abs(relu[2]![1]! - (10 + 7 / 3 + 0.015)) < 1e-3);
  }));

Deno.test("sweepReport(): stands alone, sorts, escapes, lists failures; its charts are there one by one", () =>
  withFolder(async (folder) => {
    const { page, charts } = await sweepReport(await additive(folder));
    assert.doesNotMatch(page, /<link[^>]+href="http|src="http|@import|url\(http|<b>/);
    assert.match(page, /Best by accuracy: act relu, lr 0\.4, at 14\.015 ± 0\.0071 over 2 seeds/);
    assert.match(page, /1 run failed: no set of parameters with one of them is called the best/);
    assert.match(page, /No shares of variance: 10 runs for 2 parameters are too few: expected 10 a parameter/);
    assert.match(page, /it &lt;broke&gt;/);
    assert.match(page, /<th scope="col" class="n" aria-sort="descending"/);
    assert.equal(page.match(/<tbody>(?:(?!<\/tbody>)[\s\S])*data-v[\s\S]*?<\/tbody>/)![0].match(/<tr>/g)!.length, 6);
    assert.deepEqual([...charts.keys()].sort(), [
      "curves-accuracy-act",
      "curves-accuracy-lr",
      "effect-act",
      "effect-lr",
      "pair-act-lr",
      "parallel",
    ]);
    for (const svg of charts.values()) assert.match(svg, /^<svg[^>]+viewBox[\s\S]*<\/svg>\n$/);
  }));

Deno.test("sweepReport(): a browser runs its own script and no other", () =>
  withFolder(async (folder) => {
    const { page } = await sweepReport(await additive(folder));
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(page)![1]!;
    assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/);
    assert.match(policy, /^default-src 'none';/);
    const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map((match) => match[1]!);
    assert.equal(scripts.length, 1);
    const hash = createHash("sha256").update(scripts[0]!).digest("base64");
    assert.match(policy, new RegExp(`script-src 'sha256-${hash.replace(/[+/]/g, "\\$&")}'(;|$)`));
    assert.doesNotMatch(page, / on[a-z]+="|javascript:/);
  }));

Deno.test("charts are drawn where no code may be made from texts", async () => {
  const module = new URL("../../lib/plot/mod.ts", import.meta.url).href;
  const source = `import { seriesChart } from ${JSON.stringify(module)};
    try { new Function("return 1")(); throw "code was made"; } catch (error) { if (error === "code was made") throw error; }
    const svg = await seriesChart({ y: { title: "');throw 1;('" }, series: [{ label: "\\"+alert(1)+\\"", values: [2, 1] }] }).svg();
    console.log(svg.length > 1000);`;
  const lock = `--lock=${join(ROOT, "deno.lock")}`;
  const flags = ["--frozen", lock, "--no-prompt", "--v8-flags=--disallow-code-generation-from-strings"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...flags, "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(source));
  await input.close();
  const { stdout, stderr } = await child.output();
  assert.equal(new TextDecoder().decode(stdout).trim(), "true", new TextDecoder().decode(stderr));
});

Deno.test("sweepReport(): of a sweep without any result", () =>
  withFolder(async (folder) => {
    const { page } = await sweepReport(await filled(folder, plan, () => undefined));
    assert.match(page, /No trial is done yet/);
    assert.match(page, /12 trials \(12 pending\)/);
  }));

Deno.test("toCsv(), toJsonLines(): every trial, quoted as RFC 4180 has it", () =>
  withFolder(async (folder) => {
    const results = await additive(folder);
    const csv = toCsv(results);
    assert.match(csv, /^trial,act,lr,same,seed,status,loss,accuracy,attempts,seconds,error\n/);
    assert.match(csv, /,relu,0\.1,1,1,done,0\.09\d+,11\.01,0,1,\n/);
    assert.match(csv, /,failed,,,0,1,"it <broke>\nat x"\n/);
    assert.match(csv, /,NaN,/);
    const rows = toJsonLines(results).trim().split("\n").map((line) => JSON.parse(line));
    assert.equal(rows.length, 12);
    assert.equal(rows[3].metrics.loss, null);
    assert.deepEqual(Object.keys(rows[0]), [
      "sweep",
      "trial",
      "params",
      "seed",
      "status",
      "metrics",
      "error",
      "attempts",
      "seconds",
    ]);
  }));

Deno.test("toCsv({ spreadsheet }): no cell is a formula", () =>
  withFolder(async (folder) => {
    const plan = describePlan(defineSweep({
      name: "formulas",
      grid: { a: ["=1+1", "+1", "-x", "@SUM(A1)", "plain", "\t=1"], b: [-1] },
      trial: () => ({ accuracy: 1 }),
    }));
    const results = await filled(folder, plan, () => ({ metrics: { accuracy: -1 } }));
    const cells = (csv: string) => csv.trim().split("\n").slice(1).map((line) => line.split(",").slice(1, 3).join());
    assert.deepEqual(cells(toCsv(results)), ["=1+1,-1", "+1,-1", "-x,-1", "@SUM(A1),-1", "plain,-1", "\t=1,-1"]);
    assert.deepEqual(cells(toCsv(results, { spreadsheet: true })), [
      "'=1+1,-1",
      "'+1,-1",
      "'-x,-1",
      "'@SUM(A1),-1",
      "plain,-1",
      "'\t=1,-1",
    ]);
  }));

Deno.test("a store of 10,000 trials: the report shows a bounded part, the exports all", () =>
  withFolder(async (folder) => {
    const large = describePlan(defineSweep({
      name: "large",
      grid: {
        a: Array.from({ length: 25 }, (_, i) => i),
        b: Array.from({ length: 20 }, (_, i) => i),
        c: ["x", "y", "z", "w"],
      },
      seeds: 5,
      trial: () => ({ accuracy: 1 }),
    }));
    assert.equal(large.trials.length, 10_000);
    (await Store.open(folder, large, code))[Symbol.dispose]();
    {
      // As the store writes them, but in one transaction: 10,000 would take a minute.
      using db = new Database(join(folder, STORE), { write: true });
      db.transaction("fill", () => {
        for (const { id, params, seed } of large.trials) {
          const { a, b, c } = params as { a: number; b: number; c: string };
          db.run("UPDATE trials SET status = 'done', attempts = 1, seconds = 1 WHERE id = ?", id);
          db.run(
            "INSERT INTO metrics VALUES (?, 'accuracy', 0, ?)",
            id,
            Math.sin(a * 3 + b) + Number(c === "x") + seed / 10,
          );
          db.run("INSERT INTO metrics VALUES (?, 'loss', 1, ?)", id, a);
          for (const step of [1, 2, 3]) db.run("INSERT INTO steps VALUES (?, 'accuracy', ?, ?)", id, step, a * step);
        }
      });
    }
    const start = performance.now();
    const results = await readSweep(folder);
    const { page, charts } = await sweepReport(results);
    // Measured, not asserted: see docs/sweeps.md.
    console.log(`opened and reported in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    assert.equal(results.trials.length, 10_000);
    assert.equal(page.match(/<tr>/g)!.length, (1 + 1000) + (1 + 200) + (1 + 6) + (1 + 3)); // sets, contrasts, effects, means
    assert.match(page, /The best 1,000 of 2,000; trials\.csv has all/);
    assert.ok(page.length < 2_000_000, `${page.length} characters`);
    assert.equal(charts.size, 1 + 3 + 1 + 3 + 3);
    assert.equal(toCsv(results).trim().split("\n").length, 10_001);
  }));

Deno.test("sweepReport(): a parameter that is called as the metric is, and pairs whose names read alike, stay apart", () =>
  withFolder(async (folder) => {
    const plan = describePlan(defineSweep({
      name: "names",
      grid: { accuracy: ["easy", "hard"], "a-b": [1, 2], c: [3, 4], "b-c": [5, 6] },
      metric: "accuracy",
      trial: () => ({ accuracy: 1 }),
    }));
    const results = await filled(folder, plan, (_params, _seed, i) => ({ metrics: { accuracy: i / 10 } }));
    const { page, charts } = await sweepReport(results);
    const pairs = [...charts.keys()].filter((name) => name.startsWith("pair-"));
    assert.equal(pairs.length, 6);
    // One column is sorted: the metric's, which comes after the parameters.
    assert.equal(page.match(/aria-sort="/g)!.length, 1);
    assert.match(
      page,
      /<th scope="col"><button type="button">accuracy<\/button>[^]*<th scope="col" class="n" aria-sort="descending"/,
    );
    const [axes] = axisLabels(charts.get("parallel")!);
    assert.deepEqual([...axes!].sort(), ["a-b", "accuracy", "accuracy", "b-c", "c"]);
  }));

Deno.test("curvesChart(): one step is a dot for each value, on axes with two labels", async () => {
  const trials = Array.from({ length: 4 }, (_, i) => ({ id: `t${i}`, params: { lr: i }, status: "done", metrics: {} }));
  const curves = trials.map(({ id }, i) => ({ trial: id, name: "loss", points: [[0, 1 + i]] as const }));
  const svg = await curvesChart(trials as never, curves as never, "lr", "loss").svg();
  for (const labels of axisLabels(svg)) assert.ok(labels.length >= 2, labels.join());
  assert.deepEqual(legendLabels(svg), [["0", "1", "2", "3"]]);
});

Deno.test("the whole of a heading sorts: its button fills it", () =>
  withFolder(async (folder) => {
    const { page } = await sweepReport(await additive(folder));
    assert.match(page, /table\.sort th\{padding:0\}/);
    assert.match(page, /table\.sort button\{[^}]*padding:[^}]*width:100%/);
    for (const [, head] of page.matchAll(/<th scope="col"[^>]*>(.*?)<\/th>/g)) {
      if (page.includes('class="sort"')) assert.match(head!, /^<button type="button">|^[^<]*$/);
    }
  }));

Deno.test("uniform(), logUniform(): draws between ends that lie close together stay apart; others keep ten digits", () => {
  const draws = (of: { at(position: number): number }) =>
    new Set(Array.from({ length: 100 }, (_, i) => of.at(i / 100))).size;
  assert.equal(draws(uniform(1e6, 1e6 + 1e-3)), 100);
  assert.equal(draws(logUniform(1, 1 + 1e-9)), 100);
  assert.equal(uniform(0, 1).at(1 / 3), 0.3333333333);
  assert.equal(logUniform(1e-3, 1).at(1 / 3), 0.01);
});

Deno.test("Gallery: two charts whose names give one file name are two files", async () => {
  const gallery = new Gallery(), chart = new Chart({ mark: "point", data: { values: [] } });
  for (const name of ["curves-loss-a b", "curves-loss-a.b"]) await gallery.figure(name, chart, name);
  assert.deepEqual([...gallery.charts.keys()], ["curves-loss-a-b", "curves-loss-a-b-2"]);
  assert.match([...gallery.charts.values()][1]!, /aria-label="curves-loss-a\.b"/);
});

Deno.test("effectsChart: says in words what it draws, no share as −0", () => {
  const effects = [
    { name: "lr", pair: false, omega: 0.458, band: [-0.016, 0.062] as const },
    { name: "lr × act", pair: true, omega: -0.0004, band: [-0.001, 0.002] as const },
  ];
  assert.equal(
    `${effectsChart(effects)}`,
    'Chart("Share of variance, ω²: lr 45.8%, by chance −1.6% to 6.2%; lr × act 0.0%, by chance −0.1% to 0.2%")',
  );
});

Deno.test("toCsv(): no two columns have one name", () =>
  withFolder(async (folder) => {
    const plan = describePlan(
      defineSweep({ name: "columns", grid: { status: [1], lr: [2], loss: [3] }, trial: () => ({ error: 1 }) }),
    );
    const results = await filled(
      folder,
      plan,
      () => ({ metrics: { error: 4, loss: 5, "metric.loss": 6, accuracy: 7 } }),
    );
    const [head, row] = toCsv(results).split("\n").map((line) => line.split(",").slice(1, -3));
    assert.deepEqual(head, [
      "param.status",
      "lr",
      "param.loss",
      "seed",
      "status",
      "metric.error",
      "metric.metric.loss",
      "metric.loss",
      "accuracy",
    ]);
    assert.deepEqual(row, ["1", "2", "3", "1", "done", "4", "5", "6", "7"]);
  }));

Deno.test("writeReport(): a file that cannot be written is an error that says what is safe", () =>
  withFolder(async (folder) => {
    await additive(folder);
    await Deno.mkdir(join(folder, "trials.csv"));
    await assert.rejects(
      writeReport(folder),
      (error) =>
        error instanceof StoreError &&
        /^Cannot write the report into .*trials\.csv.*\. Trials that were recorded before are safe$/.test(
          error.message,
        ),
    );
    const file = join(folder, "sweep.db");
    await assert.rejects(
      TrialsLock.make(undefined, file),
      (error) => error instanceof StoreError && /^Cannot write into .*sweep\.db: /.test(error.message),
    );
  }));
