/** Weight gradients in groups after Winograd: which they are, how they are cut, that bits do not depend on threads and tiles, and how exact they are. */
import assert from "node:assert/strict";
import { CpuBackend, createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import { isWinogradGrad } from "../../../lib/device/cpu/conv_winograd_grad.ts";
import { createReferenceBackend } from "../../../lib/device/reference/backend.ts";
import { assertSameBits, runOnce } from "../conformance.ts";
import { CONV_KERNELS, convProgram, type Geometry, GROUPED_GEOMETRIES, WINOGRAD_GROUPS } from "./conv_programs.ts";

/** By 3 × 3, with a border of one zero. */
const grouped = (images: number, channels: number, size: number, groups: number, outputs = channels): Geometry => [
  ...[[images, channels, size, size], outputs, [3, 3], [1, 1], [1, 1], [1, 1], groups] as const,
];

function serves(geometry: Geometry): boolean {
  const [step] = convProgram("conv2dWeightGrad", geometry).program.steps;
  assert.ok(step?.kernel === "conv2dWeightGrad");
  return isWinogradGrad(step);
}

Deno.test("shapes alone say which weight gradients go by tiles: in groups, by 3 × 3, stride 1, channels by eights, images not too small", () => {
  for (
    const [channels, size, groups] of [[64, 28, 4], [64, 28, 8], [64, 14, 2], [128, 14, 4], [256, 14, 16]] as const
  ) {
    assert.ok(
      serves(grouped(16, channels, size, groups)),
      `${channels} channels in ${groups} groups, ${size} × ${size}`,
    );
  }
  assert.ok(!serves(grouped(16, 64, 28, 1)), "one group");
  assert.ok(!serves(grouped(16, 64, 28, 16)), "groups of four channels");
  assert.ok(!serves(grouped(16, 64, 5, 4)), "nine tiles for 25 pixels");
  assert.ok(!serves(grouped(1, 128, 4, 2)), "few tiles for many weights");
  assert.ok(!serves(grouped(16, 256, 14, 2)), "sums that do not stay in the cache");
  assert.ok(!serves([[16, 64, 28, 28], 64, [3, 3], [2, 2], [1, 1], [1, 1], 4]), "stride 2");
  assert.ok(!serves([[16, 64, 28, 28], 64, [3, 3], [1, 1], [2, 2], [2, 2], 4]), "dilation");
  assert.ok(!serves(grouped(16, 512, 14, 32)), "many channels");
  assert.ok(!serves([[1, 256, 8, 700], 256, [3, 3], [1, 1], [1, 1], [1, 1], 16]), "no room for all groups");
});

Deno.test("chunks are parts, sixteen at most; then eight output channels each", async () => {
  for (
    const [geometry, expected] of [
      [grouped(64, 64, 28, 4), [16, 8]],
      // Two images of 49 tiles, with 16 products of 48 × 16 channels: 1.2 million.
      [grouped(2, 48, 14, 3), [1, 6]],
      [grouped(8, 64, 14, 4, 128), [8, 16]],
    ] as const
  ) {
    const backend = createCpuBackend({ threads: 1 }), chunks: number[] = [];
    assert.ok(backend instanceof CpuBackend);
    backend.observer = (command) => void chunks.push(command.chunks);
    const { program, inputs } = convProgram("conv2dWeightGrad", geometry);
    await runOnce(backend, program, inputs);
    backend.dispose();
    assert.deepEqual(chunks, expected);
  }
});

Deno.test("convolutions in groups have the same bits whatever the threads, and whether tiles have 8 columns or 16", async () => {
  const [narrow, wide, threads] = [
    createCpuBackend({ threads: 1, tileColumns: 8 }),
    createCpuBackend({ threads: 1, tileColumns: 16 }),
    createCpuBackend({ threads: 2 }),
  ];
  for (const kernel of CONV_KERNELS) {
    for (const geometry of [...WINOGRAD_GROUPS, ...GROUPED_GEOMETRIES]) {
      const { label, program, inputs } = convProgram(kernel, geometry);
      const expected = await runOnce(narrow, program, inputs);
      assertSameBits(expected, await runOnce(wide, program, inputs), label);
      assertSameBits(expected, await runOnce(threads, program, inputs), label);
    }
  }
  for (const backend of [narrow, wide, threads]) backend.dispose();
});

Deno.test("weight gradients of whole numbers come out whole", async () => {
  const cpu = createCpuBackend({ threads: 1 }), reference = createReferenceBackend();
  for (const geometry of [grouped(3, 48, 15, 3), grouped(5, 64, 16, 8), grouped(2, 32, 14, 2, 80)]) {
    assert.ok(serves(geometry));
    const { label, program, inputs } = convProgram("conv2dWeightGrad", geometry);
    const bound = inputs.bound.map((data) => Float32Array.from(data, (x) => Math.round(3 * x)));
    assertSameBits(
      await runOnce(reference, program, { ...inputs, bound }),
      await runOnce(cpu, program, { ...inputs, bound }),
      label,
    );
  }
  cpu.dispose();
});

Deno.test("weight gradients by tiles are at least as near to 64 bits as those of patches, which groups of twelve channels have", async () => {
  const cpu = createCpuBackend({ threads: 1 }), reference = createReferenceBackend();
  const geometries = [grouped(8, 64, 28, 4), grouped(8, 48, 28, 4)];
  assert.deepEqual(geometries.map(serves), [true, false]);
  const [tiles, patches] = await Promise.all(geometries.map(async (geometry) => {
    const { program, inputs } = convProgram("conv2dWeightGrad", geometry);
    // Numbers that are random enough: of a sine's, sums are small.
    let state = 1;
    const bound = inputs.bound.map((data) => data.map(() => (state = state * 48271 % 2147483647) / 2147483647 - 0.5));
    const [exact, found] = [
      (await runOnce(reference, program, { ...inputs, bound }))[2]!,
      (await runOnce(cpu, program, { ...inputs, bound }))[2]!,
    ];
    const square = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((sum, x) => sum + x * x, 0);
    return Math.sqrt(square(Array.from(exact, (x, i) => x - found[i]!)) / square(exact));
  }));
  assert.ok(tiles! < 1.2 * patches!, `${tiles} and ${patches}`);
  cpu.dispose();
});
