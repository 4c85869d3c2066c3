/**
 * The values of a parameter as groups of trials.
 *
 * @module
 */
import type { Value } from "../errors.ts";
import { formatValue } from "../groups.ts";
import type { TrialResult } from "../results.ts";

/** Trials in which a parameter has one value, or lies in one range. */
export interface Level {
  readonly label: string;
  readonly trials: readonly TrialResult[];
}

/** Numbers with more distinct values than this are taken together in ranges. */
const MOST_LEVELS = 8;
/** How many ranges. */
const RANGES = 5;

/** Distinct values: numbers by size, texts as they come, absence last. */
export function distinct(values: readonly (Value | undefined)[]): (Value | undefined)[] {
  const all = [...new Set(values)];
  const numbers = all.filter((value): value is number => typeof value === "number").sort((a, b) => a - b);
  const others = all.filter((value) => typeof value !== "number" && value !== undefined);
  return [...numbers, ...others, ...(all.includes(undefined) ? [undefined] : [])];
}

/** A parameter's levels: its values or, of a number that was drawn, ranges that hold about as many trials each. */
export function levels(trials: readonly TrialResult[], name: string): Level[] {
  const values = distinct(trials.map(({ params }) => params[name]));
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length <= MOST_LEVELS) {
    const groups = new Map(values.map((value) => [value, [] as TrialResult[]]));
    for (const trial of trials) groups.get(trial.params[name])!.push(trial);
    return [...groups].map(([value, trials]) => ({ label: formatValue(value), trials }));
  }
  const count = trials.filter(({ params }) => typeof params[name] === "number").length;
  const ranges = Array.from({ length: RANGES }, () => [] as TrialResult[]);
  let before = 0;
  // A value is in one range with all its trials: cut through, its trials would be told apart by what else they differ in.
  for (const value of numbers) {
    const same = trials.filter(({ params }) => params[name] === value);
    ranges[Math.floor((before + same.length / 2) / count * RANGES)]!.push(...same);
    before += same.length;
  }
  const labelled = ranges.filter((part) => part.length > 0).map((part) => {
    const ends = [part[0]!, part.at(-1)!].map(({ params }) => Number((params[name] as number).toPrecision(2)));
    return { label: ends.join(" to "), trials: part };
  });
  const rest = trials.filter(({ params }) => typeof params[name] !== "number");
  return [...labelled, ...(rest.length > 0 ? [{ label: "other", trials: rest }] : [])];
}
