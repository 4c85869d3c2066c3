/** RMSProp. */
import type { Tensor } from "../tensor/tensor.ts";
import { momentumUpdate_, sgdStep_, squareUpdate_ } from "../tensor/updates.ts";
import { checkNonNegative, Optimizer, type Params, zeroState } from "./optimizer.ts";
import type { Memory } from "./saved_state.ts";

/** Settings of {@linkcode RMSProp}. */
export interface RMSPropOptions {
  /** Learning rate. Default: 0.01. */
  lr?: number;
  /** Fraction of the average square that is kept at each step. Default: 0.99. */
  alpha?: number;
  /** Added to the root of the average square. Default: 1e-8. */
  eps?: number;
  /** Factor of the parameter that is added to its gradient. Default: 0. */
  weightDecay?: number;
  /** Fraction of the last step's velocity that is kept. Default: 0. */
  momentum?: number;
  /** Divide by an estimate of the gradient's deviation rather than by its root mean square. Default: false. */
  centered?: boolean;
  /** Raise what the gradients are of, rather than lower it: their signs are turned first. Default: false. */
  maximize?: boolean;
}

/** The share of a number that float32 does not tell from nothing beside it. */
const ROUNDING = 2 ** -23;

/**
 * RMSProp (Hinton's lectures of 2012; centered: Graves 2013, https://arxiv.org/abs/1308.0850), as PyTorch's RMSprop:
 *
 *     g ← grad + weightDecay · p
 *     s ← alpha · s + (1 − alpha) · g²
 *     d ← √s + eps                           (centered: √(s − a²) + eps with a ← alpha · a + (1 − alpha) · g)
 *     p ← p − lr · g / d                     (momentum: v ← momentum · v + g / d, p ← p − lr · v)
 *
 * The difference s − a² counts as at least 2⁻²³ · s, which is what float32 tells apart: of gradients that stay the same, rounding may leave a
 * number below zero, whose root, in PyTorch 1.13, makes the parameter NaN.
 *
 * @throws {RangeError} if a setting is negative, or is none of RMSProp's
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const w = tensor([1, -2], { requiresGrad: true }).keep();
 * const opt = new optim.RMSProp([w], { lr: 0.01 });
 * w.square().sum().backward();
 * opt.step();
 * console.log(await w.array()); // about [ 0.9, -1.9 ]
 * ```
 */
export class RMSProp extends Optimizer<Required<RMSPropOptions>> {
  /**
   * Averages begin as zeros at the first step.
   *
   * @param params parameters, or groups `{ params, lr, … }` with settings of their own
   * @param options settings of the groups that do not have their own; see {@linkcode RMSPropOptions}
   * @throws {TypeError} if there is no parameter, or a setting is of another kind
   */
  constructor(params: Params<Required<RMSPropOptions>>, options: RMSPropOptions = {}) {
    const defaults = {
      lr: 1e-2,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
      maximize: false,
    };
    super(params, defaults, options);
  }

  /** Throws unless each is of its kind and in its range. */
  protected override checkSettings({ alpha, eps, weightDecay, momentum }: Required<RMSPropOptions>): void {
    for (const [name, value] of Object.entries({ alpha, eps, weightDecay, momentum })) {
      checkNonNegative("RMSProp", name, value);
    }
  }

  /** Averages, and the velocity. */
  protected override get remembers(): Memory {
    return { squareAvg: "tensor", gradAvg: "tensor?", momentumBuffer: "tensor?" };
  }

  /** Records one step of one parameter by the formula above. */
  protected override update(param: Tensor, grad: Tensor, settings: Required<RMSPropOptions>): void {
    const { lr, alpha, eps, weightDecay, momentum, centered } = settings;
    if (weightDecay !== 0) grad = grad.add(param.mul(weightDecay));
    const state = this.stateOf(param);
    const s = (state.squareAvg ??= zeroState(param)) as Tensor;
    let square: Tensor = squareUpdate_(s, alpha, grad.mul(grad).mul(1 - alpha));
    if (centered) {
      const a = (state.gradAvg ??= zeroState(param)) as Tensor;
      momentumUpdate_(a, alpha, grad.mul(1 - alpha));
      // What is left of gradients that stay the same is rounding, of either sign, which no root may see.
      square = square.sub(a.mul(a)).maximum(square.mul(ROUNDING));
    }
    let step = grad.div(square.sqrt().add(eps));
    if (momentum !== 0) step = momentumUpdate_((state.momentumBuffer ??= zeroState(param)) as Tensor, momentum, step);
    sgdStep_(param, step, lr);
  }
}
