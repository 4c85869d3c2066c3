/**
 * Simulations of fixed seeds, 10,000 each. `SONDE_SIMULATIONS=1000` makes fewer, in looser bounds.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compareCells } from "../../../lib/sweep/statistics/comparisons.ts";
import { crossing } from "../../../lib/sweep/statistics/distributions.ts";
import { dunnett } from "../../../lib/sweep/statistics/dunnett.ts";
import { effects } from "../../../lib/sweep/statistics/effects.ts";
import { paired } from "../../../lib/sweep/statistics/paired.ts";
import { random } from "../../../lib/sweep/statistics/shuffle.ts";

const runs = Number(Deno.env.get("SONDE_SIMULATIONS") ?? 10_000);

/** What fewer runs add to a bound. */
const loose = runs >= 10_000 ? 0 : 0.02;

/** Normal numbers (Box and Muller). */
function normal(seed: number): () => number {
  const next = random(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

for (const k of [3, 5, 10]) {
  Deno.test(`paired(): the 95 % interval of ${k} normal differences covers the true mean in 94 to 96 %`, () => {
    const next = normal(k);
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const [low, high] = paired(Array.from({ length: k }, () => 3 + 2 * next())).interval!;
      if (low <= 3 && 3 <= high) covered++;
    }
    const share = covered / runs;
    assert.ok(share >= 0.94 - loose && share <= 0.96 + loose, `covered ${share}`);
  });
}

for (
  const [cells, seeds, method] of [[6, 5, "Dunnett"], [4, 8, "sign-flip"], [9, 3, "Dunnett"], [
    2,
    6,
    "sign-flip",
  ]] as const
) {
  Deno.test(`compareCells(): of ${cells} equal cells on ${seeds} seeds, by ${method}, one differs in at most 5.5 %`, () => {
    const next = normal(100 * cells + seeds);
    // Every cell has the seed's own share: what pairing takes out.
    const draw = () => {
      const ofSeed = Array.from({ length: seeds }, () => 5 * next());
      return Array.from({ length: cells }, () => ofSeed.map((value) => value + next()));
    };
    const df = (cells - 1) * (seeds - 1), critical = crossing((t) => dunnett(t, cells - 1, df), 0.05);
    let wrong = 0;
    // Dunnett's p of every contrast is an integral: whole comparisons are a part, and of the rest only whether the largest is beyond the critical value.
    const whole = method === "Dunnett" ? runs / 100 : runs;
    for (let run = 0; run < runs; run++) {
      const values = draw();
      if (run < whole) {
        const found = compareCells(values, 0);
        assert.equal(found.method, method);
        const differs = found.contrasts.some(({ verdict }) => verdict === "differs");
        if (method === "Dunnett") assert.equal(differs, beyond(values, critical), `run ${run}`);
        if (differs) wrong++;
      } else if (beyond(values, critical)) wrong++;
    }
    assert.ok(wrong / runs <= 0.055 + loose, `${wrong} of ${runs}`);
  });
}

/** Whether a contrast of a complete table is beyond Dunnett's critical value, computed apart. */
function beyond(values: number[][], critical: number): boolean {
  const cells = values.length, seeds = values[0]!.length;
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const means = values.map(mean), all = mean(means);
  let squares = 0;
  for (let s = 0; s < seeds; s++) {
    const own = mean(values.map((cell) => cell[s]!));
    for (let c = 0; c < cells; c++) squares += (values[c]![s]! - means[c]! - own + all) ** 2;
  }
  const error = Math.sqrt(2 * squares / ((cells - 1) * (seeds - 1)) / seeds);
  return means.slice(1).some((value) => Math.abs(value - means[0]!) / error > critical);
}

Deno.test("effects(): a parameter that does nothing lies above its band in about 1 of 40, in a grid and among drawn sets", () => {
  const next = normal(3), some = 120;
  for (const kind of ["grid", "drawn"] as const) {
    let above = 0, pairs = 0, said = 0;
    for (let run = 0; run < some; run++) {
      const cells = kind === "grid" ? 12 : 40, seeds = kind === "grid" ? 3 : 1;
      const a = Array.from({ length: cells }, (_, c) => kind === "grid" ? c % 3 : Math.floor(3 * Math.abs(next())) % 3);
      const b = Array.from(
        { length: cells },
        (_, c) => kind === "grid" ? Math.floor(c / 3) : Math.floor(4 * Math.abs(next())) % 4,
      );
      const values = a.map((level) => Array.from({ length: seeds }, () => 2 * level + next()));
      const found = effects(values, [a, b]);
      if (found.terms.length < 3) continue;
      said++;
      if (found.terms[1]!.omega > found.terms[1]!.band[1]) above++;
      if (found.terms[2]!.omega > found.terms[2]!.band[1]) pairs++;
      assert.ok(found.terms[0]!.omega > found.terms[0]!.band[1], "the parameter that matters");
    }
    assert.ok(said > 0.9 * some, `${kind}: ${said} of ${some}`);
    for (const n of [above, pairs]) assert.ok(n / said < 0.075, `${kind}: ${above} and ${pairs} of ${said}`);
  }
});
