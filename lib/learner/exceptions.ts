/** Control flow and errors of a fit. */

/** What ends a fit, an epoch or a batch early: thrown by a callback, caught by the Learner. */
export abstract class CancelException extends Error {}

/** Thrown by a callback, ends the fit: what is left of it is skipped, the cleanups run, and `fit` returns. */
export class CancelFitException extends CancelException {
  /** Tells it from the other two by text. */
  override readonly name = "CancelFitException";
}

/** Thrown by a callback, ends the epoch's current phase: training or validation. */
export class CancelEpochException extends CancelException {
  /** Tells it from the other two by text. */
  override readonly name = "CancelEpochException";
}

/** Thrown by a callback, ends the current batch. */
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
