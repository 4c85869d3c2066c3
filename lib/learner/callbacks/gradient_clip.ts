/** Clips gradients by their norm. */
import { clipGradNorm } from "../../optim/clip.ts";
import { checkNumber } from "../../tensor/expect.ts";
import { Callback } from "../callback.ts";
import type { LearnerCore } from "../core.ts";
import { DeviceCB } from "./device.ts";

/**
 * Scales all gradients of a step down together if their norm is above a bound, as PyTorch's `clip_grad_norm_`:
 *
 *     g ← g · min(1, maxNorm / (√Σ‖g‖² + 1e-6))
 *
 * The sum is over all parameters. It is computed on the device, and nothing waits for it. With a {@linkcode MomentumLearner} the
 * gradients, and so what is bounded, hold the momentum too.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * console.log(new learner.GradientClip(1).maxNorm); // 1
 * ```
 */
export class GradientClip extends Callback {
  /** Before callbacks of the usual order, which then see the gradients as the step does. */
  static override order: number = DeviceCB.order + 1;

  /**
   * Throws a RangeError unless the bound is above 0.
   *
   * @param maxNorm the bound of the norm over all gradients
   */
  constructor(readonly maxNorm: number) {
    super();
    checkNumber("run GradientClip", "maxNorm", maxNorm);
    if (!(maxNorm > 0)) throw new RangeError(`Cannot clip gradients to a norm of ${maxNorm}: maxNorm must be above 0`);
  }

  /** Scales the gradients in place, before the step uses them; parameters without one are left out. */
  override afterBackward(learn: LearnerCore): void {
    clipGradNorm(learn.opt.parameters(), this.maxNorm);
  }
}
