import assert from "node:assert/strict";
import { join } from "node:path";
import { Diagnosis, PROBLEMS } from "../../lib/learner/mod.ts";
import { benchmarkText, rulesTable } from "../../tasks/diagnose_bench/page.ts";
import { replaceSection } from "../../tasks/page_section.ts";
import { plansOf, SETS } from "../../tasks/diagnose_bench/plans.ts";
import { scoreOf, summary, table } from "../../tasks/diagnose_bench/score.ts";
import type { Declared, Outcome } from "../../tasks/diagnose_bench/training.ts";
import { wilson } from "../../tasks/diagnose_bench/wilson.ts";
import { ROOT, task } from "./command.ts";

Deno.test("wilson(): as SciPy's binomtest(k, n).proportion_ci(method='wilson')", () => {
  const values: [k: number, n: number, low: number, high: number][] = [
    [0, 20, 0, 0.16112515805281935],
    [9, 10, 0.5958499732047615, 0.9821237869049271],
    [60, 60, 0.9398281478579101, 1],
    [37, 123, 0.22680688692369216, 0.38688409033582144],
  ];
  for (const [k, n, low, high] of values) {
    const found = wilson(k, n);
    assert.ok(Math.abs(found[0] - low) < 1e-12 && Math.abs(found[1] - high) < 1e-12, `${k} of ${n}: ${found}`);
  }
  assert.deepEqual(wilson(0, 0), [0, 1]);
});

const dead: Declared = { problem: "dead units", module: "1 ReLU" };
/** A diagnosis with findings of these problems, in this order. */
const found = (...of: Declared[]) =>
  new Diagnosis(
    of.map((one) => ({
      ...one,
      text: "",
      since: null,
      rule: { text: "", threshold: 0, source: "" },
      remedy: "",
      check: "",
    })),
  );
const [plan] = plansOf("tune");
const run = (declared: Declared | null, diagnosis: Diagnosis, accuracy = 0.1): Outcome => ({
  plan: { ...plan!, name: declared ? "an ill" : "healthy" },
  declared,
  accuracy,
  diagnosis,
});

Deno.test("scoreOf(): a hit is the first finding with problem and module; all others that were not declared are false alarms", () => {
  const high: Declared = { problem: "rate too high", module: null };
  const score = scoreOf([
    run(dead, found(dead)),
    run(dead, found(dead, high)),
    run(dead, found(high, dead)),
    run(dead, found({ ...dead, module: "3 ReLU" })),
    run(dead, found()),
    run(null, found(), 0.7),
    run(null, found(high), 0.7),
    run(null, found(high), 0.6),
  ], 0.65);
  const [ill] = score.ills;
  assert.deepEqual([ill!.runs, ill!.hits, ill!.elsewhere, ill!.silent, [...ill!.others], ill!.falseAlarms], [
    5,
    2,
    1,
    1,
    [["rate too high", 1]],
    3,
  ]);
  assert.deepEqual([score.misses.length, score.alarmed], [3, 3]);
  assert.deepEqual([score.healthy.runs, score.healthy.alarmed.length, score.healthy.untrained.length], [2, 1, 1]);
  assert.match(summary(score)[0]!, /: 2 of 5, 40% \(95% interval 12% to 77%\)$/);
  const [columns, rows] = table(score);
  assert.deepEqual(rows.map((row) => row.length), [columns.length, columns.length]);
  assert.match(
    benchmarkText(score, "how"),
    /Missed:\n\n- an ill, .*: rate too high; declared was dead units in 1 ReLU\n/,
  );
});

Deno.test("plansOf(): the sets share no network, no seed and no images; ills cover all problems, 15 kinds at least, and 20 are healthy", () => {
  const [tune, report] = [plansOf("tune"), plansOf("report")];
  const networks = new Set(tune.map(({ network }) => network.widths.join()));
  assert.deepEqual(report.filter(({ network }) => networks.has(network.widths.join())), []);
  const images = ({ seeds, amounts: { train } }: typeof SETS.tune) =>
    seeds.map((seed) => [seed * train, (seed + 1) * train] as const);
  for (const [from, to] of images(SETS.tune)) {
    for (const [begin, end] of images(SETS.report)) assert.ok(to <= begin || end <= from);
  }
  for (const plans of [tune, report]) {
    assert.ok(new Set(plans.map(({ name }) => name)).size > 15);
    assert.ok(plans.filter(({ name }) => name === "healthy").length > 20);
  }
});

Deno.test("docs/diagnosis.md: its table of rules is what the rules say, and all problems are in it", () => {
  const page = Deno.readTextFileSync(join(ROOT, "docs", "diagnosis.md"));
  assert.equal(replaceSection(page, "rules", rulesTable()), page, "run deno task diagnose-bench --write");
  for (const problem of Object.keys(PROBLEMS)) assert.ok(page.includes(`| ${problem} |`), problem);
  assert.throws(
    () => replaceSection(page, "nothing of this name", ""),
    /the page has no <!-- nothing of this name -->/,
  );
});

Deno.test("diagnose-bench: trains with a planted ill, and finds it", async () => {
  const args = ["--data", "garments", "--set", "tune", "--only", "left out of the optimiser, mlp", "--seeds", "1"];
  const { code, lines, stderr } = await task("diagnose-bench", [...args, "--json"]);
  assert.equal(code, 0, stderr);
  const [row] = lines.map((line) => JSON.parse(line));
  assert.equal(lines.length, 1);
  assert.deepEqual(row.declared, { problem: "not trained", module: "3 Linear" });
  assert.deepEqual(row.findings.map(({ problem, module }: Declared) => ({ problem, module })), [row.declared]);
  const text = await task("diagnose-bench", args);
  assert.match(text.stdout, /one layer left out of the optimiser +not trained +1 +1 /);
  assert.match(text.stdout, /right module: 1 of 1, 100%/);
});

Deno.test("diagnose-bench: a bad command line ends with code 2 and one line that names it", async () => {
  const mistakes: [string[], RegExp][] = [
    [["--set", "all"], /^diagnose-bench: --set must be one of tune, report, found "all"$/],
    [["--only", "nothing like it"], /^diagnose-bench: No run has that in its name/],
    [["--write", "--only", "frozen"], /^diagnose-bench: --write takes the whole set report/],
    [["frozen"], /^diagnose-bench: Unknown argument "frozen"/],
    [["--seeds", "0"], /^diagnose-bench: --seeds must be a whole number of 1 or more, found "0"$/],
  ];
  for (const [args, line] of mistakes) {
    const { code, stdout, stderr } = await task("diagnose-bench", args);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr.trimEnd(), line);
  }
});
