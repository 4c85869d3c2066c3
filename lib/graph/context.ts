/** The recording context: which module is running, and whether gradients are recorded. All of it is synchronous by design. */
import { checkFunction } from "../device/expect.ts";

let modulePath = "";
let gradEnabled = true;

/** Path of the module whose forward is running, e.g. `0.conv`; empty outside modules. */
export function currentModulePath(): string {
  return modulePath;
}

/** Runs `fn` with `name` appended to the module path, so that errors and telemetry can name the layer. */
export function withModule<T>(name: string, fn: () => T): T {
  const before = enterModulePath(modulePath && name ? `${modulePath}.${name}` : modulePath || name);
  try {
    return fn();
  } finally {
    enterModulePath(before);
  }
}

/** Makes `path` the module path and returns the one before; put that back in a finally. For {@linkcode withModule} and `backward`. */
export function enterModulePath(path: string): string {
  const before = modulePath;
  modulePath = path;
  return before;
}

/**
 * Whether operations on tensors that require gradients record how to compute them.
 *
 * @example
 * ```ts
 * import { isGradEnabled, noGrad } from "./mod.ts";
 * console.log(isGradEnabled(), noGrad(() => isGradEnabled())); // true false
 * ```
 */
export function isGradEnabled(): boolean {
  return gradEnabled;
}

function withGrad<T>(name: string, enabled: boolean, fn: () => T): T {
  checkFunction(name, "its argument", fn);
  const before = gradEnabled;
  gradEnabled = enabled;
  try {
    const result = fn();
    if (result instanceof Promise) {
      throw new TypeError(
        `Cannot hold ${name} over an await: its function returned a Promise. Keep the function synchronous and read values after it`,
      );
    }
    return result;
  } finally {
    gradEnabled = before;
  }
}

/**
 * Runs `fn` without recording gradients, and returns what it returns.
 *
 * @throws {TypeError} if `fn` returns a Promise: the mode would leak into whatever runs during the await.
 *
 * @example
 * ```ts
 * import { noGrad, tensor } from "./mod.ts";
 * const w = tensor([1, 2], { requiresGrad: true });
 * noGrad(() => w.sub_(0.1)); // an update by hand
 * ```
 */
export function noGrad<T>(fn: () => T): T {
  return withGrad("noGrad", false, fn);
}

/**
 * Runs `fn` with gradients recorded, inside a {@linkcode noGrad} block.
 *
 * @returns what `fn` returns
 * @throws {TypeError} if `fn` returns a Promise
 *
 * @example
 * ```ts
 * import { enableGrad, isGradEnabled, noGrad } from "./mod.ts";
 * console.log(noGrad(() => enableGrad(() => isGradEnabled()))); // true
 * ```
 */
export function enableGrad<T>(fn: () => T): T {
  return withGrad("enableGrad", true, fn);
}
