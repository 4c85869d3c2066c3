/** All optimisers and parameter groups against PyTorch (tests/goldens/optimizers.json), on every device under test. */
import assert from "node:assert/strict";
import { Device, device as openDevice } from "../../lib/device/device.ts";
import { planStatistics } from "../../lib/engine/plan/cache.ts";
import { Learner, ParamScheduler, Recorder } from "../../lib/learner/mod.ts";
import {
  Adagrad,
  Adam,
  AdamW,
  Lion,
  NAdam,
  type Optimizer,
  RAdam,
  RMSProp,
  schedLin,
  SGD,
} from "../../lib/optim/mod.ts";
import { tensor, zeros } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { setSeed } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { crossEntropy, loaders, model } from "../learner/helpers.ts";
import { assertClose, flat } from "../nn/helpers.ts";
import { readGolden, testDevices } from "../oracle/golden.ts";

type Options = Record<string, unknown>;

interface Case {
  name: "SGD" | "Adagrad" | "Adam" | "AdamW" | "Lion" | "NAdam" | "RAdam" | "RMSprop";
  options: Options;
  /** Settings of the second parameter's own group. */
  group: Options | null;
  steps: number[][];
}

const { cases } = readGolden<{ cases: Case[] }>("optimizers.json");
// deno-lint-ignore no-explicit-any -- made from the golden's options
const kinds: Record<Case["name"], new (params: any, options: any) => Optimizer> = {
  SGD,
  Adagrad,
  Adam,
  AdamW,
  Lion,
  NAdam,
  RAdam,
  RMSprop: RMSProp,
};

const camel = (options: Options): Options =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), value]),
  );

function start(device: Device): [Tensor, Tensor] {
  return [
    tensor([1, -2, 0.5], { requiresGrad: true, device }).keep(),
    tensor([[0.25]], { requiresGrad: true, device }).keep(),
  ];
}

function train(opt: Optimizer, p: Tensor, q: Tensor): void {
  p.sub(0.3).pow(4).sum().div(4).add(q.mul(p.sum()).sub(1).square().sum()).backward();
  opt.step();
  opt.zeroGrad();
}

function make({ name, options, group }: Case, p: Tensor, q: Tensor): Optimizer {
  const params = group ? [{ params: [p] }, { params: [q], ...camel(group) }] : [p, q];
  return new kinds[name](params, camel(options));
}

const label = ({ name, options, group }: Case) =>
  `${name} ${JSON.stringify(options)}${group ? ` with a group of ${JSON.stringify(group)}` : ""}`;

for (const kind of testDevices()) {
  for (const golden of cases) {
    Deno.test(`${label(golden)} takes PyTorch's steps on ${kind}`, async () => {
      using device = await new Device(kind).ready;
      const [p, q] = start(device);
      const opt = make(golden, p, q);
      for (const [i, wanted] of golden.steps.entries()) {
        if (i === 12) opt.paramGroups[0]!.lr *= 0.5;
        train(opt, p, q);
        assertClose([...await flat(p), ...await flat(q)], wanted, kind === "reference" ? 1e-6 : 2e-5);
      }
    });
  }
}

for (const kind of testDevices()) {
  Deno.test(`centred RMSProp with gradients that stay the same goes on, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    setSeed(0);
    const gradient = randn([500], { device }).keep();
    for (const [alpha, momentum, size] of [[0.9, 0, 1], [0.99, 0.5, 1e3], [0.5, 0, 1e-3], [0.9, 0, 1e-16]] as const) {
      const p = zeros([500], { device }).requiresGrad_().keep();
      const opt = new RMSProp([p], { lr: 1e-3, centered: true, alpha, momentum });
      for (let i = 0; i < 120; i++) {
        p.grad = gradient.mul(size);
        opt.step();
      }
      // A step is at most lr · 2^11.5 · g / √s, as s − a² counts as no less than float32 tells apart.
      const most = 120 * 1e-3 * 2 ** 12 / (1 - momentum), farthest = await p.abs().max().item();
      assert.ok(farthest > 0 && farthest < most, `alpha ${alpha}, gradients of ${size}: as far as ${farthest}`);
    }
  });
}

for (const kind of testDevices()) {
  Deno.test(`steps do not depend on the size of the gradients, if eps does not, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const makers = {
      Adam: (p: Tensor) => new Adam([p], { lr: 0.01, eps: 1e-20 }),
      AdamW: (p: Tensor) => new AdamW([p], { lr: 0.01, eps: 1e-20, amsgrad: true, weightDecay: 0 }),
      RMSProp: (p: Tensor) => new RMSProp([p], { lr: 0.01, eps: 1e-20 }),
      Adagrad: (p: Tensor) => new Adagrad([p], { lr: 0.01, eps: 1e-20 }),
      NAdam: (p: Tensor) => new NAdam([p], { lr: 0.01, eps: 1e-20 }),
      Lion: (p: Tensor) => new Lion([p], { lr: 0.01 }),
    };
    for (const [name, make] of Object.entries(makers)) {
      const after = async (size: number) => {
        const p = zeros([2], { device }).requiresGrad_().keep(), opt = make(p);
        for (let i = 0; i < 60; i++) {
          p.grad = tensor([size, (i % 3 - 1) * size], { device });
          opt.step();
        }
        return await flat(p);
      };
      const wanted = await after(1);
      for (const size of [1e-14, 1e-12, 1e-9, 1e9, 1e15]) {
        const found = await after(size);
        found.forEach((p, i) =>
          assert.ok(Math.abs(p - wanted[i]!) < 1e-3, `${name} of ${size}: ${found}, not ${wanted}`)
        );
      }
    }
  });
}

for (const kind of testDevices()) {
  Deno.test(`RAdam's first steps go by momentum alone, also where squares overflow, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    const p = zeros([3], { device }).requiresGrad_().keep(), opt = new RAdam([p], { lr: 0.1 });
    p.grad = tensor([1, 1e20, Infinity], { device });
    opt.step();
    const found = await flat(p), wanted = [-0.1, -1e19, -Infinity]; // PyTorch's
    assert.ok(found.every((x, i) => x === wanted[i] || Math.abs(x / wanted[i]! - 1) < 1e-6), `${found}, not ${wanted}`);
  });
}

const reference = openDevice("reference");

for (const golden of cases.filter(({ group }) => group)) {
  Deno.test(`${golden.name} has one plan for all steps and settings`, () => {
    const [p, q] = start(reference);
    const opt = make(golden, p, q);
    for (let i = 0; i < 2; i++) train(opt, p, q); // the first gradients have no memory to take over
    const { compiled } = planStatistics(reference);
    for (let i = 0; i < 5; i++) {
      opt.lr = 0.1 / (i + 2);
      train(opt, p, q);
    }
    assert.equal(planStatistics(reference).compiled, compiled);
  });

  Deno.test(`${golden.name} continues from its state`, async () => {
    const [p, q] = start(reference);
    let opt = make(golden, p, q);
    for (const [i, wanted] of golden.steps.entries()) {
      if (i === 12) opt.paramGroups[0]!.lr *= 0.5;
      if (i === 5 || i === 14) {
        const state = opt.stateDict();
        opt = new kinds[golden.name]([{ params: [p] }, { params: [q] }], { lr: 7 });
        opt.loadStateDict(state);
      }
      train(opt, p, q);
      assertClose([...await flat(p), ...await flat(q)], wanted, 1e-6);
    }
  });
}

Deno.test("schedules go to all groups, or each to its own", async () => {
  const learn = (schedule: ConstructorParameters<typeof ParamScheduler>[1]) => {
    const net = model(), [weight, bias] = [...net.parameters()];
    const optFunc = () => new Adam([{ params: [weight!] }, { params: [bias!], lr: 3 }]);
    return new Learner(net, loaders(), crossEntropy, {
      optFunc,
      cbs: [new ParamScheduler("lr", schedule), new Recorder()],
    });
  };
  const rates = ({ opt }: Learner) => opt.paramGroups.map(({ lr }) => lr);
  assertClose(rates(await learn(schedLin(0.3, 0)).fit(1)), [0.1, 0.1]);
  assertClose(rates(await learn([schedLin(0.3, 0), schedLin(0.6, 0)]).fit(1)), [0.1, 0.2]);
  await assert.rejects(learn([schedLin(1, 0)]).fit(1), /lr to 1 values: Adam has 2 parameter groups/);
  assert.throws(() => learn([]), /Cannot schedule lr by/);
});

Deno.test("optimisers name settings that they do not take", () => {
  const [p] = start(reference);
  assert.throws(() => new Adam([p], { betas: [0.9, 1] }), /betas\[1\] of Adam to 1: .* below 1/);
  assert.throws(() => new Adam([p], { betas: [0.9] as unknown as [number, number] }), /takes two numbers/);
  assert.throws(() => new AdamW([p], { eps: -1 }), /eps of AdamW to -1/);
  assert.throws(() => new RMSProp([p], { alpha: -1 }), /alpha of RMSProp to -1/);
  assert.throws(
    () => new Adam([p], { momentum: 0.9 } as Options),
    /"momentum" of Adam.* Its options are lr, betas, eps/,
  );
  assert.throws(
    () => new SGD([{ params: [p], weight_decay: 0.1 } as never], { lr: 1 }),
    /"weight_decay" of a group of SGD.*did you mean weightDecay\?/,
  );
});

Deno.test("Optimizer.loadStateDict(): of what is no state says what it wants", () => {
  const optimizer: { loadStateDict(state: unknown): void } = new Adam([tensor([1])], { lr: 0.1 }) as never;
  for (
    const wrong of [undefined, null, 7, {}, { groups: [{}] }, { groups: [null], state: {} }, {
      groups: [{}],
      state: { 0: 1 },
    }]
  ) {
    assert.throws(() => optimizer.loadStateDict(wrong), {
      name: "TypeError",
      message: /^Cannot load this state: expected an object \{ groups, state \}, as stateDict\(\) gives it, found/,
    });
  }
});
