/** How losses combine what they compute of samples or elements, and the checks that they share. */
import { checkOptions, type OptionNames, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { showShape } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** How a loss combines its samples: their mean (the default), their sum, or one number each. */
export type Reduction = "mean" | "sum" | "none";

/** Options of the losses. */
export interface LossOptions {
  /** Default: "mean". */
  reduction?: Reduction;
}

/** Names of the options of losses that have no others. */
export const REDUCTION = optionNames<LossOptions>({ reduction: 1 });

/** `losses` as one number, or as they are. */
export function reduced(losses: Tensor, reduction: Reduction = "mean"): Tensor {
  switch (reduction) {
    case "mean":
      return losses.mean();
    case "sum":
      return losses.sum();
    case "none":
      return losses;
    default:
      throw new RangeError(`Cannot use reduction "${reduction}": it is "mean", "sum" or "none"`);
  }
}

/** Throws unless two tensors have one shape: broadcasting here is nearly always a mistake. */
export function checkSameShape(loss: string, input: Tensor, target: Tensor, names = ["input", "target"]): void {
  checkTensor(loss, `the ${names[0]}`, input);
  checkTensor(loss, `the ${names[1]}`, target);
  if (input.ndim === target.ndim && input.shape.every((size, i) => size === target.shape[i])) return;
  throw new RangeError(
    `Cannot compute ${loss} of ${showShape(input.shape)} and ${showShape(target.shape)}: the shapes must be equal. ` +
      `Use view or squeeze on one of them`,
  );
}

/** A number among the options, checked to be above `least`, or not below it where that is `inclusive`. */
export function numberOption(loss: string, name: string, value: unknown, least: number, inclusive: boolean): number {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot compute ${loss}: ${name} must be a number, found ${typeof value}`);
  }
  if (inclusive ? value >= least : value > least) return value;
  throw new RangeError(
    `Cannot compute ${loss}: ${name} must be ${inclusive ? "at least" : "above"} ${least}, found ${value}`,
  );
}

/** Throws unless options and both tensors are what an elementwise loss takes. */
export function checkElementwise<T extends object>(
  loss: string,
  options: T,
  names: OptionNames<T>,
  input: Tensor,
  target: Tensor,
): void {
  checkOptions(loss, options, names);
  checkSameShape(loss, input, target);
}
