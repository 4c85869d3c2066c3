/** RAdam. */
import type { Tensor } from "../tensor/tensor.ts";
import { momentumUpdate_, sgdStep_, squareUpdate_ } from "../tensor/updates.ts";
import { checkBetas, checkNonNegative, Optimizer, type Params, zeroState } from "./optimizer.ts";
import type { Memory } from "./saved_state.ts";

/** Settings of {@linkcode RAdam}. */
export interface RAdamOptions {
  /** Learning rate. Default: 1e-3. */
  lr?: number;
  /** Shares that the averages of gradients and of their squares keep at each step. Default: [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root of the average square. Default: 1e-8. */
  eps?: number;
  /** Factor of the parameter that is added to its gradient. Default: 0. */
  weightDecay?: number;
  /** Raise what the gradients are of, rather than lower it: their signs are turned first. Default: false. */
  maximize?: boolean;
}

/**
 * Rectified Adam (Liu and others 2019, https://arxiv.org/abs/1908.03265), as PyTorch's: Adam that divides by its average square only once that is
 * made of enough steps to be trusted, and first trusts it little.
 *
 *     g ← grad + weightDecay · p
 *     m ← β₁ · m + (1 − β₁) · g,   v ← β₂ · v + (1 − β₂) · g²
 *     ρ∞ = 2 / (1 − β₂) − 1,   ρ = ρ∞ − 2t · β₂ᵗ / (1 − β₂ᵗ)
 *     p ← p − lr · m / (1 − β₁ᵗ) · r                                     (r = 1 while ρ ≤ 5)
 *     r = √((ρ − 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ)) · √(1 − β₂ᵗ) / (√v + eps)
 *
 * with t the parameter's step.
 *
 * @throws {RangeError} if a setting is out of range, or is none of RAdam's
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const w = tensor([1, -2], { requiresGrad: true }).keep();
 * const opt = new optim.RAdam([w], { lr: 0.1 });
 * w.square().sum().backward();
 * opt.step();
 * console.log(await w.array()); // about [ 0.8, -1.6 ]
 * ```
 */
export class RAdam extends Optimizer<Required<RAdamOptions>> {
  /**
   * What it remembers begins at the first step.
   *
   * @param params parameters, or groups `{ params, lr, … }` with settings of their own
   * @param options settings of the groups that do not have their own; see {@linkcode RAdamOptions}
   * @throws {TypeError} if there is no parameter, or a setting is of another kind
   */
  constructor(params: Params<Required<RAdamOptions>>, options: RAdamOptions = {}) {
    super(params, { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false }, options);
  }

  /** Throws unless each is of its kind and in its range. */
  protected override checkSettings({ betas, eps, weightDecay }: Required<RAdamOptions>): void {
    checkBetas("RAdam", betas);
    checkNonNegative("RAdam", "eps", eps);
    checkNonNegative("RAdam", "weightDecay", weightDecay);
  }

  /** Averages, and how many steps they are made of. */
  protected override get remembers(): Memory {
    return { step: "count", expAvg: "tensor", expAvgSq: "tensor" };
  }

  /** Records one step of one parameter by the formula above. */
  protected override update(param: Tensor, grad: Tensor, settings: Required<RAdamOptions>): void {
    const { lr, betas: [beta1, beta2], eps, weightDecay } = settings;
    if (weightDecay !== 0) grad = grad.add(param.mul(weightDecay));
    const state = this.stateOf(param);
    const step = state.step = (state.step as number ?? 0) + 1;
    const m = (state.expAvg ??= zeroState(param)) as Tensor, v = (state.expAvgSq ??= zeroState(param)) as Tensor;
    momentumUpdate_(m, beta1, grad.mul(1 - beta1));
    squareUpdate_(v, beta2, grad.mul(grad).mul(1 - beta2));
    const rate = lr / (1 - beta1 ** step), kept = beta2 ** step;
    const most = 2 / (1 - beta2) - 1, length = most - 2 * step * kept / (1 - kept);
    const trusted = length > 5;
    const trust = trusted ? Math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length)) : 1;
    // Numbers tell both cases apart, so that all steps share one plan: what is not trusted is divided by min(√v, 0) + 1, which an infinite v leaves 1.
    const divisor = v.sqrt().clampMax(trusted ? Infinity : 0).add(trusted ? eps : 1);
    sgdStep_(param, m.div(divisor), rate * (trusted ? trust * Math.sqrt(1 - kept) : 1));
  }
}
