/** Checkpoints: a fit in a file, from which another process goes on as if nothing had happened. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { flush, noGrad } from "../tensor/graph.ts";
import { inMemoryOrder, memoryOrder } from "../tensor/memory_order.ts";
import { encodeSafetensors, loadSafetensors, safetensorsMetadata } from "../tensor/safetensors.ts";
import { readWhole, writeWhole } from "../tensor/files.ts";
import type { Generator } from "../tensor/random.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Callback, Plain } from "./callback.ts";
import { headerOf } from "./checkpoint_form.ts";
import type { GeneratorState, Header, Position } from "./checkpoint_header.ts";
import { fromJson, toJson } from "./json.ts";
import type { LearnerState } from "./state.ts";

/** What a fit can be asked for at a moment between two batches. */
export interface Moment {
  /** Undefined outside a fit, and after its end. */
  readonly position: Position | undefined;
  /** Where generators stood when the epoch's order was about to be drawn, and where they stand now. */
  readonly began: readonly GeneratorState[];
  readonly now: readonly GeneratorState[];
  /** Settings that the Learner has, not its optimiser. */
  readonly own: Readonly<Record<string, number>>;
}

/** The file's name in its folder. */
export const LAST = "last.safetensors";

/** Whether a callback's memory is of use beyond a fit. */
export const isLasting = (cb: Callback): boolean => (cb.constructor as typeof Callback).lasting;

/** Tensors of several owners in one list: `model.0.weight`, `optimizer.3.velocity`, `callbacks.1.mean`. */
const prefixed = (prefix: string, tensors: Iterable<[string, Tensor]>) =>
  [...tensors].map(([name, t]) => [`${prefix}.${name}`, t] as const);

/** The tensors of one owner, without the prefix. */
function partOf(prefix: string, tensors: Record<string, Tensor>): Record<string, Tensor> {
  const start = `${prefix}.`;
  return Object.fromEntries(
    Object.entries(tensors).filter(([name]) => name.startsWith(start)).map((
      [name, t],
    ) => [name.slice(start.length), t]),
  );
}

/** The bytes of a checkpoint. */
export async function encodeCheckpoint(
  learn: LearnerState,
  callbacks: readonly Callback[],
  { position, began, now, own }: Moment,
): Promise<Uint8Array> {
  const { model, opt } = learn as { model: Module; opt: Optimizer | undefined };
  flush(model.device); // the step is computed as without a checkpoint, and it is known how its results lie in memory
  const saved = opt?.stateDict(), states = await Promise.all(callbacks.map((cb) => cb.saveState(learn)));
  const numbers: Record<string, Record<string, Plain>> = {}, remembered: [string, Tensor][] = [];
  for (const [place, own] of Object.entries(saved?.state ?? {})) {
    numbers[place] = {};
    for (const [key, value] of Object.entries(own)) {
      if (value instanceof Tensor) remembered.push([`${place}.${key}`, value]);
      else numbers[place]![key] = value as Plain;
    }
  }
  const gradients = [...model.namedParameters()].flatMap(([name, p]): [string, Tensor][] => {
    const g = p.borrowGrad();
    return g ? [[name, g.detach()]] : [];
  });
  const tensors = Object.fromEntries([
    ...prefixed("model", Object.entries(model.stateDict())),
    ...prefixed("gradient", gradients),
    ...prefixed("optimizer", remembered),
    ...states.flatMap((state, i) => prefixed(`callbacks.${i}`, Object.entries(state?.tensors ?? {}))),
  ]);
  const head: Header = {
    version: 1,
    optimizer: opt && saved
      ? { name: opt.constructor.name, groups: saved.groups.map((g) => ({ ...g } as Record<string, Plain>)), numbers }
      : null,
    position: position ?? null,
    began: [...began],
    now: [...now],
    own: { ...own },
    callbacks: callbacks.map((cb, i) => ({ name: cb.name, values: states[i]?.values })),
    orders: Object.fromEntries(
      Object.entries(tensors).flatMap(([name, t]) => {
        const order = memoryOrder(t);
        return order ? [[name, order]] : [];
      }),
    ),
  };
  return await encodeSafetensors(tensors, { metadata: { sonde: toJson(head) }, wide: () => true });
}

/** A path to a file, or to the folder that it is the last checkpoint of. */
async function fileOf(path: string | URL): Promise<string> {
  const at = path instanceof URL ? fileURLToPath(path) : path;
  const isFolder = await Deno.stat(at).then((found) => found.isDirectory, () => false);
  return isFolder ? join(at, LAST) : at;
}

/** A checkpoint that was read. */
export class Checkpoint {
  private constructor(
    readonly path: string,
    readonly head: Header,
    readonly tensors: Record<string, Tensor>,
  ) {}

  /** Reads a file, or its bytes; nothing is changed yet. @throws {RangeError} if it is no checkpoint */
  static async read(path: string | URL | Uint8Array, model: Module): Promise<Checkpoint> {
    const file = path instanceof Uint8Array ? `${path.length} bytes` : await fileOf(path);
    const bytes = await readWhole(path instanceof Uint8Array ? path : file, "checkpoint");
    const { sonde } = await safetensorsMetadata(bytes);
    const fail = (why: string): never => {
      throw new RangeError(`Cannot load ${file} as a checkpoint: ${why}`);
    };
    if (sonde === undefined) fail(`it holds tensors alone. Load a model's with model.load()`);
    let value: unknown;
    try {
      value = fromJson(sonde!);
    } catch {
      fail(`its description is no JSON`);
    }
    const head = headerOf(value, fail);
    const tensors = await loadSafetensors(bytes, { device: model.device });
    for (const [name, order] of Object.entries(head.orders ?? {})) {
      const t = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
      if (!t) fail(`its description: orders.${name}: there is no such tensor`);
      tensors[name] = inMemoryOrder(t!, order);
    }
    return new Checkpoint(file, head, tensors);
  }

  /** Where the fit goes on; undefined if it had come to its end. */
  get position(): Position | undefined {
    return this.head.position ?? undefined;
  }

  /** Of a fit that goes on, settings that the Learner has, not its optimiser. */
  get ownSettings(): Readonly<Record<string, number>> {
    return this.position ? this.head.own ?? {} : {};
  }

  /** Takes over the model's values and gradients. An error leaves it as it was. */
  restoreModel(model: Module): void {
    model.loadStateDict(partOf("model", this.tensors));
    const gradients = partOf("gradient", this.tensors);
    for (const [name, p] of model.namedParameters()) p.grad = gradients[name] ?? null;
    flush(model.device);
  }

  /** Takes over what the optimiser remembers and, of a fit that goes on, its settings. */
  restoreOptimizer(opt: Optimizer): void {
    const { optimizer } = this.head;
    if (!optimizer) return;
    if (opt.constructor.name !== optimizer.name) {
      throw new TypeError(
        `Cannot resume from ${this.path}: it was saved with ${optimizer.name}, this fit is with ${opt.constructor.name}`,
      );
    }
    const state: Record<number, Record<string, unknown>> = {};
    for (const [place, numbers] of Object.entries(optimizer.numbers)) {
      state[Number(place)] = { ...numbers, ...partOf(`optimizer.${place}`, this.tensors) };
    }
    const groups = this.position ? optimizer.groups : opt.stateDict().groups;
    opt.loadStateDict({ groups, state } as never);
    flush(opt.device); // in a plan of its own: the first step is then like the others
  }

  /** Takes over what callbacks remember that are of use beyond a fit: the first of a class what the first one remembered. */
  restoreLasting(callbacks: readonly Callback[], learn: LearnerState): void {
    const taken = new Set<number>();
    for (const cb of callbacks.filter(isLasting)) {
      const i = this.head.callbacks.findIndex(({ name }, i) => name === cb.name && !taken.has(i));
      if (i < 0) continue;
      taken.add(i);
      this.#restore(cb, i, learn);
    }
  }

  #restore(cb: Callback, i: number, learn: LearnerState): void {
    const { values } = this.head.callbacks[i]!, tensors = partOf(`callbacks.${i}`, this.tensors);
    if (values !== undefined) noGrad(() => cb.loadState({ values, tensors }, learn));
  }

  /** Takes over what callbacks remember, each of those that were there and in the same order. */
  restoreCallbacks(callbacks: readonly Callback[], learn: LearnerState): void {
    const saved = this.head.callbacks, found = callbacks.map((cb) => cb.name);
    if (saved.map(({ name }) => name).join() !== found.join()) {
      throw new RangeError(
        `Cannot resume from ${this.path}: it was saved with the callbacks ${
          saved.map(({ name }) => name).join(", ") || "none"
        }, this fit has ${found.join(", ") || "none"}`,
      );
    }
    callbacks.forEach((cb, i) => this.#restore(cb, i, learn));
  }

  /** Puts generators back: as they stood when the epoch began, or when it was saved. */
  restoreGenerators(generators: readonly Generator[], when: "began" | "now"): void {
    const states = this.head[when];
    if (states.length !== generators.length) {
      throw new RangeError(
        `Cannot resume from ${this.path}: it was saved with ${states.length} generators, this Learner has ${generators.length}`,
      );
    }
    generators.forEach((generator, i) => generator.state = states[i]!);
  }
}

/** Writes a checkpoint; a reader of the path sees all of it or the one before. */
export async function writeCheckpoint(path: string | URL, bytes: Uint8Array): Promise<void> {
  const at = path instanceof URL ? fileURLToPath(path) : path;
  await writeWhole(/\.safetensors$/.test(at) ? at : join(at, LAST), bytes);
}
