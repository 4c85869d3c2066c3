/** What depends on values: masks that are read, places, different numbers; indices out of range; draws by weights; parts that are views. */
import assert from "node:assert/strict";
import {
  Device,
  DeviceFaultError,
  F,
  full,
  Generator,
  linspace,
  rand,
  setSeed,
  type Tensor,
  tensor,
  zeros,
} from "../../mod.ts";
import { testDevices } from "../oracle/golden.ts";

const int = (data: number[] | number[][], device: Device) => tensor(data, { dtype: "int32", device });
const shares = async (drawn: Tensor, categories: number) => {
  const counts = new Array<number>(categories).fill(0), values = await drawn.toTypedArray();
  values.forEach((which: number) => counts[which]!++);
  return counts.map((count) => count / values.length);
};

for (const kind of testDevices()) {
  const test = (name: string, fn: (device: Device) => Promise<void>) =>
    Deno.test(`${name} on ${kind}`, async () => {
      using device = await new Device(kind).ready;
      await fn(device);
    });

  test("median() and kthvalue() name the first of equal numbers, which has the gradient", async (device) => {
    const rows = [[2, 7, 2, 1, 2, 9, 2], [5, NaN, 5, NaN, NaN, NaN, 5]], first = [0, 1];
    const x = tensor(rows, { device, requiresGrad: true });
    const [values, places] = x.median(1, { indices: true });
    assert.deepEqual([await values.array(), await places.array()], [[2, NaN], first]);
    values.sum().backward();
    const gradient = [[1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0]];
    assert.deepEqual(await x.grad!.array(), gradient);
    for (const k of [4, 5]) assert.deepEqual(await x.detach().kthvalue(k, 1)[1].array(), first, `kthvalue(${k})`);
    const columns = int([[3, 1], [3, 0], [4, 1], [3, 1]], device);
    assert.deepEqual(await columns.kthvalue(3, 0, { keepdim: true })[1].array(), [[0, 0]]);
    assert.deepEqual(await columns.median(0, { indices: true })[1].array(), [0, 0]);
    assert.deepEqual(await columns.bool().median(0, { indices: true })[1].array(), [0, 0]);
  });

  test("maskedSelect() takes what a mask holds for, with gradients, and broadcasts both", async (device) => {
    const x = tensor([[1, 2, 3], [4, 5, 6]], { device, requiresGrad: true });
    const chosen = await x.maskedSelect(tensor([true, false, true], { device }));
    assert.deepEqual(await chosen.array(), [1, 3, 4, 6]);
    chosen.mul(chosen).sum().backward();
    assert.deepEqual(await x.grad!.array(), [[2, 0, 6], [8, 0, 12]]);
    const wide = await tensor([7, 8], { device }).maskedSelect(tensor([[true], [false], [true]], { device }));
    assert.deepEqual(await wide.array(), [7, 8, 7, 8]);
    assert.deepEqual((await x.maskedSelect(x.gt(9))).shape, [0]);
    assert.throws(() => x.maskedSelect(tensor([true, false], { device })), { name: "ShapeError" });
  });

  test("nonzero() and unique() read their tensor, and forgetting the await is said", async (device) => {
    const x = tensor([[0, 3], [NaN, 0]], { device }), places = await x.nonzero();
    assert.deepEqual([places.dtype, await places.array()], ["int32", [[0, 1], [1, 0]]]);
    assert.deepEqual(await x.at(...places.unbind(1)).array(), [3, NaN]);
    assert.deepEqual((await tensor(5, { device }).nonzero()).shape, [1, 0]);
    const { values, inverse, counts } = await tensor([[3, NaN, 1], [3, NaN, -1]], { device }).unique();
    assert.deepEqual(await values.array(), [-1, 1, 3, NaN, NaN]);
    assert.deepEqual([await inverse.array(), await counts.array()], [[[2, 3, 1], [2, 4, 0]], [1, 1, 2, 1, 1]]);
    const { values: bools } = await tensor([true, true], { device }).unique();
    assert.deepEqual([bools.dtype, await bools.array()], ["bool", [true]]);
    const read = x.nonzero();
    assert.throws(() => (read as unknown as Tensor).at(0), { name: "TypeError", message: /await x\.nonzero\(\)/ });
    await read;
  });

  test("at() takes pairs by several index tensors; one out of range is a fault, a mask a TypeError", async (device) => {
    const x = tensor([[1, 2, 3], [4, 5, 6]], { device });
    assert.deepEqual(await x.at(int([0, 1, -1], device), int([2, -3, 0], device)).array(), [3, 4, 4]);
    assert.deepEqual(await x.at(int([[0], [1]], device), int([0, 2], device)).array(), [[1, 3], [4, 6]]);
    for (const [i, j] of [[[0, 2], [0, 0]], [[0, 0], [0, 3]], [[0, -3], [0, 0]]]) {
      await assert.rejects(async () => await x.at(int(i!, device), int(j!, device)).array(), DeviceFaultError);
    }
    assert.throws(() => x.at(x.gt(2)), { name: "TypeError", message: /await x\.maskedSelect\(mask\)/ });
    assert.throws(() => x.at(x, x), { name: "TypeError", message: /it must be int32/ });
    assert.throws(() => x.at(int([0, 1], device), int([0, 1, 2], device)), { name: "ShapeError" });
  });

  test("split(), chunk(), unbind() and diagonal() are views", async (device) => {
    const x = zeros([4, 4], { device });
    x.split([1, 3], 1)[1]!.add_(1);
    x.chunk(2)[0]!.mul_(2);
    x.unbind(1)[0]!.fill_(7);
    x.diagonal(1).fill_(9);
    assert.deepEqual(await x.array(), [[7, 9, 2, 2], [7, 2, 9, 2], [7, 1, 1, 9], [7, 1, 1, 1]]);
    assert.throws(() => x.split([1, 2]), { name: "ShapeError", message: /into \[1, 2\]: it has 4 elements/ });
    assert.throws(() => x.diagonal(0, 1, -1), { name: "ShapeError", message: /they are the same/ });
  });

  test("multinomial() and bernoulli() draw by their weights, and the same again from the same seed", async (device) => {
    const generator = new Generator(3), weights = tensor([1, 0, 3], { device });
    for (
      const draw of [
        weights.multinomial(4000, { replacement: true, generator }),
        weights.expand(4000, 3).multinomial(1, { generator }),
      ]
    ) {
      const [a, b, c] = await shares(draw, 3);
      assert.ok(b === 0 && Math.abs(a! - 0.25) < 0.03 && Math.abs(c! - 0.75) < 0.03, `${a} ${b} ${c}`);
    }
    const order = await shares(
      tensor([1, 1, 2], { device }).expand(4000, 3).multinomial(2, { generator }).select(1, 1),
      3,
    );
    // Second: 2 after 0 or 1 (half of the time, 2/3), else 0 or 1.
    assert.ok(Math.abs(order[2]! - 1 / 3) < 0.03 && Math.abs(order[0]! - 1 / 3) < 0.03, `${order}`);
    const all = (await tensor([1, 5, 2], { device }).multinomial(3, { generator }).array()) as number[];
    assert.deepEqual(all.toSorted(), [0, 1, 2]);
    const [p] = await shares(full([4000], 0.3, { device }).bernoulli({ generator }).int(), 2);
    assert.ok(Math.abs(p! - 0.7) < 0.03, `${p}`);
    const again = () => (setSeed(5), zeros([20], { device }).bernoulli_(0.5).array());
    assert.deepEqual(await again(), await again());
    for (const bad of [[0, 0], [1, -1], [1, NaN], [1, Infinity]]) {
      await assert.rejects(
        async () => await tensor(bad, { device }).multinomial(1).array(),
        DeviceFaultError,
        String(bad),
      );
    }
    assert.throws(() => weights.multinomial(4), { name: "RangeError", message: /from 1 to 3, found 4/ });
  });

  test("oneHot() refuses labels that are no class; integers by 0 are faults", async (device) => {
    await assert.rejects(async () => await F.oneHot(int([0, 3], device), 3).array(), DeviceFaultError);
    await assert.rejects(async () => await int([1], device).fmod(0).array(), DeviceFaultError);
    await assert.rejects(async () => await int([1], device).floorDivide(int([0], device)).array(), DeviceFaultError);
    await assert.rejects(async () => await int([-(2 ** 31)], device).floorDivide(-1).array(), DeviceFaultError);
    assert.deepEqual(await int([2147483647, -2147483648], device).floorDivide(2).array(), [1073741823, -1073741824]);
  });
}

Deno.test("bernoulli() draws PyTorch's numbers from a generator of PyTorch's kind", async () => {
  const draws: [draw: () => Tensor, expected: string, next: number][] = [
    [() => full([20], 0.5).bernoulli(), "00101010010000010010", 0.26963168382644653],
    [() => linspace(0, 1, 20).bernoulli(), "00000010010001010111", 0.26963168382644653],
    [() => zeros([20]).bernoulli_(0.3), "11110000111000001000", 0.634341835975647],
  ];
  // torch.manual_seed(42), then the same call, then torch.rand(1)
  for (const [draw, expected, next] of draws) {
    setSeed(42, { like: "torch" });
    const drawn = [...await draw().toTypedArray()].join("");
    assert.deepEqual([drawn, await rand([1]).item()], [expected, next]);
  }
  setSeed(0);
});
