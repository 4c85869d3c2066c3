import assert from "node:assert/strict";
import { PlanError } from "../../lib/sweep/errors.ts";
import { describePlan } from "../../lib/sweep/expand.ts";
import { canonical, trialIdentity } from "../../lib/sweep/identity.ts";
import { parse } from "../../lib/sweep/boundary/parse.ts";
import { storedPlan } from "../../lib/sweep/boundary/plan.ts";
import { defineSweep, isSweep } from "../../lib/sweep/plan.ts";
import { choice, integer, logUniform, uniform } from "../../lib/sweep/space.ts";

const trial = () => ({ accuracy: 1 });

/** Plans that make no sense, as JavaScript would pass them, and what must be said. */
const mistakes: [what: string, plan: unknown, message: RegExp][] = [
  ["no object", 7, /^A plan must be an object, found 7$/],
  [
    "an unknown key",
    { name: "a", grid: { x: [1] }, trials: trial },
    /^Unknown key trials \(did you mean trial\?\): allowed are name, about, grid/,
  ],
  ["no name", { grid: { x: [1] }, trial }, /^name must be 1 to 64 letters, digits and hyphens, found nothing$/],
  ["a name with a slash", { name: "a/b", grid: { x: [1] }, trial }, /^name must be .*, found "a\/b"$/],
  [
    "a baseline of an unknown parameter",
    { name: "a", grid: { x: [1] }, baseline: { y: 1 }, trial },
    /^Unknown key baseline\.y: allowed are x$/,
  ],
  [
    "a baseline that is no object",
    { name: "a", grid: { x: [1] }, baseline: 1, trial },
    /^baseline must be an object with values of parameters, found 1$/,
  ],
  [
    "a baseline's odd value",
    { name: "a", grid: { x: [1] }, baseline: { x: NaN }, trial },
    /^baseline\.x must be a text, a finite number/,
  ],
  [
    "a margin of 0",
    { name: "a", grid: { x: [1] }, margin: 0, trial },
    /^margin must be a finite number above 0, in the metric's units, found 0$/,
  ],
  ["an infinite margin", { name: "a", grid: { x: [1] }, margin: Infinity, trial }, /^margin must be/],
  [
    "a broken testSize",
    { name: "a", grid: { x: [1] }, testSize: 0.5, trial },
    /^testSize must be a whole number of 1 or more, found 0\.5$/,
  ],
  ["no trials", { name: "a", trial }, /^A plan must have one of grid, random and list, found none$/],
  ["two kinds", { name: "a", grid: { x: [1] }, list: [{ x: 1 }], trial }, /found grid and list$/],
  ["an empty grid", { name: "a", grid: {}, trial }, /^grid is empty/],
  [
    "a parameter without values",
    { name: "a", grid: { lr: [] }, trial },
    /^grid\.lr is empty: expected at least one value$/,
  ],
  [
    "values that are no list",
    { name: "a", grid: { lr: 0.1 }, trial },
    /^grid\.lr must be a list of values, found 0\.1$/,
  ],
  ["a value twice", { name: "a", grid: { lr: [1, 2, 1] }, trial }, /^grid\.lr has the value 1 twice/],
  ["NaN as a value", { name: "a", grid: { lr: [NaN] }, trial }, /^grid\.lr\[0\] must be .*, found NaN$/],
  ["an object as a value", { name: "a", grid: { lr: [{}] }, trial }, /^grid\.lr\[0\] must be .*, found \{\}$/],
  [
    "a parameter named seed",
    { name: "a", grid: { seed: [1] }, trial },
    /^Duplicate name grid\.seed: .*seeds: \[1, 2, 3\]/,
  ],
  ["a strange parameter", { name: "a", grid: { "a b": [1] }, trial }, /^grid has a parameter named "a b"/],
  ["an empty space", { name: "a", random: { trials: 2, space: {} }, trial }, /^random\.space is empty/],
  [
    "no distribution",
    { name: "a", random: { trials: 2, space: { x: 1 } }, trial },
    /^random\.space\.x must be made by choice/,
  ],
  [
    "no draws",
    { name: "a", random: { trials: 0, space: { x: choice([1]) } }, trial },
    /^random\.trials must be a whole number of 1/,
  ],
  [
    "an unknown key of random",
    { name: "a", random: { n: 1, space: {} }, trial },
    /^Unknown key random\.n: allowed are trials/,
  ],
  ["an empty list", { name: "a", list: [], trial }, /^list is empty/],
  ["a bad set", { name: "a", list: [{ x: 1 }, 5], trial }, /^list\[1\] must be a set of parameters, found 5$/],
  ["a bad value", { name: "a", list: [{ x: () => 1 }], trial }, /^list\[0\]\.x must be .*, found a function$/],
  [
    "a condition of nothing",
    { name: "a", grid: { x: [1] }, when: { y: () => true }, trial },
    /^Unknown key when\.y: allowed are x$/,
  ],
  [
    "a condition that is none",
    { name: "a", grid: { x: [1] }, when: { x: true }, trial },
    /^when\.x must be a function/,
  ],
  ["no seeds", { name: "a", grid: { x: [1] }, seeds: [], trial }, /^seeds is empty/],
  ["a seed twice", { name: "a", grid: { x: [1] }, seeds: [1, 1], trial }, /^seeds has 1 twice/],
  [
    "half a seed",
    { name: "a", grid: { x: [1] }, seeds: 1.5, trial },
    /^seeds must be a whole number of 1 or more, found 1\.5$/,
  ],
  ["no trial", { name: "a", grid: { x: [1] } }, /^trial must be a function \(params, ctx\) => metrics, found nothing$/],
  ["a bad goal", { name: "a", grid: { x: [1] }, trial, goal: "up" }, /^goal must be "max" or "min", found "up"$/],
  [
    "no time",
    { name: "a", grid: { x: [1] }, trial, timeout: 0 },
    /^timeout must be a number of seconds above 0, .*, found 0$/,
  ],
  [
    "more time than a timer takes",
    { name: "a", grid: { x: [1] }, trial, timeout: 1e7 },
    /^timeout must be a number of seconds above 0, up to 2147483 \(24 days\), found 10000000$/,
  ],
  [
    "a stall that is too long for a timer",
    { name: "a", grid: { x: [1] }, trial, stall: Infinity },
    /^stall must be a number of seconds above 0, up to 2147483 \(24 days\), found Infinity$/,
  ],
  [
    "a text that no store takes",
    { name: "a", grid: { x: ["b", "x".repeat(10_001)] }, trial },
    /^grid\.x\[1\] is a text of 10001 characters: expected at most 10000\. Put it into a file$/,
  ],
  [
    "a metric's name that no trial can return",
    { name: "a", grid: { x: [1] }, trial, metric: "m".repeat(201) },
    /^metric must be a name of 1 to 200 characters, .*, found "mmm/,
  ],
  [
    "a distribution without words",
    { name: "a", random: { trials: 1, space: { x: { at: () => 1 } } }, trial },
    /^random\.space\.x must be made by choice, uniform/,
  ],
  [
    "no attempts",
    { name: "a", grid: { x: [1] }, trial, attempts: 0 },
    /^attempts must be a whole number of 1 or more, found 0$/,
  ],
];

for (const [what, plan, message] of mistakes) {
  Deno.test(`defineSweep(): ${what} is named`, () => {
    assert.throws(() => defineSweep(plan as Parameters<typeof defineSweep>[0]), (error) => {
      assert.ok(error instanceof PlanError);
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("a plan's baseline, margin and testSize are stored; a store that an earlier version wrote has none", () => {
  const { trials: _, ...described } = describePlan(
    defineSweep({ name: "a", grid: { x: [1, 2] }, baseline: { x: 2 }, margin: 0.1, testSize: 100, trial }),
  );
  assert.deepEqual([described.baseline, described.margin, described.testSize], [{ x: 2 }, 0.1, 100]);
  assert.deepEqual(parse(storedPlan, JSON.parse(JSON.stringify(described)), "it"), described);
  const { baseline: _b, margin: _m, testSize: _t, ...earlier } = described;
  assert.deepEqual(parse(storedPlan, earlier, "it"), { ...described, baseline: null, margin: null, testSize: null });
  assert.throws(() => parse(storedPlan, { ...described, margin: -1 }, "it"), /margin: expected/);
});

Deno.test("defineSweep(): the trial's parameters have the grid's types", () => {
  const plan = defineSweep({
    name: "types",
    grid: { act: ["relu", "leaky"], leak: [0.1, 0.2], deep: [true, false] },
    when: { leak: ({ act }) => act === "leaky" },
    exclude: ({ deep, leak }) => deep && leak === undefined,
    trial: ({ act, leak, deep }) => {
      const text: "relu" | "leaky" = act;
      const slope: 0.1 | 0.2 | undefined = leak;
      const flag: boolean = deep;
      // @ts-expect-error -- a parameter with a condition may be absent
      const always: number = leak;
      return { figure: text.length + (slope ?? 0) + Number(flag) + (always ?? 0) };
    },
  });
  assert.ok(isSweep(plan));
  assert.ok(!isSweep({ ...plan }));
  const sets = describePlan(plan).trials.map(({ params }) => canonical(params));
  assert.deepEqual(sets, [
    `{"act":"relu","deep":false}`,
    `{"act":"leaky","deep":true,"leak":0.1}`,
    `{"act":"leaky","deep":false,"leak":0.1}`,
    `{"act":"leaky","deep":true,"leak":0.2}`,
    `{"act":"leaky","deep":false,"leak":0.2}`,
  ]);
});

Deno.test("describePlan(): every seed sees all sets of parameters before the next", () => {
  const { trials, seeds } = describePlan(defineSweep({ name: "a", grid: { x: [1, 2] }, seeds: [7, 9], trial }));
  assert.deepEqual(seeds, [7, 9]);
  assert.deepEqual(trials.map(({ params, seed }) => [params.x, seed]), [[1, 7], [2, 7], [1, 9], [2, 9]]);
});

Deno.test("describePlan(): more random trials, or another parameter, keep those drawn before", () => {
  const space = { lr: logUniform(1e-3, 1), depth: integer(2, 5) };
  const draw = (trials: number, more = {}) =>
    describePlan(defineSweep({ name: "a", random: { trials, space: { ...space, ...more } }, trial })).trials;
  const few = draw(5);
  assert.deepEqual(draw(20).slice(0, 5), few);
  const wider = draw(5, { drop: uniform(0, 1) });
  assert.deepEqual(wider.map(({ params }) => params.lr), few.map(({ params }) => params.lr));
  for (const { params } of draw(200)) {
    assert.ok(Number(params.lr) >= 1e-3 && Number(params.lr) <= 1);
    assert.ok([2, 3, 4, 5].includes(Number(params.depth)));
  }
});

Deno.test("logUniform(): half of the draws are below the geometric mean", () => {
  const { trials } = describePlan(
    defineSweep({ name: "a", random: { trials: 2000, space: { lr: logUniform(1e-4, 1) } }, trial }),
  );
  const below = trials.filter(({ params }) => Number(params.lr) < 1e-2).length;
  assert.ok(Math.abs(below - 1000) < 100, `${below} of 2000`); // 4.5 deviations
});

Deno.test("distributions refuse bounds that make no sense", () => {
  assert.throws(() => logUniform(0, 1), /logUniform\(0, 1\): expected two finite numbers above 0/);
  assert.throws(() => uniform(2, 1), /the least first, found 2 and 1/);
  assert.throws(() => integer(0, 1.5), /expected whole numbers, found 0 and 1.5/);
  assert.throws(() => choice([]), /expected at least one value/);
});

Deno.test("describePlan(): a choice among very many values is described by the first; what is drawn must be a value", () => {
  const of = (x: { description: string; at: (position: number) => unknown }) =>
    describePlan(defineSweep({ name: "a", random: { trials: 3, space: { x: x as never } }, trial }));
  const { axes, trials } = of(choice(Array.from({ length: 4000 }, (_, i) => i)));
  assert.equal(trials.length, 3);
  assert.match(String(axes.x), /^one of 0, 1, 2, .*…$/);
  assert.equal(axes.x!.length, 10_000);
  assert.throws(
    () => of({ description: "odd", at: () => NaN }),
    /^PlanError: What random\.space\.x draws must be a text, /,
  );
  assert.throws(() => of(choice(["x".repeat(10_001)])), /What random\.space\.x draws is a text of 10001 characters/);
});

Deno.test("describePlan(): a set that is listed twice, and an exclusion of everything, are named", () => {
  const twice = defineSweep({ name: "a", list: [{ x: 1, y: 2 }, { x: 2, y: 2 }, { y: 2, x: 1 }], trial });
  assert.throws(() => describePlan(twice), /^PlanError: list\[2\] is the same as list\[0\]/);
  const none = defineSweep({ name: "a", grid: { x: [1, 2] }, exclude: () => true, trial });
  assert.throws(() => describePlan(none), /exclude leaves no trial: it is true for all 2 sets/);
});

Deno.test("a trial's identity is of name, parameters in any order, and seed", () => {
  // SHA-256 of {"params":{"a":1,"b":"x"},"seed":3,"sweep":"s"}, by sha256sum.
  const id = trialIdentity("s", { b: "x", a: 1 }, 3);
  assert.equal(id, trialIdentity("s", { a: 1, b: "x" }, 3));
  assert.equal(id, "8cfceb6fb287dade5df175647c4cb0c7");
  for (const other of [trialIdentity("t", { a: 1, b: "x" }, 3), trialIdentity("s", { a: 1, b: "x" }, 4)]) {
    assert.notEqual(other, id);
  }
  assert.equal(trialIdentity("s", { a: -0 }, 1), trialIdentity("s", { a: 0 }, 1));
});
