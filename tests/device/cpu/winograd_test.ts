/** Convolutions after Winograd: which they are, how they are cut, and how exact they are. */
import assert from "node:assert/strict";
import { CpuBackend, createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import { winogradOf } from "../../../lib/device/cpu/conv_winograd.ts";
import { createReferenceBackend } from "../../../lib/device/reference/backend.ts";
import { assertSameBits, runOnce } from "../conformance.ts";
import { convProgram, type Geometry } from "./conv_programs.ts";

const KERNELS = ["conv2d", "conv2dInputGrad"] as const;

/** A convolution by 3 × 3 with a border of one zero, and as many channels out as in unless told. */
const same = (images: number, channels: number, size: number, outputs = channels): Geometry => [
  ...[[images, channels, size, size], outputs, [3, 3], [1, 1], [1, 1]] as const,
];

/** Whether a convolution, and its input gradient, go by tiles. */
function serves(geometry: Geometry): boolean[] {
  return KERNELS.map((kernel) => {
    const [step] = convProgram(kernel, geometry).program.steps;
    assert.ok(step?.kernel === "conv2d" || step?.kernel === "conv2dInputGrad");
    return winogradOf(step) !== undefined;
  });
}

const both = [true, true], neither = [false, false];

Deno.test("shapes alone say which convolutions go by Winograd's tiles: by 3 × 3, stride 1, channels by eights from sixteen on", () => {
  for (const [channels, size] of [[16, 14], [32, 28], [128, 7], [64, 28], [256, 8], [512, 7]] as const) {
    assert.deepEqual(serves(same(8, channels, size)), both, `${channels} channels, ${size} × ${size}`);
  }
  assert.deepEqual(serves(same(4, 24, 14, 40)), both);
  assert.deepEqual(serves(same(4, 8, 14, 64)), neither, "few channels");
  assert.deepEqual(serves(same(4, 36, 14)), neither, "channels that are no eights");
  assert.deepEqual(serves([[4, 64, 14, 14], 64, [3, 3], [2, 2], [1, 1]]), neither, "stride 2");
  assert.deepEqual(serves([[4, 64, 14, 14], 64, [3, 5], [1, 1], [1, 2]]), neither, "3 × 5");
  assert.deepEqual(serves([[4, 64, 14, 14], 64, [3, 3], [1, 1], [2, 2], [2, 2]]), neither, "dilation");
  assert.deepEqual(serves([[4, 64, 14, 14], 64, [3, 3], [1, 1], [1, 1], [1, 1], 4]), both, "groups of sixteen");
  assert.deepEqual(serves([[4, 64, 14, 14], 64, [3, 3], [1, 1], [1, 1], [1, 1], 8]), neither, "groups of eight");
  assert.deepEqual(
    serves([[1, 2048, 8, 64], 2048, [3, 3], [1, 1], [1, 1], [1, 1], 4]),
    neither,
    "no room for all groups",
  );
});

Deno.test("where tiles save too little, convolutions do without: images of few pixels, and few tiles for many weights", () => {
  assert.deepEqual(serves(same(64, 64, 3)), neither, "four tiles for nine pixels");
  assert.deepEqual(serves(same(64, 64, 5)), neither, "nine tiles for 25 pixels");
  assert.deepEqual(serves(same(64, 64, 4)), both);
  assert.deepEqual(serves(same(1, 512, 7)), neither);
  assert.deepEqual(serves(same(8, 512, 7)), both);
  // A row of tiles has no room in a thread's scratch memory.
  assert.deepEqual(serves([[1, 1024, 8, 256], 32, [3, 3], [1, 1], [1, 1]]), [false, true]);
});

/** The chunks of each command. */
async function chunksOf(geometry: Geometry): Promise<number[]> {
  const backend = createCpuBackend({ threads: 1, tileColumns: 16 }), chunks: number[] = [];
  assert.ok(backend instanceof CpuBackend);
  backend.observer = (command) => void chunks.push(command.chunks);
  const { program, inputs } = convProgram("conv2d", geometry);
  await runOnce(backend, program, inputs);
  backend.dispose();
  return chunks;
}

Deno.test("weights are packed and transformed panel by panel; a chunk is a group of images, a band of one, or some of its channels", async () => {
  assert.deepEqual(await chunksOf(same(64, 64, 7)), [4, 4, 11], "groups of six");
  assert.deepEqual(await chunksOf(same(2, 32, 56, 48)), [3, 3, 2 * 10], "bands of three rows of tiles");
  assert.deepEqual(await chunksOf(same(1, 128, 14)), [8, 8, 4], "one image, 32 channels a chunk");
});

Deno.test("whole numbers come out whole: the transforms halve and quarter, and lose nothing", async () => {
  const cpu = createCpuBackend({ threads: 1 }), reference = createReferenceBackend();
  for (const kernel of KERNELS) {
    const { label, program, inputs } = convProgram(kernel, same(3, 32, 15, 24));
    const bound = inputs.bound.map((data) => Float32Array.from(data, (x) => Math.round(7 * x)));
    const [expected, found] = [
      await runOnce(reference, program, { ...inputs, bound }),
      await runOnce(cpu, program, { ...inputs, bound }),
    ];
    assertSameBits(expected, found, label);
  }
  cpu.dispose();
});

Deno.test("results are at least as near to 64 bits as those of patches times weights, of which the same shape with stride 2 takes some", async () => {
  const cpu = createCpuBackend({ threads: 1 }), reference = createReferenceBackend();
  const [geometry, strided]: Geometry[] = [same(2, 64, 15), [[2, 64, 15, 15], 64, [3, 3], [2, 2], [1, 1]]];
  const [tiles, patches] = await Promise.all([geometry!, strided!].map(async (geometry) => {
    const { program, inputs } = convProgram("conv2d", geometry);
    const [exact, found] = [(await runOnce(reference, program, inputs))[2]!, (await runOnce(cpu, program, inputs))[2]!];
    const errors = Array.from(exact, (x, i) => x - found[i]!);
    return Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
  }));
  assert.ok(tiles! < 1.2 * patches!, `${tiles} and ${patches}`);
  cpu.dispose();
});

Deno.test("what is not finite spreads over a tile of four by four pixels at most, and over its own image", async () => {
  const cpu = createCpuBackend({ threads: 1 });
  const { program, inputs } = convProgram("conv2d", same(2, 16, 14, 16));
  inputs.bound[0]![(7 * 14 + 7) * 16] = Infinity;
  const output = (await runOnce(cpu, program, inputs))[2]!;
  for (let i = 0; i < output.length; i += 16) {
    const pixel = i / 16, y = Math.floor(pixel / 14) % 14, x = pixel % 14, first = pixel < 14 * 14;
    const patch = first && Math.abs(y - 7) <= 1 && Math.abs(x - 7) <= 1;
    const tile = first && y >= 6 && y <= 9 && x >= 6 && x <= 9;
    if (patch) assert.ok(!Number.isFinite(output[i]), `its patches: ${y}, ${x}`);
    else if (!tile) assert.ok(Number.isFinite(output[i]), `not its tiles: ${y}, ${x}`);
  }
  cpu.dispose();
});
