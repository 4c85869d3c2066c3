/** Hooks on many modules, and finding the modules. */
import { checkEnds, checkFunction, checkIterable, checkList, wrongKind } from "../device/expect.ts";
import { Module } from "../nn/module.ts";
import { checkHook, Hook, type HookFunction } from "./hook.ts";

/** Says of a module whether it is meant. */
export type ModulePredicate = (module: Module) => boolean;

/**
 * The modules inside `model`, itself included, that fit a predicate, parents first.
 *
 * @example
 * ```ts
 * import { learner, nn } from "./mod.ts";
 * const model = new nn.Sequential(new nn.Linear(4, 3), new nn.ReLU(), new nn.Linear(3, 2));
 * console.log(learner.findModules(model, learner.isInstance(nn.Linear)).length); // 2
 * ```
 */
export function findModules(model: Module, predicate: ModulePredicate): Module[] {
  if (!(model instanceof Module)) throw wrongKind("findModules", "the model", "a module", model);
  checkFunction("findModules", "the predicate", predicate);
  return [...model.modules()].filter(predicate);
}

/**
 * A predicate for modules of some classes (or of classes derived from them).
 *
 * @example
 * ```ts
 * import { learner, nn } from "./mod.ts";
 * const isActivation = learner.isInstance(nn.ReLU, nn.GeneralReLU);
 * console.log(isActivation(new nn.ReLU()), isActivation(new nn.Flatten())); // true false
 * ```
 */
// deno-lint-ignore no-explicit-any -- any class of modules, whatever its constructor takes
export function isInstance(...classes: (abstract new (...args: any[]) => Module)[]): ModulePredicate {
  for (const one of classes) {
    if (typeof one !== "function") {
      throw new TypeError(`Cannot test modules for ${typeof one}: give classes, such as nn.ReLU`);
    }
  }
  return (module) => classes.some((one) => module instanceof one);
}

/** Which hooks: a position (from the end if negative), several, or a mask with a flag for each hook. */
export type HookIndex = number | readonly number[] | readonly boolean[];

/** Most hooks that the text of a container shows. */
const SHOWN = 10;

/**
 * A {@linkcode Hook} on each of several modules, all with one function: a container, and a scope that removes them at its end.
 *
 * @example
 * ```ts
 * import { learner, nn, randn, type Tensor } from "./mod.ts";
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * {
 *   using hooks = new learner.Hooks<Tensor>(model, (hook, _module, _inputs, output) => {
 *     hook.value = output.std().keep();
 *   });
 *   model.call(randn([16, 4]));
 *   for (const hook of hooks) console.log(`${hook}`, await hook.value!.item());
 *   console.log(hooks.at(-1).module === model[2], hooks.at([true, false, false]).length); // true 1
 * } // here they are removed
 * ```
 */
export class Hooks<T = unknown> implements Iterable<Hook<T>>, Disposable {
  #hooks: Hook<T>[];

  /**
   * Hooks all of them at once, or none if one is no module (a TypeError).
   *
   * @param modules what to hook; a model that is iterable, such as a Sequential, stands for its children
   * @param fn see {@linkcode HookFunction}
   */
  constructor(modules: Iterable<Module>, fn: HookFunction<T>) {
    checkIterable("Hooks", "modules", modules, "a list of modules");
    const list = [...modules];
    for (const module of list) checkHook(module, fn); // first, so that a mistake leaves no hook behind
    this.#hooks = list.map((module) => new Hook(module, fn));
  }

  /** How many there are. */
  get length(): number {
    return this.#hooks.length;
  }

  /** The hooks that are here, in the order of the modules. */
  [Symbol.iterator](): Iterator<Hook<T>> {
    return this.#hooks[Symbol.iterator]();
  }

  /** The hook at a position, from the end if negative. @throws {RangeError} for one that is not there */
  at(index: number): Hook<T>;
  /** The hooks at several positions, or where a mask is true. @throws {RangeError} also for a mask of another length */
  at(index: readonly number[] | readonly boolean[]): Hook<T>[];
  at(index: HookIndex): Hook<T> | Hook<T>[] {
    return typeof index === "number"
      ? this.#hooks[this.#position(index)]!
      : this.#positions(index).map((i) => this.#hooks[i]!);
  }

  /** The hooks from `start` up to `end`, as of an array. */
  slice(start?: number, end?: number): Hook<T>[] {
    checkEnds("Hooks.slice", start, end);
    return this.#hooks.slice(start, end);
  }

  /** Removes the hooks at an index from their modules and from here; without one, removes all from their modules and keeps them here. */
  remove(index?: HookIndex): void {
    if (index === undefined) return this.#hooks.forEach((hook) => hook.remove());
    const dropped = new Set(this.#positions(typeof index === "number" ? [index] : index));
    this.#hooks = this.#hooks.filter((hook, i) => {
      if (dropped.has(i)) hook.remove();
      return !dropped.has(i);
    });
  }

  /** Removes all hooks from their modules, at the end of a `using` block; they stay here, with their values. */
  [Symbol.dispose](): void {
    this.remove();
  }

  #position(index: number): number {
    const position = index < 0 ? index + this.length : index;
    if (position in this.#hooks) return position;
    throw new RangeError(`Cannot take hook ${index}: there are ${this.length}`);
  }

  #positions(index: readonly number[] | readonly boolean[]): number[] {
    checkList("Hooks", "the index", index, "a number, or an array of numbers or of booleans");
    if (index.every((item) => typeof item === "number")) return index.map((i) => this.#position(i));
    if (index.length !== this.length) {
      throw new RangeError(`Cannot take hooks by a mask of ${index.length}: there are ${this.length} hooks`);
    }
    return index.flatMap((flag, i) => flag ? [i] : []);
  }

  /** `Hooks(4) [Hook(Conv2d), Hook(ReLU), …]`: the first ten. */
  toString(): string {
    const shown = this.#hooks.slice(0, SHOWN).map(String);
    return `Hooks(${this.length}) [${[...shown, ...this.length > SHOWN ? ["…"] : []].join(", ")}]`;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}
