import assert from "node:assert/strict";
import { Callback, diagnose, type Diagnosis, Learner, Recorder } from "../../lib/learner/mod.ts";
import { crossEntropy, loaders, model } from "./helpers.ts";

// --- diagnosis -------------------------------------------------------------------------------------------------------------

const problems = (found: Diagnosis) => [...found].map(({ problem, module }) => [problem, module]);

const flatRecord = (value: number, n = 40) => Array<number>(n).fill(value);

const layer = (name: string, std: readonly number[], more = {}) => ({ name, mean: std.map(() => 0.1), std, ...more });

Deno.test("diagnose() has nothing to say about a good training", () => {
  const found = diagnose({
    activations: ["0", "1", "2"].map((name) =>
      layer(name, flatRecord(0.9), { dead: flatRecord(0.1), saturated: flatRecord(0) })
    ),
    losses: flatRecord(0).map((_, i) => 2.3 * 0.95 ** i),
    lrs: flatRecord(0.2),
  });
  assert.equal(String(found), "Nothing stands out in 40 losses and the activations of 3 modules");
});

Deno.test("diagnose() tells units that were dead from those that died", () => {
  const died = flatRecord(0).map((_, i) => i < 20 ? 0.2 : 0.9);
  const found = diagnose({
    activations: [
      layer("1 (ReLU)", flatRecord(1), { dead: flatRecord(0.8) }),
      layer("3 (ReLU)", flatRecord(1), { dead: died }),
    ],
  });
  assert.deepEqual(problems(found), [["dead units", "1 (ReLU)"], ["dead units", "3 (ReLU)"]]);
  assert.match([...found][0]!.remedy, /were from the start: initialise with nn.init.kaimingNormal_/);
  assert.match([...found][1]!.text, /90% of the activations are at 0 in the end, 20% in the first batch/);
  assert.match([...found][1]!.remedy, /lower the rate/);
});

Deno.test("diagnose() sees a scale that collapses or explodes over depth, and where", () => {
  const stds = [1, 0.9, 0.3, 0.1];
  const falling = diagnose({ activations: stds.map((s, i) => layer(`${i}`, flatRecord(s))) });
  assert.deepEqual(problems(falling), [["collapsing scale", "2"]]);
  assert.match(
    String(falling),
    /falls to 0\.46 times from module to module \(1, 0\.9, 0\.3, 0\.1\), here most\. Initialise/,
  );
  const growing = diagnose({ activations: [0.1, 0.4, 0.9, 1].map((s, i) => layer(`${i}`, flatRecord(s))) });
  assert.deepEqual(problems(growing), [["exploding scale", "1"]]);
});

Deno.test("diagnose() sees saturation, crashes, bad losses and values that are not finite", () => {
  const crash = flatRecord(0).map((_, i) => i < 15 ? 1 + i / 5 : 0.2);
  const found = diagnose({
    activations: [layer("1 (Tanh)", flatRecord(1), { saturated: flatRecord(0.7) }), layer("3", crash)],
    losses: flatRecord(0).map((_, i) => i < 30 ? 2.3 : NaN),
    lrs: flatRecord(0.9),
  });
  assert.deepEqual(problems(found), [["saturation", "1 (Tanh)"], ["rate too high", "3"], ["rate too high", ""]]);
  assert.match([...found][1]!.text, /crashes once, most from 3\.8 at batch 14 to 0\.2 at batch 15/);
  assert.match([...found][2]!.text, /NaN or infinite from batch 30 on, at a rate of 0\.9/);
  const rising = diagnose({ losses: flatRecord(0).map((_, i) => 2 + i / 10), lrs: flatRecord(3) });
  assert.match(String(rising), /^rate too high: the loss rises from 2\.1 to 5\.8, at a rate of 3\. Take the rate/);
  const nan = diagnose({
    activations: [layer("0", flatRecord(1)), layer("1", [1, 1, NaN]), layer("2", [1, NaN, NaN])],
  });
  assert.deepEqual(problems(nan), [["not finite", "2"]]);
});

Deno.test("diagnose() judges losses by differences: shifted by any number they rise or fall as before", () => {
  const curves: [string, readonly number[], boolean][] = [
    ["falls", flatRecord(0).map((_, i) => 3 * 0.9 ** i), false],
    ["rises", flatRecord(0).map((_, i) => 2 + i / 10), true],
    ["falls, then rises above its start", flatRecord(0).map((_, i) => 2 + ((i - 15) / 15) ** 2), true],
    ["falls, then rises, not as far", flatRecord(0).map((_, i) => 2 + ((i - 25) / 15) ** 2), false],
    ["stays, with noise", flatRecord(0, 100).map((_, i) => 2 + Math.sin(i * i)), false],
    ["rises within its noise", flatRecord(0, 100).map((_, i) => 2 + Math.sin(i * i) + i / 500), false],
    ["rises out of its noise", flatRecord(0, 100).map((_, i) => 2 + Math.sin(i * i) + i / 20), true],
    ["is always the same", flatRecord(2), false],
  ];
  for (const [what, losses, rose] of curves) {
    for (const shift of [0, -2, -100, 1000]) {
      const found = diagnose({ losses: losses.map((loss) => loss + shift) });
      assert.equal(found.findings.length, rose ? 1 : 0, `${what}, by ${shift}: ${found}`);
    }
  }
});

Deno.test("learn.diagnose() goes by what callbacks recorded", async () => {
  class Stats extends Callback {
    activationFigures() {
      return [layer("1 (ReLU)", flatRecord(1), { dead: flatRecord(0.99) })];
    }
  }
  const learn = new Learner(model(), loaders(), crossEntropy);
  assert.throws(() => learn.diagnose(), /nothing was recorded. Add a Recorder/);
  await learn.watch(new Recorder(), new Stats()).fit(1);
  assert.deepEqual(problems(learn.diagnose()), [["dead units", "1 (ReLU)"]]);
});
