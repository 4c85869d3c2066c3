/**
 * What a fit reads of the device: once an epoch, and late. A read-back waits for the device, 11 ms and more on webgpu; so whatever is wanted at the
 * end of an epoch, and what the device reports, goes in one, which comes while the next epoch runs.
 */
import type { Device } from "../device/device.ts";
import { DeviceFaultError, type HostArray, readingNow } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { BatchPlaces } from "./batch_places.ts";
import type { Callback } from "./callback.ts";
import { CallbackError, CancelException, isOfDevice, togetherOrFirst } from "./exceptions.ts";

/** Gets values, in the order of the tensors, and when they were sent for: on a device that waits when asked, as webgpu in Deno, its work was done. */
type Receiver = (values: readonly HostArray[], sentAt: number) => void;

/** What a callback wants. */
interface Request {
  readonly by: Callback;
  readonly tensors: readonly Tensor[];
  readonly receive: Receiver;
}

/** A read that is under way. */
interface Sent {
  readonly requests: readonly Request[];
  /** The device's count of runs before it. */
  readonly runs: number;
  at: number;
  /** Set when all is there. */
  outcome: Outcome | undefined;
  readonly done: Promise<void>;
}

/** What came: values, or why there are none, of each request; and what the device reported. */
interface Outcome {
  readonly values: readonly PromiseSettledResult<readonly HostArray[]>[];
  readonly reported: readonly unknown[];
}

/** The late reads of one fit. At most one is under way. */
export class LateReads {
  readonly #places = new BatchPlaces();
  #asked: Request[] = [];
  #sent: Sent | undefined;
  /** Whether there was a batch since the last read. */
  #isStale = false;

  /** Of the device on which the fit is by then: a callback may move it. */
  constructor(readonly device: () => Device) {}

  /** A phase begins. */
  phase(epoch: number, training: boolean): void {
    this.#places.phase(epoch, training, this.device().counters.runs);
  }

  /** A batch has ended. */
  batch(): void {
    this.#isStale = true;
    this.#places.batch(this.device().counters.runs);
  }

  /** Wants the values that tensors have now, with the next read: they are stored until then. */
  ask(by: Callback, tensors: readonly Tensor[], receive: Receiver): void {
    for (const t of tensors) t.keep();
    this.#asked.push({ by, tensors, receive });
  }

  /** Whether a read is there that was not handed out. */
  get arrived(): boolean {
    return this.#sent?.outcome !== undefined;
  }

  /**
   * Sends for what was asked for, and for what the device reports, and returns when the device has been asked. Of two reads the first is handed out
   * before the second is sent for.
   *
   * @param others reads that were begun in this tick, and share the read-back; how they fail is for those who wait for them
   */
  async send(others: readonly Promise<unknown>[] = []): Promise<void> {
    if (this.#sent) await this.#receive();
    const device = this.device(), { runs } = device.counters, requests = this.#asked.splice(0);
    const reads = requests.map(({ tensors }) => Promise.all(tensors.map((t) => t.toTypedArray())));
    const reading = readingNow(device);
    if (!reading && !this.#isStale) return;
    this.#isStale = false;
    const outcome = Promise.all([
      Promise.allSettled(reads),
      Promise.allSettled([reading ? reading.done : device.synchronize()]),
      Promise.allSettled(others),
    ]);
    const done = outcome.then(([values, own, rest]) => {
      const reported = [...reasons(own), ...reasons(rest).filter(isOfDevice), device.faults.takeUnreported() ?? []];
      sent.outcome = { values, reported: reported.flat() };
    });
    const sent: Sent = this.#sent = { requests, runs, at: performance.now(), outcome: undefined, done };
    await reading?.sent;
    sent.at = performance.now();
  }

  /**
   * Hands out what has arrived, in the order in which it was asked for; throws what the device reported, and what callbacks throw. One that has
   * failed gets nothing more.
   */
  handOut(): void {
    const { requests, runs, at, outcome } = this.#sent!, { values, reported } = outcome!;
    this.#sent = undefined;
    const found = [...reported], failed = new Set<Callback>();
    values.forEach((result, i) => {
      const { by, receive } = requests[i]!;
      const fail = (error: unknown) => {
        const isPlain = error instanceof CancelException || isOfDevice(error);
        found.push(isPlain ? error : new CallbackError(by.name, "afterEpoch", error));
        failed.add(by);
      };
      if (failed.has(by)) return;
      if (result.status === "rejected") return fail(result.reason);
      try {
        receive(result.value, at);
      } catch (error) {
        fail(error);
      }
    });
    const placed = firstFault(found).map((error) => this.#placed(error));
    this.#places.forget(runs);
    if (placed.length) throw togetherOrFirst(placed);
  }

  /** Waits until all that was asked for is handed out. */
  async settle(): Promise<void> {
    if (this.#sent) await this.#receive();
    if (this.#asked.length === 0) return;
    await this.send();
    await this.#receive();
  }

  /**
   * At the end of a fit, however it ended: as {@linkcode LateReads.settle}, with one more look at what the device reports.
   *
   * @param collect begins reads that share the read-back
   */
  async end(collect: () => readonly Promise<unknown>[]): Promise<void> {
    const errors: unknown[] = [];
    const attempt = (work: Promise<void>) => work.catch((error) => void errors.push(error));
    await attempt(this.#receive());
    await attempt(this.send(collect()));
    await attempt(this.#receive());
    if (errors.length) throw togetherOrFirst(errors);
  }

  async #receive(): Promise<void> {
    const sent = this.#sent;
    await sent?.done;
    if (sent && this.#sent === sent) this.handOut(); // unless someone else has waited for it too
  }

  /** A fault with the batch that met it. */
  #placed(error: unknown): unknown {
    if (!(error instanceof DeviceFaultError) || error.run === undefined || error.place) return error;
    const { fault, run } = error, place = this.#places.of(run);
    return place ? new DeviceFaultError(fault, run, place) : error;
  }
}

const reasons = (results: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  results.flatMap((result) => result.status === "rejected" ? [result.reason] : []);

/** Of several faults the one that was met first: the others most often follow from it, or are of the same kind. */
function firstFault(errors: readonly unknown[]): unknown[] {
  const faults = errors.filter((error) => error instanceof DeviceFaultError);
  const [first] = faults.toSorted((a, b) => (a.run ?? Infinity) - (b.run ?? Infinity));
  return errors.filter((error, i) => !(error instanceof DeviceFaultError) || i === errors.indexOf(first));
}
