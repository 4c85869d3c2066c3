/** Hooks: functions that see, and may replace, what a module returns, or the gradient of that. */
import { currentModulePath } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A function that was registered as a hook. */
type HookFunction = (...args: never[]) => Tensor | void;

/** The module that hooks are on, as far as errors speak of it. */
interface Owner {
  readonly typeName: string;
}

/** Takes a hook away again, by `remove()` or at the end of a `using` scope. Doing so twice is harmless. */
export interface HookHandle extends Disposable {
  /** Takes the hook away. */
  remove(): void;
}

/**
 * A hook that threw, or that returned something else than a tensor or nothing. The message names hook and module;
 * `cause` is what was thrown.
 *
 * @example
 * ```ts
 * import { nn, ones } from "./mod.ts";
 * const layer = new nn.ReLU();
 * layer.registerForwardHook(function broken() {
 *   throw new Error("no such file");
 * });
 * try {
 *   layer.call(ones([1]));
 * } catch (error) {
 *   console.log((error as nn.HookError).message); // Forward hook "broken" of ReLU failed: no such file
 * }
 * ```
 */
export class HookError extends Error {
  /** What `String(error)` begins with. */
  override readonly name = "HookError";
}

/** The hooks of one kind on one module. */
export class HookList<H extends HookFunction> {
  readonly #hooks = new Map<HookHandle, H>();

  /** @param kind what errors call them */
  constructor(readonly kind: "Forward" | "Backward") {}

  /** How many hooks there are. */
  get size(): number {
    return this.#hooks.size;
  }

  /** Adds a hook behind the others. */
  add(hook: H): HookHandle {
    if (typeof hook !== "function") {
      const form = this.kind === "Forward" ? "(module, inputs, output) => …" : "(module, gradient) => …";
      throw new TypeError(
        `Cannot register ${typeof hook} as a ${this.kind.toLowerCase()} hook: give a function ${form}`,
      );
    }
    const remove = () => void this.#hooks.delete(handle);
    const handle: HookHandle = { remove, [Symbol.dispose]: remove };
    this.#hooks.set(handle, hook);
    return handle;
  }

  /** Calls the hooks in order, each with what the one before left of `value`. */
  run(module: Owner, value: Tensor, call: (hook: H, value: Tensor) => unknown): Tensor {
    for (const hook of [...this.#hooks.values()]) {
      value = this.#runOne(module, hook.name, () => call(hook, value)) ?? value;
    }
    return value;
  }

  #runOne(module: Owner, name: string, call: () => unknown): Tensor | undefined {
    const path = currentModulePath();
    const where = path && path !== module.typeName ? `${path} (${module.typeName})` : module.typeName;
    const which = `${this.kind} hook ${name ? `"${name}" ` : ""}of ${where}`;
    let result: unknown;
    try {
      result = call();
    } catch (cause) {
      if (cause instanceof HookError) throw cause; // a hook that ran another module, whose hook failed
      throw new HookError(`${which} failed: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
    if (result === undefined || result === null) return undefined;
    if (result instanceof Tensor) return result;
    if (result instanceof Promise) {
      result.catch(() => {}); // reported below, and not again as an unhandled rejection
      throw new HookError(
        `${which} returned a Promise: hooks are synchronous. Keep the tensor with keep() and await it after the fit`,
      );
    }
    const replaced = this.kind === "Forward" ? "output" : "gradient";
    throw new HookError(`${which} returned ${typeof result}: return a tensor to replace the ${replaced}, or nothing`);
  }
}
