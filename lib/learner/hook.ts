/** A forward hook that remembers something. */
import type { HookHandle } from "../nn/hooks.ts";
import { Module } from "../nn/module.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What a {@linkcode Hook} runs after each forward of its module; `output` is the first of several outputs. A tensor that it returns replaces it. */
export type HookFunction<T = unknown> = (
  hook: Hook<T>,
  module: Module,
  inputs: readonly Tensor[],
  output: Tensor,
  outputs: readonly Tensor[],
) => Tensor | void;

/**
 * Runs `fn(hook, module, inputs, output)` after each forward of a module, until it is removed.
 *
 * The function sees the real tensors and may compute anything from them, but it cannot wait: it keeps tensors (`hook.value =
 * output.mean().keep()`), and they are read later. A function that throws, or returns a Promise, is told by the module's path.
 *
 * @example
 * ```ts
 * import { learner, nn, randn, type Tensor } from "./mod.ts";
 * const layer = new nn.ReLU();
 * using hook = new learner.Hook<Tensor>(layer, (hook, _module, _inputs, output) => {
 *   hook.value = output.mean().keep();
 * });
 * layer.call(randn([64, 10]));
 * console.log(await hook.value!.item() > 0); // true
 * ```
 */
export class Hook<T = unknown> implements HookHandle {
  /** What the function keeps here. */
  value: T | undefined;
  readonly #handle: HookHandle;

  /**
   * Hooks the module at once; throws a TypeError for what is no module or no function.
   *
   * @param module whose outputs it sees
   * @param fn see {@linkcode HookFunction}
   */
  constructor(readonly module: Module, fn: HookFunction<T>) {
    checkHook(module, fn);
    // The name is what errors call the hook by.
    const run = {
      [fn.name]: (...args: [Module, readonly Tensor[], Tensor, readonly Tensor[]]) => fn(this, ...args),
    }[fn.name]!;
    this.#handle = module.registerForwardHook(run);
  }

  /** Takes the hook away; its value stays. Doing so twice is harmless. */
  remove(): void {
    this.#handle.remove();
  }

  /** As {@linkcode Hook.remove}, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.remove();
  }

  /** `Hook(ReLU)`. */
  toString(): string {
    return `Hook(${this.module.typeName})`;
  }
}

/** Throws unless `module` can be hooked by `fn`. */
export function checkHook(module: unknown, fn: unknown): void {
  if (!(module instanceof Module)) {
    throw new TypeError(`Cannot hook ${typeof module}: a hook is for a module, such as model[0]`);
  }
  if (typeof fn !== "function") {
    throw new TypeError(
      `Cannot hook ${module.typeName} with ${typeof fn}: give a function (hook, module, inputs, output) => …`,
    );
  }
}
