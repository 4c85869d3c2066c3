/** Stochastic gradient descent. */

import type { Tensor } from "../tensor/tensor.ts";
import { momentumUpdate_, sgdStep_ } from "../tensor/updates.ts";
import { checkNonNegative, Optimizer, type Params, zeroState } from "./optimizer.ts";
import type { Memory } from "./saved_state.ts";

/** Settings of {@linkcode SGD}. */
export interface SGDOptions {
  /** Learning rate. */
  lr: number;
  /** Fraction of the last step's velocity that is kept. Default: 0. */
  momentum?: number;
  /** Fraction of the gradient that does not enter the velocity. Default: 0. */
  dampening?: number;
  /** Factor of the parameter that is added to its gradient. Default: 0. */
  weightDecay?: number;
  /** Look ahead along the velocity. Default: false. */
  nesterov?: boolean;
  /** Raise what the gradients are of, rather than lower it: their signs are turned first. Default: false. */
  maximize?: boolean;
}

/**
 * Stochastic gradient descent with momentum, weight decay and Nesterov's form, as PyTorch's:
 *
 *     g ← grad + weightDecay · p
 *     v ← momentum · v + (1 − dampening) · g      (v ← g in a parameter's first step)
 *     p ← p − lr · v                              (nesterov: p − lr · (g + momentum · v))
 *
 * With momentum 0 there is no v, and p ← p − lr · g.
 *
 * @throws {RangeError} if a setting is negative, or nesterov comes without momentum or with dampening
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const w = tensor([1, 2], { requiresGrad: true }).keep();
 * const opt = new optim.SGD([w], { lr: 0.1 });
 * w.square().sum().backward();
 * opt.step();
 * opt.zeroGrad();
 * console.log(await w.array()); // about [ 0.8, 1.6 ]
 * ```
 */
export class SGD extends Optimizer<Required<SGDOptions>> {
  /**
   * The learning rate has no default.
   *
   * @param params parameters, or groups `{ params, lr, … }` with settings of their own
   * @param options settings of the groups that do not have their own; see {@linkcode SGDOptions}
   * @throws {TypeError} if there is no parameter, or a setting is of another kind
   */
  constructor(params: Params<Required<SGDOptions>>, options: SGDOptions) {
    const defaults = { momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };
    super(params, { lr: options?.lr, ...defaults }, options);
  }

  /** Throws unless each is of its kind and in its range. */
  protected override checkSettings({ momentum, dampening, weightDecay, nesterov }: Required<SGDOptions>): void {
    for (const [name, value] of Object.entries({ momentum, dampening, weightDecay })) {
      checkNonNegative("SGD", name, value);
    }
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new RangeError("Cannot use nesterov in SGD: it needs a momentum above 0 and a dampening of 0");
    }
  }

  /** The velocity. */
  protected override get remembers(): Memory {
    return { momentumBuffer: "tensor" };
  }

  /** Records one step of one parameter by the formula above. */
  protected override update(param: Tensor, grad: Tensor, settings: Required<SGDOptions>): void {
    const { lr, momentum, dampening, weightDecay, nesterov } = settings;
    if (weightDecay !== 0) grad = grad.add(param.mul(weightDecay));
    if (momentum === 0) return void sgdStep_(param, grad, lr);
    const state = this.stateOf(param);
    // The first step is the same formula with v = 0 and no dampening. The zeros are data, not a recipe: all steps share one plan.
    const share = state.momentumBuffer ? 1 - dampening : 1;
    const velocity = (state.momentumBuffer ??= zeroState(param)) as Tensor;
    momentumUpdate_(velocity, momentum, dampening === 0 ? grad : grad.mul(share));
    sgdStep_(param, nesterov ? grad.add(velocity.mul(momentum)) : velocity, lr);
  }
}
