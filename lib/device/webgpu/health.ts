/**
 * Watches a WebGPU device. Deno only logs a validation error and skips the work; here each one becomes an exception: errors are caught by
 * error scopes around compiling and running (and by an `uncapturederror` listener for the rest), kept, and thrown by the next call.
 */
import { DeviceLostError, DeviceValidationError, OutOfDeviceMemoryError } from "../errors.ts";

/** Errors of one device. */
export class Health {
  #failure: Error | undefined;
  #disposed = false;
  readonly #pending = new Set<Promise<void>>();
  readonly #listener: (event: Event) => void;
  /** Rejects when the device is lost; never resolves. */
  readonly lost: Promise<never>;

  constructor(readonly device: GPUDevice, readonly description: string) {
    this.#listener = (event) => {
      event.preventDefault();
      this.fail(new DeviceValidationError(explain("run a command", (event as GPUUncapturedErrorEvent).error)));
    };
    device.addEventListener("uncapturederror", this.#listener);
    this.lost = device.lost.then(({ reason, message }) => {
      const error = new DeviceLostError(description, message || reason);
      if (!this.#disposed) this.#failure = error;
      throw error;
    });
    this.lost.catch(() => {});
  }

  /** Keeps the first failure. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  /** Whether something went wrong: the device is of no use any more. */
  get failed(): boolean {
    return this.#disposed || this.#failure !== undefined;
  }

  /** Throws what went wrong so far, if anything. */
  check(): void {
    if (this.#disposed) throw new Error("Cannot use the webgpu device: it was disposed. Open a new one");
    if (this.#failure) throw this.#failure;
  }

  /** Runs `work`; a validation error in it fails the device. `what` completes "Cannot …". */
  scoped<T>(what: string, work: () => T): T {
    this.device.pushErrorScope("validation");
    try {
      return work();
    } finally {
      this.#await((error) => new DeviceValidationError(explain(what, error)));
    }
  }

  /** Runs `work`; whether that was an error is for the caller to act on. */
  watched<T>(work: () => T): { result: T; error: Promise<GPUError | null> } {
    this.device.pushErrorScope("validation");
    let result: T, error: Promise<GPUError | null>;
    try {
      result = work();
    } finally {
      error = this.device.popErrorScope().catch(() => null); // a lost device is reported on its own
    }
    return { result, error };
  }

  /** Runs `work`, which allocates `bytes`; too little memory fails the device. */
  allocating<T>(bytes: number, used: number, limit: number, work: () => T): T {
    this.device.pushErrorScope("out-of-memory");
    try {
      return work();
    } finally {
      this.#await(() => new OutOfDeviceMemoryError(this.description, bytes, used, limit));
    }
  }

  #await(wrap: (error: GPUError) => Error): void {
    const pending = this.device.popErrorScope().then(
      (error) => {
        if (error) this.fail(wrap(error));
      },
      () => {}, // the device is lost, which is reported on its own
    ).finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  /** Waits until all errors of earlier calls are known, and throws the first. */
  async settled(): Promise<void> {
    if (this.#pending.size) await Promise.race([Promise.all(this.#pending), this.lost]);
    this.check();
  }

  /** Why a wait for the device failed: it may be lost, which Deno says a little later, or a command before it was refused. */
  async diagnose(what: string, error: unknown): Promise<never> {
    this.check();
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, 200);
    await Promise.race([this.lost, patience.promise]).finally(() => clearTimeout(timer));
    await this.settled();
    throw new DeviceValidationError(`Cannot ${what}: ${error instanceof Error ? error.message : error}`);
  }

  /** Stops watching. */
  dispose(): void {
    this.#disposed = true;
    this.device.removeEventListener("uncapturederror", this.#listener);
  }
}

const explain = (what: string, error: GPUError) => `Cannot ${what}: ${error.message.trim()}`;
