import assert from "node:assert/strict";
import * as data from "../../lib/data/mod.ts";
import { Device } from "../../lib/device/device.ts";
import * as nn from "../../lib/nn/mod.ts";
import { arange, zeros } from "../../lib/tensor/create.ts";
import { rand, randint, randLike, randn, randnLike, randperm } from "../../lib/tensor/create_random.ts";
import { Generator, setSeed } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { cat } from "../../lib/tensor/combine.ts";
import { type GoldenArray, readGolden, testDevices, values } from "./golden.ts";

interface Step {
  readonly call: string;
  readonly args: readonly unknown[];
  readonly results: readonly GoldenArray[];
}

interface Case {
  readonly seed: number;
  readonly steps: readonly Step[];
  /** What the generator draws next: a whole number below a million. */
  readonly last: number;
}

const cases = readGolden<Case[]>("torch_random.json");

type Kind = string | null;

/** A view of zeros of that shape. */
function view(shape: readonly number[], kind: Kind, device: Device): Tensor {
  const [r, c] = [shape[0]!, shape.at(-1)!], none = (s: number[]) => zeros(s, { device });
  switch (kind) {
    case "transposed":
      return none([c, r]).t();
    case "every second column":
      return none([r, 2 * c]).at([], [0, undefined, 2]);
    case "first columns":
      return none([r, c + 3]).narrow(1, 0, c);
    case "inner rows":
      return none([r + 2, c]).narrow(0, 1, r);
    case "permuted":
      return none([shape[1]!, shape[2]!, shape[0]!]).permute(2, 0, 1);
    default:
      return none([...shape]);
  }
}

function dropout(x: Tensor, p: number): Tensor[] {
  const leaf = x.fill_(1).requiresGrad_(), y = nn.functional.dropout(leaf, { p });
  y.sum().backward();
  return [y, leaf.grad!];
}

async function epochs(
  device: Device,
  n: number,
  batchSize: number,
  plan: readonly string[],
  dropLast: boolean,
  seed: number | null,
): Promise<Tensor[]> {
  const set = new data.TensorDataset(arange(0, n, 1, { dtype: "int32", device }));
  const generator = seed === null ? undefined : new Generator(seed, { like: "torch" });
  const train = new data.DataLoader(set, { batchSize, shuffle: true, dropLast, ...generator ? { generator } : {} });
  const valid = new data.DataLoader(set, { batchSize: 2 * batchSize });
  const seen: Tensor[] = [];
  for (const part of plan) {
    if (part === "first") seen.push((await train.first())[0]!);
    else for await (const [x] of part === "train" ? train : valid) seen.push(x!);
  }
  const all = cat(seen).narrow(0, 0, n > 1000 ? 100 : seen.reduce((sum, x) => sum + x.numel, 0));
  return [all, ...generator ? [randint(0, 1_000_000, [1], { generator, device })] : []];
}

const layers: Record<string, (args: number[], device: Device) => nn.Module> = {
  Linear: ([from, to], device) => new nn.Linear(from!, to!, { device }),
  Conv1d: ([from, to, size], device) => new nn.Conv1d(from!, to!, size!, { device }),
  Conv2d: ([from, to, size], device) => new nn.Conv2d(from!, to!, size!, { device }),
  Embedding: ([rows, dim], device) => new nn.Embedding(rows!, dim!, { device }),
};

const { init } = nn;

// The goldens say which arguments a call has.
// deno-lint-ignore no-explicit-any
const calls: Record<string, (device: Device, ...args: any[]) => Tensor | Tensor[] | Promise<Tensor[]>> = {
  rand: (device, shape) => rand(shape, { device }),
  randn: (device, shape) => randn(shape, { device }),
  randint: (device, low, high, shape) => randint(low, high, shape, { device }),
  randperm: (device, n) => randperm(n, { device }),
  uniform_: (device, shape, kind, low, high) => view(shape, kind, device).uniform_(low, high),
  normal_: (device, shape, kind, mean, std) => view(shape, kind, device).normal_(mean, std),
  randLike: (device, shape, kind) => randLike(view(shape, kind, device)),
  randnLike: (device, shape, kind) => randnLike(view(shape, kind, device)),
  kaimingNormal_: (device, shape, a, mode) => init.kaimingNormal_(zeros(shape, { device }), { a, mode }),
  kaimingUniform_: (device, shape, a, mode) => init.kaimingUniform_(zeros(shape, { device }), { a, mode }),
  xavierNormal_: (device, shape, gain) => init.xavierNormal_(zeros(shape, { device }), { gain }),
  xavierUniform_: (device, shape, gain) => init.xavierUniform_(zeros(shape, { device }), { gain }),
  truncNormal_: (device, shape, kind, mean, std, a, b) =>
    init.truncNormal_(view(shape, kind, device), { mean, std, a, b }),
  orthogonal_: (device, shape, gain) => init.orthogonal_(zeros(shape, { device }), { gain }),
  layer: (device, kind: string, args) => [...layers[kind]!(args, device).parameters()],
  dropout: (device, shape, kind, p) => dropout(view(shape, kind, device), p),
  epochs: (device, n, batch, plan, dropLast, seed) => epochs(device, n, batch, plan, dropLast, seed),
};

const NORMAL = /normal_|randn|Embedding/, ABOUT = /truncNormal_|orthogonal_/;

/** A 32-bit float's place among all of them. */
function rank(x: number): number {
  const bits = new Int32Array(Float32Array.of(x).buffer)[0]!;
  return bits < 0 ? -0x80000000 - bits : bits;
}

/** Whether values agree with PyTorch's as they should: to the bit, within 3 units of the last place, or within 1e-6. */
function agree(found: number, wanted: number, what: string): boolean {
  if (ABOUT.test(what)) return Math.abs(found - wanted) <= 1e-6;
  return NORMAL.test(what) ? Math.abs(rank(found) - rank(wanted)) <= 3 : Object.is(found, wanted) || found === wanted;
}

for (const name of testDevices()) {
  Deno.test(`PyTorch's random numbers, call by call, on ${name}`, async () => {
    using device = await new Device(name).ready;
    for (const { seed, steps, last } of cases) {
      setSeed(seed, { like: "torch" });
      for (const { call, args, results } of steps) {
        const what = `${call}(${JSON.stringify(args).slice(1, -1)}) after seed ${seed}`;
        const found = await calls[call]!(device, ...args);
        const tensors = Array.isArray(found) ? found : [found];
        assert.equal(tensors.length, results.length, what);
        for (const [i, golden] of results.entries()) {
          const own = await tensors[i]!.detach().toTypedArray(), wanted = values(golden);
          assert.deepEqual(tensors[i]!.shape, golden.shape, what);
          const wrong = wanted.findIndex((x, k) => !agree(own[k]!, x, what));
          assert.equal(
            wrong,
            -1,
            `${what}, result ${i}: element ${wrong} is ${own[wrong]}, PyTorch's ${wanted[wrong]}`,
          );
        }
      }
      const next = await randint(0, 1_000_000, [], { device }).item();
      assert.equal(next, last, `the generator stands elsewhere after ${JSON.stringify(steps.map((s) => s.call))}`);
    }
    setSeed(0);
  });
}
