/** Every wrong input to a tensor is an error at the call, naming the thing, what was expected, what was found, and the remedy. */
import assert from "node:assert/strict";
import {
  arange,
  cat,
  conv2d,
  crossEntropyRows,
  dequantizeGather,
  device,
  eye,
  linspace,
  noGrad,
  ones,
  rand,
  randint,
  randn,
  randperm,
  stack,
  tensor,
  zeros,
} from "../../lib/tensor/mod.ts";
import { DeviceFaultError } from "../../lib/device/errors.ts";
import { adaptiveAvgPool2d } from "../../lib/tensor/adaptive_pool.ts";
import { avgPool2d } from "../../lib/tensor/pool.ts";
import { setDefaultDevice } from "../../lib/device/device.ts";

const reference = setDefaultDevice("reference");
const int = (...values: number[]) => tensor(new Int32Array(values));

/** Name, the wrong call, the class of error, and what its message says. */
const CASES: [string, () => unknown, new (...args: never[]) => Error, RegExp][] = [
  [
    "inner sizes of a product",
    () => zeros([32, 784]).matmul(zeros([10, 784])),
    RangeError,
    /^Cannot matmul \[32, 784\] with \[10, 784\]: inner sizes must match, found 784 and 10$/,
  ],
  ["a product with a scalar", () => zeros([2, 2]).matmul(tensor(1)), RangeError, /at least one axis/],
  [
    "shapes that don't broadcast",
    () => zeros([2, 3]).add(zeros([4])),
    RangeError,
    /^Cannot add \[2, 3\] and \[4\]: sizes 3 and 4/,
  ],
  [
    "an axis that isn't there",
    () => zeros([2, 3]).sum(2),
    RangeError,
    /^Cannot sum along axis 2: the tensor has axes -2 to 1$/,
  ],
  ["an axis named twice", () => zeros([2, 3]).sum([0, -2]), RangeError, /0 is there twice/],
  ["a view of the wrong size", () => zeros([2, 3]).view(4), RangeError, /it has 6 elements/],
  ["a view that needs a copy", () => zeros([2, 3]).t().view(6), RangeError, /Use reshape\(\), which copies/],
  ["expanding a size above 1", () => zeros([2, 3]).expand(4, 3), RangeError, /only axes of size 1 grow/],
  [
    "selecting beyond the end",
    () => zeros([2, 3]).select(1, 3),
    RangeError,
    /^Cannot select element 3 of axis 1 of \[2, 3\]: it has 3$/,
  ],
  ["narrowing to half an element", () => zeros([5]).narrow(0, 0, 1.5), RangeError, /to 1.5 elements/],
  ["a slice from half an element", () => zeros([5]).slice(0, 0.5), RangeError, /both are whole numbers/],
  [
    "more positions than axes",
    () => zeros([2, 3]).at(0, 0, 0),
    RangeError,
    /^Cannot take 3 positions of \[2, 3\]: it has 2/,
  ],
  ["flattening backwards", () => zeros([2, 3]).flatten(1, 0), RangeError, /axis 1 comes after axis 0/],
  [
    "an operand that is undefined",
    () => zeros([2]).add(undefined as never),
    TypeError,
    /^Cannot compute with undefined: an operand is a tensor or a number/,
  ],
  ["an operand in words", () => zeros([2]).mul("2" as never), TypeError, /Cannot compute with "2"/],
  [
    "an array for an operand",
    () => zeros([2]).mul([1, 2] as never),
    TypeError,
    /Cannot compute with an array.*tensor\(\)/,
  ],
  ["null for an operand", () => zeros([2]).sub(null as never), TypeError, /Cannot compute with null/],
  ["narrowing beyond the end", () => zeros([5]).narrow(0, 3, 3), RangeError, /it has 5/],
  ["a slice without step", () => zeros([5]).slice(0, 0, 5, 0), RangeError, /whole number from 1/],
  ["a permutation with a gap", () => zeros([2, 3]).permute(0, 0), RangeError, /every axis must be named once/],
  ["images without channels", () => conv2d(zeros([28, 28]), zeros([8, 1, 3, 3])), RangeError, /images have four axes/],
  [
    "channels that differ",
    () => conv2d(zeros([1, 2, 8, 8]), zeros([8, 1, 3, 3])),
    RangeError,
    /channels must match, found 2 and 1/,
  ],
  [
    "a kernel larger than the image",
    () => conv2d(zeros([1, 1, 2, 2]), zeros([1, 1, 3, 3])),
    RangeError,
    /larger than the padded image, 2×2/,
  ],
  [
    "a stride of 0",
    () => conv2d(zeros([1, 1, 8, 8]), zeros([1, 1, 3, 3]), { stride: 0 }),
    RangeError,
    /Cannot use stride \[0, 0\]/,
  ],
  [
    "a window of three sizes",
    () => avgPool2d(zeros([1, 1, 8, 8]), [2, 2, 2] as never),
    RangeError,
    /Cannot use kernel size \[2, 2, 2\]: .* one or \[vertical, horizontal\]/,
  ],
  [
    "a window in words",
    () => avgPool2d(zeros([1, 1, 8, 8]), "2" as never),
    TypeError,
    /Cannot use kernel size 2: it takes a number, or \[vertical, horizontal\]/,
  ],
  ["a pool larger than the image", () => avgPool2d(zeros([1, 1, 2, 2]), 3), RangeError, /larger than the image/],
  ["pooling no images", () => adaptiveAvgPool2d(zeros([2, 2]), 1), RangeError, /\[batch, channels, height, width\]/],
  [
    "labels that are floats",
    () => crossEntropyRows(zeros([2, 3]), zeros([2])),
    TypeError,
    /Cannot use float32 labels.*Convert with \.int\(\)/,
  ],
  [
    "as many labels as rows",
    () => crossEntropyRows(zeros([2, 3]), int(0)),
    RangeError,
    /it takes \[n, classes\] and \[n\]/,
  ],
  ["a float index", () => zeros([2, 3]).gather(0, zeros([1, 3])), TypeError, /it must be int32/],
  ["bytes in arithmetic", () => tensor(new Uint8Array(2)).add(1), TypeError, /Convert with \.float\(\)/],
  [
    "bytes that are computed",
    () => zeros([2], { dtype: "uint8" }),
    TypeError,
    /bytes are only read\. Make them from data/,
  ],
  ["bytes out of numbers", () => zeros([2]).to("uint8"), TypeError, /bytes are only read/],
  ["bytes written in place", () => tensor(new Uint8Array(2)).fill_(1), TypeError, /bytes are only read/],
  [
    "half of some bytes",
    () => dequantizeGather(tensor(new Uint8Array(6)).view(2, 3).narrow(0, 1, 1), int(0)),
    TypeError,
    /all of it/,
  ],
  [
    "a type that is none",
    () => zeros([2], { dtype: "float64" as "float32" }),
    TypeError,
    /Cannot make float64 elements: the types are float32/,
  ],
  [
    "data of a type that is none",
    () => tensor([2], { dtype: "float64" as "float32" }),
    TypeError,
    /Cannot make float64/,
  ],
  ["a conversion to no type", () => zeros([2]).to("float64" as "float32"), TypeError, /Cannot make float64/],
  ["a float batch of bytes", () => dequantizeGather(zeros([2, 3]), int(0)), TypeError, /it takes uint8/],
  ["a mean of integers", () => int(1, 2).mean(), TypeError, /Convert with \.float\(\)/],
  ["the largest of nothing", () => zeros([0]).max(), RangeError, /nothing to choose from/],
  ["cat of nothing", () => cat([]), RangeError, /give at least one/],
  ["cat of other sizes", () => cat([zeros([2, 3]), zeros([2, 4])]), RangeError, /other sizes must match/],
  [
    "cat without an array",
    () => (cat as unknown as (...tensors: unknown[]) => unknown)(zeros([2]), zeros([2])),
    TypeError,
    /^Cannot cat object: give an array of tensors, such as cat\(\[a, b\]\)$/,
  ],
  [
    "stack of numbers",
    () => stack([1, 2] as never),
    TypeError,
    /Cannot stack an array of other things: give an array of/,
  ],
  ["cat of bytes", () => cat([tensor(new Uint8Array(2))]), TypeError, /Cannot cat uint8.*Convert with \.float\(\)/],
  ["stack of nothing", () => stack([]), RangeError, /Cannot stack no tensors: give at least one/],
  [
    "stack of other sizes",
    () => stack([zeros([2]), zeros([3])]),
    RangeError,
    /^Cannot stack \[2\] with \[3\]: all shapes must be equal/,
  ],
  ["uneven arrays", () => tensor([[1, 2], [3]]), RangeError, /uneven arrays/],
  ["elements that are no numbers", () => tensor(["a"] as never), TypeError, /elements are numbers or booleans/],
  ["data for another shape", () => tensor([1, 2, 3], { shape: [2, 2] }), RangeError, /from 3 elements: it takes 4/],
  ["negative sizes of data", () => tensor([1, 2], { shape: [-2, -1] }), RangeError, /sizes are whole numbers from 0/],
  ["a negative size", () => zeros([-1]), RangeError, /sizes are whole numbers from 0/],
  ["an empty range of integers", () => randint(3, 3, [2]), RangeError, /low is below high/],
  ["counting by 0", () => arange(0, 5, 0), RangeError, /Cannot count from 0 to 5 by 0: .*the step not 0/],
  [
    "normal integers",
    () => randn([2], { dtype: "int32" }),
    TypeError,
    /they are float32. Convert with \.to\("int32"\)/,
  ],
  ["uniform bools", () => rand([2], { dtype: "bool" }), TypeError, /Cannot draw uniform numbers as bool/],
  [
    "gradients of random integers",
    () => randint(0, 3, [2], { requiresGrad: true }),
    TypeError,
    /only float32 has them/,
  ],
  [
    "a linspace of part of a number",
    () => linspace(0, 1, 2.5),
    RangeError,
    /Cannot make a linspace: n must be a whole number of at least 0, found 2.5/,
  ],
  [
    "a negative identity",
    () => eye(-1),
    RangeError,
    /Cannot make an identity: n must be a whole number of at least 0, found -1/,
  ],
  [
    "half a permutation",
    () => randperm(2.5),
    RangeError,
    /Cannot permute: the number of elements must be a whole number of at least 0, found 2.5/,
  ],
  [
    "backward on a non-scalar",
    () => ones([2], { requiresGrad: true }).mul(2).backward(),
    RangeError,
    /no scalar.*mean\(\)/,
  ],
  [
    "backward without leaves",
    () => ones([]).mul(2).backward(),
    Error,
    /nothing it is computed from requires gradients/,
  ],
  [
    "a weight of another shape",
    () => ones([2], { requiresGrad: true }).mul(2).backward(ones([3])),
    RangeError,
    /gradient of shape \[3\]/,
  ],
  ["gradients of integers", () => int(1).requiresGrad_(), TypeError, /only float32 has them/],
  ["writing to a leaf", () => ones([2], { requiresGrad: true }).add_(1), Error, /Wrap the update in noGrad/],
  [
    "writing to a view of a leaf",
    () => ones([2, 2], { requiresGrad: true }).select(0, 1).zero_(),
    Error,
    /Wrap the update in noGrad/,
  ],
  ["writing to an expanded tensor", () => ones([1, 2]).expand(3, 2).add_(1), Error, /Write to clone\(\) instead/],
  ["growing in place", () => ones([2]).add_(ones([3, 2])), RangeError, /the tensor keeps its shape/],
  ["a promise under noGrad", () => noGrad(() => Promise.resolve(1)), TypeError, /returned a Promise/],
  ["item() of several", () => ones([2]).item(), RangeError, /it has 2 elements/],
  [
    "an unread value in arithmetic",
    () => ones([]).item() as unknown as number + 1,
    TypeError,
    /write await t\.item\(\)/,
  ],
  ["a tensor in arithmetic", () => (ones([]) as unknown as number) + 1, TypeError, /a\.add\(b\)/],
  [
    "bins of nothing",
    () => ones([2]).histc(0, 0, 1),
    RangeError,
    /the number of bins must be a whole number of at least 1, found 0/,
  ],
  ["a range upside down", () => ones([2]).histc(4, 1, 0), RangeError, /min must be below max/],
  [
    "two devices",
    () => ones([2]).add(ones([2], { device: device("cpu") })),
    TypeError,
    /Cannot add tensors on reference and cpu: move one/,
  ],
  [
    "a device that doesn't exist",
    () => device("tpu" as never),
    TypeError,
    /the devices are auto, cpu, webgpu and reference/,
  ],
  ["no threads", () => device("cpu", { threads: 0 }), RangeError, /whole number from 1 to 256/],
  [
    "second backward through a value let go",
    () => {
      const w = ones([2], { requiresGrad: true });
      const loss = w.mul(w).sum().keep();
      loss.backward();
      return loss.item().then(() => loss.backward());
    },
    Error,
    /a second time/,
  ],
];

for (const [name, call, kind, message] of CASES) {
  Deno.test(`${name} is an error that says so`, async () => {
    await assert.rejects(async () => await call(), (error: Error) => {
      assert.ok(error instanceof kind, `${error.constructor.name} is no ${kind.name}: ${error.message}`);
      assert.match(error.message, message);
      return true;
    });
  });
}

for (const name of ["reference", "cpu"] as const) {
  Deno.test(`a label or index out of range is found on ${name} and named at the next read, once`, async () => {
    const options = { device: device(name) };
    const bad = crossEntropyRows(randn([2, 3], options), tensor(new Int32Array([0, 3]), options));
    await assert.rejects(async () => await bad.mean().item(), (error: Error) => {
      assert.ok(error instanceof DeviceFaultError);
      assert.match(error.message, /Cannot use label 3 in crossEntropy: it must be at least 0 and below 3/);
      return true;
    });
    assert.equal(await ones([2], options).sum().item(), 2);
    await assert.rejects(
      async () => await ones([2], options).gather(0, tensor(new Int32Array([-1]), options)).item(),
      DeviceFaultError,
    );
  });
}

Deno.test("a disposed tensor says so", async () => {
  const t = tensor([1, 2], { device: reference });
  const view = t.view(2, 1);
  t.dispose();
  assert.throws(() => t.add(1), /after dispose\(\)/);
  assert.throws(() => view.add(1), /after dispose\(\)/);
  await assert.rejects(async () => await t.array(), ReferenceError);
});
