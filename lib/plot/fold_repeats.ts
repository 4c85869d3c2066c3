/**
 * Blocks of a model that follow each other and are alike, taken together.
 *
 * @module
 */

/** A layer, as far as one needs to know. */
interface Layer {
  readonly name: string;
  readonly kind: string;
  readonly shape: readonly (number | string)[];
  readonly parameters: number;
  readonly error?: string;
  readonly from: readonly string[];
}

/** Layers that are drawn once, and stand for so many times as many. */
export interface Part<L> {
  readonly shown: readonly L[];
  readonly times: number;
  /** The name of the last layer that it stands for. */
  readonly last: string;
}

/** Boxes that folding must save. */
const LEAST_SAVED = 3;

/** Layers in a block, at most. */
const LONGEST = 64;

/** How often the `period` layers from `start` on are there, one after another. */
function repeats(keys: readonly string[], start: number, period: number): number {
  let end = start + period;
  while (end < keys.length && keys[end] === keys[end - period]) end++;
  return Math.floor((end - start) / period);
}

/**
 * Finds the blocks. Layers are alike if kind, sizes and parameters are, and their inputs come from as far before them. What comes after a block takes
 * its inputs from the last of those that it stands for, and is then shown to take them from the block; where something takes them from an earlier one,
 * there is no block.
 *
 * @param fold whether to; without it every layer is a part by itself
 */
export function foldRepeats<L extends Layer>(layers: readonly L[], fold: boolean): Part<L>[] {
  const places = new Map(layers.map(({ name }, i) => [name, i]));
  const keys = layers.map(({ kind, shape, parameters, error, from }, i) =>
    JSON.stringify([kind, shape, parameters, error, from.map((name) => i - (places.get(name) ?? -1))])
  );
  /** For each layer, the last that takes its output. */
  const takenBy = layers.map((_, i) => i);
  for (const [i, { from }] of layers.entries()) {
    for (const name of from) if (places.has(name)) takenBy[places.get(name)!] = i;
  }
  /** What a layer is shown as, by its name. */
  const shownAs = new Map<string, string>(), parts: Part<L>[] = [];
  for (let start = 0; start < layers.length;) {
    let best = { period: 1, times: 1 };
    for (let period = 1; fold && period <= Math.min(LONGEST, (layers.length - start) / 2); period++) {
      const times = repeats(keys, start, period), end = start + times * period;
      const saved = (times - 1) * period, most = (best.times - 1) * best.period;
      if (saved < LEAST_SAVED || saved <= most) continue;
      // Each but the last is used by itself and the next alone.
      const apart = layers.slice(start, end - period).every((_, k) =>
        takenBy[start + k]! < start + (Math.floor(k / period) + 2) * period
      );
      if (apart) best = { period, times };
    }
    const { period, times } = best, end = start + period * times;
    const shown = layers.slice(start, start + period).map((layer) => ({
      ...layer,
      from: [...new Set(layer.from.map((name) => shownAs.get(name) ?? name))],
    }));
    for (let i = start; i < end; i++) shownAs.set(layers[i]!.name, layers[start + (i - start) % period]!.name);
    parts.push({ shown, times, last: layers[end - 1]!.name });
    start = end;
  }
  return parts;
}
