/** Control flow and errors of a fit. */
import { DeviceFaultError, DeviceLostError, DeviceValidationError, OutOfDeviceMemoryError } from "../tensor/graph.ts";

/**
 * What ends a fit, an epoch or a batch early: thrown by a callback, caught by the Learner.
 *
 * @example
 * ```ts
 * import { CancelBatchException, CancelException } from "./mod.ts";
 * console.log(new CancelBatchException() instanceof CancelException); // true
 * ```
 */
export abstract class CancelException extends Error {}

/**
 * Thrown by a callback, ends the fit: what is left of it is skipped, the cleanups run, and `fit` returns.
 *
 * @example
 * ```ts
 * import { Callback, CancelFitException, data, F, Learner, nn, rand } from "./mod.ts";
 * let batches = 0;
 * class Stop extends Callback {
 *   override beforeBatch(learn: Learner): void {
 *     if (learn.training && learn.iter === 2) throw new CancelFitException();
 *     if (learn.training) batches++;
 *   }
 * }
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1]));
 * const dls = data.DataLoaders.of(set, set, { batchSize: 16 });
 * await Learner.of(new nn.Linear(4, 1), dls).loss(F.mseLoss).lr(0.1).callbacks([new Stop()]).fit(2);
 * console.log(batches); // 2: the batches 0 and 1
 * ```
 */
export class CancelFitException extends CancelException {
  /** Tells it from the other two by text. */
  override readonly name = "CancelFitException";
}

/**
 * Thrown by a callback, ends the epoch's current phase: training or validation.
 *
 * @example
 * ```ts
 * import { Callback, CancelEpochException, data, F, Learner, nn, rand } from "./mod.ts";
 * let batches = 0;
 * class Stop extends Callback {
 *   override beforeBatch(learn: Learner): void {
 *     if (learn.training && learn.iter === 2) throw new CancelEpochException();
 *     if (learn.training) batches++;
 *   }
 * }
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1]));
 * const dls = data.DataLoaders.of(set, set, { batchSize: 16 });
 * await Learner.of(new nn.Linear(4, 1), dls).loss(F.mseLoss).lr(0.1).callbacks([new Stop()]).fit(2);
 * console.log(batches); // 4: the batches 0 and 1 of both epochs
 * ```
 */
export class CancelEpochException extends CancelException {
  /** Tells it from the other two by text. */
  override readonly name = "CancelEpochException";
}

/**
 * Thrown by a callback, ends the current batch.
 *
 * @example
 * ```ts
 * import { Callback, CancelBatchException, data, F, Learner, nn, rand } from "./mod.ts";
 * let batches = 0;
 * class Stop extends Callback {
 *   override beforeBatch(learn: Learner): void {
 *     if (learn.training && learn.iter === 2) throw new CancelBatchException();
 *     if (learn.training) batches++;
 *   }
 * }
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1]));
 * const dls = data.DataLoaders.of(set, set, { batchSize: 16 });
 * await Learner.of(new nn.Linear(4, 1), dls).loss(F.mseLoss).lr(0.1).callbacks([new Stop()]).fit(2);
 * console.log(batches); // 6: all but the batch 2 of both epochs
 * ```
 */
export class CancelBatchException extends CancelException {
  /** Tells it from the other two by text. */
  override readonly name = "CancelBatchException";
}

/** A callback that failed. The message names it and its event; `cause` is what it threw. */
export class CallbackError extends Error {
  /** What `String(error)` begins with. */
  override readonly name = "CallbackError";

  /**
   * Its message ends with that of the cause.
   *
   * @param callback the name of the callback
   * @param event the event it was handling
   * @param cause what it threw
   */
  constructor(readonly callback: string, readonly event: string, cause: unknown) {
    super(`Callback ${callback} failed in ${event}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/**
 * What to throw of several errors: failures come before Cancel exceptions, and several failures together. Of faults of the device the first alone is
 * told: what a read meets later most often follows from it. A lost device throws one and the same error from whatever is asked of it: it is told once.
 */
export function togetherOrFirst(errors: readonly unknown[]): unknown {
  const firstFault = errors.find(isFault), causes = errors.map(causeOf);
  const real = errors.filter((error, i) =>
    !(error instanceof CancelException) && (error === firstFault || !isFault(error)) && causes.indexOf(causes[i]) === i
  );
  if (real.length > 1) {
    return new AggregateError(real, real.map((e) => e instanceof Error ? e.message : String(e)).join("; and then: "));
  }
  return real.length ? real[0] : errors[0];
}

/** What went wrong, perhaps in a callback. */
const causeOf = (error: unknown): unknown => error instanceof CallbackError ? error.cause ?? error : error;

/** Whether an error is a fault of the device, perhaps by way of a callback. */
const isFault = (error: unknown): boolean => causeOf(error) instanceof DeviceFaultError;

const DEVICE_ERRORS = [DeviceFaultError, DeviceLostError, DeviceValidationError, OutOfDeviceMemoryError];

/** Whether an error is about the device rather than about whoever happened to read. */
export const isOfDevice = (error: unknown): boolean => DEVICE_ERRORS.some((kind) => error instanceof kind);
