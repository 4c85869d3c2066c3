/** What a module says of wrong inputs, and of a forward that returns what it must not. */
import { Tensor } from "../tensor/tensor.ts";

/** A module, as far as errors speak of it. */
interface Named {
  readonly typeName: string;
}

/** Throws unless `output` is a list of tensors. */
export function checkOutputs(module: Named, output: unknown): void {
  if (Array.isArray(output) && output.length > 0 && output.every((one) => one instanceof Tensor)) return;
  const found = output instanceof Promise
    ? "a Promise: forward is synchronous, it only records"
    : Array.isArray(output)
    ? "an array that is empty, or has something else in it"
    : typeof output;
  throw new TypeError(
    `Cannot use the output of ${module.typeName}: forward must return a tensor, found ${found}`,
  );
}

/** What to say of an input that is no tensor. */
export function badInput(module: Named, i: number, input: unknown): TypeError {
  const kind = typeof input === "object" && input !== null ? input.constructor?.name ?? "object" : String(input);
  const remedy = input instanceof Promise ? "await it first" : "numbers and arrays become one by tensor(…)";
  return new TypeError(`Cannot call ${module.typeName}: input ${i} must be a tensor, found ${kind}; ${remedy}`);
}
