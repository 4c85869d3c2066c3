/** Optimisers in the form of the lesson on accelerated SGD. */
import { Adam, AdamW } from "../optim/adam.ts";
import { checkNonNegative, checkShare, Optimizer, type Params, zeroState } from "../optim/optimizer.ts";
import type { Memory } from "../optim/saved_state.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { momentumUpdate_, sgdStep_, squareUpdate_ } from "../tensor/updates.ts";
import type { OptimizerSetup } from "./types.ts";

/** Settings of {@linkcode Momentum}. */
export interface MomentumOptions {
  /** Learning rate. */
  lr: number;
  /** Fraction of the average that is kept at each step. Default: 0.9. */
  momentum?: number;
}

/**
 * SGD by an average of the gradients, whose length is a gradient's: ten times the rate of `optim.SGD` with a momentum of 0.9 makes steps of
 * about the same length.
 *
 *     a ← momentum · a + (1 − momentum) · g
 *     p ← p − lr · a
 *
 * a begins at 0, so that the first step is short; that of PyTorch's SGD with dampening is not.
 *
 * @throws {RangeError} unless the momentum lies between 0 and 1
 *
 * @example
 * ```ts
 * import { lessons, tensor } from "./mod.ts";
 * const w = tensor([1, 2], { requiresGrad: true }).keep();
 * const opt = new lessons.Momentum([w], { lr: 1 });
 * w.square().sum().backward();
 * opt.step();
 * console.log(await w.array()); // about [ 0.8, 1.6 ]
 * ```
 */
export class Momentum extends Optimizer<Required<MomentumOptions>> {
  /**
   * The learning rate has no default.
   *
   * @param params parameters, or groups `{ params, lr, … }` with settings of their own
   * @param options settings of the groups that do not have their own; see {@linkcode MomentumOptions}
   * @throws {TypeError} if there is no parameter, or a setting is of another kind
   */
  constructor(params: Params<Required<MomentumOptions>>, options: MomentumOptions) {
    super(params, { lr: options?.lr, momentum: 0.9 }, options);
  }

  /** Throws unless the momentum is a share. */
  protected override checkSettings({ momentum }: Required<MomentumOptions>): void {
    checkShare("Momentum", "momentum", momentum);
  }

  /** The average. */
  protected override get remembers(): Memory {
    return { average: "tensor" };
  }

  /** Records one step of one parameter by the formula above. */
  protected override update(param: Tensor, grad: Tensor, { lr, momentum }: Required<MomentumOptions>): void {
    const average = (this.stateOf(param).average ??= zeroState(param)) as Tensor;
    sgdStep_(param, momentumUpdate_(average, momentum, grad.mul(1 - momentum)), lr);
  }
}

/** Settings of {@linkcode RMSProp}. */
export interface RMSPropOptions {
  /** Learning rate. */
  lr: number;
  /** Fraction of the average square that is kept at each step. Default: 0.99. */
  alpha?: number;
  /** Added to the root of the average square. Default: 1e-5. */
  eps?: number;
}

/**
 * RMSProp whose average begins with the first square:
 *
 *     s ← g² at first, then alpha · s + (1 − alpha) · g²
 *     p ← p − lr · g / (√s + eps)
 *
 * So each weight's first step is as long as the rate. `optim.RMSProp`, whose s begins at 0 as PyTorch's, makes a first step ten times as long.
 *
 * @throws {RangeError} unless `alpha` lies between 0 and 1, and `eps` is at least 0
 *
 * @example
 * ```ts
 * import { lessons, tensor } from "./mod.ts";
 * const w = tensor([1, -2], { requiresGrad: true }).keep();
 * const opt = new lessons.RMSProp([w], { lr: 0.1 });
 * w.square().sum().backward();
 * opt.step();
 * console.log(await w.array()); // about [ 0.9, -1.9 ]
 * ```
 */
export class RMSProp extends Optimizer<Required<RMSPropOptions>> {
  /**
   * The learning rate has no default.
   *
   * @param params parameters, or groups `{ params, lr, … }` with settings of their own
   * @param options settings of the groups that do not have their own; see {@linkcode RMSPropOptions}
   * @throws {TypeError} if there is no parameter, or a setting is of another kind
   */
  constructor(params: Params<Required<RMSPropOptions>>, options: RMSPropOptions) {
    super(params, { lr: options?.lr, alpha: 0.99, eps: 1e-5 }, options);
  }

  /** Throws unless each is in its range. */
  protected override checkSettings({ alpha, eps }: Required<RMSPropOptions>): void {
    checkShare("RMSProp", "alpha", alpha);
    checkNonNegative("RMSProp", "eps", eps);
  }

  /** The average square. */
  protected override get remembers(): Memory {
    return { squareAvg: "tensor" };
  }

  /** Records one step of one parameter by the formula above. */
  protected override update(param: Tensor, grad: Tensor, { lr, alpha, eps }: Required<RMSPropOptions>): void {
    const state = this.stateOf(param);
    // The first step is the same formula with nothing kept: all steps share one plan.
    const kept = state.squareAvg ? alpha : 0;
    const average = (state.squareAvg ??= zeroState(param)) as Tensor;
    const square = squareUpdate_(average, kept, grad.mul(grad).mul(1 - kept));
    sgdStep_(param, grad.div(square.sqrt().add(eps)), lr);
  }
}

/** What makes a set-up's optimiser. */
export function optimizerOf(setup: OptimizerSetup): (params: Iterable<Tensor>, options: { lr: number }) => Optimizer {
  switch (setup.kind) {
    case "averagedMomentum":
      return (params, { lr }) => new Momentum(params, { lr, momentum: setup.momentum });
    case "rmsProp":
      return (params, { lr }) => new RMSProp(params, { lr, alpha: setup.alpha, eps: setup.eps });
    case "adam":
      return (params, { lr }) => new Adam(params, { lr, betas: [...setup.betas], eps: setup.eps });
    case "adamW":
      return (params, { lr }) => new AdamW(params, { lr });
  }
}
