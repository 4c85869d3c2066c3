/** Every operation's value, shape, dtype and gradients against PyTorch (tests/goldens/ops.json, layers.json, losses.json, activations.json and shaping.json), on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { POINTWISE_OPS } from "../../lib/device/pointwise.ts";
import { tensor } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { difference, floats, type GoldenArray, readGolden, testDevices, type Tolerance, values } from "./golden.ts";
import { OP_TABLE, OTHERWISE } from "./op_table.ts";

interface Case {
  family: string;
  op: string;
  name: string;
  args: unknown;
  inputs: (GoldenArray & { views?: unknown[][] })[];
  outputs: GoldenArray[];
  /** Terms in a sum, forward and in gradients; and the magnitude of what is summed (0: compare relative to each value alone). */
  n: number;
  scale: number;
  cotangents?: string[];
  grads?: Record<string, string>;
  gn?: number;
  gscale?: number;
  second?: { cotangents: string[]; grads: Record<string, string>; scale: number };
}

/**
 * Units in the last place that a device may be off: `own` relative to each value, `sum` relative to the magnitude of a sum's terms, which grows
 * with the root of their number. The reference computes in 64 bits. WGSL allows its functions more than a CPU's library.
 */
const LIMITS = {
  reference: { own: 2, sum: 1 },
  cpu: { own: 16, sum: 8 },
  webgpu: { own: 64, sum: 32 },
} as const;

const EPSILON = 2 ** -24;

const SMALLEST_NORMAL = 2 ** -126;

function tolerance(kind: keyof typeof LIMITS, n: number, scale: number): Tolerance {
  const { own, sum } = LIMITS[kind];
  const underflow = kind === "webgpu" ? SMALLEST_NORMAL : 0;
  return { relative: own * EPSILON, absolute: sum * EPSILON * Math.sqrt(n) * scale + underflow };
}

/**
 * Where a value or gradient says nothing: WGSL lets a device take numbers below the normal ones to be 0, and 0 may have another result
 * altogether, as 1/x does.
 */
function unspecified(golden: Case, kind: keyof typeof LIMITS, elements: number): Set<number> {
  if (kind !== "webgpu") return new Set();
  return new Set(golden.inputs.flatMap((input) => {
    const data = values(input);
    // Twice as much, as a gradient may ask for x·ln 2.
    const isSmall = (x: number) => x !== 0 && Math.abs(x) < 2 * SMALLEST_NORMAL;
    return input.dtype === "float32" && data.length === elements
      ? [...data.keys()].filter((i) => isSmall(data[i]!))
      : [];
  }));
}

function view(x: Tensor, views: unknown[][]): Tensor {
  for (const [name, ...args] of views) {
    // deno-lint-ignore no-explicit-any
    const a = args as any[];
    if (name === "permute") x = x.permute(a[0]);
    else if (name === "slice") x = x.slice(a[0], a[1], a[2], a[3]);
    else if (name === "expand") x = x.expand(a[0]);
    else throw new Error(`Cannot take view ${name}: the test does not know it`);
  }
  return x;
}

/** Runs a case; every way in which it differs from PyTorch, in words. */
async function check(golden: Case, device: Device, kind: keyof typeof LIMITS): Promise<string[]> {
  const problems: string[] = [];
  const leaves = golden.inputs.map((input) => {
    const data = values(input);
    return tensor(input.dtype === "uint8" ? Uint8Array.from(data) : data, {
      shape: [...input.shape],
      dtype: input.dtype,
      device,
      requiresGrad: input.dtype === "float32",
    });
  });
  const inputs = leaves.map((leaf, i) => view(leaf, golden.inputs[i]!.views ?? []));
  const result = OP_TABLE[golden.op]!(inputs, golden.args, device);
  const outputs = Array.isArray(result) ? result : [result];
  const compare = async (
    what: string,
    found: Tensor | null,
    expected: Float32Array | Int32Array,
    shape: readonly number[],
    t: Tolerance,
  ) => {
    if (!found) {
      if (Array.prototype.some.call(expected, (v) => v !== 0)) problems.push(`${what} is missing`);
      return;
    }
    if (found.shape.join() !== shape.join()) {
      problems.push(`${what} has shape [${found.shape.join(", ")}], expected [${shape.join(", ")}]`);
      return;
    }
    const skipped = unspecified(golden, kind, expected.length), got = await found.toTypedArray();
    const off = difference(got, expected.map((x, i) => skipped.has(i) ? Math.fround(got[i]!) : x), shape, t);
    if (off) problems.push(`${what} ${off}`);
  };

  // Gradients are recorded before anything is read, as in a training step.
  const grads: [string, Tensor | null, string, number][] = [];
  const seconds: typeof grads = [];
  if (golden.grads) {
    const withGrad = outputs.filter((output) => output.requiresGrad);
    withGrad.forEach((output, i) => {
      const cotangent = tensor(floats(golden.cotangents![i]!), { shape: [...output.shape], device });
      output.backward(cotangent, { retainGraph: i < withGrad.length - 1, createGraph: golden.second !== undefined });
    });
    for (const [i, data] of Object.entries(golden.grads)) {
      grads.push([`gradient of input ${i}`, leaves[+i]!.grad, data, +i]);
    }
  }
  if (golden.second) {
    let total: Tensor | undefined;
    grads.forEach(([, grad], i) => {
      const cotangent = tensor(floats(golden.second!.cotangents[i]!), { shape: [...grad!.shape], device });
      const term = grad!.mul(cotangent).sum();
      total = total ? total.add(term) : term;
    });
    for (const leaf of leaves) leaf.grad = null;
    total!.backward();
    for (const [i, data] of Object.entries(golden.second.grads)) {
      seconds.push([`second-order gradient of input ${i}`, leaves[+i]!.grad, data, +i]);
    }
  }

  assert.equal(outputs.length, golden.outputs.length);
  for (const [i, expected] of golden.outputs.entries()) {
    const output = outputs[i]!;
    if (output.dtype !== expected.dtype) {
      problems.push(`output ${i} has dtype ${output.dtype}, expected ${expected.dtype}`);
    }
    await compare(`output ${i}`, output, values(expected), expected.shape, tolerance(kind, golden.n, golden.scale));
  }
  for (const [what, grad, data, i] of grads) {
    await compare(what, grad, floats(data), golden.inputs[i]!.shape, tolerance(kind, golden.gn!, golden.gscale!));
  }
  for (const [what, grad, data, i] of seconds) {
    await compare(
      what,
      grad,
      floats(data),
      golden.inputs[i]!.shape,
      tolerance(kind, golden.gn! * 4, golden.second!.scale),
    );
  }
  return problems;
}

const cases = ["ops.json", "layers.json", "losses.json", "activations.json", "shaping.json"].flatMap((file) =>
  readGolden<{ cases: Case[] }>(file).cases
);
const families = Map.groupBy(cases, (golden) => golden.family);

const tested = new Set(cases.map((golden) => golden.op));

Deno.test("the table has the operations of the golden cases, and no other", () => {
  assert.deepEqual(Object.keys(OP_TABLE).sort(), [...tested].sort());
});

Deno.test("every pointwise function has a golden case", () => {
  const missing = POINTWISE_OPS.flatMap((op) => OTHERWISE[op] ?? [op]).filter((name) => !tested.has(name));
  assert.deepEqual(missing, [], "make cases of them in tests/goldens/make_op_goldens.py");
});

for (const kind of testDevices()) {
  for (const [family, members] of families) {
    Deno.test(`${family} operations agree with PyTorch on ${kind}`, async () => {
      using device = await new Device(kind).ready;
      const failures: string[] = [];
      for (const golden of members) {
        const where = `${golden.op} (${golden.name}) on ${kind}`;
        try {
          for (const problem of await check(golden, device, kind)) failures.push(`${where}: ${problem}`);
        } catch (error) {
          failures.push(`${where}: threw ${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
        }
      }
      if (failures.length) {
        assert.fail(`${failures.length} differences in ${members.length} cases\n${failures.join("\n")}`);
      }
    });
  }
}
