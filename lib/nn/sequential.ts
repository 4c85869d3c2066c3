/** Containers: modules in sequence, and lists of modules. */
import { checkEnds, checkIterable, textOf } from "../device/expect.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type AnyModule, Module, type Outputs } from "./module.ts";

/**
 * What {@linkcode Sequential} and {@linkcode ModuleList} share: modules under the names 0, 1, 2, …
 *
 * @example
 * ```ts
 * import { nn } from "./mod.ts";
 * const layers: nn.Indexed = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU());
 * layers.append(new nn.Linear(8, 2));
 * console.log(layers.length, layers.at(-1) === layers[2]); // 3 true
 * ```
 */
export abstract class Indexed extends Module implements Iterable<Module> {
  /** The modules by position, from 0. */
  [index: number]: Module;

  /**
   * Appends the modules one by one.
   *
   * @throws {TypeError} for anything but a module
   */
  constructor(modules: Iterable<AnyModule>) {
    super();
    checkIterable(new.target.name, "its argument", modules, "a list of modules");
    for (const module of modules) this.append(module);
  }

  /** How many modules there are. */
  get length(): number {
    let count = 0;
    while (Object.hasOwn(this, count)) count++;
    return count;
  }

  /**
   * Adds a module at the end.
   *
   * @throws {TypeError} for anything but a module
   */
  append(module: AnyModule): this {
    if (!(module instanceof Module)) {
      const found = typeof module === "function" ? "a function: wrap it in new Lambda(fn)" : typeof module;
      throw new TypeError(`Cannot append to ${this.typeName}: it takes modules, found ${found}`);
    }
    this[this.length] = module as Module;
    return this;
  }

  /**
   * The module at `index`; negative indices count from the end.
   *
   * @throws {RangeError} for one that is not there
   */
  at(index: number): Module {
    const found = typeof index === "number" ? this[index < 0 ? this.length + index : index] : undefined;
    if (!found) throw new RangeError(`Cannot take module ${textOf(index)} of ${this.typeName}: it has ${this.length}`);
    return found;
  }

  /** The modules in order. */
  *[Symbol.iterator](): Generator<Module> {
    for (let i = 0; Object.hasOwn(this, i); i++) yield this[i]!;
  }
}

/**
 * Modules in sequence, each on the output of the one before.
 *
 * Its modules are `model[0]`, `model[1]`, …, and it can be iterated. A module that returns several tensors, as an LSTM does, gives them all to the next:
 * `new nn.Lambda((output) => output.select(1, -1))` behind it takes the last time step.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const model = new nn.Sequential(new nn.Linear(784, 50), new nn.ReLU(), new nn.Linear(50, 10));
 * console.log(model.call(randn([32, 784])).shape); // [ 32, 10 ]
 * ```
 */
export class Sequential extends Indexed {
  /**
   * More modules may be appended later.
   *
   * @param modules in the order in which they run
   * @throws {TypeError} for anything but a module
   */
  constructor(...modules: AnyModule[]) {
    super(modules);
  }

  /**
   * Each module on the output of the one before, or on all its outputs if it gives several; of no modules, x itself.
   *
   * @throws {TypeError} if a module gives several tensors to one that takes fewer
   */
  forward(...inputs: Tensor[]): Tensor {
    let given: readonly Tensor[] = inputs, last: AnyModule | undefined, output: Outputs = inputs[0]!;
    for (const module of this as Iterable<AnyModule>) {
      if (last && given.length > 1) checkTakes(module, last, given.length);
      output = module.call(...given);
      given = output instanceof Tensor ? [output] : output;
      last = module;
    }
    // Whoever puts a module that gives several tensors at the end gets them.
    return output as Tensor;
  }

  /** The modules from `start` up to `end` as a Sequential of their own, sharing their parameters. */
  slice(start?: number, end?: number): Sequential {
    checkEnds("Sequential.slice", start, end);
    return new Sequential(...[...this].slice(start, end));
  }
}

/** Throws if `module` has no use for as many tensors as the one before it gives: it would pass over them in silence. */
function checkTakes(module: AnyModule, before: AnyModule, count: number): void {
  const takes = module.forward.length;
  if (takes === 0 || takes >= count) return; // 0: it takes any number
  throw new TypeError(
    `Cannot give ${module.typeName} the ${count} tensors that ${before.typeName} returns: its forward takes ${takes}. Put a Lambda between ` +
      `them, such as new nn.Lambda((output) => output)`,
  );
}

/**
 * A list of modules whose parameters count among the module's that holds it. It has no forward of its own.
 *
 * @example
 * ```ts
 * import { nn, type Tensor } from "./mod.ts";
 * class Stack extends nn.Module {
 *   layers = new nn.ModuleList([new nn.Linear(4, 4), new nn.Linear(4, 4)]);
 *   forward(x: Tensor): Tensor {
 *     for (const layer of this.layers) x = layer.call(x);
 *     return x;
 *   }
 * }
 * console.log(String(new Stack()));
 * ```
 */
export class ModuleList extends Indexed {
  /**
   * More modules may be appended later.
   *
   * @param modules the first ones; default none
   * @throws {TypeError} for anything but a module
   */
  constructor(modules: Iterable<AnyModule> = []) {
    super(modules);
  }

  /**
   * Not to be called: a list has no output of its own.
   *
   * @throws {TypeError} always
   */
  forward(): Tensor {
    throw new TypeError("Cannot call a ModuleList: it is a list. Call its modules, or use Sequential");
  }
}
