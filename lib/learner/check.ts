/** What a Learner checks before it begins. */
import { whole } from "../tensor/graph.ts";
import { checkNumber } from "../optim/optimizer.ts";
import { Callback } from "./callback.ts";
import type { FitOptions } from "./options.ts";
import type { LearnerState } from "./state.ts";

/** Returns `cb` if it is a callback; a class that was not instantiated is the usual mistake. */
export function checkCallback(cb: unknown): Callback {
  if (cb instanceof Callback) return cb;
  const hint = typeof cb === "function" ? `: write new ${cb.name || "Callback"}(…)` : "";
  throw new TypeError(`Cannot add ${typeof cb} as a callback: it takes instances of Callback${hint}`);
}

/**
 * Throws unless `fit(epochs, options)` has all that it needs.
 *
 * @param hasLoss whether there is a loss function, or a `getLoss` that does without
 */
export function checkFit(
  { dls }: LearnerState,
  hasLoss: boolean,
  epochs: number,
  { train = true, valid, lr }: FitOptions,
): void {
  whole("fit", "epochs", epochs);
  if (!hasLoss) {
    throw new TypeError(
      "Cannot fit without a loss function: pass one, such as F.crossEntropy, or call loss(F.crossEntropy)",
    );
  }
  if (lr !== undefined) checkNumber("fit", "lr", lr);
  if (train && !dls.train) {
    throw new TypeError("Cannot train: dls has no train. Give { train, valid }, or fit with { train: false }");
  }
  if (valid && !dls.valid) {
    throw new TypeError("Cannot validate: dls has no valid. Give { train, valid }, or fit with { valid: false }");
  }
}
