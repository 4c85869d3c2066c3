/** A comparison and the choice by it as one instruction: where, where not, and with the same numbers. */
import assert from "node:assert/strict";
import { createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import { join, lower } from "../../../lib/device/cpu/pointwise_code.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Program } from "../../../lib/device/program.ts";
import type { Instruction, PointwiseStep } from "../../../lib/device/steps/pointwise.ts";
import { checkAgainstReference } from "../conformance.ts";

const SIZE = 37;
const dense = (value: number): Operand => ({ value, shape: [SIZE], strides: [1], offset: 0, dynamic: -1 });
const of = "float32" as const;
const compare = (op: "le" | "lt", ...args: number[]): Instruction => ({ op, dtype: "bool", of, args });
const choose = (...args: number[]): Instruction => ({ op: "where", dtype: of, of, args });

/** A chain over values 0, 1 and 2 (registers of the same numbers), whose registers `stored` go to values from 3 on. */
const chain = (code: readonly Instruction[], ...stored: readonly number[]): PointwiseStep => ({
  kernel: "pointwise",
  shape: [SIZE],
  inputs: [0, 1, 2].map((value) => ({ kind: "tensor", operand: dense(value), dtype: of })),
  code,
  outputs: stored.map((register, i) => ({ operand: dense(3 + i), register, dtype: of })),
});

const joined = (step: PointwiseStep) => {
  const { code, outputs } = lower(step);
  return join(code, outputs);
};
const names = (step: PointwiseStep) => joined(step).map(({ name }) => name);
const JOINED = chain([compare("le", 0, 1), choose(3, 1, 2)], 4);

Deno.test("a comparison a ≤ b and the choice by it are joined, if nothing else reads the comparison", () => {
  assert.deepEqual(joined(JOINED), [{ name: "leWhere", out: 4, args: [0, 1, 1, 2] }]);
  assert.deepEqual(joined(chain([compare("le", 0, 1), choose(3, 2, 1)], 4))[0]!.args, [0, 1, 2, 1]);
  assert.deepEqual(names(chain([compare("lt", 0, 1), choose(3, 1, 2)], 4)), ["lt", "where"]);
  const twice = [compare("le", 0, 1), choose(3, 1, 2), choose(3, 1, 0)];
  assert.deepEqual(names(chain(twice, 4, 5)), ["le", "where", "where"]);
});

Deno.test("the joined instruction chooses as the two do, NaN and −0 too, in whole vectors and past them", async () => {
  const special = [NaN, 0, -0, Infinity, -Infinity, 1, -1];
  const some = (step: number) => Float32Array.from({ length: SIZE }, (_, i) => special[(i * step) % special.length]!);
  const program: Program = {
    values: [0, 1, 2, 3].map((slot) => ({ dtype: of, elements: SIZE, place: { kind: "bound", slot } })),
    steps: [JOINED],
    arenaBytes: 0,
    bound: 4,
    scalars: 0,
    offsets: 0,
  };
  const backend = createCpuBackend({ threads: 1 }), bound = [some(1), some(3), some(5), new Float32Array(SIZE)];
  await checkAgainstReference(backend, program, { bound, scalars: new Float64Array(), offsets: new Int32Array() });
  backend.dispose();
});
