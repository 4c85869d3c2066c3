import assert from "node:assert/strict";
import type { Backend } from "../../../lib/device/backend.ts";
import { createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { PointwiseOp } from "../../../lib/device/pointwise.ts";
import type { Program } from "../../../lib/device/program.ts";
import { erf } from "../../../lib/device/scalar_math.ts";

/** One function over one array. */
async function apply(backend: Backend, op: PointwiseOp, data: Float32Array<ArrayBuffer>): Promise<Float32Array> {
  const n = data.length,
    operand = (value: number): Operand => ({ value, shape: [n], strides: [1], offset: 0, dynamic: -1 });
  const values = [0, 1].map((slot) => ({ dtype: "float32", elements: n, place: { kind: "bound", slot } } as const));
  const program: Program = {
    values,
    steps: [{
      kernel: "pointwise",
      shape: [n],
      inputs: [{ kind: "tensor", operand: operand(0), dtype: "float32" }],
      code: [{ op, dtype: "float32", of: "float32", args: [0] }],
      outputs: [{ operand: operand(1), register: 1, dtype: "float32" }],
    }],
    arenaBytes: 0,
    bound: 2,
    scalars: 0,
    offsets: 0,
  };
  const [input, output] = [backend.allocate("float32", n), backend.allocate("float32", n)];
  backend.upload(input, data);
  backend.run(backend.compile(program), [input, output], new Float64Array(), new Int32Array());
  const [result] = await backend.download([output]);
  backend.free(input);
  backend.free(output);
  return result as Float32Array;
}

/** Distance between the neighbours of x in 32 bits. */
function ulp(x: number): number {
  const a = Math.abs(Math.fround(x));
  if (a < 2 ** -126) return 2 ** -149;
  return 2 ** (Math.floor(Math.log2(a)) - 23);
}

const cases: [PointwiseOp, (x: number) => number, number, number, number][] = [
  // function, oracle, from, to, most units in the last place
  ["exp", Math.exp, -104, 88.7, 1],
  ["exp", Math.exp, -1, 1, 1],
  ["expm1", Math.expm1, -20, 88, 2],
  ["expm1", Math.expm1, -0.5, 0.5, 2],
  ["log", Math.log, 1e-44, 1e-37, 1],
  ["log", Math.log, 0.5, 2, 1],
  ["log", Math.log, 1e-3, 1e30, 1],
  ["log2", Math.log2, 1e-44, 1e-37, 1],
  ["log2", Math.log2, 0.5, 2, 2],
  ["log2", Math.log2, 1e-3, 1e30, 1],
  ["log1p", Math.log1p, -0.999, 3, 1.5],
  ["log1p", Math.log1p, -1e-3, 1e-3, 1],
  ["log1p", Math.log1p, 0, 1e20, 1.5],
  ["tanh", Math.tanh, -12, 12, 2.5],
  ["tanh", Math.tanh, -0.1, 0.1, 2.5],
  ["sigmoid", (x) => 1 / (1 + Math.exp(-x)), -95, 95, 2.5],
  ["sin", Math.sin, -10, 10, 1],
  ["cos", Math.cos, -10, 10, 1],
  ["sin", Math.sin, -1e8, 1e8, 1],
  ["cos", Math.cos, -1e30, 1e30, 1],
  ["erf", erf, -5, 5, 1.5],
  ["rsqrt", (x) => 1 / Math.sqrt(x), 1e-30, 1e30, 1.5],
];

for (const [op, oracle, from, to, most] of cases) {
  Deno.test(`${op} is within ${most} units in the last place from ${from} to ${to}`, async () => {
    const backend = createCpuBackend({ threads: 1 });
    // An odd length, so that the end of a block is covered too.
    const data = new Float32Array(40_001).map((_, i) => from + (to - from) * i / 40_000);
    const result = await apply(backend, op, data);
    let worst = 0, at = 0;
    result.forEach((y, i) => {
      const exact = oracle(data[i]!), error = Math.abs(y - exact) / ulp(exact);
      if (!(error <= worst)) [worst, at] = [error, i];
    });
    assert.ok(worst <= most, `${op}(${data[at]}) = ${result[at]}, ${oracle(data[at]!)} expected: ${worst} units off`);
    backend.dispose();
  });
}

Deno.test("functions follow IEEE 754 at the edges", async () => {
  const backend = createCpuBackend({ threads: 1 });
  const data = Float32Array.of(NaN, Infinity, -Infinity, 0, -0, -1, 200, -200, 1e-45, -103.9, -104, -104.1, -3e38);
  const oracles: Partial<Record<PointwiseOp, (x: number) => number>> = {
    exp: Math.exp,
    expm1: Math.expm1,
    log: Math.log,
    log1p: Math.log1p,
    log2: Math.log2,
    tanh: Math.tanh,
    sigmoid: (x) => 1 / (1 + Math.exp(-x)),
    sin: Math.sin,
    cos: Math.cos,
    erf,
    sqrt: Math.sqrt,
    relu: (x) => x < 0 ? 0 : x,
    sign: (x) => x > 0 ? 1 : x < 0 ? -1 : 0,
  };
  for (const [op, oracle] of Object.entries(oracles)) {
    const result = await apply(backend, op as PointwiseOp, data);
    data.forEach((x, i) => {
      const exact = oracle(x), y = result[i]!;
      assert.ok(
        Object.is(y + 0, exact + 0) || Math.abs(y - exact) <= 2 * ulp(exact),
        `${op}(${x}) = ${y}, ${exact} expected`,
      );
    });
  }
  backend.dispose();
});
