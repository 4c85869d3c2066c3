/** Loss and rate of every batch. */
import { Callback } from "../callback.ts";
import { DeviceRecord } from "../device_record.ts";
import type { Learner } from "../learner.ts";
import { DeviceCB } from "./device.ts";

/**
 * Records the loss of every batch and the rate of every step, for curves. Losses stay on the device until the fit ends.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const recorder = new learner.Recorder();
 * // after learn.fit(): recorder.losses, recorder.validLosses, recorder.lrs
 * console.log(recorder.losses); // []
 * ```
 */
export class Recorder extends Callback {
  static override order = DeviceCB.order + 1;
  /** Loss of each training batch, in order. */
  losses: number[] = [];
  /** Loss of each validation batch, in order. */
  validLosses: number[] = [];
  /** Rate of each training step. */
  lrs: number[] = [];

  #train: DeviceRecord | undefined;
  #valid: DeviceRecord | undefined;

  override beforeFit(learn: Learner): void {
    this.losses = [];
    this.validLosses = [];
    this.lrs = [];
    this.#train = new DeviceRecord(learn.model.device);
    this.#valid = new DeviceRecord(learn.model.device);
  }

  override afterLoss(learn: Learner): void {
    if (learn.training) this.lrs.push(learn.opt.lr);
    (learn.training ? this.#train : this.#valid)?.push(learn.batchLoss);
  }

  override async cleanupFit(_learn: Learner): Promise<void> {
    const [losses, validLosses] = await Promise.all([this.#train?.read() ?? [], this.#valid?.read() ?? []]);
    this.losses = losses;
    this.validLosses = validLosses;
    this.#train = this.#valid = undefined;
  }
}
