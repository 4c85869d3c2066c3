/** Runs the phases of a fit between their events, and calls the callbacks. */
import { DeviceFaultError, noGrad } from "../tensor/graph.ts";
import { Callback, type EventName, type Verb, type Verbs } from "./callback.ts";
import {
  CallbackError,
  CancelBatchException,
  CancelEpochException,
  CancelException,
  CancelFitException,
  togetherOrFirst,
} from "./exceptions.ts";
import type { LearnerState } from "./state.ts";

const CANCEL = { Fit: CancelFitException, Epoch: CancelEpochException, Batch: CancelBatchException };

/** A Learner as the phases of its fit see it: its state, and its own verbs. */
type Fitting = LearnerState & Record<Verb, () => void>;

/** The callbacks of one fit, in their order, and the phases that they take part in. */
export class Phases {
  /** Whether this is a validation phase, whose synchronous parts run without gradients. */
  validating = false;
  readonly callbacks: readonly Callback[];

  constructor(readonly learn: Fitting, callbacks: readonly Callback[]) {
    this.callbacks = callbacks.toSorted((a, b) => a.order - b.order);
  }

  /** Runs `body` between the before, after and cleanup events of a phase. The phase's Cancel exception ends it quietly. */
  async within(phase: keyof typeof CANCEL, body: () => Promise<void>): Promise<void> {
    const errors: unknown[] = [];
    try {
      await this.fire(`before${phase}`);
      await body();
      await this.fire(`after${phase}`);
    } catch (error) {
      if (!(error instanceof CANCEL[phase])) errors.push(error);
      else if (phase === "Batch") this.learn.batchCancelled = true;
    }
    await this.#cleanUp(`cleanup${phase}`, errors);
    throwFirst(phase, errors);
  }

  /** Calls the event of every callback, one after the other. */
  async fire(event: EventName): Promise<void> {
    for (const cb of this.callbacks) {
      const pending = this.#call(cb, event);
      if (pending) await pending;
    }
  }

  /** Lets each callback begin to read what it has recorded, all in one tick; the callbacks' own cleanups meet what fails. */
  collect(): Promise<unknown>[] {
    return this.callbacks.map(async (cb) => await cb.collect(this.learn));
  }

  /** As {@linkcode Phases.fire}, but each callback gets its turn whatever the others do. */
  async #cleanUp(event: EventName, errors: unknown[]): Promise<void> {
    for (const cb of this.callbacks) {
      try {
        await this.#call(cb, event);
      } catch (error) {
        errors.push(error);
      }
    }
  }

  #call(cb: Callback, event: EventName): Promise<void> | undefined {
    if (cb[event] === Callback.prototype[event]) return undefined;
    const fail = (error: unknown): never => {
      // A fault with its place is a batch's, and not of the callback that waited for it.
      const isOther = error instanceof CancelException ||
        (error instanceof DeviceFaultError && error.place !== undefined);
      throw isOther ? error : new CallbackError(cb.name, event, error);
    };
    let pending: unknown;
    try {
      this.#inMode(() => void (pending = cb[event](this.learn)));
    } catch (error) {
      fail(error);
    }
    return pending instanceof Promise ? pending.then(() => {}, fail) : undefined;
  }

  /** Runs a verb: that of the last callback that has one of its name, else the Learner's own. */
  do(verb: Verb): void {
    const owner = this.callbacks.findLast((cb) => typeof (cb as Verbs)[verb] === "function");
    let result: unknown;
    this.#inMode(() => void (result = owner ? (owner as Verbs)[verb]!(this.learn) : this.learn[verb]()));
    if (!(result instanceof Promise)) return;
    result.catch(() => {}); // reported below, and not again as an unhandled rejection
    const { name } = (owner ?? this.learn).constructor;
    throw new TypeError(`Cannot await ${verb} of ${name}: verbs are synchronous, they only record`);
  }

  /** noGrad cannot be held over an await: what a callback does after its first await runs in the ordinary mode. */
  #inMode(fn: () => void): void {
    if (this.validating) noGrad(fn);
    else fn();
  }
}

/** Throws what went wrong in a phase and its cleanup: failures first, then Cancel exceptions that are meant for an outer phase. */
function throwFirst(phase: keyof typeof CANCEL, errors: readonly unknown[]): void {
  if (errors.length === 0) return;
  const first = togetherOrFirst(errors);
  if (phase === "Fit" && first instanceof CancelException) {
    const message = `Cannot handle ${first.name} here: it was thrown outside the phase that it cancels`;
    throw new Error(message, { cause: first });
  }
  throw first;
}
