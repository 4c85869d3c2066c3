/**
 * The values of a parameter as groups of trials.
 *
 * @module
 */
import type { Value } from "../errors.ts";
import { numberLabels, valueLabels } from "../labels.ts";
import type { TrialResult } from "../results.ts";

/** Trials in which a parameter has one value, or lies in one range. */
export interface Level {
  readonly label: string;
  readonly trials: readonly TrialResult[];
}

/** Numbers with more distinct values than this are taken together in ranges. */
const MOST_LEVELS = 8;
/** How many ranges. */
export const RANGES = 5;

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
    const labels = valueLabels(values);
    return [...groups].map(([value, trials]) => ({ label: labels.get(value)!, trials }));
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
  const parts = ranges.filter((part) => part.length > 0);
  const ends = parts.map((part) => [part[0]!, part.at(-1)!].map(({ params }) => params[name] as number));
  const labels = numberLabels(ends.flat(), { whole: 5, least: 2 });
  const labelled = parts.map((trials, i) => {
    const [first, last] = [labels[2 * i]!, labels[2 * i + 1]!];
    return { label: first === last ? first : `${first} to ${last}`, trials };
  });
  const rest = trials.filter(({ params }) => typeof params[name] !== "number");
  return [...labelled, ...(rest.length > 0 ? [{ label: "other", trials: rest }] : [])];
}
