/** Containers by name, and of parameters. */
import { checkIterable, isText, textOf } from "../device/expect.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AnyModule, Module } from "./module.ts";
import { isParameter, type Parameter } from "./parameter.ts";
import { pyTuple } from "./repr.ts";

/**
 * Modules by name, whose parameters count among the module's that holds it. It has no forward of its own.
 *
 * @example
 * ```ts
 * import { nn, type Tensor } from "./mod.ts";
 * class Branches extends nn.Module {
 *   acts = new nn.ModuleDict({ relu: new nn.ReLU(), prelu: new nn.PReLU() });
 *   constructor(readonly which: string) {
 *     super();
 *   }
 *   forward(x: Tensor): Tensor {
 *     return this.acts.get(this.which).call(x);
 *   }
 * }
 * console.log(Object.keys(new Branches("prelu").stateDict())); // [ "acts.prelu.weight" ]
 * ```
 */
export class ModuleDict extends Module implements Iterable<[string, Module]> {
  /**
   * More may be set later.
   *
   * @param modules the first ones, as an object or as pairs; default none
   * @throws {TypeError} for anything but modules by name
   */
  constructor(modules: Readonly<Record<string, AnyModule>> | Iterable<readonly [string, AnyModule]> = {}) {
    super();
    if (typeof modules !== "object" || modules === null) {
      throw new TypeError(
        `Cannot make a ModuleDict of ${typeof modules}: it takes modules by name, such as { act: new ReLU() }`,
      );
    }
    const pairs: Iterable<readonly [string, AnyModule]> = Symbol.iterator in modules
      ? modules as Iterable<readonly [string, AnyModule]>
      : Object.entries(modules);
    for (const pair of pairs) {
      if (!Array.isArray(pair)) {
        throw new TypeError(`Cannot make a ModuleDict of ${typeof pair}: it takes pairs [name, module]`);
      }
      this.set(pair[0], pair[1]);
    }
  }

  /** How many modules there are. */
  get size(): number {
    return this.keys().length;
  }

  /** Names, in the order in which they were set; whole numbers come first. */
  keys(): string[] {
    return Object.keys(this).filter((name) => this.has(name));
  }

  /** Whether there is a module of that name. */
  has(name: string): boolean {
    return isText(name) && Object.hasOwn(this, name) && Reflect.get(this, name) instanceof Module;
  }

  /**
   * The module of that name.
   *
   * @throws {RangeError} if there is none
   */
  get(name: string): Module {
    const found: unknown = isText(name) && Object.hasOwn(this, name) ? Reflect.get(this, name) : undefined;
    if (found instanceof Module) return found;
    throw new RangeError(
      `Cannot take module "${textOf(name)}" of a ModuleDict: it has ${this.keys().join(", ") || "none"}`,
    );
  }

  /**
   * Puts a module under a name.
   *
   * @throws {TypeError} for what is no module, or a name that is none
   * @throws {RangeError} for a name that is empty, has a dot, or is that of a member of every module, such as "train"
   */
  set(name: string, module: AnyModule): this {
    if (typeof name !== "string") throw new TypeError(`Cannot set a module under ${typeof name}: names are texts`);
    if (!(module instanceof Module)) {
      throw new TypeError(`Cannot set "${name}" of a ModuleDict: it takes modules, found ${typeof module}`);
    }
    if (!/^[^.]+$/.test(name) || (name in this && !this.has(name))) {
      throw new RangeError(
        `Cannot set "${name}" of a ModuleDict: ${
          name in this ? "every module has a member of that name" : "a name is not empty and has no dot"
        }`,
      );
    }
    Reflect.set(this, name, module);
    return this;
  }

  /** Takes a module out; says whether it was there. */
  delete(name: string): boolean {
    return this.has(name) && Reflect.deleteProperty(this, name);
  }

  /** Names and modules. */
  *[Symbol.iterator](): Generator<[string, Module]> {
    for (const name of this.keys()) yield [name, this.get(name)];
  }

  /**
   * Not to be called: a dictionary has no output of its own.
   *
   * @throws {TypeError} always
   */
  forward(): Tensor {
    throw new TypeError("Cannot call a ModuleDict: it has no forward. Call one of its modules: dict.get(name).call(x)");
  }
}

/**
 * A list of parameters, which count among those of the module that holds it.
 *
 * @example
 * ```ts
 * import { nn, ones, type Tensor } from "./mod.ts";
 * class Scales extends nn.Module {
 *   scales = new nn.ParameterList([1, 2, 3].map((n) => nn.parameter(ones([n]))));
 *   forward(x: Tensor): Tensor {
 *     return x.mul(this.scales.at(0));
 *   }
 * }
 * console.log(Object.keys(new Scales().stateDict())); // [ "scales.0", "scales.1", "scales.2" ]
 * ```
 */
export class ParameterList extends Module implements Iterable<Parameter> {
  /** How many there are. */
  #length = 0;

  /**
   * More may be appended later.
   *
   * @param parameters the first ones; default none
   * @throws {TypeError} for anything but parameters
   */
  constructor(parameters: Iterable<Parameter> = []) {
    super();
    checkIterable("ParameterList", "its argument", parameters, "a list of parameters");
    for (const one of parameters) this.append(one);
  }

  /** How many parameters there are. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds a parameter at the end.
   *
   * @throws {TypeError} for anything but a parameter
   */
  append(parameter: Parameter): this {
    if (!isParameter(parameter)) {
      throw new TypeError("Cannot append to a ParameterList: it takes parameters. Make one with parameter(tensor)");
    }
    this.registerParameter(String(this.#length++), parameter);
    return this;
  }

  /**
   * The parameter at `index`; negative indices count from the end.
   *
   * @throws {RangeError} for one that is not there
   */
  at(index: number): Parameter {
    const found: unknown = typeof index === "number"
      ? Reflect.get(this, index < 0 ? this.#length + index : index)
      : undefined;
    if (isParameter(found)) return found;
    throw new RangeError(`Cannot take parameter ${textOf(index)} of a ParameterList: it has ${this.#length}`);
  }

  /** The parameters in order. */
  *[Symbol.iterator](): Generator<Parameter> {
    for (let i = 0; i < this.#length; i++) yield this.at(i);
  }

  /**
   * Not to be called: a list has no output of its own.
   *
   * @throws {TypeError} always
   */
  forward(): Tensor {
    throw new TypeError("Cannot call a ParameterList: it is a list. Compute with its parameters: list.at(0)");
  }

  /** Its parameters with their shapes: `(0): Parameter of (2, 3)`. */
  override extraRepr(): string {
    return [...this].map(({ shape }, i) => `(${i}): Parameter of ${pyTuple(shape)}`).join("\n");
  }
}
