/** Loops longer than a software adapter runs in one dispatch: what is known in closed form must come out whole. */
import assert from "node:assert/strict";
import { probeAdapter } from "../../lib/device/webgpu/backend.ts";
import { F, ones, setDefaultDevice, type Tensor, tensor, zeros } from "../../mod.ts";

const probe = await probeAdapter();
const LONG = 70_000; // more than 65,535 rounds

/** A test of WebGPU: what is found and what is expected. */
function longLoop(name: string, find: () => Promise<readonly [found: unknown, expected: unknown]>): void {
  Deno.test({
    name: `webgpu, long loops: ${name}${probe ? "" : " (skipped: no WebGPU adapter)"}`,
    ignore: !probe,
    sanitizeResources: false,
    async fn() {
      setDefaultDevice("webgpu");
      try {
        const [found, expected] = await find();
        assert.deepEqual(found, expected);
      } finally {
        setDefaultDevice("cpu");
      }
    },
  });
}

const tenths = (n: number) => tensor(Int32Array.from({ length: n }, (_, i) => i % 10));

/** An image of ones but for its last pixel. */
function picture(size: number, last: number): Tensor {
  const image = new Float32Array(size * size).fill(1);
  image[image.length - 1] = last;
  return tensor(image).view(1, 1, size, size);
}

longLoop("scatterAdd adds all of a long index", async () => {
  const sums = zeros([10]).scatterAdd(0, tenths(LONG), ones([LONG]));
  return [await sums.array(), new Array(10).fill(LONG / 10)];
});

longLoop("the gradient of an embedding counts all its uses", async () => {
  const weight = zeros([10, 3]).requiresGrad_();
  F.embedding(tenths(LONG), weight).sum().backward();
  return [await weight.grad!.array(), Array.from({ length: 10 }, () => [LONG / 10, LONG / 10, LONG / 10])];
});

longLoop("the gradient of indexSelect counts all its uses", async () => {
  const x = zeros([10]).requiresGrad_();
  x.indexSelect(0, tenths(LONG)).sum().backward();
  return [await x.grad!.array(), new Array(10).fill(LONG / 10)];
});

longLoop("maxPool2d and its gradient see the last pixel of a large window", async () => {
  const x = picture(300, 5).requiresGrad_(), out = F.maxPool2d(x, 300);
  out.sum().backward();
  return [[await out.item(), await x.grad!.sum().item(), await x.grad!.at(0, 0, 299, 299).item()], [5, 1, 1]];
});

longLoop("a window of one row is cut along the row", async () => {
  const row = new Float32Array(LONG).fill(1);
  row[LONG - 1] = 5;
  const x = tensor(row).view(1, 1, 1, LONG);
  const most = F.maxPool2d(x, [1, LONG]), mean = F.avgPool2d(x, [1, LONG]);
  return [[await most.item(), Math.abs(await mean.item() - (LONG + 4) / LONG) < 1e-5], [5, true]];
});

longLoop("avgPool2d of a large window is the mean of all of it", async () => {
  const mean = await F.avgPool2d(picture(300, 5), 300).item();
  return [Math.abs(mean - 90_004 / 90_000) < 1e-5, true];
});

longLoop("the gradient of avgPool2d where many windows overlap counts them all", async () => {
  const x = picture(560, 1).requiresGrad_();
  F.avgPool2d(x, 280, { stride: 1 }).sum().backward();
  const middle = await x.grad!.at(0, 0, 279, 279).item();
  return [Math.abs(middle - 280 * 280 / (280 * 280)) < 1e-3, true];
});

longLoop("matmul with a long inner axis", async () => {
  const n = 300_000;
  return [await ones([2, n]).matmul(ones([n, 1])).array(), [[n], [n]]];
});

longLoop("cumsum along nine million places goes on from dispatch to dispatch", async () => {
  const n = 9_000_001, sums = ones([n]).int().cumsum(0);
  const picked = sums.indexSelect(0, tensor(Int32Array.of(0, 4_194_303, 4_194_304, 8_388_608, n - 1)));
  return [await picked.array(), [1, 4_194_304, 4_194_305, 8_388_609, n]];
});
