/** Runs steps on the reference and keeps account of how far a device may be from it. */
import type { Operand } from "../../lib/device/operand.ts";
import { runStep } from "../../lib/device/reference/kernels.ts";
import { addresses } from "../../lib/device/reference/memory.ts";
import type { Step } from "../../lib/device/steps/mod.ts";
import { errorsOf } from "../ops/mod.ts";
import { pointwiseErrors } from "../ops/pointwise_errors.ts";
import type { Analysis, Bounds } from "./tolerance.ts";

/** Runs one step on the analysis' memory, and brings its errors up to date. */
export function runWithErrors(step: Step, analysis: Analysis): void {
  const { memory } = analysis;
  if (step.kernel === "fused") {
    runWithErrors(step.product, analysis);
    runWithErrors(step.epilogue, analysis);
  } else if (step.kernel === "pointwise") { // errors first: the step may overwrite its inputs
    const bounds = pointwiseErrors(step, analysis);
    runStep(step, memory);
    step.outputs.forEach(({ operand }, i) => store(analysis, operand, bounds[i]));
  } else {
    runStep(step, memory);
    store(analysis, step.output, errorsOf(step, analysis));
  }
}

function store({ memory, errors }: Analysis, operand: Operand, bounds: Bounds): void {
  const values = memory.values[operand.value]!;
  let all = errors.get(values);
  if (!all && !bounds) return;
  if (!all) errors.set(values, all = new Float64Array(values.length));
  addresses(memory, operand).forEach((address, i) => all[address] = bounds ? bounds[i]! : 0);
}
