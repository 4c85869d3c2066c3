/** What a diagnosis says is what was recorded. */
import assert from "node:assert/strict";
import {
  type ActivationFigures,
  diagnose,
  DiagnoseCB,
  type Diagnosis,
  type DiagnosisInput,
  Learner,
  type Problem,
} from "../../lib/learner/mod.ts";
import { functional, Linear, Sequential, Sigmoid, Tanh } from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { noGrad } from "../../lib/tensor/graph.ts";
import { figures, flat, losses, records } from "./diagnose_input.ts";

const sentence = (found: Diagnosis, wanted: Problem) => [...found].find(({ problem }) => problem === wanted)?.text;

Deno.test("a diagnosis says of no batch what was not recorded of it", () => {
  const batches = [0, 10, 20],
    recorded = (mean: readonly number[]) => figures("0 Linear", { batches, mean, std: mean });
  const lossOf = (bad: number) => losses.map((loss, i) => i < bad ? loss : NaN);
  const text = (input: DiagnosisInput) => sentence(diagnose(input), "not finite")!;
  const between = text({ losses: lossOf(6), activations: [recorded([1, NaN, NaN])] });
  assert.equal(
    between,
    "the loss is NaN in batch 6, whose outputs were not recorded; the next that were and are not finite are those of 0 Linear in batch 10",
  );
  assert.equal(
    text({ losses: lossOf(26), activations: [recorded([1, 2, 3])] }),
    "the loss is NaN in batch 26, whose outputs were not recorded",
  );
  assert.equal(
    text({ losses: lossOf(20), activations: [recorded([1, 2, 3])] }),
    "the loss is NaN in batch 20, and the outputs of all recorded modules are finite then",
  );
  assert.match(
    text({ losses: lossOf(20), activations: [recorded([1, 2, NaN])] }),
    /; before, in batch 10, its deviation was 2$/,
  );
  const off = { units: 2, deadSince: [0, 0] };
  const dead = (more: Partial<ActivationFigures>) =>
    sentence(diagnose({ activations: [figures("1 ReLU", { ...off, ...more })] }), "dead units")!;
  assert.match(
    dead({ batches, mean: flat(0, 3) }),
    /^2 of 2 units were 0 for every sample of every recorded batch from batch 0 on$/,
  );
  assert.match(dead({}), /^2 of 2 units were 0 for every sample of every batch from batch 0 on$/);
});

Deno.test("a diagnosis of saturation says the same of tanh and sigmoid, whose range is half as wide: a hundredth of it", async () => {
  for (const [act, inside, outside] of [[new Tanh(), 0.979, 0.981], [new Sigmoid(), 0.9895, 0.9905]] as const) {
    for (const [value, counts] of [[inside, false], [outside, true]] as const) {
      const x = act instanceof Tanh ? Math.atanh(value) : Math.log(value / (1 - value));
      const learn = new Learner(
        new Sequential(new Linear(1, 1), act),
        { train: [[tensor([[1], [-1]]), tensor([[1], [1]])]] },
        functional.mseLoss,
        { lr: 0 },
      );
      noGrad(() => [...learn.model.parameters()].forEach((p, i) => p.fill_(i === 0 ? 0 : x)));
      await learn.fit(1, { cbs: [new DiagnoseCB()] });
      const found = sentence(learn.diagnose(), "saturation");
      assert.equal(found !== undefined, counts, `${act.typeName} at ${value}`);
      if (found) {
        assert.match(found, /^100% of its outputs are within a hundredth of its range of one of its ends/);
      }
    }
  }
});

Deno.test("parameters of a module that are not trained for different reasons are told apart", () => {
  const { parameters: [weight, bias] } = records();
  const parameters = [{ ...weight!, requiresGrad: false }, { ...bias!, optimised: false }];
  assert.equal(
    sentence(diagnose({ parameters }), "not trained"),
    "0.weight does not require gradients, 0.bias is not among the optimiser's parameters",
  );
  assert.equal(
    sentence(diagnose({ parameters: parameters.map((p) => ({ ...p, requiresGrad: false })) }), "not trained"),
    "0.weight and 0.bias do not require gradients",
  );
});
