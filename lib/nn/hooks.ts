/** Forward hooks: functions that see, and may replace, what a module returns. */
import { currentModulePath } from "../graph/context.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Module } from "./module.ts";

/** Sees a module's inputs and output after each forward; a tensor that it returns replaces the output. */
export type ForwardHook = (module: Module, inputs: readonly Tensor[], output: Tensor) => Tensor | void;

/** Takes a hook away again, by `remove()` or at the end of a `using` scope. Doing so twice is harmless. */
export interface HookHandle extends Disposable {
  remove(): void;
}

/** A hook that threw. `cause` is what it threw. */
export class HookError extends Error {
  override readonly name = "HookError";
}

/** The hooks of one module. */
export class HookList {
  readonly #hooks = new Map<HookHandle, ForwardHook>();

  /** How many hooks there are. */
  get size(): number {
    return this.#hooks.size;
  }

  /** Adds a hook behind the others. */
  add(hook: ForwardHook): HookHandle {
    if (typeof hook !== "function") {
      throw new TypeError(
        `Cannot register ${typeof hook} as a forward hook: give a function (module, inputs, output) => …`,
      );
    }
    const remove = () => void this.#hooks.delete(handle);
    const handle: HookHandle = { remove, [Symbol.dispose]: remove };
    this.#hooks.set(handle, hook);
    return handle;
  }

  /** Runs the hooks in order, each on what the one before left. */
  run(module: Module, inputs: readonly Tensor[], output: Tensor): Tensor {
    for (const hook of [...this.#hooks.values()]) output = runOne(hook, module, inputs, output);
    return output;
  }
}

function runOne(hook: ForwardHook, module: Module, inputs: readonly Tensor[], output: Tensor): Tensor {
  const path = currentModulePath();
  const where = path && path !== module.typeName ? `${path} (${module.typeName})` : module.typeName;
  const which = `Forward hook ${hook.name ? `"${hook.name}" ` : ""}of ${where}`;
  let result: unknown;
  try {
    result = hook(module, inputs, output);
  } catch (cause) {
    if (cause instanceof HookError) throw cause; // a hook that ran another module, whose hook failed
    throw new HookError(`${which} failed: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  if (result === undefined || result === null) return output;
  if (result instanceof Tensor) return result;
  if (result instanceof Promise) {
    result.catch(() => {}); // told below; not a second time as an unhandled rejection
    throw new HookError(
      `${which} returned a Promise: hooks are synchronous. Keep the tensor with keep() and await it after the fit`,
    );
  }
  throw new HookError(`${which} returned ${typeof result}: return a tensor to replace the output, or nothing`);
}
