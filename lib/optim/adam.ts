/** Adam, and its form with decoupled weight decay. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { momentumUpdate_, squareUpdate_ } from "../tensor/updates.ts";
import { checkBetas, checkNonNegative, Optimizer, type Params, zeroState } from "./optimizer.ts";
import type { Memory } from "./saved_state.ts";

/** Settings of {@linkcode Adam} and {@linkcode AdamW}. */
export interface AdamOptions {
  /** Learning rate. Default: 1e-3. */
  lr?: number;
  /** Shares that the averages of gradients and of their squares keep at each step. Default: [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root of the average square. Default: 1e-8. */
  eps?: number;
  /** Adam: factor of the parameter that is added to its gradient; default 0. AdamW: fraction of it, times lr, that is taken off; default 0.01. */
  weightDecay?: number;
  /** Divide by the greatest average square so far rather than by the current one. Default: false. */
  amsgrad?: boolean;
  /** Raise what the gradients are of, rather than lower it: their signs are turned first. Default: false. */
  maximize?: boolean;
}

const OPTIONS = optionNames<AdamOptions>({ lr: 1, betas: 1, eps: 1, weightDecay: 1, amsgrad: 1, maximize: 1 });

/**
 * Adam (Kingma and Ba 2014, https://arxiv.org/abs/1412.6980), as PyTorch's:
 *
 *     g ← grad + weightDecay · p
 *     m ← β₁ · m + (1 − β₁) · g
 *     v ← β₂ · v + (1 − β₂) · g²
 *     p ← p − lr · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + eps)
 *
 * with t the parameter's step. `amsgrad` (Reddi, Kale and Kumar 2018) puts the greatest v so far in its place.
 *
 * @throws {RangeError} if a setting is negative, a beta is not below 1, or a setting is none of Adam's
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const w = tensor([1, -2], { requiresGrad: true }).keep();
 * const opt = new optim.Adam([w], { lr: 0.1 });
 * w.square().sum().backward();
 * opt.step();
 * console.log(await w.array()); // about [ 0.9, -1.9 ]
 * ```
 */
export class Adam extends Optimizer<Required<AdamOptions>> {
  /**
   * Averages begin as zeros at the first step.
   *
   * @param params parameters, or groups `{ params, lr, … }` with settings of their own
   * @param options settings of the groups that do not have their own; see {@linkcode AdamOptions}
   * @throws {TypeError} if there is no parameter, or a setting is of another kind
   */
  constructor(params: Params<Required<AdamOptions>>, options: AdamOptions = {}) {
    super(
      params,
      { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, amsgrad: false, maximize: false },
      options,
    );
  }

  /** Throws unless each is of its kind and in its range. */
  protected override checkSettings({ betas, eps, weightDecay }: Required<AdamOptions>): void {
    const name = this.constructor.name;
    checkNonNegative(name, "eps", eps);
    checkNonNegative(name, "weightDecay", weightDecay);
    checkBetas(name, betas);
  }

  /** Averages, and how many steps they are made of. */
  protected override get remembers(): Memory {
    return { step: "count", expAvg: "tensor", expAvgSq: "tensor", maxExpAvgSq: "tensor?" };
  }

  /** Adds weight decay to the gradient. */
  protected decayed(param: Tensor, grad: Tensor, { weightDecay }: Required<AdamOptions>): Tensor {
    return weightDecay === 0 ? grad : grad.add(param.mul(weightDecay));
  }

  /** Records one step of one parameter by the formula above. */
  protected override update(param: Tensor, grad: Tensor, settings: Required<AdamOptions>): void {
    const { lr, betas: [beta1, beta2], eps, amsgrad } = settings;
    grad = this.decayed(param, grad, settings);
    const state = this.stateOf(param);
    const step = state.step = (state.step as number ?? 0) + 1;
    const m = (state.expAvg ??= zeroState(param)) as Tensor, v = (state.expAvgSq ??= zeroState(param)) as Tensor;
    momentumUpdate_(m, beta1, grad.mul(1 - beta1));
    squareUpdate_(v, beta2, grad.mul(grad).mul(1 - beta2));
    let square = v;
    if (amsgrad) {
      square = (state.maxExpAvgSq ??= zeroState(param)) as Tensor;
      square.copy_(square.maximum(v));
    }
    // The corrections are run-time numbers: all steps share one plan.
    const root = square.sqrt().mul(1 / Math.sqrt(1 - beta2 ** step)).add(eps);
    param.sub_(m.mul(lr / (1 - beta1 ** step)).div(root));
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2017, https://arxiv.org/abs/1711.05101), as PyTorch's: before the step
 * p ← p − lr · weightDecay · p, and the gradient stays as it is. The default `weightDecay` is 0.01.
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const w = tensor([1, -2], { requiresGrad: true }).keep();
 * const opt = new optim.AdamW([w], { lr: 0.1, weightDecay: 0.5 });
 * w.square().sum().backward();
 * opt.step();
 * console.log(await w.array()); // about [ 0.85, -1.8 ]
 * ```
 */
export class AdamW extends Adam {
  /**
   * As {@linkcode Adam}, with a weight decay of 0.01 by default.
   *
   * @param params parameters, or groups `{ params, lr, … }` with settings of their own
   * @param options settings of the groups that do not have their own; see {@linkcode AdamOptions}
   * @throws {TypeError} if there is no parameter, or a setting is of another kind
   */
  constructor(params: Params<Required<AdamOptions>>, options: AdamOptions = {}) {
    checkOptions(new.target.name, options, OPTIONS);
    super(params, { weightDecay: 1e-2, ...options });
  }

  /** Takes weight decay off the parameter. */
  protected override decayed(param: Tensor, grad: Tensor, { lr, weightDecay }: Required<AdamOptions>): Tensor {
    if (weightDecay !== 0) param.mul_(1 - lr * weightDecay);
    return grad;
  }
}
