/** Sizes, axes and counts are whole numbers in range, wherever they enter; what PyTorch 1.13 takes and refuses of tensors without axes or elements. */
import assert from "node:assert/strict";
import * as data from "../../lib/data/mod.ts";
import { device, setDefaultDevice } from "../../lib/device/device.ts";
import { whole } from "../../lib/device/whole.ts";
import * as nn from "../../lib/nn/mod.ts";
import {
  arange,
  avgPool2d,
  cat,
  conv2d,
  eye,
  full,
  Generator,
  linspace,
  maxPool2d,
  ones,
  rand,
  randint,
  randn,
  randperm,
  stack,
  statistics,
  tensor,
  zeros,
} from "../../lib/tensor/mod.ts";

setDefaultDevice("cpu");
const F = nn.functional, x = () => ones([2, 3]), image = () => ones([1, 1, 8, 8]), weight = () => ones([2, 1, 3, 3]);

/** Calls that take one size, axis or count, which is the argument; every one of them takes a small whole number. */
const TAKERS: Record<string, (n: number) => unknown> = {
  "zeros": (n) => zeros([2, n]),
  "ones": (n) => ones([n]),
  "full": (n) => full([n], 1),
  "rand": (n) => rand([n]),
  "randn": (n) => randn([1, n]),
  "randint": (n) => randint(0, 5, [n]),
  "randperm": (n) => randperm(n),
  "eye": (n) => eye(n),
  "linspace": (n) => linspace(0, 1, n),
  "tensor's shape": (n) => tensor(new Float32Array(1), { shape: [1, n] }),
  "view": (n) => ones([1]).view(1, n),
  "reshape": (n) => ones([1]).reshape([n]),
  "expand": (n) => ones([1]).expand(1, n),
  "broadcastTo": (n) => ones([1]).broadcastTo([n]),
  "flatten": (n) => x().flatten(n),
  "permute": (n) => x().permute(n, 0),
  "transpose": (n) => x().transpose(0, n),
  "squeeze": (n) => x().squeeze(n),
  "unsqueeze": (n) => x().unsqueeze(n),
  "narrow's axis": (n) => x().narrow(n, 0, 1),
  "narrow's start": (n) => x().narrow(1, n, 1),
  "narrow's length": (n) => x().narrow(1, 0, n),
  "slice's axis": (n) => x().slice(n),
  "slice's step": (n) => x().slice(0, 0, 2, n),
  "select": (n) => x().select(1, n),
  "at": (n) => x().at([], n),
  "at's step": (n) => x().at([0, 2, n]),
  "size": (n) => x().size(n),
  "sum": (n) => x().sum(n),
  "mean": (n) => x().mean([0, n]),
  "var": (n) => x().var(n),
  "logsumexp": (n) => x().logsumexp(n),
  "argmax": (n) => x().argmax(n),
  "cumsum": (n) => x().cumsum(n),
  "softmax": (n) => x().softmax(n),
  "gather": (n) => x().gather(n, zeros([1, 1], { dtype: "int32" })),
  "scatterAdd": (n) => x().scatterAdd(n, zeros([1, 1], { dtype: "int32" }), ones([1, 1])),
  "indexSelect": (n) => x().indexSelect(n, zeros([1], { dtype: "int32" })),
  "cat": (n) => cat([x(), x()], n),
  "stack": (n) => stack([x(), x()], n),
  "histc": (n) => x().histc(n),
  "statistics": (n) => statistics(x(), { bins: n }),
  "conv2d's stride": (n) => conv2d(image(), weight(), { stride: n }),
  "conv2d's padding": (n) => conv2d(image(), weight(), { padding: [0, n] }),
  "F.conv2d's stride": (n) => F.conv2d(image(), weight(), { stride: [n, 1] }),
  "F.conv1d's stride": (n) => F.conv1d(ones([1, 1, 8]), ones([1, 1, 2]), { stride: n }),
  "F.conv1d's padding": (n) => F.conv1d(ones([1, 1, 8]), ones([1, 1, 2]), { padding: n }),
  "avgPool2d": (n) => avgPool2d(image(), n),
  "maxPool2d's dilation": (n) => maxPool2d(image(), 2, { dilation: n }),
  "F.adaptiveAvgPool2d": (n) => F.adaptiveAvgPool2d(image(), n),
  "F.groupNorm": (n) => F.groupNorm(ones([2, 4, 3]), n),
  "Linear": (n) => new nn.Linear(n, 2),
  "Conv2d": (n) => new nn.Conv2d(1, 2, [3, n]),
  "Conv1d": (n) => new nn.Conv1d(1, 2, 3, { stride: n }),
  "MaxPool2d": (n) => new nn.MaxPool2d(2, { stride: n }),
  "AvgPool2d": (n) => new nn.AvgPool2d(n),
  "AdaptiveAvgPool2d": (n) => new nn.AdaptiveAvgPool2d(n),
  "Embedding": (n) => new nn.Embedding(n, 3),
  "Embedding's paddingIdx": (n) => new nn.Embedding(4, 3, { paddingIdx: n }),
  "BatchNorm2d": (n) => new nn.BatchNorm2d(n),
  "InstanceNorm2d": (n) => new nn.InstanceNorm2d(n),
  "LayerNorm": (n) => new nn.LayerNorm([2, n]),
  "GroupNorm": (n) => new nn.GroupNorm(1, n),
  "Flatten": (n) => new nn.Flatten(0, n),
  "SequentialSampler": (n) => new data.SequentialSampler(n),
  "RandomSampler": (n) => new data.RandomSampler(n),
};

for (const [name, take] of Object.entries(TAKERS)) {
  Deno.test(`${name}: no part of a number, nothing beyond 32 bits, and nothing but numbers`, () => {
    take(1);
    // 2 ** 32 + 1 is 1 to whatever counts in 32 bits.
    for (const n of [1.5, NaN, Infinity, 2 ** 32 + 1, -(2 ** 32) + 1]) {
      assert.throws(() => take(n), { name: /^(Shape|Range)Error$/, message: /^Cannot / }, `${n}`);
    }
    for (const other of ["1", {}, true]) {
      assert.throws(() => take(other as unknown as number), (error: Error) => {
        assert.ok(error instanceof TypeError || error instanceof RangeError, String(error));
        assert.match(error.message, /^Cannot (?!read)/, Deno.inspect(other));
        return true;
      });
    }
  });
}

Deno.test("whole: a number in range, or what is wrong, with the range", () => {
  assert.equal(whole("count", "n", 3, 1), 3);
  assert.throws(
    () => whole("count", "n", 0, 1),
    /^RangeError: Cannot count: n must be a whole number of at least 1, found 0$/,
  );
  assert.throws(() => whole("count", "n", 9, 1, 5), /n must be a whole number from 1 to 5, found 9/);
  assert.throws(() => whole("count", "n", 2 ** 31), /n must be a whole number from 0 to 2147483647, found 2147483648/);
  assert.throws(() => whole("count", "n", undefined), /^TypeError: Cannot count: n must be .*, found undefined$/);
});

Deno.test("arange: as many elements as devices count", () => {
  assert.throws(() => arange(2 ** 40), /the number of elements must be a whole number from 0 to 2147483647/);
});

Deno.test("a size with a part leaves no plan behind that others find", async () => {
  for (const bad of [2.5, 2 ** 32 + 2]) {
    assert.throws(() => ones([2, 1]).expand(2, bad), /sizes are whole numbers/);
    assert.deepEqual(await ones([2, 1]).expand(2, 2).sum(0).array(), [2, 2]);
  }
  assert.throws(() => ones([1, 1]).expand(2 ** 20, 2 ** 20), /1099511627776 elements, and devices count to 2147483647/);
});

Deno.test("axes: at most 64, as many as kernels count", () => {
  const most = zeros(new Array(64).fill(1));
  for (const more of [() => most.unsqueeze(0), () => most.view(new Array(65).fill(1)), () => stack([most])]) {
    assert.throws(more, /of 65 axes: a tensor has at most 64/);
  }
});

Deno.test("view: −1 beside a size of 0 says nothing, and two of them too much", () => {
  const empty = zeros([0, 5]);
  assert.throws(
    () => empty.view(0, -1),
    /^ShapeError: Cannot view \[0, 5\] as \[0, -1\]: beside a size of 0, −1 could be any size$/,
  );
  assert.throws(() => empty.reshape(-1, 3, 0), /could be any size/);
  assert.throws(() => x().view(-1, -1), /only one size can be left open/);
  assert.throws(() => x().view(-2, -3), /sizes are whole numbers from -1/);
  assert.deepEqual(empty.view(5, -1).shape, [5, 0]);
  assert.throws(() => x().expand(-1, 2, 3), /a new axis has none/);
});

Deno.test("an empty list of axes is all of them, as in PyTorch", async () => {
  const t = tensor([[0, 1, 2], [3, 4, 5]]);
  assert.equal(await t.mean([]).item(), 2.5);
  assert.equal(await t.sum([]).item(), 15);
  assert.equal(await t.max([]).item(), 5);
  assert.ok(Math.abs(await t.var([]).item() - 3.5) < 1e-6);
  assert.deepEqual(t.min([], { keepdim: true }).shape, [1, 1]);
});

Deno.test("cat: [0] goes with whatever it is put beside, as an empty list that grows", async () => {
  const blank = zeros([0]), t = tensor([[1, 2]]);
  assert.deepEqual(await cat([blank, t, blank, t]).array(), [[1, 2], [1, 2]]);
  assert.deepEqual(await cat([blank, t], 1).array(), [[1, 2]]);
  assert.deepEqual(cat([blank, zeros([1, 0])]).shape, [1, 0]);
  assert.deepEqual(cat([blank, blank]).shape, [0]);
  assert.equal(cat([zeros([0], { dtype: "float32" }), tensor([[1]], { dtype: "int32" })]).dtype, "float32");
  assert.throws(() => cat([zeros([0, 1]), t]), /other sizes must match/);
  assert.throws(() => cat([blank, blank], 1), /Cannot cat along axis 1/);
});

Deno.test("a bias has one number for each output, float32", () => {
  const y: [string, (bias: ReturnType<typeof ones>) => unknown][] = [
    ["linear", (bias) => F.linear(ones([2, 3]), ones([4, 3]), bias)],
    ["conv1d", (bias) => F.conv1d(ones([1, 3, 8]), ones([4, 3, 2]), { bias })],
    ["conv2d", (bias) => F.conv2d(ones([1, 3, 8, 8]), ones([4, 3, 2, 2]), { bias })],
  ];
  for (const [name, call] of y) {
    call(ones([4]));
    for (const shape of [[], [1], [3], [1, 4], [2, 4], [4, 1]]) {
      assert.throws(() => call(ones(shape)), new RegExp(`Cannot ${name} with a bias of shape .*: it takes \\[4\\]`));
    }
    for (const dtype of ["bool", "int32"] as const) {
      assert.throws(() => call(ones([4], { dtype })), new RegExp(`Cannot ${name} with a ${dtype} bias`));
    }
  }
});

Deno.test("arrays that contain themselves, or nest deeper than tensors do, are no tensors", () => {
  const self: unknown[] = [], other: unknown[] = [1], late: unknown[] = [[1]];
  self.push(self);
  other[0] = [other];
  late.push(late);
  for (const cycle of [self, other]) {
    assert.throws(() => tensor(cycle as number[]), { name: "TypeError", message: /an array that contains itself/ });
  }
  assert.throws(() => tensor(late as number[]), { name: "ShapeError" });
  let deep: unknown = 1;
  for (let i = 0; i < 20_000; i++) deep = [deep];
  assert.throws(() => tensor(deep as number[]), /at most 64/);
});

Deno.test("what is no device is refused by name", async () => {
  const bad = -1 as unknown as ReturnType<typeof device>;
  const calls: [string, () => unknown][] = [
    ["zeros", () => zeros([2], { device: bad })],
    ["tensor", () => tensor([1], { device: bad })],
    ["rand", () => rand([1], { device: bad })],
    ["arange", () => arange(1, 2, 1, { device: bad })],
    ["null", () => zeros([2], { device: null as unknown as typeof bad })],
    ["0", () => new nn.Linear(1, 1, { device: 0 as unknown as typeof bad })],
    ["GroupNorm", () => new nn.GroupNorm(1, 1, { device: bad })],
    ["setDefaultDevice", () => setDefaultDevice(bad)],
    ["toDevice", () => zeros([1]).toDevice(bad)],
    ["toDevice_", () => zeros([1]).toDevice_(bad)],
    ["module", () => new nn.Linear(1, 1).to(bad)],
    ["a set", () => data.DataLoaders.fromDict({ train: [{ x: 1 }], valid: [{ x: 1 }] }, { device: bad })],
  ];
  for (const [name, call] of calls) {
    await assert.rejects(async () => await call(), {
      name: "TypeError",
      message: /^Cannot use (-1|0|null) as a device: give a Device/,
    }, name);
  }
  assert.throws(() => zeros([1], { device: "cpu" as unknown as typeof bad }), /Cannot use "cpu" as a device/);
});

Deno.test("a shape that is refused spends no random number", () => {
  const generator = new Generator(1);
  for (const draw of [rand, randn]) assert.throws(() => draw([1.5], { generator }));
  assert.throws(() => randint(0, 9, [-1], { generator }));
  assert.throws(() => randperm(0.5, { generator }));
  assert.equal(generator.state.counter, 0);
});
