/** What the tests of nn, optim, data and learner share. */
import assert from "node:assert/strict";
import { device, setDefaultDevice } from "../../lib/device/device.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

/** The plain 64-bit device; importing this file makes it the default. */
export const reference = setDefaultDevice(device("reference"));

/** PyTorch's values; see goldens.py. */
// deno-lint-ignore no-explicit-any
export const goldens: any = JSON.parse(Deno.readTextFileSync(new URL("./goldens.json", import.meta.url)));

/** Bytes of a golden array. */
export function bytes({ data }: { data: string }): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
}

/** A golden float array as a tensor. */
export function golden(entry: { shape: number[]; data: string }): Tensor {
  return tensor(new Float32Array(bytes(entry).buffer), { shape: entry.shape });
}

/** The values of a tensor, flat. */
export async function flat(t: Tensor): Promise<number[]> {
  return [...await t.toTypedArray()];
}

/** Asserts that numbers agree within an absolute tolerance, naming the worst. */
export function assertClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-6): void {
  assert.equal(found.length, wanted.length);
  let worst = 0;
  for (let i = 0; i < found.length; i++) {
    const error = (k: number) => Math.abs(found[k]! - wanted[k]!);
    if (!(error(i) <= error(worst))) worst = i;
  }
  if (found.length && !(Math.abs(found[worst]! - wanted[worst]!) <= tolerance)) {
    assert.fail(`element ${worst}: found ${found[worst]}, wanted ${wanted[worst]} (tolerance ${tolerance})`);
  }
}

/** The network of the golden training steps. */
export function goldenModel(): nn.Sequential {
  const conv = (from: number, to: number) => new nn.Conv2d(from, to, 3, { stride: 2, padding: 1 });
  const model = new nn.Sequential(
    conv(1, 4),
    new nn.ReLU(),
    conv(4, 8),
    new nn.ReLU(),
    conv(8, 8),
    new nn.ReLU(),
    conv(8, 10),
    new nn.Flatten(),
  );
  const state = goldens.training.state as Record<string, { shape: number[]; data: string }>;
  model.loadStateDict(Object.fromEntries(Object.entries(state).map(([key, entry]) => [key, golden(entry)])));
  return model;
}
