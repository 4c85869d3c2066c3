/** NAdam. */
import type { Tensor } from "../tensor/tensor.ts";
import { momentumUpdate_, sgdStep_, squareUpdate_ } from "../tensor/updates.ts";
import { checkBetas, checkNonNegative, Optimizer, type Params, zeroState } from "./optimizer.ts";
import type { Memory } from "./saved_state.ts";

/** Settings of {@linkcode NAdam}. */
export interface NAdamOptions {
  /** Learning rate. Default: 2e-3. */
  lr?: number;
  /** Shares that the averages of gradients and of their squares keep at each step. Default: [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root of the average square. Default: 1e-8. */
  eps?: number;
  /** Factor of the parameter that is added to its gradient. Default: 0. */
  weightDecay?: number;
  /** How fast the momentum comes up to its full strength. Default: 4e-3. */
  momentumDecay?: number;
  /** Raise what the gradients are of, rather than lower it: their signs are turned first. Default: false. */
  maximize?: boolean;
}

/**
 * Adam with Nesterov's momentum (Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ), as PyTorch's from version 2 on:
 *
 *     g ← grad + weightDecay · p
 *     m ← β₁ · m + (1 − β₁) · g,   v ← β₂ · v + (1 − β₂) · g²
 *     μₜ = β₁ · (1 − 0.96^(t · momentumDecay) / 2)
 *     p ← p − lr · ((1 − μₜ) / (1 − μ₁…μₜ) · g + μₜ₊₁ / (1 − μ₁…μₜ₊₁) · m) / (√(v / (1 − β₂ᵗ)) + eps)
 *
 * with t the parameter's step. PyTorch 1.13 multiplies the last product by μₜ once too often, unless it updates lists of parameters at once (`foreach`).
 *
 * @throws {RangeError} if a setting is out of range, or is none of NAdam's
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const w = tensor([1, -2], { requiresGrad: true }).keep();
 * const opt = new optim.NAdam([w], { lr: 0.1 });
 * w.square().sum().backward();
 * opt.step();
 * console.log(await w.array()); // about [ 0.8944, -1.8944 ]
 * ```
 */
export class NAdam extends Optimizer<Required<NAdamOptions>> {
  /**
   * What it remembers begins at the first step.
   *
   * @param params parameters, or groups `{ params, lr, … }` with settings of their own
   * @param options settings of the groups that do not have their own; see {@linkcode NAdamOptions}
   * @throws {TypeError} if there is no parameter, or a setting is of another kind
   */
  constructor(params: Params<Required<NAdamOptions>>, options: NAdamOptions = {}) {
    super(
      params,
      { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, momentumDecay: 4e-3, maximize: false },
      options,
    );
  }

  /** Throws unless each is of its kind and in its range. */
  protected override checkSettings({ betas, eps, weightDecay, momentumDecay }: Required<NAdamOptions>): void {
    checkBetas("NAdam", betas);
    for (const [name, value] of Object.entries({ eps, weightDecay, momentumDecay })) {
      checkNonNegative("NAdam", name, value);
    }
  }

  /** Averages, how many steps they are made of, and the product of their momenta. */
  protected override get remembers(): Memory {
    return { step: "count", muProduct: "number", expAvg: "tensor", expAvgSq: "tensor" };
  }

  /** Records one step of one parameter by the formula above. */
  protected override update(param: Tensor, grad: Tensor, settings: Required<NAdamOptions>): void {
    const { lr, betas: [beta1, beta2], eps, weightDecay, momentumDecay } = settings;
    if (weightDecay !== 0) grad = grad.add(param.mul(weightDecay));
    const state = this.stateOf(param);
    const step = state.step = (state.step as number ?? 0) + 1;
    const m = (state.expAvg ??= zeroState(param)) as Tensor, v = (state.expAvgSq ??= zeroState(param)) as Tensor;
    momentumUpdate_(m, beta1, grad.mul(1 - beta1));
    squareUpdate_(v, beta2, grad.mul(grad).mul(1 - beta2));
    const momentum = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const mu = momentum(step), next = momentum(step + 1);
    const product = state.muProduct = (state.muProduct as number ?? 1) * mu;
    const ahead = grad.mul((1 - mu) / (1 - product)).add(m.mul(next / (1 - product * next)));
    sgdStep_(param, ahead.div(v.sqrt().mul(1 / Math.sqrt(1 - beta2 ** step)).add(eps)), lr);
  }
}
