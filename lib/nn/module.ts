/** The base class of layers and models. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { defaultDevice, type Device, deviceOr } from "../device/device.ts";
import { checkFunction } from "../device/expect.ts";
import { currentModulePath, isGradEnabled, withModule } from "../tensor/graph.ts";
import { loadSafetensors, type SafetensorsSource, saveSafetensors } from "../tensor/safetensors.ts";
import { storeAs } from "../tensor/store_as.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type HookHandle, HookList } from "./hooks.ts";
import type { Parameter } from "./parameter.ts";
import { repr } from "./repr.ts";
import { badInput, checkOutputs } from "./calls.ts";
import { enterForward, leaveForward, leaveModel } from "./running.ts";
import { Slots } from "./slots.ts";
import { type LoadOptions, type LoadReport, loadState, type StateDict } from "./state_dict.ts";

/** What a module's forward gives: a tensor, or several, of which the first is its output proper, such as an LSTM's output, hidden state and cell. */
export type Outputs = Tensor | readonly Tensor[];

/** A module, whatever its forward gives. */
export type AnyModule = Module<Outputs>;

/**
 * Sees a module's inputs and output after each forward, and all outputs if there are several; a tensor that it returns replaces the (first) output.
 */
export type ForwardHook = (
  module: Module,
  inputs: readonly Tensor[],
  output: Tensor,
  outputs: readonly Tensor[],
) => Tensor | void;

/** Sees the gradient of a module's output as `backward` records it, and which of several it is; a tensor that it returns takes the gradient's place. */
export type BackwardHook = (module: Module, gradient: Tensor, which: number) => Tensor | void;

/** Options of {@linkcode Module.save}. */
export interface ModuleSaveOptions {
  /** Texts by name that go into the file, beside the format's own. Default: none. */
  metadata?: Readonly<Record<string, string>>;
}

const SAVE = optionNames<ModuleSaveOptions>({ metadata: 1 });

/** Names that modules have in the module that holds them. */
const names = new WeakMap<AnyModule, string>();

const BUFFER = optionNames<{ persistent?: boolean }>({ persistent: 1 });

/**
 * A layer or a model: parameters, buffers and other modules in its fields, and `forward`, which computes its output.
 *
 * Parameters ({@linkcode parameter}) and modules are found in the object's own fields, in the order in which the fields are defined;
 * buffers are declared by `registerBuffer`. Call a module by `module.call(x)`: that runs `forward`, then the forward hooks, and
 * records the module's path, which errors and statistics show.
 *
 * A forward may return several tensors: `class Split extends Module<[Tensor, Tensor]>`. Hooks, summaries, graphs and statistics are then about the first
 * of them, and a {@linkcode Sequential} gives them all to the next module. Modules that are found in others are typed as if they returned one.
 *
 * @example
 * ```ts
 * import { nn, randn, type Tensor } from "./mod.ts";
 * class Twice extends nn.Module {
 *   layer = new nn.Linear(4, 4);
 *   forward(x: Tensor): Tensor {
 *     return this.layer.call(this.layer.call(x));
 *   }
 * }
 * const model = new Twice();
 * console.log(model.call(randn([2, 4])).shape); // [ 2, 4 ]
 * console.log(String(model));
 * ```
 */
export abstract class Module<Out extends Outputs = Tensor> {
  /** Whether the module is in training mode; set by {@linkcode Module.train} and {@linkcode Module.eval}, read while recording. */
  training = true;
  readonly #slots = new Slots(this, (value) => value instanceof Module);
  readonly #hooks = new HookList<ForwardHook>("Forward");
  readonly #backwardHooks = new HookList<BackwardHook>("Backward");
  #named = false;

  /** Computes the output. Overridden by each module; called through {@linkcode Module.call}. */
  abstract forward(...inputs: Tensor[]): Out;

  /**
   * Runs the module on its inputs: `forward`, then the forward hooks in the order they were registered.
   *
   * @returns what `forward` returned, or what the last hook that returned a tensor put in its (first tensor's) place
   * @throws {TypeError} for an input that is no tensor, or if `forward` returned anything but tensors
   * @throws {Error} if this module has parameters to train and is called in the forward of a model that does not have them
   */
  call(...inputs: Tensor[]): Out {
    for (let i = 0; i < inputs.length; i++) if (!(inputs[i] instanceof Tensor)) throw badInput(this, i, inputs[i]);
    if (!this.#named) this.#nameChildren();
    return withModule(names.get(this) ?? "", () => {
      const output = this.#forward(inputs);
      if (!(output instanceof Tensor)) checkOutputs(this, output);
      if (this.#hooks.size === 0 && this.#backwardHooks.size === 0) return output;
      return this.#hooked(inputs, output);
    });
  }

  #forward(inputs: Tensor[]): Out {
    const before = enterForward(this);
    try {
      return this.forward(...inputs);
    } finally {
      leaveForward(before);
    }
  }

  /** What the hooks leave of the outputs. */
  #hooked(inputs: Tensor[], output: Out): Out {
    const outputs: readonly Tensor[] = output instanceof Tensor ? [output] : output;
    let first = outputs[0]!;
    if (this.#hooks.size) {
      const before = leaveModel();
      try {
        first = this.#hooks.run(this, first, (hook, value) => hook(this.#plain(), inputs, value, outputs));
      } finally {
        leaveForward(before);
      }
    }
    const seen = first === outputs[0] ? outputs : [first, ...outputs.slice(1)];
    if (this.#backwardHooks.size && isGradEnabled()) {
      seen.forEach((value, which) => {
        if (value.requiresGrad) this.#hookGradient(value, which);
      });
    }
    if (seen === outputs) return output;
    return (output instanceof Tensor ? first : seen) as Out;
  }

  #hookGradient(output: Tensor, which: number): void {
    const path = currentModulePath();
    // Hooks that are gone by the time backward runs don't run.
    output.registerHook((gradient) =>
      withModule(
        path,
        () => this.#backwardHooks.run(this, gradient, (hook, value) => hook(this.#plain(), value, which)),
      )
    );
  }

  /** The module as hooks know it, who ask for nothing that depends on what its forward gives. */
  #plain(): Module {
    return this as AnyModule as Module;
  }

  /** The name of the module's class, as its text shows it. */
  get typeName(): string {
    return this.constructor.name;
  }

  /** Settings shown between the parentheses of the module's text. Overridden where there are any. */
  extraRepr(): string {
    return "";
  }

  /** This module's own children with the names of their fields, in definition order. */
  *namedChildren(): Generator<[string, Module]> {
    const seen = new Set<Module>();
    for (const [name, value] of this.#slots.fields()) {
      if (!(value instanceof Module) || seen.has(value)) continue;
      seen.add(value);
      yield [name, value];
    }
  }

  /** This module's own children, in definition order. */
  *children(): Generator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** This module (named `prefix`, by default "") and all modules inside it, parents first, each once. */
  *namedModules(prefix = "", seen: Set<Module> = new Set()): Generator<[string, Module]> {
    const self = this.#plain();
    if (seen.has(self)) return;
    seen.add(self);
    yield [prefix, self];
    for (const [name, child] of this.namedChildren()) {
      yield* child.namedModules(prefix ? `${prefix}.${name}` : name, seen);
    }
  }

  /** This module and all modules inside it, parents first, each once. */
  *modules(): Generator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  /** All parameters with their paths, such as `0.weight`; a shared one once. */
  *namedParameters(): Generator<[string, Parameter]> {
    const seen = new Set<Parameter>();
    for (const [path, value] of this.#namedTensors((slots) => slots.parameters())) {
      if (seen.has(value)) continue;
      seen.add(value);
      yield [path, value];
    }
  }

  /** All parameters, in definition order; a shared one once. */
  *parameters(): Generator<Parameter> {
    for (const [, value] of this.namedParameters()) yield value;
  }

  /** All buffers with their paths. */
  *namedBuffers(): Generator<[string, Tensor]> {
    yield* this.#namedTensors((slots) => slots.buffers());
  }

  /** All buffers. */
  *buffers(): Generator<Tensor> {
    for (const [, value] of this.namedBuffers()) yield value;
  }

  *#namedTensors(of: (slots: Slots) => Iterable<[string, Tensor]>): Generator<[string, Tensor]> {
    for (const [path, module] of this.namedModules()) {
      for (const [name, value] of of(module.#slots)) yield [path ? `${path}.${name}` : name, value];
    }
  }

  /**
   * Declares state that is saved and moved with the module and is not trained, such as a running mean. `this[name]` becomes an
   * accessor: assigning a tensor of the same shape stores it as the buffer's value for the steps to come.
   *
   * @param name the field; declare it with `declare means: Tensor` for its type
   * @param value the first value
   * @param options `persistent` (default true): whether `stateDict` has it
   */
  registerBuffer(name: string, value: Tensor, options: { persistent?: boolean } = {}): void {
    checkOptions("registerBuffer", options, BUFFER);
    this.#slots.addBuffer(name, value, options.persistent ?? true);
  }

  /** Puts a parameter into the field `name`; the same as `this[name] = parameter(…)`. Null declares that there is none. */
  registerParameter(name: string, value: Parameter | null): void {
    this.#slots.addParameter(name, value);
  }

  /**
   * Runs `hook(module, inputs, output)` after each `forward`. A tensor that it returns replaces the output.
   *
   * Hooks are synchronous: they record operations, and what they keep is read later.
   *
   * @returns a handle: `handle.remove()`, or `using handle = …`, takes the hook away
   *
   * @example
   * ```ts
   * import { nn, randn } from "./mod.ts";
   * const layer = new nn.ReLU();
   * {
   *   using _doubled = layer.registerForwardHook((_module, _inputs, output) => output.mul(2));
   *   console.log(await layer.call(randn([3])).array());
   * }
   * ```
   */
  registerForwardHook(hook: ForwardHook): HookHandle {
    return this.#hooks.add(hook);
  }

  /**
   * Runs `hook(module, gradient)` when `backward` records the gradient of the module's output, once for each forward before it. A tensor
   * that it returns takes the gradient's place. (PyTorch's hook also gets the gradients of the inputs: hook the modules before, or
   * `input.registerHook`.)
   *
   * Hooks are synchronous: they record operations, and what they keep is read later.
   *
   * @returns a handle: `handle.remove()`, or `using handle = …`, takes the hook away
   *
   * @example
   * ```ts
   * import { nn, randn } from "./mod.ts";
   * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 1));
   * using _hook = model.at(1).registerBackwardHook((module, gradient) => {
   *   console.log(String(module), gradient.shape); // ReLU() [ 16, 8 ]
   * });
   * model.call(randn([16, 4])).sum().backward();
   * ```
   */
  registerBackwardHook(hook: BackwardHook): HookHandle {
    return this.#backwardHooks.add(hook);
  }

  /** Calls `fn` on every module inside, children before parents, then on this one. Returns the module. */
  apply(fn: (module: Module) => void): this {
    checkFunction("apply", "its argument", fn);
    for (const child of this.children()) child.apply(fn);
    fn(this.#plain());
    return this;
  }

  /** Sets training mode (or, with false, evaluation mode) here and in all modules inside. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Sets evaluation mode here and in all modules inside. */
  eval(): this {
    return this.train(false);
  }

  /** Freezes (false) or unfreezes all parameters. */
  requiresGrad_(flag = true): this {
    for (const p of this.parameters()) p.requiresGrad_(flag);
    return this;
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    for (const p of this.parameters()) p.grad = null;
  }

  /**
   * All parameters and persistent buffers by their paths, under PyTorch's names. The tensors share the module's memory, without
   * gradient: `clone()` what must not change with it.
   */
  stateDict(): StateDict {
    const state: StateDict = {};
    for (const [path, value] of this.#state()) state[path] = value.detach();
    return state;
  }

  /**
   * Copies the values of a state into this module. Everything is checked first, so that an error leaves the module as it was.
   *
   * @param state tensors by path, as {@linkcode Module.stateDict} returns
   * @param options `strict` (default true): throw when keys are missing or unexpected
   * @returns the keys that were missing and those that were not expected
   * @throws {RangeError} naming the missing, unexpected and mismatched keys
   */
  loadStateDict(state: StateDict, options: LoadOptions = {}): LoadReport {
    return loadState(this.typeName, this.#state(), state, options);
  }

  /**
   * Writes all parameters and persistent buffers to a safetensors file, under PyTorch's names: there,
   * `model.load_state_dict(safetensors.torch.load_file(path))` reads it.
   *
   * @param path where to; a reader of it sees all of the file or what was there before
   * @param options `metadata`: texts by name that go into the file
   *
   * @example
   * ```ts
   * import { nn } from "./mod.ts";
   * const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
   * const make = () => new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
   * await make().save(path);
   * console.log((await make().load(path)).missingKeys); // []
   * await Deno.remove(folder, { recursive: true });
   * ```
   */
  async save(path: string | URL, options: ModuleSaveOptions = {}): Promise<void> {
    checkOptions("save", options, SAVE);
    // "format" is what libraries around PyTorch look for. Its counters have 64 bits.
    const metadata = { format: "pt", ...options.metadata };
    await saveSafetensors(path, this.stateDict(), {
      metadata,
      wide: (name) => /(^|\.)num_batches_tracked$/.test(name),
    });
  }

  /**
   * Copies the values of a safetensors file into this module; see {@linkcode loadSafetensors} for what is read, and
   * {@linkcode Module.loadStateDict} for what must agree. An error leaves the module as it was.
   *
   * @param from a path, an address, or bytes
   * @param options `strict` (default true): throw when keys are missing or unexpected
   * @returns the keys that were missing and those that were not expected
   * @throws {SafetensorsError} if it is no such file; {@linkcode RangeError} naming the missing, unexpected and mismatched keys
   */
  async load(from: SafetensorsSource, options: LoadOptions = {}): Promise<LoadReport> {
    return this.loadStateDict(await loadSafetensors(from, { device: this.device, float16: true }), options);
  }

  *#state(): Generator<[string, Tensor]> {
    for (const [path, module] of allNamed(this)) {
      for (const [name, value] of module.#slots.state()) yield [path ? `${path}.${name}` : name, value];
    }
  }

  /** The device of the module's first parameter or buffer; the default device if it has none. */
  get device(): Device {
    for (const p of this.parameters()) return p.device;
    for (const b of this.buffers()) return b.device;
    return defaultDevice();
  }

  /** Moves all parameters and buffers to a device. They stay the same tensors, so that optimisers made before go on. */
  async to(device: Device): Promise<this> {
    deviceOr(device);
    for (const module of this.modules()) await module.#slots.move(device);
    return this;
  }

  /**
   * Stores all parameters as float16, in half the memory, for evaluation: what is computed is float32. They stay the same tensors; views and states of
   * theirs that were taken before are of no more use. Buffers, such as the running figures of norms, stay as they are (PyTorch's `half()` rounds
   * them too).
   *
   * There is no training in 16 bits: the parameters require no gradients until {@linkcode Module.float}, and an optimiser refuses them.
   *
   * @example
   * ```ts
   * import { nn, randn } from "./mod.ts";
   * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2)).eval().half();
   * console.log(model.call(randn([3, 4])).dtype, [...model.parameters()][0]!.dtype); // float32 float16
   * ```
   */
  half(): this {
    storeAs("float16", this.parameters());
    return this;
  }

  /** Stores all parameters as float32: what {@linkcode Module.half} rounded stays rounded, and requires gradients again if it did. */
  float(): this {
    storeAs("float32", this.parameters());
    return this;
  }

  #nameChildren(): void {
    this.#named = true;
    const children = [...this.namedChildren()];
    for (const [name, child] of children) names.set(child, name);
    // A lone layer has no path: its class says more than nothing.
    if (!names.has(this) && children.length === 0) names.set(this, this.typeName);
  }

  /** PyTorch's text of the module. */
  toString(): string {
    return repr(this);
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/** Like `namedModules`, but with a shared module under each of its paths, as a state has it. */
function* allNamed(module: AnyModule, prefix = ""): Generator<[string, AnyModule]> {
  yield [prefix, module];
  for (const [name, child] of module.namedChildren()) yield* allNamed(child, prefix ? `${prefix}.${name}` : name);
}
