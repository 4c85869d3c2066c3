import assert from "node:assert/strict";
import { declarationsOf } from "../../lib/device/webgpu/declarations.ts";
import mathText from "../../kernels/webgpu/math.wgsl" with { type: "text" };
import type { PointwiseOp } from "../../lib/device/pointwise.ts";
import { Device } from "../../lib/device/device.ts";
import { erf } from "../../lib/device/scalar_math.ts";
import { createWebGpuBackend, probeAdapter } from "../../lib/device/webgpu/backend.ts";
import { functional as F } from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { runOnce } from "./conformance.ts";
import { reassociated } from "./fast_math.ts";
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

/** How far a function's results are off at most, in units of the last place, and where. */
async function worst(
  op: PointwiseOp,
  exact: (x: number) => number,
  argument: (t: number) => number,
): Promise<{ units: number; where: string }> {
  const { x, y } = await evaluate(op, argument);
  let units = 0, where = "";
  x.forEach((x, i) => {
    const wanted = exact(x), unit = 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(wanted))) - 23);
    const error = Math.abs(y[i]! - wanted) / unit;
    if (error <= units) return;
    units = error;
    where = `${op}(${x}) is ${y[i]}, not ${wanted}: off by ${error.toFixed(1)} units`;
  });
  return { units, where };
}

for (const [op, exact, argument, units] of CASES) {
  Deno.test({
    name: `${op} is within ${units} units of the last place from ${argument(0)} to ${argument(1)}${note}`,
    ignore,
    fn: async () => {
      const found = await worst(op, exact, argument);
      assert.ok(found.units <= units, found.where);
    },
  });
}

/** How far sine or cosine are off at most for arguments of any size, and where. */
async function worstPeriodic(op: "sin" | "cos"): Promise<{ off: number; where: string }> {
  const { x, y } = await evaluate(op, (t) => (t < 0.5 ? -1 : 1) * 2 ** (Math.abs(2 * t - 1) * 127));
  let off = 0, where = "";
  x.forEach((x, i) => {
    const error = Math.abs(y[i]! - Math[op](x));
    if (error <= off) return;
    off = error;
    where = `${op}(${x}) is ${y[i]}, not ${Math[op](x)}`;
  });
  return { off, where };
}

/** Compiles every module with its text changed, until it is disposed. */
function compiling(change: (code: string) => string): Disposable {
  const { createShaderModule } = GPUDevice.prototype;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    return createShaderModule.call(this, { ...descriptor, code: change(descriptor.code) });
  };
  return { [Symbol.dispose]: () => void (GPUDevice.prototype.createShaderModule = createShaderModule) };
}

/** The functions of math.wgsl as a compiler makes them that takes sums and products in any order. */
const fastMath = (code: string, math = (text: string) => text) =>
  [...declarationsOf(mathText).values()].reduce(
    (code, { text }) => code.replace(text, () => reassociated(math(text))),
    code,
  );

/** With the ends of exp's range, where the power of two is taken in two factors. */
const FAST_CASES: typeof CASES = [
  ...CASES,
  ["exp", Math.exp, linear(88, 88.7), 5],
  ["exp", Math.exp, linear(-87.3, -86), 6],
];

Deno.test({
  name: `a compiler that takes sums and products in any order leaves the functions within their tolerances${note}`,
  ignore,
  fn: async () => {
    using _ = compiling((code) => fastMath(code));
    for (const [op, exact, argument, units] of FAST_CASES) {
      const found = await worst(op, exact, argument);
      // Series are taken in another order: a rounding or two more.
      assert.ok(found.units <= units + 3, found.where);
    }
    for (const op of ["sin", "cos"] as const) {
      const { off, where } = await worstPeriodic(op);
      assert.ok(off < 1e-6, where);
    }
    using device = await new Device("webgpu").ready;
    const x = Float32Array.from({ length: N }, (_, i) => linear(-6, 6)(i / (N - 1)));
    const y = await F.gelu(tensor(x, { device })).toTypedArray();
    x.forEach((x, i) => {
      const wanted = x / 2 * (1 + erf(x / Math.SQRT2));
      const allowed = 2 ** -23 * (4 * Math.abs(wanted) + Math.abs(x));
      assert.ok(Math.abs(y[i]! - wanted) <= allowed, `gelu(${x}) is ${y[i]}, not ${wanted}`);
    });
  },
});

Deno.test({
  name: `without held() such a compiler breaks exp, sin and sigmoid: the emulation shows it${note}`,
  ignore,
  fn: async () => {
    const bare = (text: string) => text.replace(/\bheld\((?!x: f32)/g, "(");
    using _ = compiling((code) => fastMath(code, bare));
    assert.ok((await worstPeriodic("sin")).off > 1e-5);
    for (const [name, least] of [["exp", 20], ["sigmoid", 20]] as const) {
      const [op, exact, argument] = CASES.find(([op]) => op === name)!;
      const { units } = await worst(op, exact, argument);
      assert.ok(units > least, `${op} is off by ${units.toFixed(1)} units`);
    }
  },
});

Deno.test({
  name: `relu passes NaN on, whatever its sign, and keeps −0${note}`,
  ignore,
  fn: async () => {
    const bits = [
      0x7fc00000,
      0xffc00000,
      0xff800001,
      0x7f800000,
      0xff800000,
      0x80000000,
      0x80000001,
      0xbf800000,
      0x3f800000,
    ];
    const x = new Float32Array(Uint32Array.from(bits).buffer);
    const { y } = await evaluate("relu", (t) => x[Math.round(t * (N - 1)) % x.length]!);
    assert.deepEqual([...y.slice(0, x.length)], [NaN, NaN, NaN, Infinity, 0, -0, 0, 0, 1]);
  },
});

for (const op of ["sin", "cos"] as const) {
  Deno.test({
    name: `${op} is right to 1e-6 for arguments of any size${note}`,
    ignore,
    fn: async () => {
      const { off, where } = await worstPeriodic(op);
      assert.ok(off < 1e-6, where);
    },
  });
}
