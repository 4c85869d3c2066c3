/** Work of a callback that nothing waits for. */
import { isOfDevice } from "./exceptions.ts";

/**
 * Keeps what goes wrong in it until somebody asks. What the device reports is left to the next read in the foreground, which reports it too.
 */
export class Background {
  #failed: { readonly error: unknown } | undefined;

  /** The work; its promise is never rejected. */
  async run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isOfDevice(error)) this.#failed ??= { error };
    }
  }

  /** Throws what went wrong since the last time. */
  check(): void {
    const failed = this.#failed;
    this.#failed = undefined;
    if (failed) throw failed.error;
  }
}
