/** Momentum by keeping the gradients. */
import { checkOptions } from "../device/check_options.ts";
import type { Module } from "../nn/module.ts";
import { momentumUpdate_ } from "../tensor/updates.ts";
import { checkNonNegative } from "../optim/optimizer.ts";
import { noGrad } from "../tensor/graph.ts";
import { Learner } from "./learner.ts";
import { LEARNER, type LearnerOptions } from "./options.ts";
import type { Loaders, LossFunction, OptimizerSettings } from "./parts.ts";

/**
 * A Learner whose gradients are scaled by a momentum after each step instead of forgotten, so that each step moves by
 * g₀ + m·g₋₁ + m²·g₋₂ + …
 *
 * While the rate is constant this is exactly SGD with that momentum and no dampening, and needs no memory of its own. Two things differ
 * from `SGD({ momentum })`, which a plain Learner's `momentum()` uses: a new rate applies to the past gradients too, and the gradients
 * live in the parameters, so that **a second fit, or another Learner on the same model, goes on with them**. Call `model.zeroGrad()`
 * in between to start afresh.
 *
 * @example
 * ```ts
 * import { data, learner, nn, rand, randint } from "./mod.ts";
 * const set = new data.TensorDataset(rand([64, 8]), randint(0, 3, [64]));
 * const learn = learner.MomentumLearner.of(new nn.Linear(8, 3), data.DataLoaders.of(set, set, { batchSize: 16 }));
 * await learn.loss(nn.functional.crossEntropy).momentum(0.9).lr(0.2).fit(1);
 * ```
 */
export class MomentumLearner extends Learner {
  /** The current fit's momentum. */
  #momentum = 0;

  /** As a Learner's, but `options.momentum` is 0.85 by default. */
  constructor(model: Module, dls: Loaders, lossFunc?: LossFunction, options: LearnerOptions = {}) {
    checkOptions(new.target.name, options, LEARNER);
    super(model, dls, lossFunc, { momentum: 0.85, ...options });
  }

  /** Scales the gradients by the momentum. */
  override zeroGrad(): void {
    noGrad(() => {
      for (const p of this.opt.parameters()) {
        const gradient = p.borrowGrad();
        if (gradient) momentumUpdate_(gradient, this.#momentum);
      }
    });
  }

  /** The optimiser gets the rate only: the momentum is in the gradients. */
  protected override optimizerSettings(lr: number): OptimizerSettings {
    this.#momentum = this.options.momentum ?? 0; // a fit begins
    return { lr };
  }

  /** The momentum. */
  protected override get ownSettings(): Readonly<Record<string, number>> {
    return { momentum: this.#momentum };
  }

  /** As a Learner's; "momentum" is what scales the gradients. */
  override hyper(name: string): number {
    return name === "momentum" ? this.#momentum : super.hyper(name);
  }

  /** As a Learner's; "momentum" is what scales the gradients. */
  override setHyper(name: string, value: number | readonly number[]): void {
    if (name !== "momentum") return super.setHyper(name, value);
    if (typeof value !== "number") {
      throw new TypeError(`Cannot set momentum of ${this.constructor.name} by groups: it scales all gradients alike`);
    }
    checkNonNegative(this.constructor.name, name, value);
    this.#momentum = value;
  }
}
