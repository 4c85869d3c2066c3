/** Programs that read float16: random ones of every kernel that does, beside the same programs with the same numbers in float32. */
import assert from "node:assert/strict";
import { fromHalves, toHalves } from "../../lib/device/half.ts";
import type { Operand } from "../../lib/device/operand.ts";
import type { Program } from "../../lib/device/program.ts";
import type { PointwiseStep } from "../../lib/device/steps/pointwise.ts";
import { type Kernel, type Step, stepOutputs } from "../../lib/device/steps/mod.ts";
import { openBackend } from "./backends.ts";
import { assertSameBits, checkAgainstReference, runOnce } from "./conformance.ts";
import { type Case, Choices } from "./programs.ts";
import { randomProgram } from "./random_programs.ts";

/** Kernels that read float16, and how many programs of each. */
const KINDS = { pointwise: 12, fused: 12, matmul: 12, conv2d: 9, conv2dInputGrad: 9, gather: 9, half: 9 } as const;

/** Operands of a step that may be float16. */
function readable(step: Step): Operand[] {
  switch (step.kernel) {
    case "fused":
      return [...readable(step.product), ...readable(step.epilogue)];
    case "pointwise":
      return step.inputs.flatMap((input) =>
        input.kind === "tensor" && input.dtype === "float32" ? [input.operand] : []
      );
    case "matmul":
      return [step.inputs.a, step.inputs.b];
    case "conv2d":
    case "conv2dInputGrad":
      return [step.inputs.w];
    case "gather":
    case "half":
      return [step.inputs.input];
    default:
      return [];
  }
}

const chainWith = (step: PointwiseStep, halves: ReadonlySet<number>): PointwiseStep => ({
  ...step,
  inputs: step.inputs.map((input) =>
    input.kind === "tensor" && halves.has(input.operand.value) ? { ...input, dtype: "float16" } : input
  ),
});

function stepWith(step: Step, halves: ReadonlySet<number>): Step {
  if (step.kernel === "fused") return { ...step, epilogue: chainWith(step.epilogue, halves) };
  return step.kernel === "pointwise" ? chainWith(step, halves) : step;
}

/** A program with some of its float32 inputs as float16, and the same with the numbers that these hold in float32; undefined if it has none. */
function both({ program, inputs, label }: Case, choices: Choices): { halves: Case; floats: Case } | undefined {
  const written = new Set(program.steps.flatMap((step) => stepOutputs(step).map(({ value }) => value)));
  const may = new Set(
    program.steps.flatMap(readable).map(({ value }) => value).filter((value) => {
      const { dtype, place } = program.values[value]!;
      return dtype === "float32" && place.kind === "bound" && !written.has(value);
    }),
  );
  const chosen = new Set([...may].filter(() => choices.chance(0.7)));
  const [first] = may;
  if (first === undefined) return undefined;
  if (chosen.size === 0) chosen.add(first);
  const slots = new Set([...chosen].map((value) => {
    const { place } = program.values[value]!;
    return place.kind === "bound" ? place.slot : -1;
  }));
  const bound = inputs.bound.map((data, slot) => slots.has(slot) ? fromHalves(toHalves(data)) : data);
  const values = program.values.map((value, i): Program["values"][number] =>
    chosen.has(i) ? { ...value, dtype: "float16" } : value
  );
  const halves = { ...program, values, steps: program.steps.map((step) => stepWith(step, chosen)) };
  const common = { inputs: { ...inputs, bound }, label, exact: false };
  return { halves: { ...common, program: halves }, floats: { ...common, program } };
}

for (const name of ["reference", "cpu", "webgpu"] as const) {
  const opened = await openBackend(name, name === "cpu" ? { threads: 2 } : {});
  const reason = "missing" in opened ? ` (skipped: ${opened.missing})` : "";
  globalThis.addEventListener("unload", () => "backend" in opened && opened.backend.dispose());
  for (const [kind, count] of Object.entries(KINDS) as [Kernel & keyof typeof KINDS, number][]) {
    Deno.test({
      name: `${kind} of float16 has the bits of the same numbers in float32, on ${name}${reason}`,
      ignore: "missing" in opened,
      sanitizeOps: false, // the device outlives the test
      sanitizeResources: false,
      fn: async () => {
        if ("missing" in opened) return;
        const { backend } = opened;
        let compared = 0;
        for (let seed = 101; seed <= 100 + (name === "webgpu" ? Math.ceil(count / 3) : count); seed++) {
          const pair = both(randomProgram(kind, seed), new Choices(seed));
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
