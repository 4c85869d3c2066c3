/** The conformance programs as tests of a page. */
import { createWebGpuBackend, type WebGpuBackend } from "../../../lib/device/webgpu/backend.ts";
import { mergedDispatches } from "../../../lib/device/webgpu/merge.ts";
import { spread } from "../../../lib/device/spread.ts";
import { withSubgroups } from "../../../lib/device/webgpu/teams.ts";
import { assertSameBits, checkAgainstReference, runOnce } from "../../device/conformance.ts";
import { inBoth, READERS } from "../../device/half_programs.ts";
import { Choices } from "../../device/programs.ts";
import { PROGRAM_KINDS, type ProgramKind, randomProgram } from "../../device/random_programs.ts";
import { compileText } from "./gpu.ts";

/** Seeds of the programs of each kind whose modules are compiled, and of those that run, unless their kind has seeds of its own. */
const COMPILED = [1, 2, 3, 4, 5, 6, 7, 8];
const RUN = COMPILED;

/**
 * Kinds of which fewer programs run. SwiftShader takes 0.5 to 2 s to make machine code of each new text with a tiled product or the merging of
 * moments in it: a product has a text for each shape of its tiles, and in a sequence, products share dispatches with other kernels in ever new ways.
 */
const FEW: Partial<Record<ProgramKind, readonly number[]>> = {
  matmul: [1, 4, 8],
  conv2d: [1, 4],
  conv2dInputGrad: [1, 4],
  conv2dWeightGrad: [1, 5],
  fused: [4, 5],
  moments: [2, 4],
  statistics: [2, 6],
  sequence: [9, 14],
};

/** How many have agreed, each with subgroups and without. */
export const counted = { programs: 0 };

const opened = createWebGpuBackend({ allowSoftware: true });
const without = createWebGpuBackend({ allowSoftware: true, subgroups: false });

/** How many invocations in a row exchange registers. */
export const subgroup = async () => (await opened as WebGpuBackend).subgroup;

for (const kind of PROGRAM_KINDS) {
  Deno.test(`programs: ${kind}`, async () => {
    const backend = await opened, run = FEW[kind] ?? RUN;
    for (const seed of COMPILED.filter((seed) => !run.includes(seed))) {
      const { program } = randomProgram(kind, seed);
      for (const { label, code } of mergedDispatches(spread(program))) {
        await compileText(label, code);
        await compileText(label, withSubgroups(code, await subgroup()));
      }
    }
    for (const seed of run) {
      const { label, program, inputs, exact } = randomProgram(kind, seed);
      const { contents } = await checkAgainstReference(backend, program, inputs, { label, exact });
      if (contents.length > 0) {
        assertSameBits(contents, await runOnce(backend, program, inputs), `${label}: two runs`);
        const plain = await runOnce(await without, program, inputs);
        assertSameBits(contents, plain, `${label}: with subgroups and without`);
      }
      counted.programs++;
    }
  });
}

/** Of the kernels that read float16, those whose texts SwiftShader makes quickly run; Tint compiles those of all. */
const RUN_OF_HALVES: readonly ProgramKind[] = ["pointwise", "gather"];

Deno.test("programs of float16", async () => {
  const backend = await opened;
  for (const kind of READERS) {
    for (const seed of [101, 102, 103]) {
      const pair = inBoth(randomProgram(kind, seed), new Choices(seed));
      if (!pair) continue;
      const { program, inputs, label } = pair.halves;
      for (const { label, code } of mergedDispatches(spread(program))) await compileText(label, code);
      if (!RUN_OF_HALVES.includes(kind) && !(kind === "matmul" && seed === 101)) continue;
      const { contents } = await checkAgainstReference(backend, program, inputs, { label });
      if (contents.length > 0) {
        assertSameBits(contents, await runOnce(backend, pair.floats.program, inputs), `${label}: float16 and float32`);
      }
      counted.programs++;
    }
  }
});
