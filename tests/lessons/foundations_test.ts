import assert from "node:assert/strict";
import * as f from "../../lib/lessons/foundations/mod.ts";
import { functional as F } from "../../lib/nn/mod.ts";
import { normalFrom } from "../../lib/nn/host_random.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { Generator, setSeed } from "../../lib/tensor/random.ts";
import { assertClose, flat } from "../nn/helpers.ts";

const t = [1, 2, 4, 18];
const normal = (seed: number) => normalFrom(new Generator(seed).uniforms());

Deno.test("statistics of the lesson's four numbers", () => {
  assert.equal(f.mean(t), 6.25);
  assert.equal(f.variance(t), 47.1875);
  assert.equal(f.variance(t), f.mean(t.map((x) => x * x)) - f.mean(t) ** 2);
  assertClose([f.variance(t, { correction: 1 })], [47.1875 * 4 / 3], 1e-12);
  assert.equal(f.meanAbsoluteDeviation(t), 5.875);
  assertClose([Math.sqrt(f.variance(t))], [6.87], 0.005);
  assertClose(f.movingAverage([3, 5, 4], 0.9), [3, 3.2, 3.28], 1e-12);
});

Deno.test("covariance and correlation: right, and as published", () => {
  const draw = normal(1), x = Array.from({ length: 200 }, draw), noise = Array.from({ length: 200 }, draw);
  const y = x.map((v, i) => 3 * v + noise[i]!);
  const product = f.mean(x.map((v, i) => v * y[i]!)) - f.mean(x) * f.mean(y);
  assertClose([f.covariance(x, y)], [product], 1e-12);
  assertClose([f.covariance(x, y, { correction: 1 })], [product * 200 / 199], 1e-12);
  assertClose([f.correlation(t, t), f.correlation(t, t.map((v) => 5 - 2 * v))], [1, -1], 1e-12);
  assertClose([f.correlation(x, y)], [3 / Math.sqrt(10)], 0.03);
  assertClose([f.publishedCorrelation(t, t)], [0.75], 1e-12);
  assertClose([f.publishedCorrelation(x, y) / f.correlation(x, y)], [199 / 200], 1e-12);
  assert.throws(() => f.covariance([1], [1, 2]), /1 values with 2/);
});

Deno.test("fifty products: NaN, nothing, and the scales that stay", () => {
  const last = (scale: number, relu = false) => f.products({ scale, relu, normal: normal(2) }).at(-1)!;
  assert.ok(Number.isNaN(last(1).std));
  assert.equal(last(0.01).std, 0);
  const kept = last(0.1).std;
  assert.ok(kept > 0.3 && kept < 3, `${kept}`);
  assert.ok(last(0.1, true).std < 1e-6, "half of the square is lost in each ReLU");
  const { mean, std } = last(Math.sqrt(2 / 100), true);
  assert.ok(mean > 0 && std > 0.05 && std < 3, `${mean} ${std}`);
  const [first] = f.products({ scale: 0.1, layers: 1, normal: normal(3) });
  assertClose([first!.mean, first!.std], [0, 1], 0.05);
});

Deno.test("Xavier's derivation by drawing", () => {
  // Outputs of one draw share their vector: the mean square varies as |x|², by √(2/columns/draws).
  const many = f.xavierMoments({ normal: normal(4) });
  assertClose([many.mean, many.square / 100], [0, 1], 0.15);
  assert.ok(Math.abs(many.square / 100 - 1) < 5 * Math.sqrt(2 / 100 / 100));
  const pairs = f.xavierMoments({ draws: 10_000, rows: 1, columns: 1, normal: normal(5) });
  assert.ok(Math.abs(pairs.mean) < 5 / 100 && Math.abs(pairs.square - 1) < 5 * Math.sqrt(8) / 100, `${pairs.square}`);
});

Deno.test("after PyTorch's seed the matrices are those that torch.randn makes", () => {
  // torch.manual_seed(42); x = torch.randn(200, 100); three times: x = x @ (torch.randn(100, 100) * 0.1)
  setSeed(42, { like: "torch" });
  const figures = f.products({ scale: 0.1, layers: 3 }).flatMap(({ mean, std }) => [mean, std]);
  const means = [0.009765563532710075, 0.002796017564833164, 0.013622662052512169];
  const stds = [1.010029911994934, 1.0161553621292114, 1.0323625802993774];
  assertClose(figures, means.flatMap((mean, i) => [mean, stds[i]!]), 1e-6);
  // torch.manual_seed(42); three times: x = torch.randn(100); y = torch.randn(512, 100) @ x
  setSeed(42, { like: "torch" });
  const { mean, square } = f.xavierMoments({ draws: 3 });
  assertClose([mean, square], [-0.7322234910388943, 107.51984202799345], 1e-5);
  setSeed(0);
});

Deno.test("softmax and cross-entropy by hand equal the library's", async () => {
  const logits = [[0.5, -2, 3], [1, 1, 1], [-4, 0, 0.2]], labels = [2, 0, 1];
  const x = tensor(logits), y = tensor(labels, { dtype: "int32" });
  assertClose(logits.flatMap((row) => f.softmax(row)), await flat(x.softmax(1)), 1e-6);
  assertClose(logits.flatMap((row) => f.logSoftmax(row)), await flat(x.logSoftmax(1)), 1e-6);
  assertClose([f.crossEntropy(logits, labels)], await flat(F.crossEntropy(x, y)), 1e-6);
  assertClose([f.logSumExp([1000, 1000]), f.logSumExp([-1000, -1000])], [1000 + Math.LN2, -1000 + Math.LN2], 1e-9);
  assert.deepEqual([f.logSumExp([-Infinity, -Infinity]), f.logSumExp([0, Infinity]), f.logSumExp([])], [
    -Infinity,
    Infinity,
    -Infinity,
  ]);
  assertClose(f.softmax([4, 2]), f.softmax([0, -2]), 1e-12);
  assertClose([f.sigmoid(0), f.sigmoid(2)], [0.5, 1 / (1 + Math.exp(-2))], 1e-12);
  assert.throws(() => f.crossEntropy([[1, 2]], [2]), /label 2 in row 0/);
});

Deno.test("callbacks: after each turn, before and after, ending early, changing the state", () => {
  const seen: number[] = [];
  assert.equal(f.calculate((_i, sum) => seen.push(sum)), 30);
  assert.deepEqual(seen, [0, 1, 5, 14, 30]);
  const run = (after: (c: f.Calculator) => boolean | void) => {
    const sums: number[] = [], before: number[] = [];
    const calculator = new f.Calculator({
      before: (_c, i) => void before.push(i),
      after(c) {
        sums.push(c.sum);
        return after(c);
      },
    });
    const result = calculator.run();
    assert.deepEqual(before, sums.map((_, i) => i));
    return { sums, result, early: calculator.stoppedEarly };
  };
  assert.deepEqual(run(() => {}), { sums: [0, 1, 5, 14, 30], result: 30, early: false });
  assert.deepEqual(run(({ sum }) => sum > 10), { sums: [0, 1, 5, 14], result: 14, early: true });
  const changing = (c: f.Calculator) => {
    if (c.sum < 3) c.sum *= 2;
    return c.sum > 10;
  };
  assert.deepEqual(run(changing), { sums: [0, 1, 6, 15], result: 15, early: true });
});

Deno.test("miniFit: callbacks in order, and exceptions that leave their phase", () => {
  const trace = (callback: f.MiniCallback) => {
    const seen: string[] = [];
    const spy: f.MiniCallback = {
      order: 1,
      before: (phase, { epoch, batch }) => void seen.push(`+${phase} ${epoch}.${batch}`),
      after: (phase) => void seen.push(`-${phase}`),
    };
    f.miniFit(2, 2, [spy, callback]);
    return seen.join(" ");
  };
  const cancel = (when: f.Phase, what: f.Phase): f.MiniCallback => ({
    before(phase, { epoch, batch }) {
      if (phase === when && epoch === 0 && batch === (phase === "batch" ? 1 : 0)) throw new f.Cancel(what);
    },
  });
  const second = "+epoch 1.2 +batch 1.0 -batch +batch 1.1 -batch -epoch -fit";
  const begin = "+fit 0.0 +epoch 0.0 +batch 0.0 -batch";
  assert.equal(trace({}), `${begin} +batch 0.1 -batch -epoch ${second}`);
  assert.equal(trace(cancel("batch", "batch")), `${begin} -batch -epoch ${second}`);
  assert.equal(trace(cancel("batch", "epoch")), `${begin} -epoch ${second.replace("1.2", "1.1")}`);
  assert.equal(trace(cancel("batch", "fit")), `${begin} -fit`);
  assert.throws(() => trace({ before: () => assert.fail("broken") }), /broken/);
});

Deno.test("a sloppy sum is a method's: + adds primitives", () => {
  const [one, two] = [new f.SloppyNumber(1), new f.SloppyNumber(2)];
  assertClose([Number(one.add(two)), Number(one) + Number(two)], [3.01, 3], 1e-12);
  assert.equal(Deno.inspect(two), "SloppyNumber(2)");
});
