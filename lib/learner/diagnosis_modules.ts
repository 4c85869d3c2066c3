/** What a diagnosis records of each module's output, besides its statistics. */
import type { Module } from "../nn/module.ts";
import { moduleNames } from "../nn/names.ts";
import { Sigmoid, Tanh } from "../nn/smooth.ts";
import { noGrad } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { DeviceRows } from "./device_rows.ts";
import { Hooks } from "./hooks.ts";

/** Share of a bounded activation's half range, from its middle, beyond which it counts as saturated: tanh's slope is below 0.04 there. */
const END = 0.98;

/** All modules without modules inside, with their names. */
export function leaves(model: Module): [name: string, module: Module][] {
  return [...moduleNames(model)].filter(([module]) => module.children().next().done)
    .map(([module, name]) => [name, module]);
}

/** The deviation of x [n, …] across its samples, in the quadratic mean over all places; 0 for a single sample. */
export function signalOf(x: Tensor): Tensor {
  return x.sub(x.mean(0, { keepdim: true })).square().mean().sqrt();
}

/** Whether a module's outputs have ends at which they are saturated. */
const isBounded = (module: Module) => module instanceof Tanh || module instanceof Sigmoid;

/** Share of a bounded activation's outputs that lie at the ends of its range; undefined for other modules. */
function saturation(module: Module, x: Tensor): Tensor | undefined {
  if (module instanceof Tanh) return x.abs().gt(END).float().mean();
  if (module instanceof Sigmoid) return x.mul(2).sub(1).abs().gt(END).float().mean();
  return undefined;
}

/** Rows for each module: what tells samples apart, and how much is saturated. */
export class ModuleRecord {
  readonly #rows = new Map<Module, { name: string; rows: DeviceRows }>();
  readonly #hooks: Hooks;

  /** Hooks all modules without modules inside; records while `due` says so. */
  constructor(model: Module, due: () => boolean) {
    for (const [name, module] of leaves(model)) {
      this.#rows.set(module, { name, rows: new DeviceRows(model.device) });
    }
    this.#hooks = new Hooks(this.#rows.keys(), (_hook, module, _inputs, output) => {
      if (due()) this.#push(module, output);
    });
  }

  #push(module: Module, output: Tensor): void {
    noGrad(() => {
      const x = output.detach().float(), saturated = saturation(module, x);
      const signal = x.ndim > 0 ? signalOf(x) : x.mul(0);
      this.#rows.get(module)!.rows.push(saturated ? [signal, saturated] : [signal]);
    });
  }

  /** Takes the hooks away. */
  remove(): void {
    this.#hooks.remove();
  }

  /** The rows so far by the modules' places, for {@linkcode ModuleRecord.fill}. */
  saved(): Record<string, Tensor> {
    const found = [...this.#rows.values()].map(({ rows }, i) => [String(i), rows.saved()] as const);
    return Object.fromEntries(found.flatMap(([place, rows]) => rows ? [[place, rows]] : []));
  }

  /** Goes on with rows that were recorded before. @throws {RangeError} for what are no such rows */
  fill(saved: Readonly<Record<string, Tensor>>): void {
    [...this.#rows].forEach(([module, { name, rows }], i) => rows.fill(saved[i], name, isBounded(module) ? 2 : 1));
  }

  /** What was recorded, by the modules' names; waits for the device. */
  async read(): Promise<Map<string, { signal: number[]; saturated?: number[] }>> {
    const read = [...this.#rows.values()].map(async ({ name, rows }) => {
      const table = await rows.read(), column = (i: number) => table.map((row) => row[i]!);
      return [name, { signal: column(0), ...table[0]?.[1] === undefined ? {} : { saturated: column(1) } }] as const;
    });
    return new Map(await Promise.all(read));
  }

  /** Gives the device memory back. */
  dispose(): void {
    for (const { rows } of this.#rows.values()) rows.dispose();
  }
}
