/** How far a sweep is, in a terminal and where there is none. Time and terminal are the tests' own. */
import assert from "node:assert/strict";
import { describePlan } from "../../lib/sweep/expand.ts";
import { failure, type TrialRecord } from "../../lib/sweep/record.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { formatRate, SweepProgress } from "../../tasks/sweep/progress.ts";
import { Screen } from "../learner/screen.ts";

const plan = describePlan(defineSweep({
  name: "widths",
  grid: { width: [8, 16], act: ["relu\nand on"] },
  seeds: [1, 2],
  trial: () => ({ accuracy: 1 }),
}));
const [first, second, third] = plan.trials.map(({ id }) => id);
const counts = { pending: 4, running: 0, done: 0, failed: 0 };
const done = (accuracy: number): TrialRecord => ({
  ...failure(""),
  status: "done",
  error: null,
  metrics: { accuracy },
});

/** What is written to standard output and error meanwhile, above the view if there is one. */
function printed(run: (say: (text: string) => void) => void): string[] {
  const lines: string[] = [], { log, error } = console;
  const say = (text: string) => void lines.push(text);
  console.log = console.error = say;
  try {
    run(say);
  } finally {
    Object.assign(console, { log, error });
  }
  return lines;
}

Deno.test("a sweep in a terminal: a few lines that change in place, failures above them, and nothing is left", () => {
  const screen = new Screen(60);
  let now = 0;
  const terminal = Object.assign(screen, { now: () => now });
  const lines = printed(() => {
    const progress = new SweepProgress(plan, counts, false, terminal);
    progress.open();
    const frame = () => (progress.draw(), screen.text.trimEnd().split("\n"));
    try {
      assert.deepEqual(frame(), ["widths  ░░░░░░░░░░░░░░░░░░░░░░░░  0/4"]);
      now = 2000;
      progress.recorded(first!, done(0.5), 1);
      assert.deepEqual(frame(), [
        "widths  ██████░░░░░░░░░░░░░░░░░░  1/4  30.0 trials/min",
        "width 8, act relu and on, seed 1  accuracy 0.5000",
      ]);
      progress.lost(third!, "it hung", 1);
      progress.recorded(second!, failure("Error: \x1b[2J no"), 1);
      screen.width = 70;
      assert.deepEqual(frame(), [
        "widths  ████████████░░░░░░░░░░░░  2/4  1.0 trials/s  2.0 s left",
        "width 16, act relu and on, seed 1  failed",
        "1 failed",
      ]);
      const writes = screen.writes.length;
      frame();
      assert.equal(screen.writes.length, writes, "the same is drawn once");
    } finally {
      progress.close();
    }
    assert.equal(screen.text.trim(), "");
  });
  assert.deepEqual(lines, [
    "width 8, act relu\nand on, seed 2: it hung; it will be run again (attempt 1 of 3)",
    "width 16, act relu\nand on, seed 1 failed: Error: \\x1b[2J no",
  ]);
});

Deno.test("a sweep where there is no terminal: a line a trial, or an object", () => {
  const lines = printed(() => {
    for (const json of [false, true]) {
      const progress = new SweepProgress(plan, { ...counts, pending: 3, done: 1 }, json, undefined);
      progress.open();
      progress.recorded(first!, done(0.25), 2);
      progress.close();
    }
  });
  assert.match(
    lines[0]!,
    /^2\/4 {2}width 8, act relu\nand on, seed 1 {2}accuracy 0\.2500 {2}\(.* trials\/s, .* left\)$/,
  );
  assert.deepEqual([JSON.parse(lines[1]!).trial, JSON.parse(lines[1]!).attempts], [first, 2]);
  assert.equal(lines.length, 2);
});

Deno.test("formatRate() counts by the second, the minute or the hour", () => {
  assert.deepEqual([formatRate(2), formatRate(0.5), formatRate(0.001)], [
    "2.0 trials/s",
    "30.0 trials/min",
    "3.6 trials/h",
  ]);
});
