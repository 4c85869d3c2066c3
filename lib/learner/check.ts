/** What a Learner checks before it begins. */
import { textOf } from "../device/expect.ts";
import { Module } from "../nn/module.ts";
import { whole } from "../tensor/graph.ts";
import { checkNonNegative } from "../optim/optimizer.ts";
import { checkBatches } from "./batch_check.ts";
import { Callback, type Verb } from "./callback.ts";
import type { FitOptions } from "./options.ts";
import type { LearnerState } from "./state.ts";

/** Returns `cb` if it is a callback; a class that was not instantiated is the usual mistake. */
export function checkCallback(cb: unknown): Callback {
  if (cb instanceof Callback) return cb;
  const hint = typeof cb === "function" ? `: write new ${cb.name || "Callback"}(…)` : "";
  throw new TypeError(`Cannot add ${typeof cb} as a callback: it takes instances of Callback${hint}`);
}

/** Returns `cbs` as an array if they are callbacks; a single one is the usual mistake. */
export function checkCallbacks(cbs: Iterable<unknown>): Callback[] {
  if (typeof cbs === "object" && typeof cbs?.[Symbol.iterator] === "function") return [...cbs].map(checkCallback);
  const found = cbs instanceof Callback ? `a ${cbs.name}: write [callback]` : typeof cbs;
  throw new TypeError(`Cannot add callbacks: give an array of them, found ${found}`);
}

/**
 * Throws unless `fit(epochs, options)` has all that it needs.
 *
 * @param hasLoss whether there is a loss function, or a `getLoss` that does without
 */
export function checkFit(
  { dls, options: { lossFunc } }: LearnerState,
  hasLoss: boolean,
  epochs: number,
  { train = true, valid = dls.valid !== undefined, lr }: FitOptions,
): void {
  whole("fit", "epochs", epochs);
  if (!hasLoss) {
    throw new TypeError(
      "Cannot fit without a loss function: pass one, such as F.crossEntropy, or call loss(F.crossEntropy)",
    );
  }
  if (lossFunc !== undefined && typeof lossFunc !== "function" && !((lossFunc as unknown) instanceof Module)) {
    throw new TypeError(
      `Cannot fit: the loss must be a function, such as F.crossEntropy, or a module, found ${typeof lossFunc}`,
    );
  }
  if (lr !== undefined) checkNonNegative("fit", "lr", lr);
  if (train && !dls.train) {
    throw new TypeError("Cannot train: dls has no train. Give { train, valid }, or fit with { train: false }");
  }
  if (valid && !dls.valid) {
    throw new TypeError("Cannot validate: dls has no valid. Give { train, valid }, or fit with { valid: false }");
  }
  if (train) checkBatches("dls.train", dls.train);
  if (valid) checkBatches("dls.valid", dls.valid);
}

/** What is said of a verb that needs an optimiser before a fit has made one. */
export function noOptimizer(verb: Verb): TypeError {
  return new TypeError(`Cannot run ${verb}: there is no optimiser before the first fit`);
}

const VERBS: readonly Verb[] = ["predict", "getLoss", "backward", "step", "zeroGrad"];

/** The callbacks of a fit; throws for one that is among them twice: it would hear each event twice, and record each batch so. */
export function checkOnce(cbs: Callback[]): Callback[] {
  const twice = cbs.find((cb, i) => cbs.indexOf(cb) !== i);
  if (!twice) return cbs;
  throw new TypeError(
    `Cannot fit: the callback ${twice.name} is given twice, and would record each batch twice. Leave one out, or make another`,
  );
}

/** Throws unless a value is one of the verbs. */
export function checkVerb(verb: unknown): void {
  if (VERBS.some((known) => known === verb)) return;
  throw new RangeError(`Cannot do ${textOf(verb)}: the verbs are ${VERBS.join(", ")}`);
}
