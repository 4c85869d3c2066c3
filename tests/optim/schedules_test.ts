import assert from "node:assert/strict";
import { combineScheds, oneCycle, schedCos, schedExp, schedLin, schedNo } from "../../lib/optim/schedules.ts";
import {
  type PlateauOptions,
  ReduceOnPlateau,
  schedMultiStep,
  schedRestarts,
  schedStep,
  schedWarmUp,
  SGD,
} from "../../lib/optim/mod.ts";
import { zeros } from "../../lib/tensor/create.ts";
import { assertClose } from "../nn/helpers.ts";
import { readGolden } from "../oracle/golden.ts";

/** Options as PyTorch calls them, where that differs. */
type PyTorchOptions = Omit<PlateauOptions, "better"> & {
  mode?: "min" | "max";
  threshold_mode?: "abs";
  min_lr?: number;
};

interface Golden {
  readonly step: number[];
  readonly multiStep: number[];
  readonly restarts: number[];
  readonly warmUp: number[];
  readonly figures: (number | null)[];
  readonly plateaus: readonly { options: PyTorchOptions; rates: number[] }[];
}

/** PyTorch's; see make_schedule_goldens.py. */
const golden = readGolden<Golden>("schedules.json");

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

Deno.test("combineScheds() and schedRestarts() change at the step on which a part begins, however its start is rounded", () => {
  for (const [cycles, epochs, batches] of [[10, 10, 7], [5, 20, 3], [9, 9, 11], [20, 20, 5], [3, 30, 4]] as const) {
    const rate = schedRestarts(1, { cycles }),
      jump = combineScheds(
        Array(cycles).fill(1 / cycles),
        Array.from({ length: cycles }, (_, i) => schedNo(i)),
      );
    const length = epochs / cycles * batches;
    for (let step = 0; step < epochs * batches; step++) {
      // As ParamScheduler computes it
      const position = (Math.floor(step / batches) + step % batches / batches) / epochs;
      const wanted = (1 + Math.cos(Math.PI * (step % length) / length)) / 2;
      assertClose([rate(position)], [wanted], 1e-6);
      assert.equal(jump(position), Math.floor(step / length), `step ${step} of ${cycles} parts`);
    }
  }
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

Deno.test("steps, restarts and warm-up are PyTorch's, epoch by epoch", () => {
  const of = (schedule: (position: number) => number, epochs: number) =>
    Array.from({ length: epochs }, (_, epoch) => schedule(epoch / epochs));
  assertClose(of(schedStep(0.8, { every: 7 / 30, gamma: 0.3 }), 30), golden.step, 1e-12);
  assertClose(of(schedMultiStep(0.8, { at: [3 / 30, 11 / 30, 12 / 30], gamma: 0.3 }), 30), golden.multiStep, 1e-12);
  assertClose(of(schedRestarts(0.8, { cycles: 4, mult: 2, end: 0.1 }), 30), golden.restarts, 1e-9);
  assertClose(of(schedWarmUp(schedCos(0.8, 0), { share: 5 / 20, start: 0.2 }), 20), golden.warmUp, 1e-9);
  for (const epochs of [3, 7, 30, 90, 300]) {
    // However a share rounds, the step falls at the epoch.
    const halved = schedStep(1, { every: 1 / epochs, gamma: 0.5 });
    for (let epoch = 0; epoch < 30 && epoch < epochs; epoch++) assert.equal(halved(epoch / epochs), 0.5 ** epoch);
  }
});

Deno.test("ReduceOnPlateau lowers rates when PyTorch does", () => {
  assert.equal(golden.plateaus.length, 5);
  for (const { options, rates } of golden.plateaus) {
    const { mode, threshold_mode: thresholdMode, min_lr: minLr, ...others } = options;
    const given: PlateauOptions = {
      ...others,
      ...(mode === "max" ? { better: "higher" } : {}),
      ...(thresholdMode ? { thresholdMode } : {}),
      ...(minLr ? { minLr } : {}),
    };
    const opt = new SGD([zeros([1]).requiresGrad_()], { lr: 0.8 });
    let plateau = new ReduceOnPlateau(opt, given);
    const found = golden.figures.map((figure, i) => {
      const { lr } = opt;
      plateau.step(figure ?? NaN);
      if (i === 9) {
        const state = plateau.stateDict();
        plateau = new ReduceOnPlateau(opt, given);
        plateau.loadStateDict(state);
      }
      return lr;
    });
    assertClose(found, rates, 1e-12);
  }
});

Deno.test("ReduceOnPlateau goes on from a first figure that is infinite, as PyTorch's does", () => {
  for (const better of ["lower", "higher"] as const) {
    const sign = better === "lower" ? 1 : -1;
    const opt = new SGD([zeros([1], { requiresGrad: true }).keep()], { lr: 1 });
    const plateau = new ReduceOnPlateau(opt, { patience: 1, factor: 0.5, better });
    for (const figure of [Infinity, 3, 2, 1, 0.5]) plateau.step(sign * figure);
    assert.equal(opt.lr, 1, better);
    assert.equal(plateau.stateDict().best, sign * 0.5);
  }
});

Deno.test("step schedules and plateaus name what is wrong", () => {
  const opt = new SGD([zeros([1]).requiresGrad_()], { lr: 1 });
  assert.throws(() => schedStep(1, { every: 0 }), /every 0: a share of the training lies above 0/);
  assert.throws(() => schedMultiStep(1, { at: ["1" as never] }), /at must be an array of numbers, found "1"/);
  assert.throws(() => schedRestarts(1, { cycles: 1.5 }), /in 1.5 cycles: it takes a whole number from 1/);
  assert.throws(() => schedRestarts(1, { cycles: 2, mult: 0 }), /mult must be above 0/);
  assert.throws(() => schedWarmUp(schedNo(1), { share: 1 }), /share of 1: it must lie between 0 and 1/);
  assert.throws(() => new ReduceOnPlateau(opt, { factor: 1 }), /factor must be below 1/);
  assert.throws(() => new ReduceOnPlateau(opt, { better: "max" as never }), /better is "lower" or "higher"/);
  assert.throws(() => new ReduceOnPlateau({} as never), /must be an optimiser/);
  assert.throws(() => new ReduceOnPlateau(opt).step(zeros([]) as never), /must be a number, found a Tensor/);
});
