import assert from "node:assert/strict";
import { NONE } from "../../../lib/device/attributes.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Program } from "../../../lib/device/program.ts";
import { createReferenceBackend } from "../../../lib/device/reference/backend.ts";
import type { Step } from "../../../lib/device/steps/mod.ts";
import { assemble, type Draft } from "../../../lib/engine/plan/assemble.ts";
import { assertSameBits, runOnce } from "../../device/conformance.ts";
import { Choices, numel, ProgramBuilder } from "../../device/programs.ts";
import { randomScript } from "../../device/random_sequences.ts";
import { createRoundingBackend } from "../../device/rounding_backend.ts";

const SIDE = 16, SHAPE = [SIDE, SIDE], BYTES = 4 * SIDE * SIDE;

/** Drafts of square matrices: bound slots first. */
function drafts(bound: number, others: number): Draft[] {
  return Array.from({ length: bound + others }, (_, i) => {
    return { dtype: "float32", elements: SIDE * SIDE, slot: i < bound ? i : undefined };
  });
}

const square = (value: number, strides: readonly number[] = [SIDE, 1]): Operand => {
  return { value, shape: SHAPE, strides, offset: 0, dynamic: -1 };
};

/** `out = −x`, or a bare copy. */
function pointwise(op: "neg" | "copy", from: Operand, to: Operand, ...others: readonly Operand[]): Step {
  const tensor = (operand: Operand) => ({ kind: "tensor", operand, dtype: "float32" }) as const;
  const code = op === "neg" ? [{ op, dtype: "float32", of: "float32", args: [0] } as const] : [];
  const register = code.length + others.length;
  return {
    kernel: "pointwise",
    shape: SHAPE,
    inputs: [from, ...others].map(tensor),
    code,
    outputs: [{ operand: to, register, dtype: "float32" }],
  };
}

function matmul(a: number, b: number, output: number): Step {
  const matrix = (value: number) => ({ ...square(value, [0, SIDE, 1]), shape: [1, SIDE, SIDE] });
  const inputs = { a: matrix(a), b: matrix(b) };
  return { kernel: "matmul", inputs, output: matrix(output), attributes: NONE, numbers: {} };
}

const NOTHING = new Map<number, number>();

/** Where each value is: its slot as text, or its offset. */
const places = ({ values }: Pick<Program, "values">) =>
  values.map(({ place }) => place.kind === "bound" ? `slot ${place.slot}` : place.offset);

Deno.test("assemble() lets a pointwise result take over the memory of an input that dies there", () => {
  const steps = [pointwise("neg", square(0), square(2)), pointwise("neg", square(2), square(3)), matmul(3, 3, 1)];
  const { values, arenaBytes } = assemble(steps, drafts(2, 2), NOTHING);
  assert.deepEqual(places({ values }), ["slot 0", "slot 1", 0, 0]);
  assert.equal(arenaBytes, BYTES);
});

Deno.test("assemble() takes over no input that lives on, is read in another order, is also read in another order, or is bound", () => {
  const first = pointwise("neg", square(0), square(2));
  const arena = (...steps: Step[]) => assemble([first, ...steps], drafts(2, 2), NOTHING).arenaBytes;
  assert.equal(arena(pointwise("neg", square(2), square(3)), matmul(3, 2, 1)), 2 * BYTES);
  assert.equal(arena(pointwise("neg", square(2, [1, SIDE]), square(3)), matmul(3, 3, 1)), 2 * BYTES);
  assert.equal(arena(pointwise("neg", square(2), square(3), square(2, [1, SIDE])), matmul(3, 3, 1)), 2 * BYTES);
  assert.equal(assemble([first, matmul(2, 2, 1)], drafts(2, 1), NOTHING).arenaBytes, BYTES);
});

Deno.test("assemble() gives a dying input to one of several outputs", () => {
  const both = pointwise("neg", square(2), square(3));
  assert.ok(both.kernel === "pointwise");
  const twice: Step = { ...both, outputs: [...both.outputs, { operand: square(4), register: 1, dtype: "float32" }] };
  const program = assemble([pointwise("neg", square(0), square(2)), twice, matmul(3, 4, 1)], drafts(2, 3), NOTHING);
  assert.equal(program.arenaBytes, 2 * BYTES);
  assert.notEqual(places(program)[3], places(program)[4]);
});

Deno.test("assemble() keeps every operand of a kernel alive until it has run", () => {
  const steps = [
    pointwise("neg", square(0), square(2)),
    pointwise("neg", square(0), square(3)),
    matmul(2, 3, 4),
    matmul(4, 3, 1),
  ];
  const [, , a, b, product] = places(assemble(steps, drafts(2, 3), NOTHING));
  assert.equal(new Set([a, b, product]).size, 3);
});

Deno.test("assemble() drops a copy of a dead value onto its own memory; what read the copy reads the original", () => {
  const steps = [pointwise("neg", square(0), square(2)), pointwise("copy", square(2), square(3)), matmul(3, 3, 1)];
  const { steps: left } = assemble(steps, drafts(2, 2), NOTHING);
  assert.deepEqual(left, [steps[0], matmul(2, 2, 1)]);
  const twice = [steps[0]!, steps[1]!, pointwise("copy", square(3), square(4)), matmul(4, 4, 1)];
  assert.deepEqual(assemble(twice, drafts(2, 3), NOTHING).steps, left, "and a copy of the copy");
});

Deno.test("assemble() keeps a copy of a value that lives on elsewhere", () => {
  const copy = pointwise("copy", square(2), square(3)), made = pointwise("neg", square(0), square(2));
  const steps = [made, copy, matmul(2, 2, 4), matmul(4, 4, 5), matmul(3, 5, 1)];
  assert.deepEqual(assemble(steps, drafts(2, 4), NOTHING).steps, steps);
});

Deno.test("assemble() lets no value that was written before take over an input's memory", () => {
  const steps = [
    pointwise("neg", square(0), square(2)),
    pointwise("neg", square(0), square(3)),
    matmul(3, 3, 4),
    pointwise("neg", square(2), square(3)),
    matmul(3, 4, 1),
  ];
  const program = assemble(steps, drafts(2, 3), NOTHING);
  assert.notEqual(places(program)[2], places(program)[3]);
});

Deno.test("assemble() drops the copy of an effect onto the memory that it is, and no other between bound values", () => {
  const copy = pointwise("copy", square(0), square(1));
  assert.deepEqual(assemble([copy], drafts(2, 0), new Map([[1, 0]])).steps, []);
  assert.deepEqual(assemble([copy], drafts(2, 0), NOTHING).steps, [copy]);
  const turned = pointwise("copy", square(0, [1, SIDE]), square(1));
  assert.deepEqual(assemble([turned], drafts(2, 0), new Map([[1, 0]])).steps, [turned]);
});

Deno.test("assemble() changes no result of random programs, whose values share an arena that really overlaps", async () => {
  const choices = new Choices(41), apart = createReferenceBackend(), together = createRoundingBackend();
  let saved = 0;
  for (let round = 0; round < 150; round++) {
    const builder = new ProgramBuilder(), script = randomScript(builder, choices, choices.pick([1, 3, 8]));
    const unplaced = script.virtuals.map(({ dtype, shape, bound }): Draft => {
      return { dtype, elements: numel(shape), slot: bound };
    });
    const steps = script.steps.map(({ step }) => step),
      { program: { bound, scalars, offsets }, inputs } = builder.build("");
    let end = 0;
    const separate = unplaced.map(({ dtype, elements, slot }) => {
      if (slot !== undefined) return { dtype, elements, place: { kind: "bound", slot } } as const;
      const offset = end;
      end += 256 * Math.ceil(elements / 64);
      return { dtype, elements, place: { kind: "arena", offset } } as const;
    });
    const assembled = assemble(steps, unplaced, NOTHING), rest = { bound, scalars, offsets };
    saved += end - assembled.arenaBytes;
    const expected = await runOnce(apart, { values: separate, steps, arenaBytes: end, ...rest }, inputs);
    const found = await runOnce(together, { ...assembled, ...rest }, inputs);
    assertSameBits(
      found,
      expected.map((data) => data instanceof Float64Array ? new Float32Array(data) : data),
      `program ${round}`,
    );
  }
  assert.ok(saved > 0);
});
