/** float16: numbers stored in 16 bits, rounded as IEEE 754 says, and read as float32 by whatever computes with them. */
import assert from "node:assert/strict";
import {
  cat,
  type Device,
  device,
  full,
  noGrad,
  planStatistics,
  rand,
  randn,
  setSeed,
  type Tensor,
  tensor,
  zeros,
} from "../../lib/tensor/mod.ts";
import { flush } from "../../lib/engine/flush.ts";
import { avgPool2d, conv2d, convTranspose2d, maxPool2d, stack, where } from "../../lib/tensor/mod.ts";
import { testDevices } from "../oracle/golden.ts";

/** All 65,536 halves. V8's own Float16Array is the oracle throughout. */
const HALVES = new Float16Array(Uint16Array.from({ length: 0x10000 }, (_, i) => i).buffer);

/** float32 numbers of all exponents: each half, what lies between neighbours, just beside and exactly half way, and patterns of all kinds. */
function manyFloats(): Float32Array {
  const between = [...HALVES].flatMap((x, i) => {
    const next = HALVES[i + 1]!, middle = Math.fround((x + (Number.isFinite(next) ? next : Math.sign(x) * 65536)) / 2);
    const [beside] = new Float32Array(Uint32Array.of(new Uint32Array(Float32Array.of(middle).buffer)[0]! + 1).buffer);
    return [middle, beside!, -beside!];
  });
  const patterns = new Float32Array(Uint32Array.from({ length: 1 << 17 }, (_, i) => Math.imul(i, 2654435761)).buffer);
  const edges = Float32Array.of(65504, 65519.99, 65520, -65520, 1e38, 2 ** -25, 2 ** -149);
  const out = new Float32Array(between.length + patterns.length + edges.length);
  out.set(between);
  out.set(patterns, between.length);
  out.set(edges, between.length + patterns.length);
  return out;
}

function assertSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) assert.fail(`${what}: element ${i} is ${actual[i]}, not ${expected[i]}`);
  }
}

/** The same contents in two types: halves, and what they hold as float32 of its own. */
function twins(on: Device, shape: readonly number[]): [half: Tensor, float: Tensor] {
  const numbers = Float32Array.from(
    new Float16Array(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 12.9898) * 3)),
  );
  return [
    tensor(numbers, { shape, dtype: "float16", device: on }),
    tensor(numbers, { shape, device: on }),
  ];
}

for (const name of testDevices()) {
  const on = device(name);

  Deno.test(`every half comes to the device and back, and is read as the float32 that it is, on ${name}`, async () => {
    const expected = Float32Array.from(HALVES), halves = tensor(expected, { dtype: "float16", device: on });
    assertSame(await halves.toTypedArray(), expected, "read");
    assertSame(await halves.detach().toTypedArray(), expected, "detached");
    assertSame(await halves.float().toTypedArray(), expected, "float()");
    assertSame(await halves.mul(1).toTypedArray(), expected, "computed with");
    assertSame(await halves.slice(0, 1).toTypedArray(), expected.subarray(1), "from the second on");
    assertSame(await tensor(expected, { device: on }).half().toTypedArray(), expected, "rounded");
    assertSame(await halves.clone().toTypedArray(), expected, "clone()");
  });

  Deno.test(`half() rounds to the nearest, ties to even, on ${name}`, async () => {
    const numbers = manyFloats(), expected = Float32Array.from(new Float16Array(numbers));
    const floats = tensor(numbers, { device: on });
    assertSame(await floats.half().toTypedArray(), expected, "half()");
    assertSame(await floats.half().float().toTypedArray(), expected, "half().float()");
    assertSame(
      await floats.slice(0, 1, undefined, 3).half().toTypedArray(),
      expected.filter((_, i) => i % 3 === 1),
      "steps",
    );
    assertSame(await tensor(numbers, { dtype: "float16", device: on }).toTypedArray(), expected, "on the host");
    assert.deepEqual(await tensor([1, 0, -3], { dtype: "int32", device: on }).half().array(), [1, 0, -3]);
    assert.deepEqual(await tensor([true, false], { device: on }).half().array(), [1, 0]);
    assert.equal(await tensor(0.1, { device: on }).half().item(), 0.0999755859375);
    assert.deepEqual(await zeros([0, 3], { device: on }).half().array(), []);
    assert.deepEqual(await full([3], 0.1, { dtype: "float16", device: on }).array(), Array(3).fill(0.0999755859375));
  });

  Deno.test(`views of float16 show what the same views of float32 do, of odd sizes and starts too, on ${name}`, async () => {
    const views: ((t: Tensor) => Tensor)[] = [
      (t) => t.narrow(1, 1, 3),
      (t) => t.select(0, 1),
      (t) => t.permute(2, 0, 1).narrow(0, 1, 1),
      (t) => t.transpose(0, 2),
      (t) => t.slice(0, 1, undefined, 2).view(1, 35),
      (t) => t.slice(1, 1, undefined, 2).reshape(-1),
      (t) => t.transpose(0, 1).reshape(35, 3),
      (t) => t.select(0, 2).unsqueeze(0).expand(4, 5, 7),
      (t) => t.detach().select(2, 3),
    ];
    const [halves, floats] = twins(on, [3, 5, 7]);
    for (const view of views) {
      const half = view(halves), expected = await view(floats).array();
      assert.equal(half.dtype, "float16", `${view}`);
      assert.deepEqual(await half.array(), expected, `${view} read`);
      assert.deepEqual(await half.float().array(), expected, `${view} as float32`);
      assert.deepEqual(await half.add(1).array(), await view(floats).add(1).array(), `${view} plus 1`);
      assert.deepEqual(await half.clone().keep().array(), expected, `${view} as a copy`);
      assert.deepEqual(await half.half().sum().item(), await view(floats).sum().item(), `${view} summed`);
    }
  });

  Deno.test(`operations on float16 give the float32 of the same numbers, to the bit, on ${name}`, async () => {
    const [a, A] = twins(on, [5, 7]),
      [image, Image] = twins(on, [2, 3, 9, 8]),
      [kernel, Kernel] = twins(on, [3, 3, 3, 3]);
    const [wide, Wide] = twins(on, [7, 65]),
      [one, One] = twins(on, [1]),
      index = tensor([2, 0, 4], { dtype: "int32", device: on });
    setSeed(3);
    const x = randn([5, 7], { device: on }).keep(), y = randn([2, 3, 9, 8], { device: on }).keep(), mask = x.gt(0);
    const pairs: readonly (readonly [Tensor, Tensor])[] = [
      [a.add(x), A.add(x)],
      [a.pow(0.5), A.pow(0.5)],
      [a.maximum(0).mul(a), A.maximum(0).mul(A)],
      [a.gt(0), A.gt(0)],
      [a.isfinite(), A.isfinite()],
      [a.sum(0), A.sum(0)],
      [a.std(1), A.std(1)],
      [a.max(), A.max()],
      [a.cumsum(1), A.cumsum(1)],
      [a.softmax(1), A.softmax(1)],
      [a.matmul(wide), A.matmul(Wide)],
      [x.matmul(wide), x.matmul(Wide)],
      [wide.t().matmul(x.t()), Wide.t().matmul(x.t())],
      [wide.t().matmul(x.select(0, 1)), Wide.t().matmul(x.select(0, 1))],
      [x.matmul(wide).add(wide.select(0, 1)).relu(), x.matmul(Wide).add(Wide.select(0, 1)).relu()],
      [a.indexSelect(0, index), A.indexSelect(0, index)],
      [a.slice(1, 1).indexSelect(0, index), A.slice(1, 1).indexSelect(0, index)],
      [conv2d(y, kernel), conv2d(y, Kernel)],
      [conv2d(y, kernel, { stride: 2, padding: 1 }), conv2d(y, Kernel, { stride: 2, padding: 1 })],
      [conv2d(y, kernel.permute(1, 0, 3, 2)), conv2d(y, Kernel.permute(1, 0, 3, 2))],
      [conv2d(image, kernel), conv2d(Image, Kernel)],
      [convTranspose2d(y, kernel, { stride: 2 }), convTranspose2d(y, Kernel, { stride: 2 })],
      [maxPool2d(image, 2), maxPool2d(Image, 2)],
      [avgPool2d(image, 2), avgPool2d(Image, 2)],
      [cat([a, x]), cat([A, x])],
      [stack([a, a]), stack([A, A])],
      [where(mask, a, x), where(mask, A, x)],
      [x.mul(one), x.mul(One)],
      [a.sort(1)[0], A.sort(1)[0]],
      [a.float().mean([0, 1]), A.mean([0, 1])],
    ];
    for (const [i, [half, float]] of pairs.entries()) {
      assert.notEqual(half.dtype, "float16");
      assertSame(await half.toTypedArray(), await float.toTypedArray(), `pair ${i}`);
    }
  });

  Deno.test(`float16 takes two bytes an element, and a product reads no more of them, on ${name}`, () => {
    const before = on.liveBytes, weight = rand([257, 129], { device: on }).half().keep();
    flush(on);
    const bytes = on.liveBytes - before;
    assert.ok(bytes >= 257 * 129 * 2 && bytes < 257 * 129 * 2 + 512, `${bytes} bytes`);
    const x = rand([3, 129], { device: on }).keep();
    flush(on);
    const { bytesRead } = planStatistics(on);
    x.matmul(weight.t()).keep();
    flush(on);
    assert.equal(planStatistics(on).bytesRead - bytesRead, 3 * 129 * 4 + 257 * 129 * 2);
  });

  Deno.test(`float16 is copied to a device and written as a whole, and shows itself, on ${name}`, async () => {
    const half = tensor([[1, 2.5, 65504]], { dtype: "float16", device: on });
    assert.equal(String(half), `Tensor([1, 3], float16, ${name}, not read)`);
    assert.equal(await half.text(), "tensor([[1.0000e+00, 2.5000e+00, 6.5504e+04]], dtype=float16)"); // as PyTorch prints it
    const moved = await half.toDevice(device("reference"));
    assert.equal(moved.dtype, "float16");
    assert.deepEqual(await moved.array(), [[1, 2.5, 65504]]);
    half.keep();
    flush(on);
    half.copy_(tensor([[0.1, -0.1, 70000]], { device: on }));
    assert.deepEqual(await half.array(), [[0.0999755859375, -0.0999755859375, Infinity]]);
  });
}

Deno.test("float16 refuses writes in place, gradients, and half() of what requires them, and says what to do", () => {
  const half = tensor([1, 2, 3], { dtype: "float16" });
  assert.throws(() => half.add_(1), {
    name: "TypeError",
    message:
      "Cannot add_ a float16 tensor: its elements are stored for reading, and only copy_() replaces them, all at once. " +
      "Compute in float32, with .float(), and convert the result with .half()",
  });
  assert.throws(() => half.fill_(0), /^TypeError: Cannot fill_ a float16 tensor/);
  assert.throws(
    () => half.slice(0, 1).copy_(zeros([2])),
    /^TypeError: Cannot copy_ a part or a view of a float16 tensor/,
  );
  assert.throws(
    () => half.requiresGrad_(),
    /only float32 has them\. Convert with \.float\(\), and a model with model\.float\(\)/,
  );
  const leaf = tensor([1], { requiresGrad: true });
  assert.throws(
    () => leaf.mul(2).half(),
    /no gradient flows through them\. Take it under noGrad\(\(\) => …\), or of detach\(\)/,
  );
  assert.equal(leaf.detach().half().requiresGrad, false);
  assert.equal(noGrad(() => leaf.half()).requiresGrad, false);
});

Deno.test("a gradient flows past float16 to what it is multiplied with", async () => {
  const [half, float] = twins(device("cpu"), [4, 3]),
    x = () => tensor([[1, 2, 3, 4]], { device: device("cpu"), requiresGrad: true });
  const [a, b] = [x(), x()];
  a.matmul(half).sum().backward();
  b.matmul(float).sum().backward();
  assert.deepEqual(await a.grad!.array(), await b.grad!.array());
});
