/** Saves everything that training steps change, and restores it to the bit. */
import type { Module } from "../nn/module.ts";
import { flush, noGrad } from "../tensor/graph.ts";
import { defaultGenerator, Generator } from "../tensor/random.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Longer arrays hold data, and are not searched for generators. */
const MOST_ITEMS = 64;

/**
 * Saves a model's parameters, buffers, gradients, modes and other plain fields (numbers, booleans, strings), and where generators stand.
 * Copies stay on the device.
 *
 * @returns a function that puts it all back
 */
export function saveState(model: Module, generators: Iterable<Generator>): () => Promise<void> {
  const copy = (t: Tensor) => t.detach().clone().keep();
  const tensors = [...model.parameters(), ...model.buffers()].map((t) => [t, copy(t)] as const);
  const gradients = [...model.parameters()].map((p) => {
    const g = p.borrowGrad();
    return [p, g && copy(g)] as const;
  });
  const fields = [...model.modules()].map((module) => [module, plainFields(module)] as const);
  const states = [...generators].map((generator) => [generator, generator.state] as const);
  return async () => {
    for (const [t, saved] of tensors) {
      const there = await saved.toDevice(t.device); // a callback may have moved the model
      noGrad(() => t.copy_(there));
    }
    for (const [p, saved] of gradients) p.grad = saved && await saved.toDevice(p.device);
    for (const [module, plain] of fields) Object.assign(module, plain);
    for (const [generator, state] of states) generator.state = state;
    flush(model.device);
  };
}

/** A module's own fields that are neither tensors nor other objects: its mode, and counts that a layer keeps on the host. */
function plainFields(module: Module): Record<string, unknown> {
  return Object.fromEntries(Object.entries(module).filter(([, value]) => /number|boolean|string/.test(typeof value)));
}

/**
 * The default generator, and those in the fields of objects and of what these hold, three levels deep: a model's modules, loaders with
 * their samplers, callbacks. Those in private fields are not found.
 */
export function generatorsOf(roots: Iterable<unknown>): Set<Generator> {
  const found = new Set([defaultGenerator]);
  const visit = (value: unknown, depth: number) => {
    if (value instanceof Generator) return void found.add(value);
    if (depth === 0 || typeof value !== "object" || value === null) return;
    if (value instanceof Tensor || ArrayBuffer.isView(value) || (Array.isArray(value) && value.length > MOST_ITEMS)) {
      return;
    }
    for (const inner of Object.values(value)) visit(inner, depth - 1);
  };
  for (const root of roots) visit(root, 3);
  return found;
}
