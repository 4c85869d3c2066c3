/**
 * Where an axis has its ticks, and what they say.
 *
 * @module
 */
import { textOf } from "../device/expect.ts";

/** Ticks of an axis, about. */
const ABOUT = 5;

/** Without the noise of binary fractions. */
const clean = (value: number) => Number(value.toPrecision(12));

/** 1, 2 or 5 times a power of ten, the least that is not below `step`. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return clean(power * ([1, 2, 5, 10].find((digit) => digit * power >= step * (1 - 1e-9)) ?? 10));
}

/** Multiples of a step between two ends. */
function multiples(least: number, most: number, step: number): number[] {
  const first = Math.ceil(least / step - 1e-9), last = Math.floor(most / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => clean((first + i) * step));
}

/** Round numbers between two ends: at least two, if the ends differ. */
export function linearTicks(least: number, most: number): number[] {
  for (let step = niceStep((most - least) / ABOUT), tries = 0; tries < 4; tries++, step = niceStep(step * 0.4)) {
    const found = multiples(least, most, step);
    if (found.length > 1) return found;
  }
  return [least, most];
}

/** Whole numbers from `first` to `last`, not too many: places of batches or epochs. */
export function wholeTicks(first: number, last: number): number[] {
  return multiples(first, last, Math.max(1, niceStep((last - first) / (ABOUT + 1))));
}

/**
 * The values 1, 2 and 5 times a power of ten within a range: ticks for a logarithmic axis. Where a narrow range holds fewer than two of them,
 * other round numbers stand in.
 *
 * @param least above 0
 * @param most from `least` on
 * @returns ascending, at least two if the ends differ; over many powers of ten only those, and at most about eight
 * @throws {RangeError} for an end that is not finite and above 0
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(plot.oneTwoFive(0.3, 12)); // [ 0.5, 1, 2, 5, 10 ]
 * console.log(plot.oneTwoFive(0.6, 0.9)); // [ 0.6, 0.7, 0.8, 0.9 ]
 * ```
 */
export function oneTwoFive(least: number, most: number): number[] {
  if (typeof least !== "number" || typeof most !== "number" || !(least > 0 && most < Infinity)) {
    throw new RangeError(
      `Cannot divide a logarithmic axis from ${textOf(least)} to ${textOf(most)}: both ends are finite and above 0`,
    );
  }
  const values: number[] = [];
  for (let exponent = Math.floor(Math.log10(least)); exponent <= Math.ceil(Math.log10(most)); exponent++) {
    for (const digit of [1, 2, 5]) values.push(Number(`${digit}e${exponent}`));
  }
  const within = values.filter((value) => value >= least && value <= most);
  if (within.length < 2) return least < most ? linearTicks(least, most) : within;
  // Over many powers of ten, the powers alone; over very many, only some of them.
  const powers = within.filter((value) => Number.isInteger(Math.log10(value)));
  if (within.length <= 8 || powers.length < 2) return within;
  const step = Math.ceil(powers.length / 7);
  const some = powers.filter((_, i) => i % step === 0);
  return some.length > 1 ? some : [powers[0]!, powers.at(-1)!];
}

/** A tick's number, short also where it is very small or large: `0.001`, `1e-5`, `2e16`. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.999e-3 || size >= 1e6)) return clean(value).toExponential().replace("e+", "e");
  return String(clean(value));
}

/** An expression of Vega that writes these ticks; those of a linear axis with as many decimals each. */
export function tickTexts(values: readonly number[], linear = false): string {
  const texts = values.map(tickText);
  const decimals = Math.max(0, ...texts.map((text) => text.split(".")[1]?.length ?? 0));
  const even = linear && texts.every((text) => !text.includes("e"));
  const words = Object.fromEntries(values.map((value, i) => [value, even ? value.toFixed(decimals) : texts[i]]));
  return `${JSON.stringify(words)}[datum.value]`;
}
