/** Options that nobody reads are refused: by everything public, under the name of what was called, with the nearest one that there is. */
import assert from "node:assert/strict";
import { data, F, Generator, nn, ones, optim, plot, sweep, zeros } from "../mod.ts";
import { CALLS } from "./options_calls.ts";
import { optionsParameters } from "./public_options.ts";

/** Where all that is public comes from. */
const MODULES = [
  "mod.ts",
  ...["tensor", "nn", "optim", "data", "plot", "learner", "lessons", "sweep"].map((layer) => `lib/${layer}/mod.ts`),
  ...["tensor/autograd", "nn/functional", "nn/init", "lessons/foundations/mod"].map((module) => `lib/${module}.ts`),
];

/** Parameters that look like options and are none, and why. */
const OTHERS: Readonly<Record<string, string>> = {
  "data/idx new DataFileError options": "of the language's own Error",
  "device/errors new OperationError options": "of the language's own Error",
  "data/image_dataset new ImageDataset split": "images and labels: who makes them may note more in them",
  "data/image_dataset pixelStatistics split": "images and labels",
  "lessons/describe describeSetup setup": "a run of the lessons' own",
  "learner/learner Learner#getPreds batches": "a loader: tests/learner/predictions_test.ts",
  "nn/containers ParameterList#append parameter": "a tensor",
  "nn/module Module#registerParameter value": "a tensor",
  "nn/recurrent new Recurrent options": "for the library alone: each layer checks its own",
  "optim/optimizer Optimizer#loadStateDict saved": "a state: tests/optim/saved_state_test.ts",
};

const found = await optionsParameters(MODULES);

/** What a call with these options throws; undefined if nothing. */
async function thrownBy(key: string, options: object): Promise<unknown> {
  try {
    await CALLS[key]!(options as Record<string, never>);
    return undefined;
  } catch (error) {
    return error;
  }
}

Deno.test("options: everything public that takes some is tried here", () => {
  assert.ok(found.length > 150, `found ${found.length}`);
  const missing = found.map(({ key }) => key)
    .filter((key) => !(key in CALLS) && !(key in OTHERS) && !/#loadState \S+$/.test(key)); // a callback's memory
  assert.deepEqual(missing, [], "give each a call in options_calls.ts");
});

Deno.test("options: everything public takes its call without any", async () => {
  for (const key of Object.keys(CALLS)) assert.equal(await thrownBy(key, {}), undefined, key);
});

Deno.test("options: everything public refuses one that it does not know, and names itself", async () => {
  for (const key of Object.keys(CALLS)) {
    const error = await thrownBy(key, { notAnOption: 1 });
    // A plan says of all that is wrong in it that it is a plan's error.
    assert.ok(
      error instanceof (key.startsWith("sweep/plan defineSweep") ? sweep.PlanError : TypeError),
      `${key}: ${error}`,
    );
    assert.match(error.message, /notAnOption/, key);
    const thing = /([\w]+) (options|parts|dls|params|input|from|plan|definition)$/.exec(key)?.[1];
    if (thing && error instanceof TypeError && !NAMED_OTHERWISE.test(key)) {
      assert.match(error.message, new RegExp(thing), key);
    }
  }
});

/** A source of garments, a state that is abstract, a test's own subclass. */
const NAMED_OTHERWISE =
  /GarmentsSource options|LearnerState|RunningNorm|new MixCB|new Optimizer|ModelGraph|normalize from|Learner#(progress|live)/;

Deno.test("options: of a misspelt one the nearest is named", async () => {
  let tried = 0;
  for (const { key, names } of found) {
    if (!(key in CALLS)) continue;
    for (const name of names) {
      const error = await thrownBy(key, { [`${name}x`]: undefined });
      if (!(error instanceof Error)) assert.fail(`${key} takes ${name}x`);
      assert.match(error.message, /did you mean \w+\?/, `${key}: ${name}x`);
      tried++;
    }
  }
  assert.ok(tried > 400, `tried ${tried}`);
});

Deno.test("options: PyTorch's spellings and places are told from Sonde's", () => {
  const x = ones([1, 1, 4, 4]), w = ones([1, 1, 3, 3]);
  const unchecked = (call: (...args: never[]) => unknown, ...args: unknown[]) => () => call(...args as never[]);
  const messages: [call: () => unknown, message: RegExp][] = [
    [() => new nn.Conv2d(4, 8, 3, { transposed: true } as never), /"transposed" of Conv2d.*Its options are bias/],
    [() => new nn.Conv2d(4, 8, 3, { strides: 2 } as never), /"strides" of Conv2d.*did you mean stride\?/],
    [() => new nn.LayerNorm(8, { elementwise_affine: false } as never), /did you mean elementwiseAffine\?/],
    [() => new nn.MaxPool2d(2, { ceil_mode: true } as never), /did you mean ceilMode\?/],
    [() => zeros([2], { requires_grad: true } as never), /of zeros: .*did you mean requiresGrad\?/],
    [() => x.sum(0, { keepDim: true } as never), /of sum: .*did you mean keepdim\?/],
    [() => new optim.AdamW([x], { weight_decay: 1 } as never), /of AdamW: .*did you mean weightDecay\?/],
    [unchecked(F.conv2d, x, w, ones([1])), /options of conv2d: .*found a Tensor/],
    [unchecked(F.dropout, x, 0.3), /options of dropout: .*such as \{ p: … \}, found 0\.3/],
    [() => x.sum(0, true as never), /options of sum: .*found true/],
    [() => new nn.Conv2d(4, 8, 3, 2 as never), /options of Conv2d: .*found 2/],
    [() => new nn.BatchNorm2d(4, 1e-3 as never), /options of BatchNorm2d: .*found 0\.001/],
    [() => zeros([2], null as never), /options of zeros: .*found null/],
    [() => zeros([2], "int32" as never), /options of zeros: .*found a string/],
    [() => zeros([2], [1] as never), /options of zeros: .*found an array/],
    [() => zeros([2], { toString: 1 } as never), /"toString" of zeros/],
  ];
  for (const [call, message] of messages) assert.throws(call, { name: "TypeError", message });
});

Deno.test("options: one that has no use beside another is refused", async () => {
  const set = new data.TensorDataset(ones([4]));
  const generator = new Generator(1);
  const unused: [call: () => unknown, message: RegExp][] = [
    [() => new data.DataLoader(set, { generator }), /Cannot use a generator without shuffle/],
    [() => data.DataLoaders.of(set, set, { shuffle: false, generator }), /Cannot use a generator without shuffle/],
    [() => data.loadRaw("mnist", { seed: 1 }), /Cannot load mnist with a seed/],
    [() => data.loadRaw("fashion-mnist", { seed: 0 }), /Cannot load fashion-mnist with a seed/],
    [() => nn.init.kaimingNormal_(ones([2, 2]), { a: 0.1, nonlinearity: "relu" }), /slope a = 0\.1 with "relu"/],
    [() => nn.init.kaimingUniform_(ones([2, 2]), { a: 1, nonlinearity: "linear" }), /slope a = 1 with "linear"/],
    [
      () => plot.heatMap({ counts: [[1]], range: [0, 1] }).save("never.svg", { scale: 2 }),
      /Cannot save never\.svg with scale/,
    ],
  ];
  for (const [call, message] of unused) {
    await assert.rejects(async () => await call(), { name: "TypeError", message });
  }
});

Deno.test("options: an object of any make is taken, if it names what is known", async () => {
  class Settings {
    p = 1;
  }
  const bare: { p?: number } = Object.assign(Object.create(null), { p: 1 });
  const inherited: { p?: number } = Object.create({ p: 1 });
  for (const options of [new Settings(), bare, inherited, Object.freeze({ p: 1 })]) {
    assert.deepEqual(await F.dropout(ones([2]), options).array(), [0, 0]);
  }
  const misspelt = Object.create({ P: 1 }) as object;
  assert.throws(() => F.dropout(ones([2]), misspelt), { name: "TypeError", message: /Its options are p, training/ });
  const long = { ["x".repeat(200_000)]: 1 } as object;
  assert.throws(() => F.dropout(ones([2]), long), /Its options are p, training, generator/);
});
