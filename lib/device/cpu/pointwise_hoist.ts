/** What a pointwise chain computes of operands that repeat, such as numbers of channels, is computed once a chunk, not for each element. */
import type { Code } from "./pointwise_code.ts";

/** A chain's instructions: those that run once a chunk, on `period` elements and a block more, and those of each block. */
export interface Hoisted {
  readonly period: number;
  readonly once: readonly Code[];
  readonly code: readonly Code[];
}

/**
 * Takes out the instructions whose arguments all repeat with one period, or are constant.
 *
 * @param repeats of each input the number of elements after which it repeats; 0: constant; undefined: it does not repeat
 * @param outputs registers that are written to memory, and so stay
 * @param most longest period
 */
export function hoist(
  code: readonly Code[],
  repeats: readonly (number | undefined)[],
  outputs: readonly number[],
  most: number,
): Hoisted {
  const period = repeats.find((repeat) => repeat !== undefined && repeat > 0 && repeat <= most);
  if (period === undefined) return { period: 0, once: [], code };
  const repeating = new Set(
    repeats.keys().filter((register) => repeats[register] === 0 || repeats[register] === period),
  );
  const once = code.filter(({ out, args }) => {
    if (outputs.includes(out) || !args.every((arg) => repeating.has(arg))) return false;
    repeating.add(out);
    return true;
  });
  if (once.length === 0) return { period: 0, once, code };
  return { period, once, code: code.filter((instruction) => !once.includes(instruction)) };
}
