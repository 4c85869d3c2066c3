import assert from "node:assert/strict";
import { join } from "node:path";
import { device } from "../../lib/device/device.ts";
import { compare, comparisonPage, comparisonText, median, ratios } from "../../tasks/bench/compare.ts";
import { growthChart, growthPage, GROWTHS, maddsOf, type Point, saturation } from "../../tasks/bench/growth.ts";
import { workload } from "../../tasks/bench/networks.ts";
import type { Profile } from "../../tasks/bench/profile.ts";
import type { Measured } from "../../tasks/bench/training.ts";
import { testDevices } from "../oracle/golden.ts";
import { ROOT, task } from "./command.ts";

Deno.test("bench --json: an object a workload", async () => {
  const { code, lines, stderr } = await task("bench", [
    ...["plain-64", "mlp-8-16-infer", "--device", "cpu", "--threads", "1", "--seconds", "1", "--json"],
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(lines.length, 2);
  const [row, inference] = lines.map((line) => JSON.parse(line));
  const keys = ["workload", "device", "threads", "batchSize", "stepsPerSecond", "secondsPerEpoch", "samplesPerSecond"];
  assert.deepEqual(Object.keys(row), keys);
  assert.deepEqual([row.workload, row.device, row.threads, row.batchSize], ["plain-64", "cpu", 1, 64]);
  assert.deepEqual([inference.workload, inference.batchSize], ["mlp-8-16-infer", 8]);
  assert.ok(row.stepsPerSecond > 1);
  assert.ok(Math.abs(row.secondsPerEpoch * row.stepsPerSecond - 938) < 1);
  assert.ok(Math.abs(row.samplesPerSecond * row.secondsPerEpoch - 60_000) < 1);
});

/** What `bench --profile --json` says of a workload: see tasks/bench/profile.ts. */
async function profiled(device: string, workload: string): Promise<Profile> {
  const { code, lines, stderr } = await task("bench", [
    workload,
    "--device",
    device,
    ...device === "cpu" ? ["--threads", "1"] : [],
    "--profile",
    "--json",
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(lines.length, 1);
  return JSON.parse(lines[0]!);
}

for (const name of testDevices()) {
  if (name === "reference") continue;
  Deno.test(`bench --profile lists every launch of a step with its work and its time on ${name}`, async () => {
    const { workload, launches, stepMicroseconds, hostMicroseconds, bounds } = await profiled(name, "plain-2");
    assert.equal(workload, "plain-2");
    assert.ok(stepMicroseconds >= hostMicroseconds && hostMicroseconds > 0);
    assert.ok(launches.length >= 10, `${launches.length} launches`);
    for (const launch of launches) {
      const keys = ["name", "groups", "bytes", "flops", "microseconds"];
      assert.deepEqual(Object.keys(launch).slice(0, 5), keys, launch.name);
      assert.ok(
        launch.groups >= 1 && launch.bytes > 0 && launch.bytes < 1e6 && launch.flops >= 0,
        JSON.stringify(launch),
      );
      assert.ok((launch.microseconds ?? 0) > 0 || name === "webgpu", launch.name); // not all adapters have a clock
    }
    assert.equal(bounds !== undefined, name === "cpu");
    if (bounds) {
      assert.deepEqual(bounds.processor.map(({ threads }) => threads), [1]);
      assert.ok(bounds.processor[0]!.gflops > 0 && bounds.processor[0]!.streams.every(({ gbps }) => gbps > 0));
      assert.deepEqual(bounds.kernels.map((kernel) => kernel.name), launches.map((launch) => launch.name));
      assert.equal(bounds.holdsBack.stepMicroseconds, stepMicroseconds);
      assert.equal(bounds.holdsBack.losses.length, 3);
    }
    // Five convolutions of 3 × 3 and stride 2, from [2, 1, 28, 28] to 8, 16, 32, 64 and 10 channels: two operations for each element of the output,
    // and of what it is a sum of; in the gradients as many, but for the images, which need none. Along an axis a row of what pads the images meets
    // one place of the kernel, so that of 14 · 3 pairs 41 are left, of 7 · 3 20, of 4 · 3, padded at both ends, 10, of 2 · 3 5 and of 3 2.
    const sizes = [[1, 8, 41], [8, 16, 20], [16, 32, 10], [32, 64, 5], [64, 10, 2]] as const;
    const each = sizes.map(([from, to, pairs]) => 2 * 2 * to * from * pairs ** 2);
    const all = (list: readonly number[]) => list.reduce((sum, flops) => sum + flops, 0);
    const found = (kernel: RegExp) => all(launches.filter(({ name }) => kernel.test(name)).map(({ flops }) => flops));
    const near = (kernel: RegExp, flops: number) => {
      const ratio = found(kernel) / flops; // what is fused with a product comes on top
      assert.ok(ratio >= 1 && ratio < 1.2, `${kernel}: ${ratio}`);
    };
    const forward = all(each), toInputs = all(each.slice(1));
    if (name === "webgpu") return near(/conv2d/, 2 * forward + toInputs); // gradients of a layer share a dispatch
    near(/conv2dWeightGrad/, forward);
    near(/conv2dInputGrad/, toInputs);
    near(/conv2d(?!.*Grad)/, forward);
  });
}

Deno.test("bench: a bad command line ends with code 2 and one line that names it", async () => {
  const mistakes: [string[], RegExp][] = [
    [["plain"], /^bench: Unknown workload "plain": there are plain-BATCH\[-WIDTH\], /],
    [["--device", "tpu"], /^bench: --device must be one of auto, cpu, webgpu, found "tpu"$/],
    [["--fast"], /^bench: Unknown option --fast: allowed are /],
    [["--seconds", "0"], /^bench: --seconds must be a whole number from 1 to 3600, found "0"$/],
    [["--against", "jax"], /^bench: --against must be one of pytorch, found "jax"$/],
    [["--growth", "plain-64"], /^bench: --growth measures workloads of its own on the cpu/],
    [["--growth", "--against", "pytorch"], /^bench: --against and --growth are two measurements/],
    [["--profile", "--growth"], /^bench: --profile is a measurement of its own$/],
    [["--rounds", "3"], /^bench: --rounds counts the blocks of --against pytorch$/],
    [["--write"], /^bench: --write needs --against pytorch, --growth or --profile$/],
    [["--profile", "--seconds", "3"], /^bench: --profile takes the time that it needs: leave out --seconds$/],
    [
      ["--profile", "--write", "--device", "webgpu"],
      /^bench: --write writes figures of the cpu, found the device webgpu/,
    ],
    [["--against", "pytorch", "--write", "--device", "webgpu"], /^bench: --write writes figures of the cpu/],
    [["--against", "pytorch", "watched-64"], /^bench: --against pytorch cannot measure watched-64: .*; leave it out$/],
    [
      ["--device", "webgpu", "--threads", "2"],
      /^bench: --threads is for the cpu device, found --device webgpu: leave one of them out$/,
    ],
    [["plain-2", "--write", "--against", "pytorch"], /^bench: --write takes all workloads/],
  ];
  for (const [args, line] of mistakes) {
    const { code, stdout, stderr } = await task("bench", args);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr.trimEnd(), line);
  }
  const { code, stderr } = await task("bench", ["--profile", "plain-2"], { env: { SONDE_DEVICE: "reference" } });
  assert.equal(code, 2);
  assert.match(stderr, /^bench: --profile is for cpu and webgpu, found SONDE_DEVICE=reference: add --device cpu$/m);
});

Deno.test("bench: names of workloads, and what is none", () => {
  const read = (name: string) => {
    const { kind, batchSize, size, inference } = workload(name);
    return [kind, batchSize, size, inference];
  };
  assert.deepEqual(read("plain-1024"), ["plain", 1024, 1, false]);
  assert.deepEqual(read("plain-64-8"), ["plain", 64, 8, false]);
  assert.deepEqual(read("plain-2048-infer"), ["plain", 2048, 1, true]);
  assert.deepEqual(read("mlp-64"), ["mlp", 64, 512, false]);
  assert.deepEqual(read("mlp-64-2048-infer"), ["mlp", 64, 2048, true]);
  assert.deepEqual(read("grouped-64-64"), ["grouped", 64, 64, false]);
  assert.deepEqual(read("transposed-64-4"), ["transposed", 64, 4, false]);
  assert.deepEqual(read("attention-32"), ["attention", 32, 8, false]);
  assert.deepEqual(read("causal-32-4-infer"), ["causal", 32, 4, true]);
  for (const name of ["", "plain", "plain-064", "gan-64", "plain-64-1-2", "plain-64-test"]) {
    assert.throws(() => workload(name), {
      name: "UsageError",
      message: new RegExp(`^Unknown workload "${name}": there are plain-BATCH\\[-WIDTH\\], .*`),
    });
  }
  const wrong = [
    ["plain-0", "a BATCH from 1 to 16384, found 0"],
    ["plain-20000", "a BATCH from 1 to 16384, found 20000"],
    ["plain-64-17", "WIDTH from 1 to 16, found 17"],
    ["resnet-64-2", "a BATCH alone, found another number, 2"],
    ["deep-64-2", "LAYERS from 3 to 100, found 2"],
    ["watched-64-infer", "steps of training, which it watches, found -infer"],
    ["grouped-64-3", "GROUPS that divide 64, found 3"],
    ["transposed-64-5", "KERNEL from 3 to 4, found 5"],
    ["attention-32-6", "HEADS that divide 128, found 6"],
    ["mlp-64-0", "FEATURES from 1 to 8192, found 0"],
  ];
  for (const [name, expected] of wrong) {
    assert.throws(() => workload(name!), { name: "UsageError", message: `Workload "${name}" must have ${expected}` });
  }
});

Deno.test("bench: multiply-adds are those of the networks' shapes", () => {
  const target = device("cpu");
  const plain = 9 * (1 * 8 * 196 + 8 * 16 * 49 + 16 * 32 * 16 + 32 * 64 * 4 + 64 * 10);
  assert.equal(maddsOf(workload("plain-64"), target), plain);
  assert.equal(maddsOf(workload("mlp-64"), target), 784 * 512 + 512 * 512 + 512 * 10);
  assert.equal(maddsOf(workload("deep-64-5"), target), 9 * 196 * (16 + 3 * 256) + 9 * 49 * 160);
  const residual = (i: number, o: number, from: number, to: number) => 9 * (i * o * from + o * o * to) + i * o * to;
  const blocks = residual(1, 8, 784, 784) + residual(8, 16, 784, 196) + residual(16, 32, 196, 49) +
    residual(32, 64, 49, 16);
  assert.equal(maddsOf(workload("resnet-64"), target), blocks + residual(64, 128, 16, 4) + 1280);
});

/** A side whose blocks take so long, and which notes when it is asked. */
function side(name: string, times: readonly number[], order: string[]): Measured {
  const taken: number[] = [];
  return {
    workload: workload("plain-64"),
    times: taken,
    warmUp: () => Promise.resolve(void order.push(`${name} warm`)),
    block: () => Promise.resolve(void (order.push(name), taken.push(times[taken.length]!))),
  };
}

Deno.test("bench --against: sides take turns, and a ratio is that of a round", async () => {
  const order: string[] = [];
  const sonde = side("sonde", [0.1, 0.2, 0.1], order), pytorch = side("pytorch", [0.2, 0.2, 0.4], order);
  const comparison = await compare(sonde, pytorch, { rounds: 3, seconds: 1 });
  assert.deepEqual(order, ["sonde warm", "pytorch warm", "pytorch", "sonde", "sonde", "pytorch", "pytorch", "sonde"]);
  assert.deepEqual(ratios(comparison), [2, 1, 4]);
  const made = {
    processor: "A processor",
    threads: 2,
    deno: "2.9.6",
    pytorch: "1.13",
    rounds: 3,
    seconds: 1,
    unchecked: true,
  };
  assert.match(
    comparisonPage([comparison], made),
    /\| plain-64 \| 5\.00 \| 2\.50 to 5\.00 \| 10\.0 \| 5\.00 to 10\.0 \| 2\.00 \| 1\.00 to 4\.00 \|$/,
  );
  assert.match(comparisonText([comparison]), /plain-64 .* 2\.00 /);
  assert.equal(median([3, 1, 2, 10]), 2.5);
});

Deno.test("bench --growth: figures, charts and sentences agree", async () => {
  const [batch, , depth] = GROWTHS;
  const point = (growth: Point["growth"], size: number, threads: number, stepsPerSecond: number): Point => (
    { growth, size, threads, stepsPerSecond, batchSize: growth === "batch" ? size : 64, madds: 1e6 }
  );
  const points = batch!.sizes.flatMap((size) =>
    [1, 2].map((threads) => point("batch", size, threads, threads * 1000 / (size + 9)))
  );
  points.push(
    ...depth!.sizes.flatMap((size) => [1, 2].map((threads) => point("depth", size, threads, threads * 100 / size))),
  );
  const full = saturation(
    points.filter(({ growth, threads }) => growth === "batch" && threads === 1),
    (p) => p.stepsPerSecond * p.size,
  );
  assert.equal(full.size, 128); // 128 / 137 of the most is the first above 0.9
  const page = growthPage(points);
  assert.match(page, /On 1 thread 90 % of the most, 999 images\/s, is first reached at a batch of 128\./);
  assert.match(page, /On 2 threads a step takes 25\.0 ms with 5 convolutions and 250 ms with 50: 5\.00 ms a layer\./);
  assert.match(page, /\| 8,192 \| 0\.122 \| 999 \| 0\.244 \| 1,998 \| 2\.00 \|/);
  const svg = await growthChart(batch!, points).svg();
  assert.match(svg, /images per second/);
  assert.match(svg, /2 threads/);
});

Deno.test("docs: speed and growth show what was measured", async () => {
  const [speed, growth] = await Promise.all(
    ["speed.md", "growth.md"].map((name) => Deno.readTextFile(join(ROOT, "docs", name))),
  );
  const section = (page: string, name: string) =>
    page.split(`<!-- ${name} -->`)[1]?.split(`<!-- end of ${name} -->`)[0] ?? "";
  for (const name of ["plain-1024", "bn-2", "resnet-512", "mlp-1024", "plain-2048-infer"]) {
    assert.match(section(speed!, "against"), new RegExp(`\\| ${name} \\|`));
    assert.match(section(speed!, "against with checks"), new RegExp(`\\| ${name} \\|`));
  }
  for (const name of ["plain-1024", "bn-2", "resnet-512", "mlp-1024", "plain-2048-infer"]) {
    assert.match(section(speed!, "profile"), new RegExp(`\\| ${name} \\| .* \\| `));
  }
  for (const { name, sizes, axis } of GROWTHS) {
    assert.ok((await Deno.stat(join(ROOT, "docs", `growth-${name}.svg`))).isFile);
    assert.match(section(growth!, "growth"), new RegExp(`\\| ${axis} \\|`));
    assert.match(section(growth!, "growth"), new RegExp(`\\| ${sizes.at(-1)!.toLocaleString("en")} \\|`));
  }
});
