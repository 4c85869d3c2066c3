import assert from "node:assert/strict";
import { type CpuInstruction, instructionFor, INSTRUCTIONS } from "../../../lib/device/cpu/instructions.ts";
import { KERNELS } from "../../../lib/device/cpu/kernels.ts";
import { kernels } from "../../../lib/device/cpu/kernels_module.js";
import type { DType } from "../../../lib/device/dtype.ts";
import { POINTWISE_OPS, type PointwiseOp } from "../../../lib/device/pointwise.ts";

const names: readonly CpuInstruction[] = INSTRUCTIONS.map(({ name }) => name);
const nameOf = (op: PointwiseOp, of: DType, dtype: DType = of) => instructionFor({ op, of, dtype, args: [] });

Deno.test("instructionFor() knows every function of float32, and of int32 and bool those that take them", () => {
  const refused: PointwiseOp[] = [];
  for (const op of POINTWISE_OPS) {
    assert.ok(names.includes(nameOf(op, "float32")), op);
    for (const type of ["int32", "bool"] as const) {
      try {
        assert.ok(names.includes(nameOf(op, type)), `${op} of ${type}`);
      } catch (error) {
        assert.equal(
          String(error),
          `TypeError: Cannot compute ${op} of ${type} on the cpu device: cast to float32 first`,
        );
        refused.push(op);
      }
    }
  }
  // deno-fmt-ignore
  assert.deepEqual([...new Set(refused)], [
    "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "tanh", "sigmoid", "erf", "isnan", "log2", "leakyRelu",
  ]);
});

Deno.test("instructionFor() converts by both types, and rounds whole numbers by copying them", () => {
  assert.equal(nameOf("cast", "float32", "int32"), "toInt");
  assert.equal(nameOf("cast", "float32", "bool"), "toBool");
  assert.equal(nameOf("cast", "int32", "bool"), "intToBool");
  assert.equal(nameOf("cast", "int32", "float32"), "toFloat");
  assert.equal(nameOf("cast", "bool", "float32"), "toFloat");
  assert.equal(nameOf("cast", "bool", "int32"), "copy");
  for (const same of ["float32", "int32", "bool"] as const) assert.equal(nameOf("cast", same, same), "copy");
  assert.equal(nameOf("floor", "int32"), "copy");
  assert.equal(nameOf("floor", "float32"), "floor");
  assert.equal(nameOf("logicalAnd", "float32", "bool"), "and");
  assert.equal(nameOf("lt", "bool"), "ltInt");
});

Deno.test("INSTRUCTIONS has each name once, with its registers and its cost", () => {
  assert.equal(new Set(names).size, names.length);
  const entry = (name: CpuInstruction) => INSTRUCTIONS[names.indexOf(name)];
  assert.deepEqual(entry("where"), { name: "where", arity: 3, ns: undefined });
  assert.deepEqual(entry("erf"), { name: "erf", arity: 1, ns: 1.2 });
  assert.deepEqual(entry("divInt"), { name: "divInt", arity: 2, ns: 3 });
  assert.deepEqual(entry("div"), { name: "div", arity: 2, ns: undefined });
});

Deno.test("the module has as many kernels and instructions as the lists", () => {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 64, shared: true });
  const { exports } = new WebAssembly.Instance(kernels, { env: { memory, abort() {} } });
  for (const [name, { length }] of Object.entries({ kernel: KERNELS, instruction: INSTRUCTIONS })) {
    const at = exports[name] as (number: number) => number;
    const places = Array.from({ length }, (_, i) => at(i));
    assert.ok(Math.min(...places) >= 0 && new Set(places).size === length, name);
    assert.equal(at(length), -1, name);
  }
});
