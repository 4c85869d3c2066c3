/** Puts a fit on a device. */
import { defaultDevice, type Device } from "../../device/device.ts";
import { Callback } from "../callback.ts";
import type { Learner } from "../learner.ts";

/**
 * Moves the model and the data to a device when a fit begins. Batches that come from elsewhere are copied one by one.
 *
 * @example
 * ```ts
 * import { device, learner } from "./mod.ts";
 * const cbs = [new learner.DeviceCB(device("cpu"))];
 * console.log(cbs[0]!.device.name); // cpu
 * ```
 */
export class DeviceCB extends Callback {
  static override order = Callback.order - 10;

  /** @param device where to train; the default device unless given */
  constructor(readonly device: Device = defaultDevice()) {
    super();
  }

  override async beforeFit(learn: Learner): Promise<void> {
    await learn.to(this.device);
  }

  override beforeBatch(learn: Learner): void | Promise<void> {
    if (learn.batch.every((t) => t.device === this.device)) return;
    return this.#copy(learn);
  }

  async #copy(learn: Learner): Promise<void> {
    learn.batch = await Promise.all(learn.batch.map((t) => t.toDevice(this.device)));
  }
}
