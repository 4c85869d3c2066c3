/** What a batch, an epoch of batches, and what is computed from a batch must be. */
import { textOf } from "../device/expect.ts";
import type { Batch } from "../data/dataset.ts";
import { Tensor } from "../tensor/tensor.ts";
import { notTensor } from "./not_tensor.ts";
import type { Batches } from "./parts.ts";

type Part = "train" | "valid";

function named(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  const kind = typeof value === "object" ? value?.constructor?.name : undefined;
  return kind === "Object" ? "an object" : kind ? `a ${kind}` : textOf(value);
}

/** Throws unless batches can be taken from `batches`, which are called `name`, one after the other. */
export function checkBatches(name: string, batches: unknown): void {
  const found = Object(batches) as Partial<Record<symbol, unknown>>;
  if (typeof found[Symbol.asyncIterator] === "function" || typeof found[Symbol.iterator] === "function") return;
  throw new TypeError(
    `Cannot take batches from ${name}: it must be a DataLoader, or anything iterable, found ${named(batches)}`,
  );
}

/** Throws unless `batch` is an array of tensors. */
export function checkBatch(part: Part, batch: unknown): asserts batch is Batch {
  if (Array.isArray(batch) && batch.length > 0 && batch[0] instanceof Tensor) return;
  const found = Array.isArray(batch) ? batch.length === 0 ? "[]" : `[${named(batch[0])}, …]` : named(batch);
  throw new TypeError(
    `Cannot use a batch of dls.${part}: it must be an array of tensors, inputs first, found ${found}`,
  );
}

/**
 * The error of an epoch for which no batch came.
 *
 * @param epoch from 0
 */
export function emptyEpoch(part: Part, batches: Batches, epoch: number): RangeError {
  const once = batches as Partial<Iterator<unknown>>;
  const remedy = typeof once.next === "function"
    ? `An iterator, such as a generator's, can be gone through once: give a DataLoader, an array of batches, or an object whose ` +
      `[Symbol.asyncIterator]() begins anew each time`
    : `Is its data set empty, or was it used up?`;
  return new RangeError(
    `Cannot ${part === "train" ? "train" : "validate"}: dls.${part} gave no batch in epoch ${epoch}. ${remedy}`,
  );
}

/** Throws if the predictions are still to come. */
export function checkPreds(preds: unknown): void {
  if (preds instanceof Promise) throw new TypeError(`Cannot use the predictions: ${notTensor("predict", preds)}`);
}

/** Throws unless the loss is a tensor. */
export function checkLoss(loss: unknown): void {
  if (!(loss instanceof Tensor)) throw new TypeError(`Cannot use the loss: ${notTensor("a loss function", loss)}`);
}
