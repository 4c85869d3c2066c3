/** Lion. */
import type { Tensor } from "../tensor/tensor.ts";
import { momentumUpdate_, sgdStep_ } from "../tensor/updates.ts";
import { checkBetas, checkNonNegative, Optimizer, type Params, zeroState } from "./optimizer.ts";
import type { Memory } from "./saved_state.ts";

/** Settings of {@linkcode Lion}. */
export interface LionOptions {
  /** Learning rate. Default: 1e-4. */
  lr?: number;
  /** Share of the average in the direction of a step, and share that the average keeps. Default: [0.9, 0.99]. */
  betas?: readonly [number, number];
  /** Fraction of the parameter, times lr, that is taken off. Default: 0. */
  weightDecay?: number;
  /** Raise what the gradients are of, rather than lower it: their signs are turned first. Default: false. */
  maximize?: boolean;
}

/**
 * Lion (Chen and others 2023, https://arxiv.org/abs/2302.06675): all elements move by the same amount, in the direction of a momentum's sign.
 *
 *     p ← p − lr · weightDecay · p
 *     p ← p − lr · sign(β₁ · m + (1 − β₁) · grad)
 *     m ← β₂ · m + (1 − β₂) · grad
 *
 * It wants a rate three to ten times below AdamW's, and a weight decay as much above. PyTorch has none.
 *
 * @throws {RangeError} if a setting is out of range, or is none of Lion's
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const w = tensor([1, -2], { requiresGrad: true }).keep();
 * const opt = new optim.Lion([w], { lr: 0.1 });
 * w.square().sum().backward();
 * opt.step();
 * console.log(await w.array()); // about [ 0.9, -1.9 ]
 * ```
 */
export class Lion extends Optimizer<Required<LionOptions>> {
  /**
   * What it remembers begins at the first step.
   *
   * @param params parameters, or groups `{ params, lr, … }` with settings of their own
   * @param options settings of the groups that do not have their own; see {@linkcode LionOptions}
   * @throws {TypeError} if there is no parameter, or a setting is of another kind
   */
  constructor(params: Params<Required<LionOptions>>, options: LionOptions = {}) {
    super(params, { lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0, maximize: false }, options);
  }

  /** Throws unless each is of its kind and in its range. */
  protected override checkSettings({ betas, weightDecay }: Required<LionOptions>): void {
    checkBetas("Lion", betas);
    checkNonNegative("Lion", "weightDecay", weightDecay);
  }

  /** The average of gradients. */
  protected override get remembers(): Memory {
    return { expAvg: "tensor" };
  }

  /** Records one step of one parameter by the formula above. */
  protected override update(param: Tensor, grad: Tensor, settings: Required<LionOptions>): void {
    const { lr, betas: [beta1, beta2], weightDecay } = settings;
    const state = this.stateOf(param);
    const m = (state.expAvg ??= zeroState(param)) as Tensor;
    if (weightDecay !== 0) param.mul_(1 - lr * weightDecay);
    sgdStep_(param, m.mul(beta1).add(grad.mul(1 - beta1)).sign(), lr);
    momentumUpdate_(m, beta2, grad.mul(1 - beta2));
  }
}
