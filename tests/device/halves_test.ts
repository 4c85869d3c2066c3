/** Programs that read float16: random ones of every kernel that does, beside the same programs with the same numbers in float32. */
import assert from "node:assert/strict";
import { createWebGpuBackend, probeAdapter } from "../../lib/device/webgpu/backend.ts";
import { openBackend } from "./backends.ts";
import { assertSameBits, checkAgainstReference, runOnce } from "./conformance.ts";
import { inBoth, READERS } from "./half_programs.ts";
import { Choices } from "./programs.ts";
import { randomProgram } from "./random_programs.ts";

/** Programs of each kind; on webgpu fewer, since each compiles shaders. */
const COUNTS = { reference: 10, cpu: 10, webgpu: 4 } as const;

for (const name of ["reference", "cpu", "webgpu"] as const) {
  const opened = await openBackend(name, name === "cpu" ? { threads: 2 } : {});
  const reason = "missing" in opened ? ` (skipped: ${opened.missing})` : "";
  globalThis.addEventListener("unload", () => "backend" in opened && opened.backend.dispose());
  for (const kind of READERS) {
    Deno.test({
      name: `${kind} of float16 has the bits of the same numbers in float32, on ${name}${reason}`,
      ignore: "missing" in opened,
      sanitizeOps: false, // the device outlives the test
      sanitizeResources: false,
      fn: async () => {
        if ("missing" in opened) return;
        const { backend } = opened;
        let compared = 0;
        for (let seed = 101; seed <= 100 + COUNTS[name]; seed++) {
          const pair = inBoth(randomProgram(kind, seed), new Choices(seed));
          if (!pair) continue;
          const { program, inputs, label } = pair.halves;
          const { contents } = await checkAgainstReference(backend, program, inputs, { label });
          const floats = await runOnce(backend, pair.floats.program, inputs);
          backend.takeFaults();
          if (contents.length === 0) continue; // it faulted on both
          assertSameBits(contents.map((data) => Float64Array.from(data)), floats, label);
          compared++;
        }
        assert.ok(compared > 1, `${compared} programs compared`);
      },
    });
  }
}

const probe = await probeAdapter();

Deno.test({
  name: `halves beyond the first buffer of a heap are found, to the bit${probe ? "" : " (skipped: no WebGPU adapter)"}`,
  ignore: !probe,
  fn: async () => {
    const bufferBytes = 16 << 10, whole = await createWebGpuBackend({ allowSoftware: true });
    const spread = await createWebGpuBackend({ allowSoftware: true, bufferBytes });
    try {
      let tried = 0;
      for (const kind of ["pointwise", "matmul", "conv2d", "gather", "half"] as const) {
        const pair = inBoth(randomProgram(kind, 101), new Choices(1));
        if (!pair) continue;
        const { program, inputs, label } = pair.halves;
        const bytes = inputs.bound.reduce((sum, { length }) => sum + 4 * length, program.arenaBytes);
        if (bytes > 8 * bufferBytes) continue; // more buffers take long to compile
        const filler = spread.allocate("float32", bufferBytes / 4 + 100);
        assertSameBits(await runOnce(spread, program, inputs), await runOnce(whole, program, inputs), label);
        spread.free(filler);
        tried++;
      }
      assert.ok(tried >= 3, `${tried} programs`);
    } finally {
      whole.dispose();
      spread.dispose();
    }
  },
});
