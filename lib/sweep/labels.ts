/**
 * Values of parameters as words. Two values never have one label: the value is its identity, and the label follows.
 *
 * @module
 */
import type { Value } from "./errors.ts";
import type { Params } from "./plan.ts";

/** How few digits will do. */
export interface Digits {
  /** A number that is exact in so many digits is written whole. */
  readonly whole: number;
  /** Digits of any other, more where two would look the same. */
  readonly least: number;
}

/** Significant digits of a number as JavaScript writes it. */
const digitsOf = (value: number) => String(value).replace(/e.*$/, "").replace(/\D/g, "").replace(/^0+/, "").length;

/** Texts of numbers, with the digits that tell them apart. */
export function numberLabels(values: readonly number[], { whole, least }: Digits = { whole: 8, least: 4 }): string[] {
  const count = new Set(values).size;
  const at = (precision: number) =>
    values.map((value) => digitsOf(value) <= whole ? String(value) : String(Number(value.toPrecision(precision))));
  for (let precision = least; precision < 17; precision++) {
    const labels = at(precision);
    if (new Set(labels).size === count) return labels;
  }
  return values.map(String);
}

/** Labels of the values of one parameter; an absent one is a dash. A text that would read as another value, or as a quoted one, is quoted. */
export function valueLabels(values: readonly (Value | undefined)[]): Map<Value | undefined, string> {
  const distinct = [...new Set(values)];
  const numbers = distinct.filter((value) => typeof value === "number"), texts = numberLabels(numbers);
  const labels = new Map<Value | undefined, string>(numbers.map((value, i) => [value, texts[i]!]));
  for (const value of distinct) {
    if (typeof value !== "number" && typeof value !== "string") {
      labels.set(value, value === undefined ? "–" : String(value));
    }
  }
  const taken = new Set(labels.values());
  for (const value of distinct) {
    if (typeof value === "string") {
      labels.set(value, taken.has(value) || /^$|^"/.test(value) ? JSON.stringify(value) : value);
    }
  }
  return labels;
}

/** Labels of all values in sets of parameters. */
export class Labels {
  readonly #names = new Map<string, Map<Value | undefined, string>>();

  constructor(sets: readonly Params[]) {
    for (const name of new Set(sets.flatMap((params) => Object.keys(params)))) {
      this.#names.set(name, valueLabels(sets.map((params) => params[name])));
    }
  }

  /** The label of one value; of a value that is not among the sets, as it stands. */
  of(name: string, value: Value | undefined): string {
    return this.#names.get(name)?.get(value) ?? (value === undefined ? "–" : String(value));
  }

  /** Parameters in words: `activation relu, lr 0.1`. */
  words(params: Params, names: readonly string[] = Object.keys(params)): string {
    return names.map((name) => `${name} ${this.of(name, params[name])}`).join(", ");
  }
}
