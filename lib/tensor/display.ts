/** Where what draws pictures says how a notebook shows a tensor: it is built on tensors. */

/** A tensor, as far as one need know here. */
interface Shown {
  readonly shape: readonly number[];
}

/** What a notebook shows of a tensor of many elements; unset where nothing that draws was loaded. */
export const display: { tensor: ((t: Shown) => Promise<Record<string, string>>) | undefined } = { tensor: undefined };

/** Of so many elements a notebook shows every value. */
export const MOST_VALUES = 100;
