import assert from "node:assert/strict";
import { median } from "../../tasks/bench/profile.ts";
import { assess, bandwidth, idleShare, type Measures, verdict } from "../../tasks/bench/profile_bounds.ts";
import type { CpuLaunch } from "../../tasks/bench/profile_launch.ts";
import type { Ceiling } from "../../tasks/bench/profile_processor.ts";
import { ceilingText, profilePage, profileText, verdictText } from "../../tasks/bench/profile_text.ts";

/** A made-up processor of two threads. */
const TWO: Ceiling = {
  threads: 2,
  gflops: 200,
  streams: [{ bytes: 1e5, gbps: 100 }, { bytes: 1e7, gbps: 40 }, { bytes: 2e8, gbps: 20 }],
  start: 0.5,
  wait: 2,
  record: 1.5,
};

const launch = (name: string, given: Partial<CpuLaunch>): CpuLaunch => (
  { name, groups: 4, bytes: 0, flops: 0, microseconds: 100, commands: [4], ...given }
);

Deno.test("bench --profile: memory's speed is that of the smallest stream that is no smaller than the kernel's bytes", () => {
  assert.deepEqual([1, 1e5, 1e5 + 1, 1e7, 2e7, 1e9].map((bytes) => bandwidth(TWO, bytes)), [100, 100, 40, 40, 20, 20]);
});

Deno.test("bench --profile: threads are idle in the last round of a command", () => {
  const shares = [idleShare([4], 2), idleShare([3], 2), idleShare([1], 2), idleShare([1, 3], 2), idleShare([5], 1)];
  assert.deepEqual(shares, [0, 0.25, 0.5, 1 - 4 / 6, 0]);
});

Deno.test("bench --profile: a kernel's bound is the longer of its arithmetic and its bytes", () => {
  const product = assess(launch("matmul", { flops: 1e7, bytes: 1e5 }), TWO); // 50 µs of arithmetic, 1 of memory
  assert.deepEqual([product.leastMicroseconds, product.share, product.bound], [50, 0.5, "compute"]);
  assert.deepEqual([product.gflops, product.gbps], [100, 1]);
  const stream = assess(launch("add", { flops: 1e5, bytes: 2e6 }), TWO); // 0.5 and 50
  assert.deepEqual([stream.leastMicroseconds, stream.share, stream.bound], [50, 0.5, "memory"]);
  const faster = assess(launch("sum", { bytes: 8e6 }), TWO); // 200 of 100: a stream that only reads
  assert.deepEqual([faster.leastMicroseconds, faster.share], [100, 1]);
});

Deno.test("bench --profile: what bounds a kernel, in a word", () => {
  const word = (name: string, given: Partial<CpuLaunch>) => assess(launch(name, given), TWO).bound;
  assert.equal(word("div", { microseconds: 1, commands: [1], bytes: 8 }), "start-up");
  assert.equal(word("div", { microseconds: 4, commands: [1], bytes: 8 }), "waiting"); // one of two threads has nothing
  assert.equal(word("add", { microseconds: 4, commands: [2], bytes: 8 }), "waiting"); // 2 µs to hand over
  assert.equal(word("gather", { bytes: 4e6 }), "gather");
  assert.equal(word("dequantizeGather", { microseconds: 1, commands: [1] }), "start-up");
  assert.equal(word("conv2d", { flops: 1e6, bytes: 1e6 }), "compute"); // far from either: its own instructions
  assert.equal(word("crossEntropy", { commands: [3], groups: 3 }), "compute"); // a quarter idle explains too little
});

Deno.test("bench --profile: times are medians of the steps that are like most, and not of a smaller last batch", () => {
  const run = (microseconds: number, bytes: number) => [launch("add", { microseconds, bytes })];
  const [found] = median([run(3, 100), run(5, 100), run(1, 40), run(4, 100), run(1, 40)]);
  assert.deepEqual([found!.microseconds, found!.bytes], [4, 100]);
});

/** A step of four kernels of 460 µs, with 40 µs around them. */
const KERNELS = [
  launch("conv2d", {
    flops: 1e7,
    microseconds: 200,
    groups: 5,
    commands: [2, 3],
    product: { what: "1 → 8 channels, 3 × 3", rows: 1000, columns: 8, depth: 9 },
  }), // 50 at the least, so that 150 are lost
  launch("gather", { bytes: 1.6e6, microseconds: 140 }), // 40: 100
  launch("sub mul", { bytes: 4e6, microseconds: 105 }), // 100: 5
  launch("mul", { bytes: 4, microseconds: 15, commands: [2] }), // 0: 15
].map((each) => assess(each, TWO));
const STEP: Measures = { stepMicroseconds: 500, aroundMicroseconds: 30, kernels: KERNELS, ceiling: TWO };

Deno.test("bench --profile: the largest losses of a step, with their reasons", () => {
  const { leastMicroseconds, losses, others } = verdict(STEP);
  assert.equal(Math.round(leastMicroseconds), 190);
  assert.deepEqual(losses.map(({ what, microseconds }) => [what, microseconds]), [
    ["conv2d (1 → 8 channels, 3 × 3)", 150],
    ["gather", 100],
    ["recording", 30],
  ]);
  assert.deepEqual(losses.map(({ why }) => why), [
    "50 of 200 GFLOP/s; chunks that do not come out even leave 17 % of 2 threads' time idle; sums of only 9 products; " +
    "only 8 columns for a tile of 16; 2 commands one after another, of which the first arrange its operands",
    "11 of 40 GB/s; reads rows where an index says",
    "JavaScript that records, plans and binds the step of 4 kernels",
  ]);
  assert.deepEqual(others.kinds.map(({ kind }) => kind), ["mul", "between kernels", "sub mul"]);
  assert.equal(others.count, 3); // two kernels, and 10 µs that are in neither kernels nor recording
  assert.equal(Math.round(others.microseconds), 15 + 5 + 10);
});

Deno.test("bench --profile: recording that another thread's work covers is no loss", () => {
  const { losses } = verdict({ ...STEP, stepMicroseconds: 480, aroundMicroseconds: 400 });
  assert.deepEqual(losses.map(({ what }) => what).slice(0, 2), ["conv2d (1 → 8 channels, 3 × 3)", "gather"]);
  const recording = losses.find(({ what }) => what === "recording")!;
  assert.equal(recording.microseconds, 20);
  assert.match(recording.why, /, 400 µs in all, of which the rest passes while another thread computes$/);
});

Deno.test("bench --profile: the verdict as text, as a page, and below the kernels", () => {
  const holdsBack = verdict(STEP), bounds = { processor: [TWO], kernels: KERNELS, aroundMicroseconds: 30, holdsBack };
  const processor =
    "2 threads: 200 GFLOP/s; 100 (0.1 MB), 40 (10.0 MB), 20 (200 MB) GB/s; 0.5 µs to start a kernel, 2.0 to wait for the other thread, " +
    "1.5 to record a node";
  assert.equal(ceilingText(TWO), processor);
  const text = verdictText("plain-64", holdsBack).split("\n");
  assert.equal(
    text[0],
    "What holds plain-64 back: a step takes 500 µs; with every kernel at the processor's bound, and nothing else, it would take 190 µs (38 %)",
  );
  assert.match(text[1]!, /^ {2}conv2d \(1 → 8 channels, 3 × 3\): 150 µs lost; 50 of 200 GFLOP\/s; /);
  assert.equal(
    text[4],
    "  3 others: 30 µs lost in all; most of it in mul (15 µs), between kernels (10 µs), sub mul (5 µs)",
  );
  const lines = profilePage([{ workload: "plain-64", bounds }], "A processor.").split("\n");
  assert.deepEqual(lines.slice(0, 3), ["A processor.", "", `- ${processor}`]);
  assert.match(
    lines[6]!,
    /^\| plain-64 \| 500 µs \| 190 µs \| conv2d \(1 → 8 channels, 3 × 3\) \| 150 µs \| 50 of 200 /,
  );
  assert.equal(lines[7], "|  |  |  | gather | 100 µs | 11 of 40 GB/s; reads rows where an index says |");
  assert.equal(
    lines[9],
    "|  |  |  | 3 others | 30 µs | most of it in mul (15 µs), between kernels (10 µs), sub mul (5 µs) |",
  );
  const device = "cpu (2 threads)", times = { stepMicroseconds: 500, hostMicroseconds: 500 };
  const whole = profileText({ workload: "plain-64", device, ...times, launches: KERNELS, bounds });
  assert.match(whole, /^gather +4 +1\.600 +0\.000 +140\.0 +0\.0 +11\.4 +29 % +gather$/m);
  assert.match(whole, /What holds plain-64 back/);
  const bare = profileText({ workload: "plain-64", device: "webgpu", ...times, launches: KERNELS });
  assert.doesNotMatch(bare, /bound|back/);
});
