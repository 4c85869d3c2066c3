import assert from "node:assert/strict";
import { POINTWISE_OPS, type PointwiseOp } from "../../lib/device/pointwise.ts";
import { randomProgram } from "../device/random_programs.ts";

Deno.test("random chains and special values between them try every pointwise function", () => {
  const inChains = new Set<PointwiseOp>(), alone = new Set<PointwiseOp>();
  const collect = (kind: "pointwise" | "special", seed: number, found: Set<PointwiseOp>) => {
    for (const step of randomProgram(kind, seed).program.steps) {
      if (step.kernel === "pointwise") step.code.forEach(({ op }) => found.add(op));
    }
  };
  for (let seed = 1; seed <= 100; seed++) collect("pointwise", seed, inChains);
  collect("special", 1, alone);
  const missing = (found: Set<PointwiseOp>) => POINTWISE_OPS.filter((op) => !found.has(op));
  assert.deepEqual(missing(inChains), [], "add them to the lists of tests/ops/pointwise.ts");
  assert.deepEqual(missing(alone), []);
});
