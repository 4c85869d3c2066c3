/**
 * What a plan must be like; each complaint names the key.
 *
 * @module
 */
import { nearest } from "../device/check_options.ts";
import { isMetricName, isParameterName, MAX_TEXT, METRIC_NAME, SWEEP_NAME } from "./boundary/patterns.ts";
import { PlanError, type Value } from "./errors.ts";

type Plan = Readonly<Record<string, unknown>>;

const KEYS = [
  "name",
  "about",
  "grid",
  "random",
  "list",
  "when",
  "exclude",
  "seeds",
  "trial",
  "metric",
  "goal",
  "baseline",
  "margin",
  "testSize",
  "diverging",
  "timeout",
  "attempts",
  "stall",
];

/** A value as an error shows it. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "function") return "a function";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "symbol") return String(value);
  try {
    return JSON.stringify(value)?.slice(0, 80) ?? typeof value;
  } catch { // a circle, or an object that resists
    return typeof value;
  }
}

const isObject = (value: unknown): value is Plan =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function fail(key: string, expected: string, found: unknown): never {
  throw new PlanError(`${key} must be ${expected}, found ${show(found)}`);
}

function checkKeys(where: string, plan: Plan, allowed: readonly string[]): void {
  for (const key of Object.keys(plan)) {
    if (allowed.includes(key)) continue;
    const near = nearest(key, allowed), meant = near === undefined ? "" : ` (did you mean ${near}?)`;
    throw new PlanError(`Unknown key ${where}${key}${meant}: allowed are ${allowed.join(", ")}`);
  }
}

/** Whether a value can be a parameter's. */
export function isValue(value: unknown): value is Value {
  return value === null || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)) ||
    (typeof value === "string" && value.length <= MAX_TEXT);
}

/** What {@linkcode isValue} takes. */
const VALUE = "a text, a finite number, true, false or null";

/** Throws for what can be no parameter's value. */
export function checkValue(key: string, value: unknown): asserts value is Value {
  if (isValue(value)) return;
  if (typeof value !== "string") fail(key, VALUE, value);
  throw new PlanError(
    `${key} is a text of ${value.length} characters: expected at most ${MAX_TEXT}. Put it into a file`,
  );
}

function checkParameterName(where: string, name: string): void {
  if (name === "seed") {
    throw new PlanError(
      `Duplicate name ${where}.seed: every trial has a seed. Give the seeds as seeds: [1, 2, 3], or name the parameter otherwise`,
    );
  }
  if (!isParameterName(name)) {
    throw new PlanError(
      `${where} has a parameter named "${name}": expected up to 100 letters, digits, _ and -, and no word of the language`,
    );
  }
}

function checkGrid(grid: unknown): string[] {
  if (!isObject(grid)) return fail("grid", "an object with a list of values for each parameter", grid);
  const names = Object.keys(grid);
  if (names.length === 0) throw new PlanError("grid is empty: expected at least one parameter with its values");
  for (const name of names) {
    checkParameterName("grid", name);
    const values = grid[name];
    if (!Array.isArray(values)) fail(`grid.${name}`, "a list of values", values);
    if (values.length === 0) throw new PlanError(`grid.${name} is empty: expected at least one value`);
    for (const [i, value] of values.entries()) {
      checkValue(`grid.${name}[${i}]`, value);
      if (values.findIndex((other) => Object.is(other, value) || other === value) < i) {
        throw new PlanError(`grid.${name} has the value ${show(value)} twice: expected each once`);
      }
    }
  }
  return names;
}

function checkRandom(random: unknown): string[] {
  if (!isObject(random)) return fail("random", "an object { trials, seed, space }", random);
  checkKeys("random.", random, ["trials", "seed", "space"]);
  checkWhole("random.trials", random.trials, 1);
  if (random.seed !== undefined) checkWhole("random.seed", random.seed, 0);
  const { space } = random;
  if (!isObject(space)) return fail("random.space", "an object with a distribution for each parameter", space);
  const names = Object.keys(space);
  if (names.length === 0) throw new PlanError("random.space is empty: expected at least one parameter");
  for (const name of names) {
    checkParameterName("random.space", name);
    const distribution = space[name];
    if (
      !isObject(distribution) || typeof distribution.at !== "function" || typeof distribution.description !== "string"
    ) {
      fail(`random.space.${name}`, "made by choice, uniform, logUniform or integer", distribution);
    }
  }
  return names;
}

function checkList(list: unknown): string[] {
  if (!Array.isArray(list)) return fail("list", "a list of sets of parameters", list);
  if (list.length === 0) throw new PlanError("list is empty: expected at least one set of parameters");
  for (const [i, params] of list.entries()) {
    if (!isObject(params)) fail(`list[${i}]`, "a set of parameters", params);
    for (const [name, value] of Object.entries(params)) {
      checkParameterName(`list[${i}]`, name);
      checkValue(`list[${i}].${name}`, value);
    }
  }
  return [...new Set(list.flatMap((params) => Object.keys(params)))];
}

function checkWhole(key: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least) fail(key, `a whole number of ${least} or more`, value);
}

function checkSeeds(seeds: unknown): void {
  if (typeof seeds === "number") return checkWhole("seeds", seeds, 1);
  if (!Array.isArray(seeds)) return fail("seeds", "a list of whole numbers, or how many", seeds);
  if (seeds.length === 0) throw new PlanError("seeds is empty: expected at least one");
  for (const [i, seed] of seeds.entries()) {
    checkWhole(`seeds[${i}]`, seed, 0);
    if (seeds.indexOf(seed) < i) throw new PlanError(`seeds has ${seed} twice: expected each once`);
  }
}

function checkBaseline(baseline: unknown, names: readonly string[]): void {
  if (!isObject(baseline)) return fail("baseline", "an object with values of parameters", baseline);
  checkKeys("baseline.", baseline, names);
  for (const [name, value] of Object.entries(baseline)) checkValue(`baseline.${name}`, value);
}

/** A timer takes 31 bits of milliseconds, and one that was given more goes off at once. */
const MOST_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

function checkSeconds(key: string, value: unknown): void {
  if (value !== undefined && !(typeof value === "number" && value > 0 && value <= MOST_SECONDS)) {
    fail(key, `a number of seconds above 0, up to ${MOST_SECONDS} (24 days)`, value);
  }
}

/**
 * Checks a plan as {@linkcode defineSweep} is given it.
 *
 * @throws {PlanError} naming the key
 */
export function checkPlan(plan: unknown): void {
  if (!isObject(plan)) throw new PlanError(`A plan must be an object, found ${show(plan)}`);
  checkKeys("", plan, KEYS);
  const { name, when, exclude, trial, seeds, goal, metric, about, diverging, timeout, attempts, stall, baseline } =
    plan;
  const { margin, testSize } = plan;
  if (typeof name !== "string" || !SWEEP_NAME.test(name)) {
    fail("name", "1 to 64 letters, digits and hyphens", name);
  }
  const kinds = ["grid", "random", "list"].filter((kind) => plan[kind] !== undefined);
  if (kinds.length !== 1) {
    throw new PlanError(`A plan must have one of grid, random and list, found ${kinds.join(" and ") || "none"}`);
  }
  const names = plan.grid !== undefined
    ? checkGrid(plan.grid)
    : plan.random !== undefined
    ? checkRandom(plan.random)
    : checkList(plan.list);
  if (when !== undefined) {
    if (plan.list !== undefined) {
      throw new PlanError("when has no meaning for a list: leave the parameter out of its set");
    }
    if (!isObject(when)) fail("when", "an object with a condition for each parameter that has one", when);
    checkKeys("when.", when, names);
    for (const key of Object.keys(when)) {
      if (typeof when[key] !== "function") fail(`when.${key}`, "a function of the parameters", when[key]);
    }
  }
  if (exclude !== undefined && typeof exclude !== "function") fail("exclude", "a function of the parameters", exclude);
  if (typeof trial !== "function") fail("trial", "a function (params, ctx) => metrics", trial);
  if (seeds !== undefined) checkSeeds(seeds);
  for (const [key, text] of [["about", about], ["metric", metric]] as const) {
    if (text !== undefined && (typeof text !== "string" || text === "")) fail(key, "a text", text);
  }
  if (typeof metric === "string" && !isMetricName(metric)) fail("metric", METRIC_NAME, metric);
  if (goal !== undefined && goal !== "max" && goal !== "min") fail("goal", `"max" or "min"`, goal);
  if (diverging !== undefined && !(Array.isArray(diverging) && diverging.every((text) => typeof text === "string"))) {
    fail("diverging", "a list of metrics' names", diverging);
  }
  if (baseline !== undefined) checkBaseline(baseline, names);
  if (margin !== undefined && !(typeof margin === "number" && margin > 0 && Number.isFinite(margin))) {
    fail("margin", "a finite number above 0, in the metric's units", margin);
  }
  if (testSize !== undefined) checkWhole("testSize", testSize, 1);
  checkSeconds("timeout", timeout);
  checkSeconds("stall", stall);
  if (attempts !== undefined) checkWhole("attempts", attempts, 1);
}
