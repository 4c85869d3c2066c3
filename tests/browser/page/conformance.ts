/** The conformance programs as tests of a page. */
import { createWebGpuBackend } from "../../../lib/device/webgpu/backend.ts";
import { assertSameBits, checkAgainstReference, runOnce } from "../../device/conformance.ts";
import { PROGRAM_KINDS, randomProgram } from "../../device/random_programs.ts";

/** Programs of each kind: fewer than in Deno, as Chromium takes longer to compile. */
const PROGRAMS = 8;

/** How many have agreed. */
export const counted = { programs: 0 };

const opened = createWebGpuBackend({ allowSoftware: true });

for (const kind of PROGRAM_KINDS) {
  Deno.test(`programs: ${kind}`, async () => {
    const backend = await opened;
    for (let seed = 1; seed <= PROGRAMS; seed++) {
      const { label, program, inputs, exact } = randomProgram(kind, seed);
      const { contents } = await checkAgainstReference(backend, program, inputs, { label, exact });
      if (contents.length > 0) {
        assertSameBits(contents, await runOnce(backend, program, inputs), `${label}: two runs`);
      }
      counted.programs++;
    }
  });
}
