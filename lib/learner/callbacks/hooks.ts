/** Hooks for the duration of a fit. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { checkIterable } from "../../device/expect.ts";
import type { Module } from "../../nn/module.ts";
import { Callback } from "../callback.ts";
import type { Hook, HookFunction } from "../hook.ts";
import { findModules, Hooks, type ModulePredicate } from "../hooks.ts";
import type { LearnerCore } from "../core.ts";
import { DeviceCB } from "./device.ts";

/** What a {@linkcode HooksCallback} watches, and when. */
export interface HooksOptions {
  /** Modules, or a predicate for those of the model. Default: all modules of the model without children. */
  modules?: Iterable<Module> | ModulePredicate;
  /** Run on training batches. Default: true. */
  onTrain?: boolean;
  /** Run on validation batches. Default: false. */
  onValid?: boolean;
}

const OPTIONS = optionNames<HooksOptions>({ modules: 1, onTrain: 1, onValid: 1 });

/**
 * Hooks modules during each fit. The hooks are removed when it ends, is cancelled or fails; their values stay, in `hooks`.
 *
 * @example
 * ```ts
 * import { data, learner, nn, randn, randint, type Tensor } from "./mod.ts";
 * const set = new data.TensorDataset(randn([64, 4]), randint(0, 2, [64]));
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * const means = new learner.HooksCallback<Tensor[]>((hook, _module, _inputs, output) => {
 *   (hook.value ??= []).push(output.detach().mean().keep());
 * }, { modules: learner.isInstance(nn.ReLU) });
 * const dls = data.DataLoaders.of(set, set, { batchSize: 16 });
 * await learner.Learner.of(model, dls).loss(nn.functional.crossEntropy).callbacks([means]).fit(2);
 * console.log(means.hooks.at(0).value!.length); // 8
 * ```
 */
export class HooksCallback<T = unknown> extends Callback implements Iterable<Hook<T>> {
  /** Once the model is on its device. */
  static override order: number = DeviceCB.order + 1;
  /** The hooks of the current, or last, fit. */
  hooks: Hooks<T>;
  readonly #fn: HookFunction<T>;
  readonly #modules: Iterable<Module> | ModulePredicate;
  readonly #onTrain: boolean;
  readonly #onValid: boolean;

  /** What it has hooked belongs to one fit. */
  override get ofOneFit(): boolean {
    return true;
  }

  /**
   * Hooks nothing before a fit begins; throws a TypeError if `fn` is no function.
   *
   * @param fn runs after each forward of a module; see {@linkcode HookFunction}
   * @param options see {@linkcode HooksOptions}
   */
  constructor(fn: HookFunction<T>, options: HooksOptions = {}) {
    super();
    if (typeof fn !== "function") {
      throw new TypeError(`Cannot hook with ${typeof fn}: give a function (hook, module, inputs, output) => …`);
    }
    checkOptions("HooksCallback", options, OPTIONS);
    const { modules = isLeaf, onTrain = true, onValid = false } = options;
    this.#fn = fn;
    if (typeof modules !== "function") {
      checkIterable("HooksCallback", "modules", modules, "a list of modules, or a predicate");
    }
    this.#modules = typeof modules === "function" ? modules : [...modules];
    this.#onTrain = onTrain;
    this.#onValid = onValid;
    this.hooks = new Hooks([], fn);
  }

  /** Hooks the modules with new hooks; throws a RangeError if none was chosen. */
  override beforeFit(learn: LearnerCore): void {
    const modules = typeof this.#modules === "function" ? findModules(learn.model, this.#modules) : [...this.#modules];
    if (modules.length === 0) {
      const kinds = new Set([...learn.model.modules()].map((module) => module.typeName));
      throw new RangeError(`Cannot hook the model: no module was chosen. It has ${[...kinds].join(", ")}`);
    }
    const fn = this.#fn;
    const inPhase: HookFunction<T> = (...args) =>
      (learn.training ? this.#onTrain : this.#onValid) ? fn(...args) : undefined;
    Object.defineProperty(inPhase, "name", { value: fn.name });
    this.hooks.remove();
    this.hooks = new Hooks(modules, inPhase);
  }

  /** Removes the hooks from the modules, however the fit ended. */
  override cleanupFit(_learn: LearnerCore): void {
    this.hooks.remove();
  }

  /** How many hooks there are. */
  get length(): number {
    return this.hooks.length;
  }

  /** The hooks of the current, or last, fit, in the order of the modules. */
  [Symbol.iterator](): Iterator<Hook<T>> {
    return this.hooks[Symbol.iterator]();
  }
}

const isLeaf: ModulePredicate = (module) => module.children().next().done === true;
