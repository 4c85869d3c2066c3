/** Checks a backend against the reference on one program. */
import { DeviceFaultError } from "../../lib/device/errors.ts";
import assert from "node:assert/strict";
import type { Backend, DeviceBuffer } from "../../lib/device/backend.ts";
import { type DType, type HostArray, isFloat } from "../../lib/device/dtype.ts";
import type { Fault } from "../../lib/device/faults.ts";
import { fromHalves, toHalves } from "../../lib/device/half.ts";
import type { Operand } from "../../lib/device/operand.ts";
import type { Program, Value } from "../../lib/device/program.ts";
import { runStep } from "../../lib/device/reference/kernels.ts";
import { addresses, type Memory, type Storage } from "../../lib/device/reference/memory.ts";
import { type Step, stepOutputs } from "../../lib/device/steps/mod.ts";
import type { ProgramInputs } from "./programs.ts";
import { runWithErrors } from "./run_with_errors.ts";
import { EPSILON, type Errors, type Precision } from "./tolerance.ts";

/** How {@linkcode checkAgainstReference} compares. */
export interface CheckOptions {
  /** Named in failures. */
  readonly label?: string;
  /** Default: `approximate` on webgpu only. */
  readonly precision?: Precision;
  /** Factor on all tolerances that are not 0; default 1. */
  readonly slack?: number;
  /** All floats are whole numbers that every device computes exactly: nothing is tolerated. */
  readonly exact?: boolean;
}

/** What a check that passed has seen. */
export interface CheckResult {
  /** Contents of the bound buffers after the run; empty if the program faulted, as it should. */
  readonly contents: HostArray[];
  /** Elements written that had a finite tolerance, and all elements written. */
  readonly compared: number;
  readonly written: number;
  /** Largest error seen, as a share of its tolerance. */
  readonly worst: number;
}

/** What the reference says the bound buffers hold after a run, and how far off each element may be. */
interface Expectation {
  readonly contents: Storage[];
  readonly errors: (Float64Array | undefined)[];
  readonly faults: Fault[];
  readonly memory: Memory;
}

/** Element type of each bound slot. */
function slotTypes(program: Program): Value[] {
  const types = new Array<Value>(program.bound);
  for (const value of program.values) if (value.place.kind === "bound") types[value.place.slot] = value;
  return types;
}

function expectation(program: Program, inputs: ProgramInputs, precision: Precision | "exact"): Expectation {
  const types = slotTypes(program);
  const contents = inputs.bound.map((data, slot) =>
    data instanceof Uint8Array
      ? data.slice()
      : Float64Array.from(types[slot]?.dtype === "float16" ? fromHalves(toHalves(data)) : data)
  );
  const faults: Fault[] = [], errors: Errors = new Map();
  const memory: Memory = {
    values: program.values.map(({ elements, place }) =>
      place.kind === "bound" ? contents[place.slot]! : new Float64Array(elements).fill(NaN)
    ),
    scalars: inputs.scalars,
    offsets: inputs.offsets,
    fault: (fault) => faults.push(fault),
  };
  for (const step of program.steps) {
    if (precision === "exact") runStep(step, memory);
    else runWithErrors(step, { memory, errors, precision });
  }
  return { contents, errors: contents.map((storage) => errors.get(storage)), faults, memory };
}

/** Runs a program once on fresh buffers; resolves to the contents of all bound buffers. */
export async function runOnce(backend: Backend, program: Program, inputs: ProgramInputs): Promise<HostArray[]> {
  const buffers: DeviceBuffer[] = inputs.bound.map((data, slot) => {
    const buffer = backend.allocate(slotTypes(program)[slot]?.dtype ?? "float32", data.length);
    backend.upload(buffer, data);
    return buffer;
  });
  try {
    const executable = backend.compile(program);
    assert.equal(executable.program, program, "compile() keeps the program");
    backend.run(executable, buffers, inputs.scalars, inputs.offsets);
    return await backend.download(buffers);
  } finally {
    buffers.forEach((buffer) => backend.free(buffer));
  }
}

/** As {@linkcode runOnce}; throws the first fault that was raised. */
export async function runSound(backend: Backend, program: Program, inputs: ProgramInputs): Promise<HostArray[]> {
  const contents = await runOnce(backend, program, inputs);
  for (const { fault } of backend.takeFaults()) throw new DeviceFaultError(fault);
  return contents;
}

/**
 * Runs `program` on `backend` and on the reference, and compares every element of every bound buffer: results within the tolerance
 * of a running error analysis, all else untouched. Float inputs must be exact in 32 bits. If the program faults on the reference, it
 * must fault on the backend.
 * @throws {assert.AssertionError} that names the step, the place, both values and the tolerance.
 */
export async function checkAgainstReference(
  backend: Backend,
  program: Program,
  inputs: ProgramInputs,
  options: CheckOptions = {},
): Promise<CheckResult> {
  const precision = options.precision ?? { approximate: backend.kind === "webgpu" };
  const expected = expectation(program, inputs, options.exact ? "exact" : precision);
  if (expected.faults.length > 0) {
    await checkFault(backend, program, inputs, expected.faults, options.label ?? "");
    return { contents: [], compared: 0, written: 0, worst: 0 };
  }
  const contents = await runOnce(backend, program, inputs);
  const types = slotTypes(program);
  let compared = 0, written = 0, worst = 0;
  contents.forEach((actual, slot) => {
    const want = expected.contents[slot]!, errors = expected.errors[slot], dtype = types[slot]?.dtype ?? "float32";
    checkType(actual, dtype, backend, slot);
    assert.equal(actual.length, want.length, `${options.label}: buffer ${slot} has another length`);
    let wrong = 0, worstIndex = -1, worstShare = 1;
    for (let i = 0; i < want.length; i++) {
      const tolerance = toleranceOf(want[i]!, errors?.[i] ?? 0, dtype) * (options.slack ?? 1);
      const share = distance(actual[i]!, isFloat(dtype) ? want[i]! : Math.trunc(want[i]!), tolerance);
      written++;
      if (tolerance < Infinity) compared++;
      if (share > worst) worst = share;
      if (share > 1) wrong++;
      if (share > worstShare) [worstShare, worstIndex] = [share, i];
    }
    if (wrong === 0) return;
    const tolerance = toleranceOf(want[worstIndex]!, errors?.[worstIndex] ?? 0, dtype);
    assert.fail(
      `${
        options.label ?? "Program"
      }: ${backend.kind} differs from the reference in ${wrong} of ${want.length} elements of ` +
        `bound buffer ${slot} (${dtype}).\n` +
        `  worst: element ${worstIndex}${describePlace(program, inputs, expected.memory, slot, worstIndex)}\n` +
        `  ${backend.kind} ${actual[worstIndex]}, reference ${want[worstIndex]}, tolerance ${tolerance}` +
        `${describeWriter(program, slot)}`,
    );
  });
  return { contents, compared, written, worst };
}

/** Tolerance of one element: its own error bound and the rounding of the value that is stored. Exact values have none. */
function toleranceOf(want: number, error: number, dtype: DType): number {
  if (!(error < Infinity)) return Infinity;
  return dtype === "float32" && error > 0 ? error + Math.abs(want) * EPSILON / 2 : error;
}

/** How far `actual` is from `want` as a share of the tolerance: 0 is equal, above 1 is wrong. */
function distance(actual: number, want: number, tolerance: number): number {
  if (tolerance === Infinity) return 0;
  const rounded = Math.fround(want);
  if (actual === want || actual === rounded || (Number.isNaN(actual) && Number.isNaN(want))) return 0;
  const share = Math.abs(actual - want) / tolerance;
  return Number.isNaN(share) ? Infinity : share;
}

function checkType(actual: HostArray, dtype: DType, backend: Backend, slot: number): void {
  const float = backend.kind === "reference" ? Float64Array : Float32Array;
  const type = dtype === "float32"
    ? float
    : dtype === "float16"
    ? Float32Array
    : dtype === "int32"
    ? Int32Array
    : Uint8Array;
  assert.ok(
    actual instanceof type,
    `Buffer ${slot} (${dtype}) came back as ${actual.constructor.name}, not ${type.name}`,
  );
}

async function checkFault(
  backend: Backend,
  program: Program,
  inputs: ProgramInputs,
  faults: readonly Fault[],
  label: string,
): Promise<void> {
  await runOnce(backend, program, inputs);
  const raised = backend.takeFaults();
  assert.ok(
    raised.length,
    `${label}: ${backend.kind} raised no fault, the reference says ${JSON.stringify(faults[0])}`,
  );
  for (const { run, fault } of raised) {
    assert.equal(run, backend.counters.runs);
    assert.ok(
      faults.some(({ kernel, index, size }) => kernel === fault.kernel && index === fault.index && size === fault.size),
      `${label}: ${backend.kind} faulted with ${JSON.stringify(fault)}, the reference with ${JSON.stringify(faults)}`,
    );
  }
  assert.equal(backend.takeFaults().length, 0);
}

/** Steps that write to a bound slot. */
function writersOf(program: Program, slot: number): { step: Step; index: number; operand: Operand }[] {
  return program.steps.flatMap((step, index) =>
    stepOutputs(step).flatMap((operand) => {
      const { place } = program.values[operand.value]!;
      return place.kind === "bound" && place.slot === slot ? [{ step, index, operand }] : [];
    })
  );
}

function describePlace(
  program: Program,
  inputs: ProgramInputs,
  memory: Memory,
  slot: number,
  element: number,
): string {
  for (const { operand, index, step } of writersOf(program, slot).toReversed()) {
    const place = addresses(memory, operand).indexOf(element);
    if (place < 0) continue;
    let rest = place;
    const at = operand.shape.toReversed().map((size) => {
      const coordinate = rest % size;
      rest = Math.floor(rest / size);
      return coordinate;
    }).toReversed();
    return `, index [${at}] of step ${index}'s output [${operand.shape}]${describeArguments(step, place)}`;
  }
  return ", which no step writes";

  /** What a pointwise step read for one element, as far as it was in bound buffers. */
  function describeArguments(step: Step, place: number): string {
    if (step.kernel !== "pointwise") return "";
    const args = step.inputs.map((input) => {
      if (input.kind === "scalar") return inputs.scalars[input.slot];
      const from = program.values[input.operand.value]!.place;
      return from.kind === "bound" ? inputs.bound[from.slot]![addresses(memory, input.operand)[place]!] : "arena";
    });
    return `\n  ${step.code.map(({ op }) => op).join(" ")} of (${args.join(", ")})`;
  }
}

function describeWriter(program: Program, slot: number): string {
  const writer = writersOf(program, slot).at(-1);
  return writer ? `\n  step ${writer.index} of ${program.steps.length}: ${JSON.stringify(writer.step)}` : "";
}

/** Fails unless two runs gave the same bits (any NaN is the same as any other). */
export function assertSameBits(a: readonly HostArray[], b: readonly HostArray[], what: string): void {
  assert.equal(a.length, b.length, what);
  a.forEach((first, slot) => {
    const second = b[slot]!;
    assert.equal(first.length, second.length, what);
    for (let i = 0; i < first.length; i++) {
      if (Object.is(first[i], second[i])) continue;
      assert.fail(`${what}: element ${i} of buffer ${slot} is ${first[i]} once and ${second[i]} once`);
    }
  });
}
