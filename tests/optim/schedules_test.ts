import assert from "node:assert/strict";
import { combineScheds, oneCycle, schedCos, schedExp, schedLin, schedNo } from "../../lib/optim/schedules.ts";
import { assertClose } from "../nn/helpers.ts";

Deno.test("schedules have their ends and their middle", () => {
  const at = (schedule: (p: number) => number) => [0, 0.5, 1].map(schedule);
  assertClose(at(schedLin(2, 4)), [2, 3, 4]);
  assertClose(at(schedCos(2, 4)), [2, 3, 4]);
  assertClose([schedCos(0, 1)(0.25)], [(1 - Math.SQRT1_2) / 2]);
  assertClose(at(schedExp(0.01, 1)), [0.01, 0.1, 1]);
  assertClose(at(schedNo(3, 9)), [3, 3, 3]);
});

Deno.test("combineScheds() stretches each schedule over its part", () => {
  const rate = combineScheds([0.3, 0.7], [schedLin(0.6, 2), schedLin(2, 0.1)]);
  assertClose([0, 0.15, 0.3, 0.65, 1].map(rate), [0.6, 1.3, 2, 1.05, 0.1]);
  const thirds = combineScheds(Array(3).fill(1 / 3), [schedNo(1), schedNo(2), schedLin(3, 4)]);
  assertClose([0, 0.32, 0.34, 0.66, 0.67, 1].map(thirds), [1, 1, 2, 2, 3.01, 4], 1e-9);
});

Deno.test("oneCycle() rises for its part and falls to its end", () => {
  assertClose([0, 0.25, 1].map(oneCycle(1)), [0.04, 1, 1e-5]);
  const momentum = oneCycle(0.85, { start: 0.95, end: 0.95, pct: 0.5 });
  assertClose([0, 0.25, 0.5, 1].map(momentum), [0.95, 0.9, 0.85, 0.95]);
});

Deno.test("schedules name what is wrong", () => {
  assert.throws(() => combineScheds([0.3, 0.3], [schedNo(1), schedNo(1)]), /add up to 1/);
  assert.throws(() => combineScheds([1], []), /found 0 schedules and 1 shares/);
  assert.throws(() => schedExp(0, 1), /both must be above 0/);
  assert.throws(() => schedLin("1" as unknown as number, 2), /start must be a number, found string/);
  assert.throws(() => oneCycle(1, { pct: 1 }), /pct must lie between 0 and 1/);
});
