/** Weight gradients of many channels: how they are cut, and what they leave out. */
import assert from "node:assert/strict";
import { CpuBackend, createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import { runOnce } from "../conformance.ts";
import { convProgram, type Geometry } from "./conv_programs.ts";

/** The chunks of each command of a weight gradient. */
async function chunksOf(geometry: Geometry): Promise<number[]> {
  const backend = createCpuBackend({ threads: 1 }), chunks: number[] = [];
  assert.ok(backend instanceof CpuBackend);
  backend.observer = (command) => void chunks.push(command.chunks);
  const { program, inputs } = convProgram("conv2dWeightGrad", geometry);
  await runOnce(backend, program, inputs);
  backend.dispose();
  return chunks;
}

Deno.test("weight gradients are cut by parts, output channels and groups of taps, and added up sixteen channels at a time", async () => {
  // Of 3 × 3 taps with stride 2 on an even size, 4, 2, 2 and 1 meet the same pixels: 4 groups. 448 pixels are 28 images: 3 units, and so many parts.
  assert.deepEqual(await chunksOf([[64, 64, 8, 8], 64, [3, 3], [2, 2], [1, 1]]), [3 * 4, 4]);
  // Of more parts, a chunk takes two of four groups.
  assert.deepEqual(await chunksOf([[672, 260, 3, 3], 8, [2, 2], [1, 1], [1, 1]]), [8 * 2, 2]);
  // With stride 1, each tap has pixels of its own; 144 channels are chunks of 128 and 16.
  assert.deepEqual(await chunksOf([[8, 64, 4, 4], 144, [3, 3], [1, 1], [1, 1]]), [1 * 2 * 9, 9]);
  // A group of taps alone is cut by its input channels, 24 at least, and not by pixels.
  assert.deepEqual(await chunksOf([[64, 260, 2, 2], 10, [3, 3], [2, 2], [1, 1]]), [11, 3]);
});

Deno.test("wide weights are cut into parts of 768 pixels or more, equally many units each", async () => {
  // 3136 pixels: 4 parts of two units, each of 8 images.
  assert.deepEqual(await chunksOf([[64, 64, 14, 14], 128, [3, 3], [2, 2], [1, 1]]), [4 * 4, 8]);
});

Deno.test("the widest finish their weights chunk by chunk: 128 output and 48 input channels", async () => {
  assert.deepEqual(await chunksOf([[2, 256, 4, 4], 512, [3, 3], [2, 2], [1, 1]]), [4 * 6]);
});

Deno.test("where sums are short, rows make chunks in place of parts, equally many each", async () => {
  // 2 × 2 pixels, each with other taps: one part, and 16 strips of six rows in pairs.
  assert.deepEqual(await chunksOf([[64, 32, 4, 4], 64, [3, 3], [2, 2], [1, 1]]), [8, 4]);
  // A part each 128 images.
  assert.deepEqual(await chunksOf([[1024, 32, 4, 4], 64, [3, 3], [2, 2], [1, 1]]), [8, 4]);
});

Deno.test("where parts are few, rows make chunks too, unless images are copied with borders", async () => {
  assert.deepEqual(await chunksOf([[64, 8, 14, 14], 16, [3, 3], [2, 2], [1, 1]]), [3 * 4, 4]);
  assert.deepEqual(await chunksOf([[31, 8, 14, 14], 16, [3, 3], [2, 2], [1, 1]]), [1, 4]);
});

Deno.test("a gradient that is infinite does not meet the border: taps outside the image add nothing", async () => {
  const backend = createCpuBackend({ threads: 1 });
  const { program, inputs } = convProgram("conv2dWeightGrad", [[2, 48, 4, 4], 48, [3, 3], [1, 1], [1, 1]]);
  // Operands are the images, the gradient and the weights': the first output pixel's patch begins outside the image.
  inputs.bound[1]![0] = Infinity;
  const weights = (await runOnce(backend, program, inputs))[2]!;
  assert.ok(Number.isFinite(weights[0]), "tap (0, 0) is outside");
  assert.ok(!Number.isFinite(weights[4]), "tap (1, 1) is inside");
  backend.dispose();
});
