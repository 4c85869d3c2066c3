/** Whole numbers and truth values: exact, or an error; never another number. */
import assert from "node:assert/strict";
import { DeviceFaultError } from "../../lib/device/errors.ts";
import { arange, device, full, randint, setSeed, type Tensor, tensor, where, zeros } from "../../lib/tensor/mod.ts";
import { testDevices } from "../oracle/golden.ts";

const MOST = 2 ** 31 - 1, LEAST = -(2 ** 31);

/** The tensor's type and values. */
async function check(t: Tensor, dtype: string, values: unknown): Promise<void> {
  assert.equal(t.dtype, dtype);
  assert.deepEqual(await t.array(), values);
}

/** Fails unless the read is rejected, with a message that names the remedy. */
async function beyond(t: Tensor, function_: string): Promise<void> {
  await assert.rejects(t.array(), (error) => {
    assert.ok(error instanceof DeviceFaultError, String(error));
    assert.equal(error.fault.kernel, function_);
    assert.match(error.message, /\.float\(\)/);
    return true;
  });
}

for (const name of testDevices()) {
  const on = { device: device(name) };
  const int = (values: number[] | number[][]) => tensor(values, { dtype: "int32", ...on });
  const bool = (...values: boolean[]) => tensor(values, on);

  Deno.test(`sums of int32 and of bytes are exact or a fault, on ${name}`, async () => {
    // What is beyond int32 on the way is none of the result.
    await check(int([MOST, MOST, -MOST, -MOST, 5]).sum(), "int32", 5);
    await check(int([LEAST]).sum(), "int32", LEAST);
    await beyond(int([MOST, 1]).sum(), "sum");
    await beyond(int([LEAST, -1]).sum(), "sum");
    const columns = [[MOST, 1, 2, 3, 4], [MOST, 5, 6, 7, 8], [-MOST, 9, 10, 11, 12]];
    await check(int(columns).sum(0), "int32", [MOST, 15, 18, 21, 24]);
    await beyond(int(columns.slice(0, 2)).sum(0), "sum");
    await check(int([...columns, ...columns.map((row) => row.map((x) => -x))]).sum(0), "int32", [0, 0, 0, 0, 0]);
    const many = full([100_000], 20_000, { dtype: "int32", ...on }); // in several parts
    await check(many.sum(), "int32", 2_000_000_000);
    await beyond(many.add(2_000).sum(), "sum");
    await check(full([70_000, 3], 30_000, { dtype: "int32", ...on }).sum(0), "int32", [2.1e9, 2.1e9, 2.1e9]);
    const bytes = tensor(new Uint8Array(8_421_504).fill(255), on); // 2³¹ − 1 is 128 more
    await check(bytes.sum(), "int32", 8_421_504 * 255);
    await beyond(tensor(new Uint8Array(8_421_505).fill(255), on).sum(), "sum");
    await check(bool(true, false, true).sum(), "int32", 2);
  });

  Deno.test(`products and running sums of int32 are exact or a fault, on ${name}`, async () => {
    await check(int([65536, 32768, -1]).prod(), "int32", LEAST);
    await beyond(int([65536, 32768]).prod(), "prod");
    await check(int([65536, 65536, 65536, 65536, 0, 3]).prod(), "int32", 0);
    await check(int(new Array(400).fill(1000).with(399, 0)).prod(), "int32", 0);
    await beyond(int(new Array(400).fill(-1000)).prod(), "prod");
    await check(int([[65536, 2, 3, 4, 5], [65536, 2, 3, 4, 5], [0, 1, 2, 3, 4]]).prod(0), "int32", [0, 4, 18, 48, 100]);
    await beyond(int([[65536, 2, 3, 4, 5], [65536, 2, 3, 4, 5]]).prod(0), "prod");
    await beyond(full([2, 40], 2, { dtype: "int32", ...on }).prod(1), "prod");
    await check(int([MOST, -MOST, 5, MOST - 5]).cumsum(0), "int32", [MOST, 0, 5, MOST]);
    await beyond(int([MOST, -MOST, 5, MOST]).cumsum(0), "cumsum");
    await beyond(full([3000], 1_000_000, { dtype: "int32", ...on }).cumsum(0), "cumsum");
    await beyond(full([3000], -1_000_000, { dtype: "int32", ...on }).cumsum(0), "cumsum");
    await check(full([2000], 1_000_000, { dtype: "int32", ...on }).cumsum(0).max(), "int32", 2_000_000_000);
  });

  Deno.test(`arithmetic of int32 is exact or a fault, on ${name}`, async () => {
    // Seven elements: no multiple of four, and what lies behind them raises nothing.
    const rest = [1, 2, 3, 4, 5, 6], doubled = rest.map((x) => 2 * x);
    await check(int([MOST - 1, ...rest]).add(int([1, ...rest])), "int32", [MOST, ...doubled]);
    await beyond(int([...rest, MOST]).add(int([...rest, 1])), "add");
    await beyond(int([LEAST, ...rest]).add(-1), "add");
    await check(int([-MOST]).sub(1), "int32", [LEAST]);
    await beyond(int([-MOST, ...rest]).sub(2), "sub");
    await beyond(int([0]).sub(int([LEAST])), "sub");
    await check(int([-65536, 46341]).mul(int([32768, -46340])), "int32", [LEAST, -46341 * 46340]);
    await beyond(int([65536]).mul(32768), "mul");
    await beyond(int([46341]).square(), "mul");
    await check(int([MOST]).neg(), "int32", [-MOST]);
    await beyond(int([LEAST, ...rest]).neg(), "neg");
    await beyond(int([LEAST, ...rest]).abs(), "abs");
    await check(int([7, -7, 7, -7, MOST, LEAST]).remainder(int([3, 3, -3, -1, 2, -1])), "int32", [1, 2, -2, 0, 1, 0]);
    await beyond(int([7]).remainder(int([0])), "remainder");
  });

  Deno.test(`pow of whole numbers is exact or a fault, on ${name}`, async () => {
    const base = [-2, 3, 10, 46340, 0, 0, -1, 1, 7, -2147483647];
    const powers = [31, 19, 9, 2, 5, 0, 1_000_001, MOST, 1, 1];
    await check(int(base).pow(int(powers)), "int32", [LEAST, 3 ** 19, 1e9, 46340 ** 2, 0, 1, -1, 1, 7, -MOST]);
    await check(int([3, -3]).pow(19), "int32", [3 ** 19, -(3 ** 19)]);
    for (const [x, p] of [[2, 31], [-2, 32], [-2, 33], [46341, 2], [3, 21], [10, 1000]]) {
      await beyond(int([x!]).pow(int([p!])), "pow");
    }
    // The whole part is left, as in PyTorch; a number for an exponent is an error there too.
    await check(int([2, 1, -1, -1]).pow(int([-1, -5, -3, -4])), "int32", [0, 1, -1, 1]);
    assert.throws(() => int([2]).pow(-1), /Cannot raise whole numbers to the power -1.*\.float\(\)/);
    await check(int([4, 9]).pow(0.5), "float32", [2, 3]);
    await check(bool(true, false).pow(2), "int32", [1, 0]);
    await check(bool(true, false).square(), "int32", [1, 0]);
  });

  Deno.test(`floats that int32 cannot hold are a fault where they are converted, on ${name}`, async () => {
    const held = [2147483520, LEAST, 1.9, -1.9, 0];
    await check(tensor(held, on).int(), "int32", [2147483520, LEAST, 1, -1, 0]);
    for (const x of [2 ** 31, -2147483904, NaN, Infinity, -Infinity, 1e30]) {
      await beyond(tensor([...held, x], on).int(), "cast");
      await beyond(tensor([x], on).mul(1).int(), "cast"); // in one kernel with what is before
      await beyond(zeros([1], { dtype: "int32", ...on }).copy_(tensor([x], on)), "cast");
    }
    await check(zeros([2], { dtype: "int32", ...on }).copy_(tensor([1.7, -2.7], on)), "int32", [1, -2]);
    await check(tensor([1], on).add(1).int(), "int32", [2]); // the device goes on
  });

  Deno.test(`whole numbers are compared with any number, on ${name}`, async () => {
    const x = int([LEAST, -1, 0, 2, MOST]), numbers = [LEAST, -1, 0, 2, MOST];
    const functions = {
      eq: (a: number, b: number) => a === b,
      ne: (a: number, b: number) => a !== b,
      lt: (a: number, b: number) => a < b,
      le: (a: number, b: number) => a <= b,
      gt: (a: number, b: number) => a > b,
      ge: (a: number, b: number) => a >= b,
    };
    const others = [3e9, -3e9, 2 ** 31, 2 ** 31 - 1, LEAST, LEAST - 1, -1, -0.5, 0.5, 1.5, 2147483646.5, NaN];
    for (const [f, compare] of Object.entries(functions)) {
      for (const other of [...others, Infinity, -Infinity, 16777217.5]) {
        const expected = numbers.map((a) => compare(a, other));
        await check(x[f as keyof typeof functions](other), "bool", expected);
      }
    }
    await check(int([16777217]).gt(16777216.5), "bool", [true]); // not as float32 has them
    await check(bool(true, false).lt(0.5), "bool", [false, true]);
    await check(bool(true, false).eq(3e9), "bool", [false, false]);
  });

  Deno.test(`numbers that int32 cannot hold are refused where they come in, on ${name}`, async () => {
    const x = int([1, 2]);
    for (
      const f of ["add", "sub", "mul", "maximum", "remainder", "pow", "add_", "mul_", "clamp", "clampMax"] as const
    ) {
      assert.throws(() => x[f](3e9), /Cannot compute with a tensor of type int32 and 3000000000.*float32/, f);
    }
    assert.throws(() => where(x.gt(1), x, 3e9), RangeError);
    for (const value of [3e9, 2 ** 31, LEAST - 1, NaN, Infinity]) {
      assert.throws(() => full([2], value, { dtype: "int32", ...on }), /Cannot make an int32 tensor of/);
      assert.throws(() => zeros([2], { dtype: "int32", ...on }).fill_(value), RangeError);
      assert.throws(() => full([2], value, on).int(), RangeError);
      assert.throws(() => int([1, value]), /from .*, element 1: it holds whole numbers from −2147483648/);
      assert.throws(() => tensor(Float64Array.of(value), { dtype: "int32", ...on }), RangeError);
      assert.throws(() => x.newTensor([value]), RangeError);
    }
    for (const value of [256, -1, NaN]) {
      assert.throws(() => tensor([value], { dtype: "uint8", ...on }), /holds whole numbers from 0 to 255/);
    }
    await check(x.div(2 ** 40), "float32", [2 ** -40, 2 ** -39]);
    await check(full([2], -1.9, { dtype: "int32", ...on }), "int32", [-1, -1]);
    await check(int([1.9, -1.9]), "int32", [1, -1]);
    await check(x.clone().fill_(1.5), "int32", [1, 1]);
    await check(full([1], MOST, { dtype: "int32", ...on }), "int32", [MOST]);
  });

  Deno.test(`arange in int32 is whole and fits, on ${name}`, async () => {
    const count = (a: number, b: number, step: number) => arange(a, b, step, { dtype: "int32", ...on });
    await check(count(MOST - 2, MOST + 1, 1), "int32", [MOST - 2, MOST - 1, MOST]);
    await check(count(LEAST + 1, LEAST - 1, -1), "int32", [LEAST + 1, LEAST]);
    await check(count(0, 2.5, 1), "int32", [0, 1, 2]);
    await check(count(-2e9, 2.1e9, 4e9), "int32", [-2e9, 2e9]);
    await check(count(1.5, 1.5, 1), "int32", []);
    for (const [a, b, step] of [[0.5, 3, 1], [0, 3, 0.5], [-0.9, 2.1, 2], [MOST, MOST + 2, 1], [LEAST - 1, 0, 1e9]]) {
      assert.throws(() => count(a!, b!, step!), /Cannot count from .* in int32: .* Use float32/);
    }
  });

  Deno.test(`a write in place keeps the type, or is an error, on ${name}`, async () => {
    const x = int([1, 2]), b = bool(true, false), f = tensor([1.5, 2.5], on);
    const refused: Record<string, () => unknown> = {
      mul_: () => x.mul_(1.5),
      add_: () => x.add_(f),
      sub_: () => x.sub_(0.5),
      div_: () => x.div_(2),
      pow_: () => x.pow_(0.5),
      sqrt_: () => x.sqrt_(),
      exp_: () => x.exp_(),
      clamp_: () => x.clamp_(0.5),
      normal_: () => x.normal_(),
      uniform_: () => x.uniform_(),
      lerp_: () => x.lerp_(x, 0.5),
      addcmul_: () => x.addcmul_(x, x, { value: 1.5 }),
      "addcmul_ of floats": () => x.addcmul_(f, f),
      addcdiv_: () => f.addcdiv_(x, x),
      "add_ of a number to bools": () => b.add_(1),
      "mul_ of int32 and bools": () => b.mul_(x),
      "clamp_ of bools": () => b.clamp_(0, 1),
    };
    for (const [what, write] of Object.entries(refused)) {
      assert.throws(write, (error) => error instanceof TypeError && /float32|int32/.test(error.message), what);
    }
    await check(x, "int32", [1, 2]); // as it was
    await check(b, "bool", [true, false]);
    await check(int([1, 2]).add_(b), "int32", [2, 2]);
    await check(int([1, 2]).mul_(3).sub_(1).neg_(), "int32", [-2, -5]);
    await check(int([1, 2]).pow_(3), "int32", [1, 8]);
    await check(int([1, 2]).addcmul_(x, x, { value: 2 }), "int32", [3, 10]);
    await check(zeros([2], on).addcmul_(full([2], 2 ** 20, { dtype: "int32", ...on }), int([2 ** 20, 1])), "float32", [
      2 ** 40,
      2 ** 20,
    ]);
    await check(bool(true, true).mul_(b).add_(false), "bool", [true, false]);
    await check(bool(true, false).copy_(tensor([0, 0.5], on)), "bool", [false, true]);
    await check(bool(false).fill_(0.5), "bool", [true]);
    await check(tensor([1, 2], on).add_(x), "float32", [2, 4]);
  });

  Deno.test(`bools stay bools where PyTorch keeps them, on ${name}`, async () => {
    const a = bool(true, true, false, false, true), b = bool(true, false, true, false, true);
    await check(a.add(b), "bool", [true, true, true, false, true]);
    await check(a.add(b).add(b).int().sum(), "int32", 4); // of 1 each
    await check(a.mul(b), "bool", [true, false, false, false, true]);
    await check(a.maximum(b), "bool", [true, true, true, false, true]);
    await check(a.minimum(b), "bool", [true, false, false, false, true]);
    await check(a.clampMin(b), "bool", [true, true, true, false, true]);
    await check(a.clampMax(b), "bool", [true, false, false, false, true]);
    await check(a.sign(), "bool", [true, true, false, false, true]);
    await check(a.max(), "bool", true);
    await check(a.min(), "bool", false);
    await check(a.view(5, 1).max(1), "bool", [true, true, false, false, true]);
    await check(a.mul(true), "bool", [true, true, false, false, true]);
    await check(where(a, b, true), "bool", [true, false, true, true, true]);
    await check(where(a, true, false), "bool", [true, true, false, false, true]);
    await check(a.isfinite(), "bool", [true, true, true, true, true]);
    // Numbers make numbers.
    await check(a.add(1), "int32", [2, 2, 1, 1, 2]);
    await check(a.mul(int([3])), "int32", [3, 3, 0, 0, 3]);
    await check(a.clamp(0, 1), "int32", [1, 1, 0, 0, 1]);
    await check(a.prod(), "int32", 0);
    await check(a.cumsum(0), "int32", [1, 2, 2, 2, 3]);
    await check(a.div(b.add(true)), "float32", [1, 1, 0, 0, 1]);
    for (const f of ["sub", "remainder", "pow"] as const) assert.throws(() => a[f](b), TypeError, f);
    for (const f of ["neg", "abs", "relu", "floor", "ceil", "round"] as const) {
      assert.throws(() => a[f](), TypeError, f);
    }
    assert.throws(() => a.sub(1), /logicalXor/);
    assert.throws(() => tensor([1], on).sub(a), TypeError);
    assert.throws(() => a.neg(), /logicalNot/);
  });

  Deno.test(`randint draws from all of a wide range, on ${name}`, async () => {
    setSeed(5);
    for (const [low, high] of [[LEAST, 2 ** 31], [0, 3e9 - 2 ** 31], [-7, 100_000], [0, 2 ** 25]] as const) {
      const drawn = Array.from(await randint(low, high, [4001], on).toTypedArray());
      assert.ok(drawn.every((x) => Number.isInteger(x) && x >= low && x < high));
      const mean = drawn.reduce((sum, x) => sum + (x - low) / (high - low), 0) / drawn.length;
      assert.ok(Math.abs(mean - 0.5) < 0.02, `mean ${mean} of [${low}, ${high})`);
      assert.ok(new Set(drawn).size > 3800, `${new Set(drawn).size} different numbers of [${low}, ${high})`);
      // Odd and even alike: the low bits are drawn too.
      const odd = drawn.reduce((n, x) => n + (x & 1), 0) / drawn.length;
      assert.ok(Math.abs(odd - 0.5) < 0.04, `${odd} odd numbers of [${low}, ${high})`);
    }
    for (const [low, high] of [[0, 2 ** 31 + 1], [LEAST - 1, 0], [0, 2 ** 33]] as const) {
      assert.throws(() => randint(low, high, [2], on), /int32 holds those from/);
    }
    const float = { dtype: "float32", ...on } as const;
    assert.throws(() => randint(0, 2 ** 24 + 2, [2], float), /as float32: .* Use int32/);
    assert.equal(randint(-(2 ** 24), 2 ** 24 + 1, [2], float).dtype, "float32");
  });
}

Deno.test("randint draws the same numbers on all devices, whatever the range", async () => {
  for (const high of [100, 2 ** 16 + 1, MOST]) {
    const drawn: number[][] = [];
    for (const name of testDevices()) {
      setSeed(9);
      drawn.push(Array.from(await randint(0, high, [101], { device: device(name) }).toTypedArray()));
    }
    for (const other of drawn) assert.deepEqual(other, drawn[0]);
  }
});
