/** Cross-entropy and its gradient in one flush and in two: fewer commands, and the same numbers to the bit. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { crossEntropy, type CrossEntropyOptions } from "../../lib/nn/losses.ts";
import { tensor } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { Choices, randomData } from "../device/programs.ts";

const SHAPES = [[7, 10], [2, 5, 3, 4], [33, 130]] as const;
/** A tensor for each class in the place of its number. */
type Options = Omit<CrossEntropyOptions, "weight"> & { weighted?: boolean };
const OPTIONS: readonly Options[] = [
  {},
  { reduction: "sum" },
  { reduction: "none" },
  { weighted: true },
  { ignoreIndex: 1 },
  { labelSmoothing: 0.2 },
  { weighted: true, ignoreIndex: 0, labelSmoothing: 0.1, reduction: "sum" },
];

/** The loss and its gradient; `apart`, with the loss read before backward. And how many commands that took, but for the reads. */
async function computed(device: Device, shape: readonly number[], { weighted, ...options }: Options, apart: boolean) {
  const choices = new Choices(5), [n, classes, ...rest] = shape as [number, number, ...number[]];
  const count = shape.reduce((a, b) => a * b),
    labels = Array.from({ length: count / classes }, () => choices.int(0, 3));
  const x = tensor(randomData(choices, "float32", count), { shape, device, requiresGrad: true });
  const y = tensor(labels, { shape: [n, ...rest], dtype: "int32", device });
  const weight = weighted ? tensor(Array.from({ length: classes }, (_, i) => 1 + i / 7), { device }) : undefined;
  await device.synchronize();
  const before = device.counters.launches;
  const losses = crossEntropy(x, y, { ...options, weight }).keep();
  const early = apart ? await losses.toTypedArray() : undefined;
  // Without reduction each loss counts differently.
  const seed = options.reduction === "none"
    ? tensor(Array.from({ length: losses.numel }, (_, i) => i - 2), { shape: losses.shape, device })
    : undefined;
  (seed ? losses.mul(seed).sum() : losses).backward();
  const gradient = await (x.grad as Tensor).toTypedArray(), launches = device.counters.launches - before;
  return { losses: early ?? await losses.toTypedArray(), gradient, launches };
}

Deno.test("a loss that is read before backward has the bits of one that is not, and so has its gradient", async () => {
  for (const threads of [1, 2]) {
    using cpu = await new Device("cpu", { threads }).ready;
    for (const shape of SHAPES) {
      for (const options of OPTIONS) {
        const one = await computed(cpu, shape, options, false), two = await computed(cpu, shape, options, true);
        assert.deepEqual([one.losses, one.gradient], [two.losses, two.gradient], JSON.stringify({ shape, options }));
        // Losses and a gradient that are both kept might be one buffer, for all that the device knows.
        const fewer = options.reduction === "none" ? 0 : 1;
        assert.ok(one.launches <= two.launches - fewer, `${one.launches} and ${two.launches} commands`);
      }
    }
  }
});

Deno.test("a mean cross-entropy and its gradient are four commands, and its labels may start where a number says", async () => {
  using cpu = await new Device("cpu", { threads: 1 }).ready;
  const x = tensor(randomData(new Choices(1), "float32", 12), { shape: [4, 3], device: cpu, requiresGrad: true });
  const labels = tensor([0, 1, 2, 2, 1, 0], { dtype: "int32", device: cpu });
  await cpu.synchronize();
  for (const from of [0, 2]) {
    const before = cpu.counters.launches;
    const loss = crossEntropy(x, labels.narrow(0, from, 4));
    loss.backward();
    await loss.item();
    // What each is multiplied by, the losses with their gradient, and the mean: a sum and a quotient.
    assert.equal(cpu.counters.launches - before, 4);
    x.grad = null;
  }
});
