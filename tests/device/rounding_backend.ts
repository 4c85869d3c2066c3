/**
 * A device made of the reference kernels for testing the tests: it rounds to 32 bits after every instruction and store, and its
 * arena is one array whose ranges really overlap.
 */
import type { Backend, DeviceBuffer, Executable } from "../../lib/device/backend.ts";
import { type HostArray, isFloat } from "../../lib/device/dtype.ts";
import { fromHalves, toHalves } from "../../lib/device/half.ts";
import { overflow, type RaisedFault } from "../../lib/device/faults.ts";
import type { Program } from "../../lib/device/program.ts";
import { createReferenceBackend } from "../../lib/device/reference/backend.ts";
import { runStep } from "../../lib/device/reference/kernels.ts";
import { addresses, type Memory, sizeOf, type Storage } from "../../lib/device/reference/memory.ts";
import { scalarInput } from "../../lib/device/reference/pointwise.ts";
import { scalarFunction } from "../../lib/device/reference/scalar.ts";
import type { Step } from "../../lib/device/steps/mod.ts";
import type { PointwiseStep } from "../../lib/device/steps/pointwise.ts";

/** Runs one step on memory that rounds. */
export type Run = (step: Step, memory: Memory) => void;

/** The 32-bit twin of the reference's pointwise kernel. */
function roundedPointwise(step: PointwiseStep, memory: Memory): void {
  const at = step.inputs.map((input) => input.kind === "tensor" ? addresses(memory, input.operand) : undefined);
  const outputs = step.outputs.map(({ operand }) => addresses(memory, operand));
  for (let i = 0; i < sizeOf(step.shape); i++) {
    const registers = step.inputs.map((input, j) =>
      input.kind === "tensor" ? memory.values[input.operand.value]![at[j]![i]!]! : scalarInput(
        input.dtype === "float32" ? Math.fround(memory.scalars[input.slot]!) : memory.scalars[input.slot]!,
        input.dtype,
      )
    );
    for (const instruction of step.code) {
      const [x, y, z] = instruction.args.map((arg) => registers[arg]!) as [number, number, number];
      const result = scalarFunction(instruction, (op) => memory.fault(overflow(op)))(x, y, z);
      registers.push(instruction.dtype === "float32" ? Math.fround(result) : result);
    }
    step.outputs.forEach(({ operand, register }, j) => {
      memory.values[operand.value]![outputs[j]![i]!] = registers[register]!;
    });
  }
}

/** Runs one step with rounding. */
export function runRounded(step: Step, memory: Memory): void {
  if (step.kernel === "fused") {
    runRounded(step.product, memory);
    runRounded(step.epilogue, memory);
  } else if (step.kernel === "pointwise") roundedPointwise(step, memory);
  else runStep(step, memory);
}

/** A backend that runs every step with `run`, over bound buffers and an arena of 32-bit elements. */
export function createRoundingBackend(run: Run = runRounded): Backend {
  const inner = createReferenceBackend();
  const contents = new WeakMap<DeviceBuffer, HostArray>();
  let faults: RaisedFault[] = [];
  return {
    kind: "cpu",
    description: "reference kernels, rounded to 32 bits",
    counters: inner.counters,
    allocate: (dtype, elements) => inner.allocate(dtype, elements),
    element: (buffer, at) => inner.element(buffer, at),
    free: (buffer) => inner.free(buffer),
    upload: (buffer, data) => {
      const { dtype, elements } = buffer;
      const array = isFloat(dtype)
        ? new Float32Array(elements)
        : dtype === "int32"
        ? new Int32Array(elements)
        : new Uint8Array(elements);
      array.set(dtype === "float16" ? fromHalves(toHalves(data)) : data);
      contents.set(buffer, array);
    },
    compile: (program: Program): Executable => ({ program, launches: program.steps.length }),
    run: ({ program }, bound, scalars, offsets) => {
      const arena = new ArrayBuffer(program.arenaBytes);
      new Float32Array(arena).fill(NaN);
      const values = program.values.map(({ dtype, elements, place }) => {
        if (place.kind === "bound") return contents.get(bound[place.slot]!);
        return dtype === "float32"
          ? new Float32Array(arena, place.offset, elements)
          : new Int32Array(arena, place.offset, elements);
      });
      const memory: Memory = {
        values: values as unknown as Storage[],
        scalars,
        offsets,
        fault: (fault) => faults.push({ run: inner.counters.runs, step: 0, fault }),
      };
      for (const step of program.steps) run(step, memory);
    },
    download: (buffers) => {
      return Promise.resolve(buffers.map((buffer) => contents.get(buffer)!.slice()));
    },
    synchronize: () => inner.synchronize(),
    takeFaults: () => {
      const taken = faults;
      faults = [];
      return taken;
    },
    get checkedRuns() {
      return inner.counters.runs;
    },
    throttle: () => undefined,
    trim: () => inner.trim(),
    dispose: () => inner.dispose(),
  };
}
