import assert from "node:assert/strict";
import {
  Callback,
  diagnose,
  type Diagnosis,
  type DiagnosisInput,
  Learner,
  normalize,
  OneCycleCB,
  type Problem,
  PROBLEMS,
  Recorder,
} from "../../lib/learner/mod.ts";
import { CONSEQUENCES } from "../../lib/learner/diagnose_problems.ts";
import { RULES } from "../../lib/learner/diagnose.ts";
import { setupOf } from "../../lib/learner/diagnosis_setup.ts";
import { activations, BATCHES, figures, flat, losses, records, training } from "./diagnose_input.ts";
import * as data from "../../lib/data/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { crossEntropy, loaders, model, net, problem } from "./helpers.ts";

const problems = (found: Diagnosis) => [...found].map(({ problem, module }) => [problem, module]);

const classes = records().classes!, inputs = records().inputs!;
const [first, second, last] = records().parameters as [Parameter, Parameter, Parameter];
type Parameter = ReturnType<typeof records>["parameters"][number];

const withRecords = (more: Parameters<typeof records>[0]) => training({ records: records(more) });
const withActivations = (more: Parameters<typeof activations>[0]) => training({ activations: activations(more) });
/** Two classes in blocks: a share of each batch is of one class. */
const blocks = (major: number) => flat(0).map((_, i) => i % 2 ? [major, 64 - major] : [64 - major, major]);
const batchNorm = (samples: number, inEvaluation: number[] = []) => ({
  modes: [{ name: "1 BatchNorm1d", batchNorm: true, samples: flat(samples), inEvaluation }],
});
const rightOf64 = (right: number) => ({ classes: { ...classes, accuracy: flat(right / 64) } });
const allUpdates = (ratio: number) => [first, second, last].map((p) => ({ ...p, updates: flat(ratio) }));
const line = flat(0).map((_, i) => 1 - 0.001 * i);

/** For each problem: inputs that show it, with the module that is to be named, and inputs just on the other side. */
const CASES: Readonly<Record<Problem, [input: DiagnosisInput, module: string | null, fires: boolean][]>> = {
  "input not finite": [
    [withRecords({ inputs: { ...inputs, mean: flat(0).map((_, i) => i === 7 ? NaN : 0) } }), null, true],
    [withRecords({ inputs: { ...inputs, mean: flat(1) } }), null, false],
  ],
  "input scale": [
    [withRecords({ inputs: { ...inputs, mean: flat(0), std: flat(3.01) } }), null, true],
    [withRecords({ inputs: { ...inputs, mean: flat(0), std: flat(2.99) } }), null, false],
    [withRecords({ inputs: { ...inputs, mean: flat(0), std: flat(0.09) } }), null, true],
    [withRecords({ inputs: { ...inputs, mean: flat(1.1), std: flat(0.35) } }), null, true],
    [withRecords({ inputs: { ...inputs, mean: flat(0.286), std: flat(0.353) } }), null, false], // pixels from 0 to 1
  ],
  "ordered by class": [
    [withRecords({ classes: { ...classes, counts: blocks(45) } }), null, true],
    [withRecords({ classes: { ...classes, counts: blocks(38) } }), null, false],
  ],
  "evaluation mode": [
    [withRecords(batchNorm(64, [3])), "1 BatchNorm1d", true],
    [withRecords(batchNorm(64)), null, false],
  ],
  "small norm batches": [
    [withRecords(batchNorm(7)), "1 BatchNorm1d", true],
    [withRecords(batchNorm(8)), null, false],
  ],
  "stale gradients": [
    [withRecords({ left: flat(0).map((_, batch) => ({ batch, share: 1 })) }), null, true],
    [withRecords({ left: flat(0).map((_, batch) => ({ batch, share: 0.99 })) }), null, false], // momentum in the gradients
  ],
  "not trained": [
    [withRecords({ parameters: [first, second, { ...last, requiresGrad: false }] }), "3 Linear", true],
    [withRecords({ parameters: [first, second, { ...last, optimised: false }] }), "3 Linear", true],
    [withRecords({ parameters: [first, second, { ...last, reached: 0 }] }), "3 Linear", true],
    [withRecords({ parameters: [first, { ...second, requiresGrad: false }, last] }), null, false], // a bias alone
    [withRecords({ parameters: [first, second, { ...last, gradients: flat(0) }] }), null, false], // it is 0, and is there
  ],
  "dead units": [
    [withActivations({ 1: { deadSince: [0, 0, 5, 9, 20, -1, -1, -1] } }), "1 ReLU", true],
    [withActivations({ 1: { deadSince: [0, 0, 5, 9, -1, -1, -1, -1] } }), null, false],
    [withActivations({ 1: { deadSince: flat(BATCHES - 1, 8) } }), null, false], // off in the last batch alone
    [withActivations({ 1: { zeros: flat(0.95) } }), null, false], // sparse
  ],
  "saturation": [
    [withActivations({ 2: { saturated: flat(0.51) } }), "2 Tanh", true],
    [withActivations({ 2: { saturated: flat(0.49) } }), null, false],
  ],
  "collapsing scale": [
    [withActivations({ 2: { signal: flat(0.00079) } }), "2 Tanh", true],
    [withActivations({ 2: { signal: flat(0.00081) } }), null, false],
    [
      withActivations({ 0: { signal: flat(0.08) }, 1: { signal: flat(0.008) }, 2: { signal: flat(0.0007) } }),
      null,
      true,
    ],
    [withActivations({ 3: { signal: flat(0) } }), null, false], // a last layer may begin at 0
  ],
  "exploding scale": [
    [withActivations({ 2: { signal: flat(8.1) } }), "2 Tanh", true],
    [withActivations({ 2: { signal: flat(7.9) } }), null, false],
    [withActivations({ 0: { signal: flat(2.4) }, 1: { signal: flat(6) }, 2: { signal: flat(14) } }), null, true],
  ],
  "output offset": [
    [withRecords({ classes: { ...classes, firstOutputs: [0, -4.1] } }), "3 Linear", true],
    [withRecords({ classes: { ...classes, firstOutputs: [0, -3.9] } }), null, false],
    [withRecords({ classes: { ...classes, firstOutputs: [0, -4.1], firstSpread: 1.4 } }), null, false],
  ],
  "wrong loss sign": [
    [withRecords({ classes: { ...classes, surprise: losses.map((loss) => -loss) } }), null, true],
    [
      withRecords({ classes: { ...classes, surprise: flat(0).map((_, i) => losses[i < 52 ? 51 - i : i]!) } }),
      null,
      true,
    ],
    [
      withRecords({ classes: { ...classes, surprise: flat(0).map((_, i) => losses[i < 50 ? 49 - i : i]!) } }),
      null,
      false,
    ],
  ],
  "rate too high": [
    [training({ losses: [...losses.slice(0, 9), 0.9, 0.95, 0.9, ...losses.slice(12)] }), null, true],
    [training({ losses: [...losses.slice(0, 9), 0.8, 0.85, 0.8, ...losses.slice(12)] }), null, false],
    [withRecords({ parameters: allUpdates(0.31) }), null, true],
    [
      training({ losses: [0.7, 0.7, ...flat(NaN, 58)], records: records({ parameters: allUpdates(0.31) }) }),
      null,
      true,
    ],
    [withRecords({ parameters: allUpdates(0.29) }), null, false],
  ],
  "not finite": [
    [withActivations({ 2: { mean: flat(0).map((_, i) => i > 40 ? NaN : 0) } }), "2 Tanh", true],
    [training({ losses: flat(0).map((_, i) => i > 40 ? Infinity : losses[i]!) }), null, true],
    [withActivations({ 2: { std: flat(Infinity), nonFinite: flat(0) } }), null, false], // a sum of squares overflows
  ],
  "rate too low": [
    [training({ losses: line, records: records({ parameters: allUpdates(0.0009) }) }), null, true],
    [training({ losses: line, records: records({ parameters: allUpdates(0.0011) }) }), null, false],
    [training({ records: records({ parameters: allUpdates(0.0009) }) }), null, false], // it has come to rest
  ],
  "unrelated labels": [
    [training({ losses: flat(0.7), records: records(rightOf64(34)) }), null, true],
    [training({ losses: flat(0.7), records: records(rightOf64(35)) }), null, false],
  ],
};

Deno.test("diagnose() has nothing to say about a good training, and names what it looked at", () => {
  const found = diagnose(training());
  assert.deepEqual(problems(found), [], String(found));
  assert.deepEqual(found.unjudged, []);
  assert.equal(String(found), "Nothing stands out in 60 losses and the activations of 4 modules");
});

Deno.test("PROBLEMS: each has one rule, in the same order, and known consequences", () => {
  const names = Object.keys(PROBLEMS);
  assert.deepEqual(RULES.map(({ problem }) => problem), names);
  assert.deepEqual(Object.keys(CONSEQUENCES), names);
  for (const { rule } of RULES) assert.ok(rule.text && rule.source && Number.isFinite(rule.threshold));
  for (const [cause, after] of Object.entries(CONSEQUENCES)) assert.ok(!after.includes(cause as Problem), cause);
});

for (const [problem, cases] of Object.entries(CASES)) {
  Deno.test(`diagnose() ${problem}: beyond the threshold and not before it`, () => {
    cases.forEach(([input, module, fires], i) => {
      const found = diagnose(input);
      assert.deepEqual(
        problems(found).filter(([name]) => name === problem),
        fires ? [[problem, module]] : [],
        `${i}: ${found}`,
      );
      if (!fires) return;
      assert.deepEqual(problems(found), [[problem, module]], `${i}: ${found}`); // and nothing else
      const { text, remedy, check, rule } = found.findings[0]!;
      for (const words of [text, remedy, check, rule.text, rule.source]) {
        assert.doesNotMatch(words, /undefined|NaN times|in null/);
      }
      assert.match(text, /\d|parameter|gradient|weight|bias/);
    });
  });
}

Deno.test("diagnose() says what it could not judge, and why", () => {
  const nothing = diagnose({});
  assert.deepEqual(nothing.unjudged.map(({ problem }) => problem), Object.keys(PROBLEMS));
  assert.match(
    String(nothing),
    /^Nothing stands out in 0 losses.*\nNot judged: .*rate too high.*\(without a DiagnoseCB or a Recorder\)/,
  );
  const few = diagnose({ losses: flat(1, 9) });
  assert.match(few.unjudged.find(({ problem }) => problem === "rate too high")!.why, /fewer than 10 losses/);
  const regression = training({ records: { ...records(), classes: undefined } as never });
  assert.deepEqual(diagnose(regression).unjudged.map(({ problem }) => problem), [
    "ordered by class",
    "output offset",
    "wrong loss sign",
    "unrelated labels",
  ]);
  const without = diagnose(
    training({ activations: activations().map(({ name, mean, std }) => ({ name, mean, std })) }),
  );
  assert.deepEqual(without.unjudged.map(({ problem, why }) => [problem, why]), [[
    "dead units",
    "units were not recorded",
  ]]);
});

Deno.test("diagnose() tells what may follow from a finding apart from findings", () => {
  const found = diagnose(training({
    losses: flat(0).map((_, i) => i < 5 ? 0.7 + i : i < 30 ? 0.8 : NaN),
    activations: activations({ 1: { deadSince: flat(6, 8) }, 2: { mean: flat(0).map((_, i) => i < 30 ? 0 : NaN) } }),
  }));
  const after = ({ consequences }: Diagnosis) => consequences.map(({ problem, module }) => [problem, module]);
  assert.deepEqual(problems(found), [["rate too high", null]]);
  assert.deepEqual(after(found), [["not finite", "2 Tanh"], ["dead units", "1 ReLU"]]);
  assert.match(String(found), /\nMay follow from this:\n {2}not finite in 2 Tanh, since batch 30: /);
  // Units that were dead before the first step are no consequence of the steps.
  const input = training({ losses: found.input.losses!, activations: activations({ 1: { deadSince: flat(0, 8) } }) });
  assert.deepEqual(problems(diagnose(input)), [["dead units", "1 ReLU"], ["rate too high", null]]);
});

Deno.test("diagnose() gives the batch, not the entry, where one batch in several was recorded", () => {
  const batches = flat(0).map((_, i) => 10 * i);
  const [finding] = diagnose({ activations: [figures("1 ReLU", { batches, units: 2, deadSince: [4, 3] })] });
  assert.equal(finding!.since, 40);
});

Deno.test("diagnose() judges losses by differences: shifted by any number they are judged as before", () => {
  const curves: [what: string, losses: readonly number[], high: boolean][] = [
    ["falls", flat(0, 40).map((_, i) => 3 * 0.9 ** i), false],
    ["rises", flat(0, 40).map((_, i) => 2 + i / 10), true],
    ["falls, then rises above its start", flat(0, 40).map((_, i) => 2 + ((i - 15) / 15) ** 2), true],
    ["falls, then rises, not as far", flat(0, 40).map((_, i) => 2 + ((i - 25) / 15) ** 2), false],
    ["stays, with noise", flat(0, 100).map((_, i) => 2 + Math.sin(i * i)), false],
    ["rises within its noise", flat(0, 100).map((_, i) => 2 + Math.sin(i * i) + i / 500), false],
    ["is always the same", flat(2, 40), false],
  ];
  for (const [what, losses, high] of curves) {
    for (const shift of [0, -2, -100, 1000]) {
      const found = diagnose({ losses: losses.map((loss) => loss + shift) });
      assert.deepEqual(problems(found), high ? [["rate too high", null]] : [], `${what}, by ${shift}: ${found}`);
    }
  }
});

Deno.test("diagnose() advises nothing that is in place", () => {
  const remedy = (input: DiagnosisInput) => diagnose(input).findings[0]!.remedy;
  const scale = withActivations({ 2: { signal: flat(9) } });
  assert.match(remedy(scale), /^Scale its weights by measurement/); // how they were initialised cannot be seen
  assert.doesNotMatch(remedy(scale), /kaiming|xavier/);
  const high = training({ losses: flat(0).map((_, i) => i) });
  assert.match(remedy(high), /^Lower the rate: learn\.lrFind/);
  assert.match(remedy({ ...high, setup: { schedules: true } }), /^Lower the highest rate of the schedule$/);
  const dead = withActivations({ 1: { deadSince: flat(0, 8) } });
  assert.match(remedy(dead), /leak: 0\.1/);
  assert.doesNotMatch(remedy({ ...dead, setup: { leaks: true } }), /leak/);
  const ends = withActivations({ 2: { saturated: flat(0.9) } });
  assert.match(remedy(ends), /nn\.BatchNorm1d/);
  assert.doesNotMatch(remedy({ ...ends, setup: { norms: true } }), /norm/i);
  const raw = withRecords({ inputs: { ...inputs, std: flat(90) } });
  assert.match(remedy(raw), /learn\.normalize\(\)/);
  assert.match(remedy({ ...raw, setup: { normalizes: true } }), /the callback that is there/);
  const ordered = withRecords({ classes: { ...classes, counts: blocks(64) } });
  assert.match(remedy(ordered), /shuffle: true/);
  assert.doesNotMatch(remedy({ ...ordered, setup: { shuffles: true } }), /shuffle: true/);
  assert.match(remedy(withActivations({ 0: { mean: flat(NaN) } })), /^Guard the operation/);
  const nan = withActivations({ 0: { mean: flat(0).map((_, i) => i > 9 ? NaN : 0) } });
  assert.match(remedy(nan), /GradientClip/);
  assert.doesNotMatch(remedy({ ...nan, setup: { clips: true } }), /GradientClip/);
});

Deno.test("learn.diagnose() goes by the callbacks of the last fit, and by the model, the optimiser and the loaders", async () => {
  class Stats extends Callback {
    activationFigures() {
      return [figures("1 ReLU", { units: 4, deadSince: flat(0, 4) })];
    }
  }
  const learn = new Learner(model(), loaders(), crossEntropy, { cbs: [normalize()] });
  assert.throws(() => learn.diagnose(), /nothing was fitted/);
  await learn.fit(1, { cbs: [new Recorder(), new Stats()] });
  const found = learn.diagnose();
  assert.deepEqual(problems(found), [["dead units", "1 ReLU"]]);
  assert.equal(found.input.losses!.length, 3);
  assert.equal(found.input.setup!.normalizes, true);
  assert.equal(found.input.setup!.shuffles, true);
  await learn.lrFind({ maxEpochs: 1 }); // it leaves nothing behind
  assert.deepEqual(problems(learn.diagnose()), [["dead units", "1 ReLU"]]);
  await learn.fit(1); // those of the fit before are no longer asked
  assert.deepEqual(problems(learn.diagnose()), []);

  const frozen = net();
  frozen.at(3).requiresGrad_(false);
  const bare = new Learner(frozen, loaders(), crossEntropy);
  await bare.fit(1);
  assert.deepEqual(problems(bare.diagnose()), [["not trained", "3 Linear"]]);

  const normed = new nn.Sequential(new nn.Linear(4, 3), new nn.BatchNorm1d(3));
  const small = new Learner(normed, data.DataLoaders.of(problem(40), problem(10), { batchSize: 4 }), crossEntropy);
  await small.fit(1);
  assert.deepEqual(problems(small.diagnose()), [["small norm batches", "1 BatchNorm1d"]]);
});

Deno.test("dead units are counted at the batch that is named; a shifted rectifier is off, not 0; saturation begins where it was seen", () => {
  // Five of eight from batch 10 on, the sixth from batch 40.
  const deadSince = [10, 3, 10, 0, 5, 40, -1, -1];
  const [units] = diagnose(withActivations({ 1: { deadSince } }));
  assert.equal(units!.since, 10);
  assert.match(
    units!.text,
    /^5 of 8 units were 0 for every sample of every batch from batch 10 on, and 1 more from later ones on$/,
  );
  const [shifted] = diagnose(withActivations({ 1: { name: "1 GeneralReLU", deadSince } }));
  assert.match(shifted!.text, /^5 of 8 units were off for every sample/);
  // More than half in the last tenth on average, and in its last batch less.
  const saturated = flat(0.1).map((share, i) => i === 59 ? 0.4 : i >= 54 ? 0.7 : share);
  const [ends] = diagnose(withActivations({ 2: { saturated } }));
  assert.deepEqual([ends!.problem, ends!.since], ["saturation", 54]);
});

Deno.test("a rate that goes through one cycle counts as scheduled", () => {
  const learn = new Learner(net(), loaders(), crossEntropy);
  assert.deepEqual([[], [new OneCycleCB()]].map((cbs) => setupOf(learn, cbs).schedules), [false, true]);
});
