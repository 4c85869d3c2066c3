/** Puts a fit on a device. */
import { type Device, deviceOr } from "../../device/device.ts";
import { Callback } from "../callback.ts";
import type { LearnerCore } from "../core.ts";

/** Room between DeviceCB and the callbacks of the usual order, for those that come in between: each states its place as one after another's. */
const ROOM = 10;

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
  /** Well before the others, so that what they make is on the device too. */
  static override order: number = Callback.order - ROOM;

  /** Where to train. */
  readonly device: Device;

  /**
   * Moves nothing before a fit begins. Throws a TypeError for what is no device, such as a device's name.
   *
   * @param device where to train; the default device unless given
   */
  constructor(device?: Device) {
    super();
    this.device = deviceOr(device);
  }

  /** Moves the model, the optimiser's memory and the loaders' data to the device. */
  override async beforeFit(learn: LearnerCore): Promise<void> {
    await learn.to(this.device);
  }

  /** Copies a batch that is on another device, and only then makes the fit wait. */
  override beforeBatch(learn: LearnerCore): void | Promise<void> {
    if (learn.batch.every((t) => t.device === this.device)) return;
    return this.#copy(learn);
  }

  async #copy(learn: LearnerCore): Promise<void> {
    learn.batch = await Promise.all(learn.batch.map((t) => t.toDevice(this.device)));
  }
}
