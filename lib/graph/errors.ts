/** Errors of the graph layer. */
import { textOf } from "../device/expect.ts";

/**
 * Shapes that do not fit an operation.
 *
 * @example
 * ```ts
 * import { ShapeError, zeros } from "./mod.ts";
 * try {
 *   zeros([32, 784]).matmul(zeros([10, 784]));
 * } catch (error) {
 *   if (error instanceof ShapeError) console.log(error.shapes); // [ [ 32, 784 ], [ 10, 784 ] ]
 * }
 * ```
 */
export class ShapeError extends RangeError {
  /** What `String(error)` begins with; tells it from other RangeErrors. */
  override readonly name = "ShapeError";
  /** `shapes` are those that the message speaks of, as numbers. Default: none. */
  constructor(message: string, readonly shapes: readonly (readonly number[])[] = []) {
    super(message);
  }
}

/** A value that was never materialised is asked for, after something it is computed from was overwritten. */
export class OverwrittenError extends Error {
  /** What `String(error)` begins with. */
  override readonly name = "OverwrittenError";
  /** `attempt` is what could not be done, such as "Cannot read …", and `reason` why. */
  constructor(attempt: string, readonly reason: string) {
    super(`${attempt}: ${reason}`);
  }
}

/** `[32, 784]`, as messages show shapes. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.map(textOf).join(", ")}]`;
}
