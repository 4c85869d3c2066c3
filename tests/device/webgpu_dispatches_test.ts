/** How many dispatches a step of the lessons' networks takes on WebGPU, how much they move, and that what they make of it trains as elsewhere. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import type { Program } from "../../lib/device/program.ts";
import { probeAdapter } from "../../lib/device/webgpu/backend.ts";
import { mergedGroups } from "../../lib/device/webgpu/merge.ts";
import { spread } from "../../lib/device/spread.ts";
import { movesOf } from "./webgpu_moves.ts";
import { flush } from "../../lib/engine/flush.ts";
import { accuracy, data, F, Learner, lessons, MetricsCB, nn, noGrad, ones, optim, setSeed } from "../../mod.ts";

/** A device that computes nothing, and the programs that it was to run. */
async function recorder(): Promise<{ device: Device; programs: Program[] }> {
  const device = new Device("cpu", { threads: 1 }), backend = await device.backend(), programs: Program[] = [];
  backend.compile = (program) => ({ program, launches: program.steps.length });
  backend.run = ({ program }) => void programs.push(program);
  return { device, programs };
}

const images = (device: Device, count: number) =>
  new data.ImageDataset({
    images: Uint8Array.from({ length: count * 784 }, (_, i) => (i * 7919) >> 3),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    count,
  }, { device });

/** The lessons' network, with batch normalisation in its first four layers or without. */
function network(device: Device, normal: boolean): nn.Module {
  setSeed(1);
  return normal
    ? lessons.getModel({ device, norm: (channels) => new nn.BatchNorm2d(channels, { device }), bias: false })
    : lessons.getModel({ device });
}

/** Losses of steps written by hand, as `deno task bench` takes them. */
async function train(
  device: Device,
  { normal, batchSize, steps }: { normal: boolean; batchSize: number; steps: number },
) {
  const model = network(device, normal), optimizer = new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.85 });
  const losses: ReturnType<typeof F.crossEntropy>[] = [];
  for await (const [x, y] of new data.DataLoader(images(device, batchSize * steps), { batchSize })) {
    const loss = F.crossEntropy(model.call(x!), y!);
    loss.backward();
    losses.push(loss.detach().keep());
    optimizer.step();
    optimizer.zeroGrad();
  }
  return losses;
}

/** Dispatches of a program, megabytes that they read and write, and workgroups of the smallest that is not the sum of the losses. */
function figures(program: Program): { dispatches: number; megabytes: number; workgroups: number } {
  const groups = mergedGroups(spread(program)), dispatches = groups.flatMap(({ dispatches }) => dispatches);
  const words = groups.flatMap(({ reads, writes }) => [...reads, ...writes]).reduce(
    (n, { start, end }) => n + end - start,
    0,
  );
  return {
    dispatches: dispatches.length,
    megabytes: Math.round(words * 4 / 1e5) / 10,
    workgroups: Math.min(
      ...dispatches.filter(({ label }) => !label.startsWith("sum")).map(({ workgroups }) => workgroups),
    ),
  };
}

/** A text without comments. */
const bare = (code: string) => code.replace(/ *\/\/.*$/gm, "");

/** Texts that a driver compiles for a program: how many, and their bytes without comments. */
function texts(program: Program): { modules: number; kilobytes: number } {
  const codes = new Set(mergedGroups(spread(program)).flatMap(({ dispatches }) => dispatches.map(({ code }) => code)));
  const bytes = [...codes].reduce((sum, code) => sum + bare(code).length, 0);
  return { modules: codes.size, kilobytes: Math.ceil(bytes / 1000) };
}

/** How often an expression is found in a text. */
const count = (code: string, expression: RegExp) => [...bare(code).matchAll(expression)].length;

const EXPECTED = [
  [{ normal: false, batchSize: 1024 }, { dispatches: 14, megabytes: 106.2, workgroups: 16 }],
  [{ normal: false, batchSize: 64 }, { dispatches: 14, megabytes: 7.6, workgroups: 1 }],
  [{ normal: false, batchSize: 2 }, { dispatches: 13, megabytes: 1.2, workgroups: 1 }],
  [{ normal: true, batchSize: 1024 }, { dispatches: 38, megabytes: 248, workgroups: 1 }],
  [{ normal: true, batchSize: 64 }, { dispatches: 38, megabytes: 16.5, workgroups: 1 }],
  [{ normal: true, batchSize: 2 }, { dispatches: 31, megabytes: 1.4, workgroups: 1 }],
] as const;

for (const [workload, expected] of EXPECTED) {
  const { normal, batchSize } = workload;
  Deno.test(`a training step ${normal ? "with" : "without"} batch normalisation at ${batchSize} takes ${expected.dispatches} dispatches`, async () => {
    const { device, programs } = await recorder();
    await train(device, { ...workload, steps: 4 });
    assert.deepEqual(figures(programs.at(-1)!), expected);
  });
}

for (const [normal, modules, kilobytes] of [[false, 14, 146], [true, 22, 170]] as const) {
  Deno.test(`a training step ${normal ? "with" : "without"} batch normalisation compiles ${modules} texts`, async () => {
    const { device, programs } = await recorder();
    await train(device, { normal, batchSize: 64, steps: 4 });
    const found = texts(programs.at(-1)!);
    assert.equal(found.modules, modules);
    assert.ok(found.kilobytes <= kilobytes, `${found.kilobytes} kB, more than ${kilobytes}`);
  });
}

Deno.test("a network with batch normalisation has the products' gradients of the one without", async () => {
  const [plain, normal] = await Promise.all([false, true].map(async (normal) => {
    const { device, programs } = await recorder();
    await train(device, { normal, batchSize: 64, steps: 4 });
    return mergedGroups(spread(programs.at(-1)!)).flatMap(({ dispatches }) => dispatches);
  }));
  const known = new Set(plain!.map(({ code }) => code)),
    gradients = normal!.filter(({ label }) => /conv2d\w+Grad/.test(label));
  assert.equal(gradients.length, 5);
  assert.deepEqual(gradients.filter(({ code }) => !known.has(code)).map(({ label }) => label), []);
});

Deno.test("a product stores its elements, and runs the chain that follows, in one place of its text", async () => {
  // Drivers compile every call of a function on its own, which for a chain may take longer than for the product.
  const { device, programs } = await recorder();
  await train(device, { normal: false, batchSize: 64, steps: 4 });
  const dispatches = mergedGroups(spread(programs.at(-1)!)).flatMap(({ dispatches }) => dispatches);
  const products = dispatches.filter(({ code }) => code.includes("fn storeElement"));
  assert.equal(products.length, 10);
  for (const { label, code } of products) {
    for (const name of ["storeElement", "epilogue"]) {
      const calls = count(code, new RegExp(`(?<!fn )\\b${name}\\w*\\(`, "g"));
      assert.equal(calls, count(code, new RegExp(`fn ${name}`, "g")), `${label}: ${name}`);
    }
  }
});

/** How the products of a program move words: loads that fill the tiles once, and stores of an invocation. */
function movesOfProducts(program: Program, inWords: boolean) {
  return mergedGroups(spread(program), inWords).flatMap(({ dispatches }) => dispatches).flatMap((dispatch) => {
    const labels = dispatch.label.split(" | ");
    return labels.flatMap((label, number) => {
      const [name] = label.match(/^conv2d\w*/) ?? [], [tile] = label.match(/\d+×\d+/) ?? [];
      return name ? [{ product: `${name} ${tile}`, ...movesOf(dispatch, labels.length > 1 ? number : undefined) }] : [];
    });
  });
}

/** Of the products of a step at 1024: how they read a and b and write, and loads and stores, each by fours and by single words. */
const MOVES = [
  ["conv2d 128×8", "a single, b single, fours", [2176, 2176], [4, 16]],
  ["conv2d 128×16", "a along, b single, fours", [768, 2304], [4, 16]],
  ["conv2d 32×32", "a along, b single, fours", [640, 1024], [4, 16]],
  ["conv2d 16×32", "a along, b single, fours", [576, 768], [4, 16]],
  // Ten classes are not stored by fours, and the dispatch that this gradient shares adds up the losses, too.
  ["conv2d 8×8", "a single, b single, words", [1024, 1024], [16, 16]],
  ["conv2dInputGrad 16×32", "a single, b single, words", [768, 768], [16, 16]],
  ["conv2dWeightGrad 16×16", "a single, b single, words", [1024, 1024], [16, 16]],
  ["conv2dInputGrad 32×32", "a along, b single, fours", [640, 1024], [4, 16]],
  ["conv2dWeightGrad 32×64", "a across, b across, fours", [384, 1536], [4, 16]],
  ["conv2dInputGrad 128×16", "a along, b single, fours", [768, 2304], [4, 16]],
  ["conv2dWeightGrad 32×64", "a across, b across, fours", [384, 1536], [4, 16]],
  ["conv2dInputGrad 128×8", "a along, b single, fours", [640, 2176], [4, 16]],
  ["conv2dWeightGrad 16×64", "a across, b across, fours", [320, 1280], [4, 16]],
  ["conv2dWeightGrad 8×16", "a across, b single, fours", [576, 768], [4, 16]],
];

Deno.test("products of a training step load and store four words at once where channels lie side by side", async () => {
  const { device, programs } = await recorder();
  await train(device, { normal: false, batchSize: 1024, steps: 4 });
  const words = movesOfProducts(programs.at(-1)!, true);
  const found = movesOfProducts(programs.at(-1)!, false).map(({ product, how, loads, stores }, i) => {
    assert.equal(words[i]!.product, product);
    return [product, how, [loads, words[i]!.loads], [stores, words[i]!.stores]];
  });
  assert.deepEqual(found, MOVES);
});

Deno.test("a batch of an evaluation with its metrics takes 9 dispatches", async () => {
  const { device, programs } = await recorder();
  const loader = () => new data.DataLoader(images(device, 4096), { batchSize: 1024 });
  const learn = new Learner(network(device, false), new data.DataLoaders(loader(), loader()), F.crossEntropy, {
    cbs: [new MetricsCB({ accuracy }, { log: null })],
  });
  await learn.fit(1);
  assert.deepEqual(figures(programs.at(-1)!), { dispatches: 9, megabytes: 35.5, workgroups: 32 });
});

Deno.test("weights stored as float16 take no dispatch more, and half the megabytes", async () => {
  const { device, programs } = await recorder(), x = ones([4, 1024], { device }).keep();
  const model = new nn.Sequential(
    new nn.Linear(1024, 1000, { device }),
    new nn.ReLU(),
    new nn.Linear(1000, 10, { device }),
  );
  const evaluated = () => {
    noGrad(() => model.call(x)).keep();
    flush(device);
    return figures(programs.at(-1)!);
  };
  flush(device);
  const { dispatches, megabytes } = evaluated(), half = (model.half(), evaluated());
  assert.deepEqual([dispatches, megabytes], [4, 4.3]); // each product in parts, and their sums
  assert.deepEqual([half.dispatches, half.megabytes], [4, 2.2]);
});

const probe = await probeAdapter();
Deno.test({
  name: `steps of few dispatches train as the reference does${probe ? "" : " (skipped: no WebGPU adapter)"}`,
  ignore: !probe,
  sanitizeResources: false,
  async fn() {
    const [gpu, reference] = [new Device("webgpu"), new Device("reference")];
    try {
      for (const normal of [false, true]) {
        const [found, expected] = await Promise.all([gpu, reference].map(async (device) => {
          const losses = await train(device, { normal, batchSize: 9, steps: 3 });
          return await Promise.all(losses.map((loss) => loss.item()));
        }));
        found!.forEach((loss, i) => {
          assert.ok(Math.abs(loss - expected![i]!) < 1e-4, `step ${i}: ${loss}, not ${expected![i]}`);
        });
      }
    } finally {
      gpu.dispose();
    }
  },
});
