/** What is none of the values that a call can use is refused where it enters: not taken for NaN, and not noticed later by JavaScript. */
import assert from "node:assert/strict";
import { arange, data, eye, F, full, fullLike, learner, nn, ones, optim, plot, ShapeError, tensor } from "../mod.ts";
import { inFolder } from "./in_folder.ts";

const x = () => tensor([[1, 2, 3], [4, 5, 6]]);
const set = () => new data.TensorDataset(ones([4, 2]), ones([4, 2]));
const learn = () => learner.Learner.of(new nn.Linear(2, 2), data.DataLoaders.of(set(), set())).loss(F.mseLoss).lr(0.1);

/** What unchecked code gives in place of a number: settings as text, tensors that were not read, what is not there. */
const NO_NUMBERS: readonly [value: unknown, found: string][] = [
  ["0.5", '"0\\.5"'],
  ["text", '"text"'],
  [null, "null"],
  [{}, "an object"],
  [[], "an array"],
  [10n, "a bigint"],
  [Symbol("s"), "a symbol"],
  [() => 1, "a function"],
  [tensor(1), "a Tensor"],
];

/** Calls with a number in one place. */
const NUMBERS: readonly [what: string, call: (value: never) => unknown][] = [
  ["full: the value", (v) => full([2], v)],
  ["fullLike: the value", (v) => fullLike(x(), v)],
  ["fill_: the value", (v) => x().fill_(v)],
  ["fill_: the value", (v) => nn.init.constant_(x(), v)],
  ["normal_: the mean", (v) => x().normal_(v)],
  ["normal_: the deviation", (v) => nn.init.normal_(x(), 0, v)],
  ["uniform_: the least", (v) => x().uniform_(v)],
  ["uniform_: the greatest", (v) => nn.init.uniform_(x(), 0, v)],
  ["histc: min", (v) => x().histc(2, v)],
  ["histc: max", (v) => x().histc(2, 0, v)],
  ["arange: the end", (v) => arange(v)],
  ["arange: the start", (v) => arange(v, 5)],
  ["arange: the step", (v) => arange(0, 5, v)],
  ["randomBrightness: by", (by) => data.randomBrightness({ by })],
  ["randomFlip: p", (p) => data.randomFlip({ p })],
  ["randomRotate: degrees", (degrees) => data.randomRotate({ degrees })],
  ["randomErase: share", (share) => data.randomErase({ share })],
  ["GradientClip: maxNorm", (v) => new learner.GradientClip(v)],
  ["EarlyStoppingCB: minDelta", (minDelta) => new learner.EarlyStoppingCB({ minDelta })],
  ["CheckpointCB: minutes", (minutes) => new learner.CheckpointCB("checkpoints", { minutes })],
  ["LRFinderCB: gamma", (gamma) => new learner.LRFinderCB({ gamma })],
  ["LRFinderCB: maxLr", (maxLr) => new learner.LRFinderCB({ maxLr })],
  ["LRFinderCB: maxMult", (maxMult) => new learner.LRFinderCB({ maxMult })],
];

Deno.test("wrong values: what is no number is named, and what was found", () => {
  for (const [what, call] of NUMBERS) {
    for (const [value, found] of NO_NUMBERS) {
      const message = new RegExp(`${what} must be a number, found ${found}`);
      assert.throws(() => call(value as never), { name: "TypeError", message }, `${what} of ${found}`);
    }
  }
});

Deno.test("wrong values: numbers are drawn from ranges and by deviations that PyTorch has too", async () => {
  for (const std of [-1, NaN]) {
    assert.throws(() => x().normal_(0, std), {
      name: "RangeError",
      message: new RegExp(`of deviation ${std}: it must be`),
    });
    assert.throws(() => nn.init.normal_(x(), 0, std), RangeError);
  }
  for (const [low, high] of [[1, 0], [NaN, 1], [0, NaN], [0, Infinity], [-3e38, 3e38]] as const) {
    const message = `Cannot draw from [${low}, ${high}): the first must not be above the second`;
    assert.throws(
      () => x().uniform_(low, high),
      (error: Error) => error instanceof RangeError && error.message.startsWith(message),
    );
  }
  assert.deepEqual(await ones([2]).uniform_(3, 3).array(), [3, 3]);
  assert.deepEqual(await ones([2]).normal_(3, 0).array(), [3, 3]);
});

Deno.test("wrong values: a bound is a number or a tensor; null is none", async () => {
  for (const value of ["0.5", 10n, () => 1, Symbol("s")]) {
    for (const bound of [[value], [null, value]]) {
      assert.throws(() => x().clamp(...bound as []), {
        name: "TypeError",
        message: /an operand is a tensor or a number/,
      });
    }
  }
  assert.deepEqual(await x().clamp(null, 2).array(), [[1, 2, 2], [2, 2, 2]]);
  assert.deepEqual(await full([2], true as never, { dtype: "bool" }).array(), [true, true]);
});

Deno.test("wrong values: counts of what has no number, and sizes beyond all devices", () => {
  for (const value of [Symbol("s"), Object.create(null), tensor(3)]) {
    assert.throws(() => eye(value), { name: "TypeError", message: /n must be a whole number of at least 0, found/ });
  }
  assert.throws(() => eye(60_000), (error) => error instanceof ShapeError && /3600000000 elements/.test(error.message));
  assert.throws(() => tensor(new BigInt64Array([1n]) as never), {
    name: "TypeError",
    message: /Array.from\(data, Number\)/,
  });
});

Deno.test("wrong values: choices, lists and texts", async () => {
  const wrong: [call: () => unknown, message: RegExp][] = [
    [
      () => new learner.CheckpointCB("out", { best: "loss", better: "least" as never }),
      /better is "lower" or "higher", found "least"/,
    ],
    [() => new optim.ReduceOnPlateau({ paramGroups: [] }, { better: 1n as never }), /better is .* found a bigint/],
    [() => plot.modelGraph([], { direction: "up" as never }), /direction is "down" or "right", found "up"/],
    [() => plot.modelGraph([], { title: 7 as never }), /title must be a text, found 7/],
    [
      () => learn().fitOneCycle(1, { cbs: new learner.EMACB() as never }),
      /give an array of them, found a EMACB|found an EMACB/,
    ],
    [() => learn().fineTune(1, { cbs: null as never }), /give an array of them/],
    [() => learn().lrFind({ cbs: [() => {}] as never }), /takes instances of Callback/],
    [() => learner.interpret(learn(), { batches: [[1]] as never }), /must be an array of tensors/],
    [() => F.binaryCrossEntropyWithLogits(x(), x(), null as never), /options of binaryCrossEntropyWithLogits/],
    [() => data.loadRaw("garments", { signal: 5 as never }), /signal must be an AbortSignal, found 5/],
    [() => data.loadRaw("garments", { onProgress: "log" as never }), /onProgress must be a function, found "log"/],
    [() => data.garments({ trainCount: 1, testCount: 1 }).drawAll({ onProgress: 1 as never }), /onProgress must be/],
    [
      () =>
        inFolder(async (folder) => {
          await Deno.mkdir(`${folder}/a`);
          await data.imageFolder(folder, { size: 4, classes: "" as never });
        }),
      /classes must be an array of names, found ""/,
    ],
  ];
  for (const [call, message] of wrong) await assert.rejects(async () => await call(), { message });
});
