import assert from "node:assert/strict";
import type { PointwiseOp } from "../../lib/device/pointwise.ts";
import { erf } from "../../lib/device/scalar_math.ts";
import { createWebGpuBackend, probeAdapter } from "../../lib/device/webgpu/backend.ts";
import { runOnce } from "./conformance.ts";
import { ProgramBuilder } from "./programs.ts";

const N = 1 << 14;
const linear = (from: number, to: number) => (t: number) => from + t * (to - from);
const powers = (from: number, to: number) => (t: number) => 2 ** linear(from, to)(t);

/** Function, arguments to try (t from 0 to 1), and units in the last place that are allowed. */
const CASES: readonly [
  op: PointwiseOp,
  exact: (x: number) => number,
  argument: (t: number) => number,
  units: number,
][] = [
  ["exp", Math.exp, linear(-86, 88), 5],
  ["expm1", Math.expm1, linear(-10, 10), 9],
  ["log", Math.log, powers(-100, 100), 5],
  ["log", Math.log, linear(0.3, 2.3), 5],
  ["log2", Math.log2, powers(-100, 100), 3],
  ["log2", Math.log2, linear(0.3, 2.3), 5],
  ["log1p", Math.log1p, linear(-0.99, 3), 5],
  ["sin", Math.sin, linear(-3, 3), 4],
  ["cos", Math.cos, linear(-1.5, 1.5), 4],
  ["tanh", Math.tanh, linear(-10, 10), 6],
  ["sigmoid", (x) => 1 / (1 + Math.exp(-x)), linear(-80, 80), 6],
  ["erf", erf, linear(-4.5, 4.5), 3],
  ["rsqrt", (x) => 1 / Math.sqrt(x), powers(-100, 100), 4],
];

async function evaluate(op: PointwiseOp, argument: (t: number) => number) {
  const x = Float32Array.from({ length: N }, (_, i) => argument(i / (N - 1)));
  const builder = new ProgramBuilder();
  const input = builder.dense("float32", [N], x), output = builder.dense("float32", [N], new Float32Array(N));
  const { program, inputs } = builder.step({
    kernel: "pointwise",
    shape: [N],
    inputs: [{ kind: "tensor", operand: input, dtype: "float32" }],
    code: [{ op, dtype: "float32", of: "float32", args: [0] }],
    outputs: [{ operand: output, register: 1, dtype: "float32" }],
  }).build(op);
  const backend = await createWebGpuBackend({ allowSoftware: true });
  try {
    return { x, y: (await runOnce(backend, program, inputs))[1]! };
  } finally {
    backend.dispose();
  }
}

const probe = await probeAdapter();
const ignore = !probe, note = probe ? "" : " (skipped: no WebGPU adapter)";

for (const [op, exact, argument, units] of CASES) {
  Deno.test({
    name: `${op} is within ${units} units of the last place from ${argument(0)} to ${argument(1)}${note}`,
    ignore,
    fn: async () => {
      const { x, y } = await evaluate(op, argument);
      x.forEach((x, i) => {
        const wanted = exact(x), unit = 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(wanted))) - 23);
        const error = Math.abs(y[i]! - wanted) / unit;
        assert.ok(error <= units, `${op}(${x}) is ${y[i]}, not ${wanted}: off by ${error.toFixed(1)} units`);
      });
    },
  });
}

for (const op of ["sin", "cos"] as const) {
  Deno.test({
    name: `${op} is right to 1e-6 for arguments of any size${note}`,
    ignore,
    fn: async () => {
      const { x, y } = await evaluate(op, (t) => (t < 0.5 ? -1 : 1) * 2 ** (Math.abs(2 * t - 1) * 127));
      x.forEach((x, i) =>
        assert.ok(Math.abs(y[i]! - Math[op](x)) < 1e-6, `${op}(${x}) is ${y[i]}, not ${Math[op](x)}`)
      );
    },
  });
}
