/** Adagrad. */
import type { Tensor } from "../tensor/tensor.ts";
import { sgdStep_ } from "../tensor/updates.ts";
import { checkNonNegative, Optimizer, type Params, zeroState } from "./optimizer.ts";
import type { Memory } from "./saved_state.ts";

/** Settings of {@linkcode Adagrad}. */
export interface AdagradOptions {
  /** Learning rate. Default: 0.01. */
  lr?: number;
  /** How much of its first value the rate loses, as a share that grows with each step. Default: 0. */
  lrDecay?: number;
  /** Factor of the parameter that is added to its gradient. Default: 0. */
  weightDecay?: number;
  /** What the sums of squares begin with. Default: 0. */
  initialAccumulatorValue?: number;
  /** Added to the root of the sum of squares. Default: 1e-10. */
  eps?: number;
  /** Raise what the gradients are of, rather than lower it: their signs are turned first. Default: false. */
  maximize?: boolean;
}

/**
 * Adagrad (Duchi, Hazan and Singer 2011, https://jmlr.org/papers/v12/duchi11a.html), as PyTorch's:
 *
 *     g ← grad + weightDecay · p
 *     s ← s + g²
 *     p ← p − lr / (1 + (t − 1) · lrDecay) · g / (√s + eps)
 *
 * with t the parameter's step. Rates of parameters that have had large gradients fall, and never rise again.
 *
 * @throws {RangeError} if a setting is out of range, or is none of Adagrad's
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const w = tensor([1, -2], { requiresGrad: true }).keep();
 * const opt = new optim.Adagrad([w], { lr: 0.1 });
 * w.square().sum().backward();
 * opt.step();
 * console.log(await w.array()); // about [ 0.9, -1.9 ]
 * ```
 */
export class Adagrad extends Optimizer<Required<AdagradOptions>> {
  /**
   * What it remembers begins at the first step.
   *
   * @param params parameters, or groups `{ params, lr, … }` with settings of their own
   * @param options settings of the groups that do not have their own; see {@linkcode AdagradOptions}
   * @throws {TypeError} if there is no parameter, or a setting is of another kind
   */
  constructor(params: Params<Required<AdagradOptions>>, options: AdagradOptions = {}) {
    super(
      params,
      { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10, maximize: false },
      options,
    );
  }

  /** Throws unless each is of its kind and in its range. */
  protected override checkSettings(
    { lrDecay, weightDecay, initialAccumulatorValue, eps }: Required<AdagradOptions>,
  ): void {
    for (const [name, value] of Object.entries({ lrDecay, weightDecay, initialAccumulatorValue, eps })) {
      checkNonNegative("Adagrad", name, value);
    }
  }

  /** Sums of squares, and how many steps they are made of. */
  protected override get remembers(): Memory {
    return { step: "count", sum: "tensor" };
  }

  /** Records one step of one parameter by the formula above. */
  protected override update(param: Tensor, grad: Tensor, settings: Required<AdagradOptions>): void {
    const { lr, lrDecay, weightDecay, initialAccumulatorValue, eps } = settings;
    if (weightDecay !== 0) grad = grad.add(param.mul(weightDecay));
    const state = this.stateOf(param);
    const step = state.step = (state.step as number ?? 0) + 1;
    const sum = (state.sum ??= zeroState(param, initialAccumulatorValue)) as Tensor;
    sum.add_(grad.mul(grad));
    sgdStep_(param, grad.div(sum.sqrt().add(eps)), lr / (1 + (step - 1) * lrDecay));
  }
}
