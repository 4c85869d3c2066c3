/**
 * Reports of sweeps whose truth is known: a parameter that nothing reads, an interaction, cells that diverge.
 *
 * @module
 */
import assert from "node:assert/strict";
import { analyse } from "../../lib/sweep/analysis.ts";
import { describePlan } from "../../lib/sweep/expand.ts";
import { defineSweep, type Params } from "../../lib/sweep/plan.ts";
import { Labels } from "../../lib/sweep/labels.ts";
import { cellsOf } from "../../lib/sweep/report/cells.ts";
import { sweepEffects } from "../../lib/sweep/report/effects.ts";
import { sweepReport } from "../../lib/sweep/report/page.ts";
import type { SweepResults, TrialResult } from "../../lib/sweep/results.ts";
import { logUniform } from "../../lib/sweep/space.ts";
import { objective, ranked } from "../../lib/sweep/groups.ts";
import { smallestDifference } from "../../lib/sweep/statistics/paired.ts";
import { random } from "../../lib/sweep/statistics/shuffle.ts";
import { bestOf, methodOf, noiseOf, verdictOf } from "../../lib/sweep/words.ts";

/** A deterministic normal number for each text. */
function noise(key: string): number {
  let seed = 7;
  for (const character of key) seed = Math.imul(seed, 31) + character.charCodeAt(0);
  const next = random(seed);
  next();
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Results of a plan as they would be read from its folder. */
function results(
  plan: Parameters<typeof describePlan>[0],
  metric: (params: Params, seed: number) => number | undefined,
): SweepResults {
  const { trials, ...described } = describePlan(plan);
  return {
    folder: "",
    plan: described,
    code: { id: "c", version: "1", files: {} },
    trials: trials.map(({ id, params, seed }) => {
      const value = metric(params, seed);
      return {
        id,
        params,
        seed,
        status: value === undefined ? "failed" as const : "done" as const,
        metrics: value === undefined ? {} : { score: value },
        attempts: 1,
        error: value === undefined ? "it broke" : null,
        code: "c",
        environment: null,
        began: null,
        seconds: 1,
      };
    }),
    environments: new Map(),
    data: {},
    curves: [],
    kept: [],
    *artefacts() {},
  };
}

const trial = () => ({ score: 1 });
const verdicts = (found: SweepResults) => {
  const analysis = analyse(found)!;
  return analysis.comparisons!.contrasts.map((contrast) => verdictOf(contrast, analysis));
};

Deno.test("a parameter that nothing reads lies inside its band, in a grid and among draws; what matters does not", async () => {
  const grid = defineSweep({ name: "unread", grid: { a: [1, 2, 3], unread: [1, 2, 3, 4] }, seeds: 3, trial });
  const found = results(
    grid,
    ({ a, unread }, seed) => Number(a) + noise(`s${seed}`) + 0.5 * noise(`${a},${unread},${seed}`),
  );
  const { rows, noise: kind } = sweepEffects(analyse(found)!);
  assert.equal(kind, "seeds");
  const by = new Map(rows.map((row) => [row.name, row]));
  assert.ok(by.get("a")!.omega > by.get("a")!.band[1] && by.get("a")!.omega > 0.3);
  for (const name of ["unread", "a × unread"]) {
    const { omega, band: [low, high] } = by.get(name)!;
    assert.ok(omega >= low && omega <= high && Math.abs(omega) < 0.1, `${name}: ${omega} in ${low} to ${high}`);
  }
  const { page } = await sweepReport(found);
  assert.match(page, />unread<[^]*?>inside</);
  assert.match(page, />a<[^]*?>above</);

  // 60 draws: a share of the variance without a correction would be some 7 % for what nothing reads.
  const space = { lr: logUniform(1e-4, 1), unread: logUniform(1e-4, 1) };
  const drawn = results(
    defineSweep({ name: "drawn", random: { trials: 60, space }, trial }),
    ({ lr }, seed) => -Math.abs(Math.log10(Number(lr)) + 2) + 0.3 * noise(`${lr},${seed}`),
  );
  const effects = sweepEffects(analyse(drawn)!);
  assert.deepEqual(effects.ranges, ["lr", "unread"]);
  const [lr, unread] = ["lr", "unread"].map((name) => effects.rows.find((row) => row.name === name)!);
  assert.ok(lr!.omega > lr!.band[1]);
  assert.ok(unread!.omega >= unread!.band[0] && unread!.omega <= unread!.band[1], JSON.stringify(unread));
  assert.match((await sweepReport(drawn)).page, /The values of lr and unread were taken together in 5 ranges by rank/);
});

Deno.test("an interaction lies outside its band where neither parameter does anything by itself", () => {
  const plan = defineSweep({ name: "xor", grid: { a: [0, 1, 2, 3], b: [0, 1, 2, 3] }, seeds: 3, trial });
  const found = results(plan, ({ a, b }, seed) => ((Number(a) + Number(b)) % 2) + 0.2 * noise(`${seed}: ${a} ${b}`));
  const rows = new Map(sweepEffects(analyse(found)!).rows.map((row) => [row.name, row]));
  const both = rows.get("a × b")!;
  assert.ok(both.omega > 0.7 && both.omega > both.band[1], JSON.stringify(both));
  for (const name of ["a", "b"]) {
    assert.ok(rows.get(name)!.omega <= rows.get(name)!.band[1], JSON.stringify(rows.get(name)));
  }
});

Deno.test("effects are withheld of few runs, and of what explains nothing out of sample", async () => {
  const space = { a: logUniform(0.1, 1), b: logUniform(0.1, 1), c: logUniform(0.1, 1) };
  const at = (trials: number) =>
    results(defineSweep({ name: "d", random: { trials, space }, trial }), ({ a, b }, seed) => noise(`${a}${b}${seed}`));
  assert.match((await sweepReport(at(8))).page, /8 runs for 3 parameters are too few: expected 10 a parameter/);
  const { page, charts } = await sweepReport(at(30));
  assert.match(page, /No shares of variance: the parameters explain nothing of a set/);
  assert.ok(!charts.has("effects"));
});

Deno.test("cells that diverge are a result of their own, never the best, and never silently left out", async () => {
  const plan = defineSweep({
    name: "diverging",
    grid: { lr: [0.1, 0.4, 9] },
    seeds: 8,
    goal: "min",
    diverging: ["score"],
    trial,
  });
  const found = results(
    plan,
    ({ lr }, seed) => lr === 9 ? (seed > 2 ? NaN : 0) : Number(lr) + 0.01 * noise(`${lr},${seed}`),
  );
  const analysis = analyse(found)!;
  assert.match(bestOf(analysis), /^Best by score: lr 0\.1,/);
  const [base, nine] = analysis.diverged;
  assert.deepEqual([base!.diverged, base!.ended, nine!.diverged, nine!.ended], [0, 8, 6, 8]);
  assert.ok(Math.abs(nine!.p - 0.006993006993006993) < 1e-9); // R: fisher.test(matrix(c(6, 2, 0, 8), 2))
  assert.ok(Math.abs(nine!.holm - 2 * 0.006993006993006993) < 1e-9);
  // lr 9 has the least mean, 0, of the two runs that are left.
  assert.deepEqual(ranked(analysis.cells, analysis).map(({ params }) => params.lr), [0.1, 0.4, 9]);
  const { page } = await sweepReport(found);
  assert.match(page, /6 runs diverged: no set of parameters with one of them is called the best/);
  assert.match(page, />6 of 8<[^]*?>75%</);
  // By value: R's fisher.test(matrix(c(6, 2, 0, 16), 2)) is 0.000208, times three.
  assert.match(page, />lr 9<[^]*?>6 of 8<[^]*?>75%<[^]*?>2e-4<[^]*?>6e-4</);
  assert.match(page, /0 ± 0[^<]*\(2 of 8\)|0\.000 ± 0[^<]*\(2 of 8\)/);
  assert.deepEqual(verdicts(found), ["worse", "too few seeds to tell"]);
  const all = results(plan, () => NaN);
  assert.match(
    (await sweepReport(all)).page,
    /24 runs diverged[^]*?>8 of 8<[^]*?no seed on which both have a finite score/,
  );
  const failed = results(plan, ({ lr }, seed) => lr === 0.1 ? undefined : seed);
  assert.match((await sweepReport(failed)).page, /8 runs failed[^]*?no seed on which both have a finite score/);
  assert.match(bestOf(analyse(all)!), /^No set of parameters has a finite score on every seed/);
});

Deno.test("the verdict: signs where seeds allow it, else Dunnett's from three seeds on, else none", () => {
  const sweep = (seeds: number, levels: number) =>
    results(
      defineSweep({ name: "v", grid: { a: Array.from({ length: levels }, (_, i) => i) }, seeds, trial }),
      ({ a }, seed) => 10 * Number(a) + noise(`${a},${seed}`),
    );
  assert.deepEqual(verdicts(sweep(6, 2)), ["better"]);
  assert.match(methodOf(analyse(sweep(6, 2))!), /^The verdict is that of the sign-flip test/);
  const { contrasts } = analyse(sweep(6, 4))!.comparisons!;
  for (const { detectable, std } of contrasts) assert.equal(detectable, smallestDifference(6, std, 0.05 / 3));
  assert.deepEqual(verdicts(sweep(5, 2)), ["better, if residuals are normal"]);
  assert.match(methodOf(analyse(sweep(5, 2))!), /allow no sign-flip p below 0\.063.*normal/);
  assert.deepEqual(verdicts(sweep(3, 5)), Array(4).fill("better, if residuals are normal"));
  assert.deepEqual(verdicts(sweep(2, 4)), Array(3).fill("too few seeds to tell"));
  assert.deepEqual(verdicts(sweep(1, 2)), ["too few seeds to tell"]);
});

Deno.test("one seed has no interval; without a margin nothing is equivalent, with one it is shown", async () => {
  const grid = { a: [1, 2] },
    score = (params: Params, seed: number) => noise(`s${seed}`) + 0.01 * noise(`${params.a},${seed}`);
  const one = (await sweepReport(results(defineSweep({ name: "one", grid, trial }), score))).page;
  assert.match(one, />none of one seed</);
  assert.match(one, /with fewer than three seeds there is no other test/);
  const open = results(defineSweep({ name: "open", grid, seeds: 8, trial }), score);
  assert.deepEqual(verdicts(open), ["no difference shown"]);
  const { page } = await sweepReport(open);
  assert.match(page, /Without a margin in the plan, no two sets are called equivalent/);
  assert.doesNotMatch(page, /no effect|significant/i);
  const within = results(defineSweep({ name: "within", grid, seeds: 8, margin: 0.1, trial }), score);
  assert.deepEqual(verdicts(within), ["equivalent within the margin"]);
});

Deno.test("the baseline is the declared one, else the first set; random draws have none", async () => {
  const grid = { a: [1, 2, 3], b: ["x", "y"] };
  const value = ({ a }: Params, seed: number) => Number(a) + noise(`${seed}`);
  const declared = defineSweep({ name: "b", grid, seeds: 3, baseline: { a: 2 }, trial });
  assert.deepEqual(describePlan(declared).baseline, { a: 2, b: "x" });
  const analysis = analyse(results(declared, value))!;
  assert.deepEqual(analysis.cells[analysis.baseline!]!.params, { a: 2, b: "x" });
  assert.equal(analyse(results(defineSweep({ name: "b", grid, trial }), value))!.baseline, 0);
  assert.throws(
    () => describePlan(defineSweep({ name: "b", grid, exclude: ({ a }) => a === 2, baseline: { a: 2 }, trial })),
    /baseline must be a set of parameters that is run, found \{"a":2\}: none of the 4 sets has these values/,
  );
  const drawn = defineSweep({ name: "r", random: { trials: 4, space: { a: logUniform(1, 2) } }, trial });
  assert.match((await sweepReport(results(drawn, value))).page, /random draws have no baseline by themselves/);
});

Deno.test("noise floors: other seeds, the same seed again, the test set", () => {
  const plan = defineSweep({ name: "n", grid: { a: [1, 2], again: [1, 2] }, seeds: 4, testSize: 10_000, trial });
  const analysis = analyse(results(plan, ({ again }, seed) => 0.5 + 0.1 * seed + (again === 1 ? 0 : 0.02)))!;
  const { seeds, again, examples } = analysis.noise;
  assert.ok(Math.abs(seeds!.floor - 0.12909944487358055 * Math.sqrt(2 / 4)) < 1e-12);
  assert.ok(Math.abs(again!.deviation - 0.02 / Math.SQRT2) < 1e-12 && again!.pairs === 8);
  assert.ok(Math.abs(examples!.floor - Math.sqrt(0.75 * 0.25 / 10_000)) < 1e-12);
  assert.equal(noiseOf(analysis).length, 3);
  const bare = analyse(results(defineSweep({ name: "n", grid: { a: [1, 2] }, trial }), () => 1))!;
  assert.match(noiseOf(bare).join(" "), /not measured here.*not known from fewer than two.*not known\. If score/);
});

Deno.test("a table's cell is empty for a metric that no run has, and NaN for one that was not finite", () => {
  const run = (metrics: Record<string, number>) => ({ status: "done", metrics, params: {}, seconds: 1 }) as TrialResult;
  const text = (...runs: TrialResult[]) => {
    const group = { params: {}, trials: runs, done: runs, failed: 0 }, metrics = ["score", "other"];
    const [score, other] = cellsOf(group, { params: [], metrics, metric: "score", labels: new Labels([{}]) }, [
      String,
      String,
    ]);
    return [score!.text, other!.text];
  };
  assert.deepEqual(text(run({ score: 1 })), ["1", ""]);
  assert.deepEqual(text(run({ score: NaN, other: NaN })), ["NaN", "NaN"]);
  assert.deepEqual(text(run({ score: 1, other: 2 }), run({ score: NaN })), ["1 (1 of 2)", "2"]);
});

Deno.test("a verdict of Dunnett's comparison says which way the seeds lie that it rests on", () => {
  // On the sixth seed only two sets have a figure, and one of them is far off: the comparison is of the other five seeds.
  const sweep = defineSweep({ name: "gaps", grid: { a: [1, 2, 3, 4, 5] }, seeds: 6, trial });
  const found = results(
    sweep,
    ({ a }, seed) => seed < 5 ? (a === 2 ? 1 : 0) + 0.01 * noise(`${a},${seed}`) : a === 1 ? 0 : a === 2 ? -100 : NaN,
  );
  const analysis = analyse(found)!, [contrast] = analysis.comparisons!.contrasts;
  assert.equal(analysis.comparisons!.method, "Dunnett");
  assert.deepEqual([contrast!.verdict, contrast!.mean < 0, contrast!.judged > 0.9], ["differs", true, true]);
  assert.match(verdicts(found)[0]!, /^better/);
});

Deno.test("a goal is that of the plan's metric: where no run has it, another one is compared by the way of its own name", () => {
  const sweep = defineSweep({ name: "old", grid: { a: [1, 2] }, metric: "los", goal: "min", trial });
  const found = results(sweep, ({ a }) => a as number);
  assert.deepEqual(objective(found), { metric: "score", goal: "max" });
  const first = defineSweep({ name: "old", grid: { a: [1, 2] }, goal: "min", trial });
  assert.deepEqual(objective(results(first, ({ a }) => a as number)), { metric: "score", goal: "min" });
});

Deno.test("a parameter that is null, absent, or a text that says so varies, and sets are told apart by it", () => {
  const list = [{ a: 1 }, { a: 1, x: null }, { a: 1, x: "absent" }];
  const analysis = analyse(results(
    defineSweep<Params>({ name: "null", list, seeds: 2, trial }),
    ({ x }, seed) => seed + (x === null ? 1 : 0),
  ))!;
  assert.deepEqual(analysis.params, ["x"]);
  const labels = analysis.cells.map(({ params }) => analysis.labels.words(params, analysis.params));
  assert.deepEqual(labels, ["x –", "x null", "x absent"]);
  assert.match(bestOf(analysis), /^Best by score: x null, /);
});

Deno.test("bestOf(): sets whose means are the same are counted beside the one that is named", () => {
  const of = (most: number) =>
    bestOf(
      analyse(results(
        defineSweep({ name: "ties", grid: { lr: [0.1, 0.2, 0.3, 0.4] }, trial }),
        ({ lr }) => Math.min(Number(lr), most),
      ))!,
    );
  assert.equal(of(1), "Best by score: lr 0.4, at 0.400, of one seed.");
  assert.equal(of(0.3), "Best by score: lr 0.3, at 0.300, of one seed. 1 other set has the same mean.");
  assert.equal(of(0), "Best by score: lr 0.1, at 0.000, of one seed. 3 other sets have the same mean.");
});
