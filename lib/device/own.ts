/** Kernels that users bring: what a device is told of them, and how their twin on the CPU is called. */
import { OperationError } from "./errors.ts";
import type { Operand, OwnStep } from "./program.ts";

/** Numbers that a twin writes: of 32 bits on the cpu device, of 64 on the reference device. */
export type Floats = Float32Array | Float64Array;

/** A user's kernel, twice: as WGSL and as a function on the CPU. Text and function call everything by the same names. */
export interface OwnKernel {
  /** What messages call it. */
  readonly name: string;
  /** Names of the inputs. */
  readonly inputs: readonly string[];
  /** Names of the run-time numbers. */
  readonly numbers: readonly string[];
  /** Defines `fn kernel(i: u32)`; see webgpu/lower/own.ts for what it may use. */
  readonly wgsl: string;
  /** Takes the inputs by name, their shapes (`xShape`), `out`, `outShape` and the numbers; fills `out` and returns nothing. */
  readonly cpu: (values: never) => unknown;
}

/**
 * Runs a step's twin.
 *
 * @param view the elements of an operand in row-major order; what is written to the output's arrives
 * @throws {OperationError} if the twin throws, or returns something
 */
export function runTwin(step: OwnStep, view: (operand: Operand) => Floats, scalars: ArrayLike<number>): void {
  const { own, inputs, output, numbers } = step;
  const values: Record<string, unknown> = { out: view(output), outShape: output.shape };
  own.inputs.forEach((name, i) => {
    values[name] = view(inputs[i]!);
    values[`${name}Shape`] = inputs[i]!.shape;
  });
  own.numbers.forEach((name, i) => values[name] = scalars[numbers[i]!]!);
  let returned: unknown;
  try {
    returned = (own.cpu as (values: unknown) => unknown)(values);
  } catch (error) {
    throw new OperationError(own.name, `its cpu twin threw ${error}`, { cause: error });
  }
  if (returned === undefined) return;
  throw new OperationError(own.name, "its cpu twin returned something: it must fill out, and return nothing");
}
