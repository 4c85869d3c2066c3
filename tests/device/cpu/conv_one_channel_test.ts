/** conv2d of images of one channel: the chain that reads its images, in the registers of its sums or after them, gives the same numbers. */
import assert from "node:assert/strict";
import { CpuBackend, createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Program } from "../../../lib/device/program.ts";
import type { ProductStep } from "../../../lib/device/steps/fused.ts";
import type { PointwiseStep } from "../../../lib/device/steps/pointwise.ts";
import { assertSameBits, checkAgainstReference, runOnce } from "../conformance.ts";
import { convProgram, ONE_CHANNEL_GEOMETRIES } from "./conv_programs.ts";

/** How the bias enters, and what is done to the sum. */
type Chain = "bias first" | "bias last" | "bias alone" | "a number for all" | "another place";

/** A convolution, and a chain over its images: in one step or in two. The bias lies from the third element of its value on. */
function withChain(geometry: typeof ONE_CHANNEL_GEOMETRIES[number], chain: Chain, inOne: boolean) {
  const { label, program, inputs } = convProgram("conv2d", geometry), product = program.steps[0] as ProductStep;
  const channels = product.output.shape[1]!, elements = program.values[2]!.elements, rows = elements / channels;
  const flat = (value: number): Operand => ({
    ...{ value, shape: [rows, channels], strides: [channels, 1], offset: 0, dynamic: -1 },
  });
  const bias = { ...flat(3), strides: chain === "a number for all" ? [0, 0] : [0, 1], offset: 2 };
  const place = chain === "another place" ? 4 : 2, of = { dtype: "float32", of: "float32" } as const;
  const epilogue: PointwiseStep = {
    kernel: "pointwise",
    shape: [rows, channels],
    inputs: [{ kind: "tensor", operand: flat(2), dtype: "float32" }, {
      kind: "tensor",
      operand: bias,
      dtype: "float32",
    }],
    code: [
      { op: "add", ...of, args: chain === "bias first" ? [1, 0] : [0, 1] },
      ...(chain === "bias alone" ? [] : [{ op: "relu", ...of, args: [2] } as const]),
    ],
    outputs: [{ operand: flat(place), register: chain === "bias alone" ? 2 : 3, dtype: "float32" }],
  };
  const kept = chain === "another place";
  const sizes = [...program.values.map(({ elements }) => elements), channels + 2, elements];
  const both: Program = {
    ...program,
    values: sizes.map((elements, slot) => ({ dtype: "float32", elements, place: { kind: "bound", slot } })),
    bound: sizes.length,
    steps: inOne ? [{ kernel: "fused", product, epilogue, kept }] : [product, epilogue],
  };
  const numbers = Float32Array.from({ length: channels + 2 }, (_, i) => Math.cos(3 * i) - 0.2);
  const bound = [...inputs.bound, numbers, new Float32Array(elements)];
  return { label: `${label}, ${chain}`, program: both, inputs: { ...inputs, bound } };
}

const CHAINS: readonly Chain[] = ["bias first", "bias last", "bias alone", "a number for all", "another place"];

for (const tileColumns of [8, 16] as const) {
  Deno.test(`bias and relu of images of one channel have the bits of a step of their own (tiles of ${tileColumns})`, async () => {
    const backend = createCpuBackend({ threads: 1, tileColumns });
    for (const geometry of ONE_CHANNEL_GEOMETRIES) {
      for (const chain of CHAINS) {
        const { label, program, inputs } = withChain(geometry, chain, true);
        const apart = await runOnce(backend, withChain(geometry, chain, false).program, inputs);
        assertSameBits(apart, await runOnce(backend, program, inputs), label);
        await checkAgainstReference(backend, program, inputs, { label });
      }
    }
    backend.dispose();
  });
}

Deno.test("bias and relu of images of one channel let NaN through, and border no image with what lies beside it", async () => {
  const backend = createCpuBackend({ threads: 1 });
  const { label, program, inputs } = withChain([[3, 1, 5, 5], 8, [3, 3], [1, 1], [1, 1]], "bias last", true);
  // A number that is infinite at the end of one image's row meets neither the next row's beginning nor the next image.
  const image = Float32Array.from(inputs.bound[0]!);
  image[4] = Infinity;
  image[30] = NaN;
  image[74] = -Infinity;
  await checkAgainstReference(backend, program, { ...inputs, bound: [image, ...inputs.bound.slice(1)] }, { label });
  backend.dispose();
});

Deno.test("a convolution of one channel is one command: it packs nothing", () => {
  const backend = new CpuBackend(1, 16), commands: string[] = [];
  backend.observer = ({ chunks }) => commands.push(`${chunks}`);
  const { program, inputs } = withChain([[40, 1, 28, 28], 8, [3, 3], [2, 2], [1, 1]], "bias last", true);
  const buffers = program.values.map(({ dtype, elements }) => backend.allocate(dtype, elements));
  backend.run(backend.compile(program), buffers, inputs.scalars, inputs.offsets);
  assert.deepEqual(commands, ["3"]);
  backend.dispose();
});
