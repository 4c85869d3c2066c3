/** Every device does what the reference does, on random programs of every kind. */
import assert from "node:assert/strict";
import type { Memory } from "../../lib/device/reference/memory.ts";
import type { Step } from "../../lib/device/steps/mod.ts";
import { type BackendName, openBackend } from "./backends.ts";
import { assertSameBits, checkAgainstReference, runOnce } from "./conformance.ts";
import { PROGRAM_KINDS, randomProgram } from "./random_programs.ts";
import { createRoundingBackend, runRounded } from "./rounding_backend.ts";

/** Programs of each kind; on webgpu fewer, since each compiles shaders. */
const COUNTS: { readonly [K in BackendName]: number } = { reference: 4, cpu: 24, webgpu: 12 };

for (const name of ["reference", "cpu", "webgpu"] as const) {
  // One device for all kinds: workers and adapters are costly to start.
  const opened = await openBackend(name, name === "cpu" ? { threads: 2 } : {});
  const alone = name === "cpu" ? await openBackend(name, { threads: 1 }) : undefined;
  const reason = "missing" in opened ? ` (skipped: ${opened.missing})` : "";
  globalThis.addEventListener("unload", () => {
    for (const device of [opened, alone]) if (device && "backend" in device) device.backend.dispose();
  });
  for (const kind of PROGRAM_KINDS) {
    Deno.test({
      name: `${name} agrees with the reference: ${kind}${reason}`,
      ignore: "missing" in opened,
      sanitizeOps: false, // the device outlives the test
      sanitizeResources: false,
      fn: async () => {
        if ("missing" in opened) return;
        const { backend } = opened;
        for (let seed = 1; seed <= COUNTS[name]; seed++) {
          const { label, program, inputs, exact } = randomProgram(kind, seed);
          const { contents } = await checkAgainstReference(backend, program, inputs, { label, exact });
          if (contents.length === 0) continue; // it faulted on both
          assertSameBits(contents, await runOnce(backend, program, inputs), `${label}: two runs`);
          if (alone && "backend" in alone) {
            assertSameBits(contents, await runOnce(alone.backend, program, inputs), `${label}: threads 2 and 1`);
          }
        }
      },
    });
  }
}

/** Kinds and seeds on which a device with this defect passes. */
async function passes(
  run: (step: Step, memory: Memory) => void,
  kinds: readonly string[],
  seeds: number,
): Promise<string[]> {
  const backend = createRoundingBackend(run), passed: string[] = [];
  for (const kind of PROGRAM_KINDS.filter((kind) => kinds.length === 0 || kinds.includes(kind))) {
    for (let seed = 1; seed <= seeds; seed++) {
      const { label, program, inputs, exact } = randomProgram(kind, seed);
      const outcome = checkAgainstReference(backend, program, inputs, { label, exact });
      await outcome.then(() => passed.push(label), (error) => {
        if (!(error instanceof assert.AssertionError)) throw error;
      });
    }
  }
  return passed;
}

Deno.test("checkAgainstReference() accepts 32-bit rounding and an arena whose ranges overlap", async () => {
  const passed = await passes(runRounded, [], 12);
  assert.equal(passed.length, PROGRAM_KINDS.length * 12);
});

Deno.test("checkAgainstReference() notices a step that is left out", async () => {
  const passed = await passes(
    (step, memory) => {
      if (step.kernel !== "pointwise") runRounded(step, memory);
    },
    ["pointwise", "sequence"],
    20,
  );
  assert.ok(passed.length <= 2, passed.join("\n")); // a chain may say nothing about its values, or leave them as they were
});

Deno.test("checkAgainstReference() notices an error of three parts in a hundred thousand", async () => {
  const kinds = [
    "matmul",
    "conv2d",
    "conv2dWeightGrad",
    "softmax",
    "crossEntropyGrad",
    "avgPool2d",
    "dequantizeGather",
  ];
  const passed = await passes(
    (step, memory) => {
      runRounded(step, memory);
      if (!("output" in step) || memory.values[step.output.value] instanceof Int32Array) return;
      const values = memory.values[step.output.value]!;
      values.forEach((x, i) => values[i] = x * (1 + 3e-5));
    },
    kinds,
    6,
  );
  assert.deepEqual(passed, []);
});
