/** What every optimiser does: parameter groups, settings, zeroing, states. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkObject } from "../device/expect.ts";
import type { Device } from "../device/device.ts";
import { flush, noGrad, writingAs } from "../tensor/graph.ts";
import { tensor } from "../tensor/create.ts";
import { optimise, tellUnclaimed, watchLeaves } from "../tensor/owners.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkState, type Memory, type OptimizerState, type ParamState } from "./saved_state.ts";

/** Parameters with settings of their own. `S` are the optimiser's settings, such as a learning rate. */
export type ParamGroup<S> = { params: Tensor[] } & S;

/** What an optimiser can be made for: parameters, or groups of them with some settings each. */
export type Params<S> = Iterable<Tensor> | Iterable<{ params: Iterable<Tensor> } & Partial<S>>;

/**
 * The base of optimisers: it holds groups of parameters with their settings, and `step()` updates them from their gradients.
 *
 * Settings are plain numbers that may change before any step: they travel as run-time values, so that no step is compiled again.
 * A new optimiser implements {@linkcode Optimizer.update}.
 *
 * @example
 * ```ts
 * import { optim, type Tensor, tensor } from "./mod.ts";
 * // Steps of ±lr: signSGD (Bernstein and others 2018)
 * class SignSGD extends optim.Optimizer {
 *   constructor(params: Iterable<Tensor>, lr: number) {
 *     super(params, { lr });
 *   }
 *   protected override update(param: Tensor, grad: Tensor, { lr }: { lr: number }): void {
 *     param.sub_(grad.sign().mul(lr));
 *   }
 * }
 * const w = tensor([1, -2], { requiresGrad: true }).keep();
 * const opt = new SignSGD([w], 0.1);
 * w.square().sum().backward();
 * opt.step();
 * console.log(await w.array()); // about [ 0.9, -1.9 ]
 * ```
 */
export abstract class Optimizer<S extends { lr: number; maximize?: boolean } = { lr: number }> {
  /** The groups; change settings in them, or all at once by {@linkcode Optimizer.lr}. */
  readonly paramGroups: ParamGroup<S>[];
  /**
   * Whether `step()` ends with a flush, which turns what was recorded into work. True for loops written by hand; a Learner sets it to
   * false and flushes once a batch itself.
   */
  flushes = true;
  readonly #state = new Map<Tensor, ParamState>();
  /** Whether any parameter ever had a gradient at a step, or it was said that none had. */
  #moved = false;

  /**
   * A group takes a setting from itself, else from the options, else from the defaults.
   *
   * @param params parameters, or groups `{ params, lr, … }`
   * @param defaults all settings, with the values of groups that do not set them
   * @param options values to take instead of the defaults
   * @throws {TypeError} if there is no parameter, or one is not a leaf tensor; {@linkcode RangeError} if one comes twice, or for a setting
   *   that is not among the defaults
   */
  constructor(params: Params<S>, defaults: S, options: Partial<S> = {}) {
    if (typeof params?.[Symbol.iterator] !== "function") {
      throw new TypeError(
        `Cannot make ${this.constructor.name} of ${
          (params as object | undefined)?.constructor?.name ?? typeof params
        }: give parameters, such as model.parameters(), or groups { params, lr, … }`,
      );
    }
    const name = this.constructor.name, known = optionNames<S>(defaults);
    checkOptions<Partial<S>>(name, options, known);
    const entries = [...params as Iterable<Tensor | ({ params: Iterable<Tensor> } & Partial<S>)>];
    const groups = entries.every((entry) => entry instanceof Tensor) ? [{ params: entries }] : entries;
    this.paramGroups = groups.map((group) => {
      const settings = group as { params: Iterable<Tensor> } & Partial<S>;
      if (group instanceof Tensor || typeof settings?.params?.[Symbol.iterator] !== "function") {
        throw new TypeError(
          `Cannot make ${this.constructor.name}: give parameters, or groups { params, lr, … }, not both`,
        );
      }
      checkOptions(`a group of ${name}`, settings, optionNames<typeof settings>({ ...known, params: 1 }));
      return { ...defaults, ...options, ...settings, params: [...settings.params] };
    });
    checkObject(this.constructor.name, "the defaults", defaults, "an object of settings, { lr, … }");
    this.#check();
  }

  #check(): void {
    const seen = new Set<Tensor>();
    for (const { params, ...settings } of this.paramGroups) {
      this.#checkSettings(settings as unknown as S);
      for (const p of params) {
        if (!(p instanceof Tensor)) throw new TypeError(`Cannot optimise ${typeof p}: parameters are tensors`);
        if (p.dtype === "float16") {
          throw new TypeError(
            `Cannot make ${this.constructor.name} of a float16 parameter: 16 bits are for evaluation, and training takes float32. ` +
              "Call model.float() first",
          );
        }
        if (!p.isLeaf) {
          throw new TypeError(
            `Cannot optimise a tensor that is computed from others: give the parameters themselves, such as model.parameters()`,
          );
        }
        if (seen.has(p)) throw new RangeError(`Cannot optimise a parameter twice: it is in the groups more than once`);
        seen.add(p);
        optimise(p);
        watchLeaves(p.device);
      }
    }
    if (seen.size === 0) {
      throw new TypeError(
        `Cannot make ${this.constructor.name} without parameters: found none. Does the model have any, in fields of its own?`,
      );
    }
  }

  #checkSettings(settings: S): void {
    checkNonNegative(this.constructor.name, "lr", settings.lr);
    this.checkSettings(settings);
  }

  /** Throws for settings out of range, other than the learning rate: of each group at the start, and of a state that is loaded. */
  protected checkSettings(_settings: S): void {}

  /** What is remembered about a parameter. A state with anything else, or without it, is refused. Default: undefined, and anything is taken. */
  protected get remembers(): Memory | undefined {
    return undefined;
  }

  /** The learning rate: the first group's to read; assigning sets it in all groups. */
  get lr(): number {
    return this.paramGroups[0]!.lr;
  }

  set lr(lr: number) {
    checkNonNegative(this.constructor.name, "lr", lr);
    for (const group of this.paramGroups) group.lr = lr;
  }

  /** The device of the parameters. */
  get device(): Device {
    for (const { params } of this.paramGroups) if (params[0]) return params[0].device;
    throw new Error("Cannot tell the device of an optimiser whose parameters were taken away");
  }

  /** All parameters, group after group. */
  *parameters(): Generator<Tensor> {
    for (const { params } of this.paramGroups) yield* params;
  }

  /** Records the update of one parameter. Runs outside gradients. With the setting `maximize`, `grad` has its sign turned. */
  protected abstract update(param: Tensor, grad: Tensor, settings: S): void;

  /**
   * Updates every parameter that has a gradient; then, if {@linkcode Optimizer.flushes}, starts the work. A step that finds no gradient at
   * all, and follows none that did, is said once on the console, and so are tensors that require gradients and are left out of training.
   */
  step(): void {
    writingAs(`${this.constructor.name}.step()`, () => noGrad(() => this.#update()));
    if (!this.#moved) this.#tellIdle();
    tellUnclaimed(this.device);
    if (this.flushes) flush(this.device);
  }

  #update(): void {
    for (const group of this.paramGroups) {
      for (const p of group.params) {
        const grad = p.borrowGrad();
        if (!grad) continue;
        this.#moved = true;
        this.update(p, group.maximize ? grad.neg() : grad, group);
      }
    }
  }

  /** Says once that nothing was trained. */
  #tellIdle(): void {
    this.#moved = true;
    const params = [...this.parameters()], frozen = params.filter((p) => !p.requiresGrad).length;
    console.warn(
      `${this.constructor.name}.step() changed nothing: none of its ${params.length} parameters has had a gradient. ` +
        (frozen === params.length
          ? `None of them requires gradients: call requiresGrad_() on what is to be trained`
          : `Call backward() on a loss that depends on them before the step, and zeroGrad() after it`),
    );
  }

  /** Forgets the gradients. */
  zeroGrad(): void {
    for (const p of this.parameters()) p.grad = null;
  }

  /** What is remembered about `param`. @throws {TypeError} if that is on another device, as after the model was moved, or a state of another device loaded */
  protected stateOf(param: Tensor): ParamState {
    let state = this.#state.get(param);
    if (!state) this.#state.set(param, state = {});
    for (const name in state) {
      const value = state[name]!;
      if (value instanceof Tensor && value.device !== param.device) this.#refuseDevice(name, value, param);
    }
    return state;
  }

  #refuseDevice(name: string, value: Tensor, param: Tensor): never {
    throw new TypeError(
      `Cannot step ${this.constructor.name}: its "${name}" of a parameter is on ${value.device}, the parameter on ${param.device}. ` +
        `Move what it remembers once: await optimizer.follow()`,
    );
  }

  /** The settings and memory, to be continued from by {@linkcode Optimizer.loadStateDict}. Its tensors share the optimiser's memory. */
  stateDict(): OptimizerState<S> {
    const groups = this.paramGroups.map(({ params: _params, ...settings }) => settings as unknown as S);
    const state: Record<number, ParamState> = {};
    let position = 0;
    for (const p of this.parameters()) {
      const own = this.#state.get(p);
      if (own) state[position] = mapTensors(own, (t) => t.detach());
      position++;
    }
    return { groups, state, counts: this.paramGroups.map(({ params }) => params.length) };
  }

  /**
   * Continues from a state of an optimiser over the same parameters in the same order.
   *
   * @throws {RangeError} if its groups, settings, names or shapes do not fit; nothing is changed then
   * @throws {TypeError} if it is no such state
   */
  loadStateDict(saved: OptimizerState<S>): void {
    checkState({
      name: this.constructor.name,
      groups: this.paramGroups.map(({ params, ...settings }) => ({ params, settings: settings as unknown as S })),
      memory: this.remembers,
      checkSettings: (settings) => this.#checkSettings(settings),
    }, saved);
    const { groups, state } = saved, params = [...this.parameters()];
    this.paramGroups.forEach((group, i) => Object.assign(group, groups[i], { params: group.params }));
    this.#state.clear();
    for (const [position, own] of Object.entries(state)) {
      this.#state.set(params[Number(position)]!, mapTensors(own, (t) => t.clone().keep()));
    }
  }

  /** Moves what is remembered about each parameter to the device that the parameter is on now. */
  async follow(): Promise<void> {
    for (const [p, state] of this.#state) {
      for (const value of Object.values(state)) if (value instanceof Tensor) await value.toDevice_(p.device);
    }
  }
}

function mapTensors(state: ParamState, fn: (t: Tensor) => Tensor): ParamState {
  return Object.fromEntries(
    Object.entries(state).map(([key, value]) => [key, value instanceof Tensor ? fn(value) : value]),
  );
}

/** A kept tensor of zeros (or `value`) in `param`'s shape, made of data rather than recorded, so that the step that makes it has no plan of its own. */
export function zeroState(param: Tensor, value = 0): Tensor {
  return tensor(new Float32Array(param.numel).fill(value), { shape: param.shape, device: param.device }).keep();
}

/** Throws unless `value` is a fraction that averages are kept by: at least 0 and below 1. */
export function checkShare(owner: string, name: string, value: number): void {
  if (typeof value === "number" && value >= 0 && value < 1) return;
  throw new RangeError(`Cannot set ${name} of ${owner} to ${value}: it takes a number of at least 0 and below 1`);
}

/** Throws unless `betas` are two fractions that averages are kept by. */
export function checkBetas(owner: string, betas: unknown): void {
  if (!Array.isArray(betas) || betas.length !== 2) {
    throw new TypeError(`Cannot set betas of ${owner} to ${betas}: it takes two numbers, such as [0.9, 0.999]`);
  }
  betas.forEach((beta, i) => checkShare(owner, `betas[${i}]`, beta));
}

/** Throws unless `value` is a finite number of at least 0. */
export function checkNonNegative(owner: string, name: string, value: unknown): void {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot set ${name} of ${owner} to ${typeof value}: it takes a number`);
  }
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`Cannot set ${name} of ${owner} to ${value}: it takes a number of at least 0`);
  }
}
