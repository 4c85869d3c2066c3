/**
 * From a plan to its trials.
 *
 * @module
 */
import { Generator } from "../tensor/random.ts";
import { checkValue } from "./check.ts";
import { PlanError, type Value } from "./errors.ts";
import { canonical, digest, trialIdentity } from "./identity.ts";
import type { Params, Sweep } from "./plan.ts";

/** One trial of a sweep. */
export interface Trial {
  /** The trial's identity: the same for the same sweep, parameters and seed, on every machine. */
  readonly id: string;
  /** Its parameters. */
  readonly params: Params;
  /** Its seed. */
  readonly seed: number;
}

/** A plan without its functions: what coordinator, store and report know of it. */
export interface PlanDescription {
  /** The sweep's name. */
  readonly name: string;
  /** The question, in a sentence; empty if none was given. */
  readonly about: string;
  /** Parameters in the plan's order, each with its values, or the distribution in words. */
  readonly axes: Readonly<Record<string, readonly Value[] | string>>;
  /** The seeds of each set of parameters. */
  readonly seeds: readonly number[];
  /** The metric that the report compares by; null: the first that trials return. */
  readonly metric: string | null;
  /** Whether much of it is good; null: by its name. */
  readonly goal: "max" | "min" | null;
  /** The set of parameters that all others are compared with; null: the first, or none of random draws. */
  readonly baseline: Params | null;
  /** A difference of the metric that does not matter; null: not said. */
  readonly margin: number | null;
  /** How many examples an accuracy is measured on; null: not said. */
  readonly testSize: number | null;
  /** Seconds after which a trial counts as hung. */
  readonly timeout: number;
  /** How often a trial is begun before it counts as failed. */
  readonly attempts: number;
  /** Seconds without any sign from a worker after which it is given up. */
  readonly stall: number;
  /** All trials, in order. */
  readonly trials: readonly Trial[];
  /** The plan's identity: of its name and its trials. */
  readonly id: string;
}

/** All combinations, the last parameter changing fastest. */
function combine(grid: Readonly<Record<string, readonly Value[]>>): Params[] {
  let sets: Params[] = [{}];
  for (const [name, values] of Object.entries(grid)) {
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value })));
  }
  return sets;
}

/** The i-th draw depends on the seed, i, and each parameter's name alone, so that more trials or parameters keep what was drawn. */
function draw({ trials, seed = 0, space }: NonNullable<Sweep["random"]>): Params[] {
  return Array.from({ length: trials }, (_, i) =>
    Object.fromEntries(
      Object.entries(space).map(([name, distribution]) => {
        const own = Number.parseInt(digest(canonical([seed, i, name])).slice(0, 12), 16);
        const value: unknown = distribution.at(new Generator(own).uniform());
        checkValue(`What random.space.${name} draws`, value);
        return [name, value];
      }),
    ));
}

/** Without the parameters whose conditions do not hold. A condition sees those before it as they are by then. */
function prune(params: Params, when: Sweep["when"] = {}): Params {
  const left: Record<string, Value> = { ...params };
  for (const [name, condition] of Object.entries(when)) {
    if (!condition(left)) delete left[name];
  }
  return left;
}

function parameterSets(plan: Sweep): Params[] {
  const { grid, random, list, when, exclude } = plan;
  if (list) {
    const seen = new Map<string, number>();
    for (const [i, params] of list.entries()) {
      const key = canonical(params), before = seen.get(key);
      if (before !== undefined) {
        throw new PlanError(`list[${i}] is the same as list[${before}]: expected each set once`);
      }
      seen.set(key, i);
    }
  }
  const all = list ? [...list] : random ? draw(random) : combine(grid!);
  const distinct = new Map(all.map((params) => prune(params, when)).map((params) => [canonical(params), params]));
  const chosen = exclude ? [...distinct.values()].filter((params) => !exclude(params)) : [...distinct.values()];
  if (chosen.length === 0) {
    throw new PlanError(`exclude leaves no trial: it is true for all ${distinct.size} sets of parameters`);
  }
  return chosen;
}

/** The values of each parameter, or its distribution in words. */
function axes({ grid, random, list }: Sweep): PlanDescription["axes"] {
  if (grid) return grid;
  if (random) {
    return Object.fromEntries(Object.entries(random.space).map(([name, { description }]) => [name, description]));
  }
  const names = [...new Set(list!.flatMap((params) => Object.keys(params)))];
  const values = (name: string) => list!.filter((params) => name in params).map((params) => params[name]!);
  return Object.fromEntries(names.map((name) => [name, [...new Set(values(name))]]));
}

/** The first set of parameters that has a baseline's values. */
function findBaseline({ baseline }: Sweep, sets: readonly Params[]): Params | null {
  if (baseline === undefined) return null;
  const wanted = Object.entries(baseline as Params);
  const found = sets.find((params) => wanted.every(([name, value]) => params[name] === value));
  if (found) return found;
  throw new PlanError(
    `baseline must be a set of parameters that is run, found ${
      canonical(baseline)
    }: none of the ${sets.length} sets has these values`,
  );
}

/**
 * A plan with its trials: for every seed all sets of parameters, so that a sweep that is ended early has seen them all.
 *
 * @throws {PlanError} when nothing is left to do, or a listed set stands twice
 */
export function describePlan(plan: Sweep): PlanDescription {
  const {
    name,
    about = "",
    seeds = 1,
    metric = null,
    goal = null,
    margin = null,
    testSize = null,
    timeout = 3600,
    attempts = 3,
    stall = 120,
  } = plan;
  const seedList = typeof seeds === "number" ? Array.from({ length: seeds }, (_, i) => i + 1) : [...seeds];
  const sets = parameterSets(plan);
  const trials = seedList.flatMap((seed) =>
    sets.map((params) => ({ id: trialIdentity(name, params, seed), params, seed }))
  );
  const id = digest(canonical([name, trials.map((trial) => trial.id).sort()]));
  const baseline = findBaseline(plan, sets);
  return {
    name,
    about,
    axes: axes(plan),
    seeds: seedList,
    metric,
    goal,
    baseline,
    margin,
    testSize,
    timeout,
    attempts,
    stall,
    trials,
    id,
  };
}
