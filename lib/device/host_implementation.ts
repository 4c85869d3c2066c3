/** How the host implementation of a user's kernel, its function on the CPU, is called. */
import { OperationError } from "./errors.ts";
import type { Operand } from "./operand.ts";
import type { Floats } from "./custom_kernel.ts";
import type { StepOf } from "./steps/mod.ts";

/**
 * Runs a step's host implementation.
 *
 * @param view the elements of an operand in row-major order; what is written to the output's arrives
 * @throws {OperationError} if the host implementation throws, or returns something
 */
export function runHostImplementation(
  step: StepOf<"custom">,
  view: (operand: Operand) => Floats,
  scalars: ArrayLike<number>,
): void {
  const { attributes: { custom }, inputs, output, numbers } = step;
  const values: Record<string, unknown> = { out: view(output), outShape: output.shape };
  for (const [name, operand] of Object.entries(inputs)) {
    values[name] = view(operand);
    values[`${name}Shape`] = operand.shape;
  }
  for (const [name, slot] of Object.entries(numbers)) values[name] = scalars[slot];
  let returned: unknown;
  try {
    returned = (custom.cpu as (values: unknown) => unknown)(values);
  } catch (error) {
    throw new OperationError(custom.name, `its host implementation threw ${error}`, { cause: error });
  }
  if (returned === undefined) return;
  throw new OperationError(
    custom.name,
    "its host implementation returned something: it must fill out, and return nothing",
  );
}
