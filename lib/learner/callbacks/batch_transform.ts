/** Changes batches before the model sees them. */
import type { Batch } from "../../data/dataset.ts";
import { Callback } from "../callback.ts";
import type { Learner } from "../learner.ts";
import { DeviceCB } from "./device.ts";

/** When a {@linkcode BatchTransformCB} acts. */
export interface BatchTransformOptions {
  /** On training batches. Default: true. */
  onTrain?: boolean;
  /** On validation batches. Default: true. */
  onValid?: boolean;
}

/**
 * Replaces each batch by `fn(batch)`, computed on the device.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const normalise = new learner.BatchTransformCB(([x, y]) => [x!.sub(0.29).div(0.35), y!]);
 * console.log(normalise.order === learner.DeviceCB.order + 1); // true
 * ```
 */
export class BatchTransformCB extends Callback {
  static override order = DeviceCB.order + 1;
  readonly onTrain: boolean;
  readonly onValid: boolean;

  constructor(readonly fn: (batch: Batch) => Batch, { onTrain = true, onValid = true }: BatchTransformOptions = {}) {
    super();
    this.onTrain = onTrain;
    this.onValid = onValid;
  }

  override beforeBatch(learn: Learner): void {
    if (learn.training ? this.onTrain : this.onValid) learn.batch = this.fn(learn.batch);
  }
}
