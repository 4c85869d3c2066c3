/** How much a batch weighs in a mean. */
import type { Batch } from "../data/dataset.ts";

/** How many samples a batch has: the length of its first tensor's first axis, and 1 if that has none. */
export function samplesOf(batch: Batch): number {
  return batch[0]?.shape[0] ?? 1;
}
