/** A state that does not belong is refused when it is loaded, says what does not fit, and leaves the optimiser as it was. */
import assert from "node:assert/strict";
import { Adam, AdamW, Optimizer, RMSProp, SGD } from "../../lib/optim/mod.ts";
import { ones, tensor, zeros } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { type Device, device } from "../../lib/device/device.ts";

const leaf = (...shape: number[]) => ones(shape, { requiresGrad: true }).keep();
const params = () => [leaf(2, 3), leaf(2)];

/** An optimiser after a step. */
function stepped<O extends Optimizer>(opt: O): O {
  for (const p of opt.parameters()) p.grad = ones(p.shape);
  opt.step();
  return opt;
}

const KINDS = {
  SGD: (list = params()) => new SGD(list, { lr: 0.1, momentum: 0.9 }),
  Adam: (list = params()) => new Adam(list, { lr: 0.1 }),
  RMSProp: (list = params()) => new RMSProp(list, { lr: 0.1 }),
};

/** Tries to load what is no state of this type, either. */
const load = (opt: object, state: unknown) => () =>
  (opt as { loadStateDict(state: unknown): void }).loadStateDict(state);

for (const [own, make] of Object.entries(KINDS)) {
  for (const [other, makeOther] of Object.entries(KINDS)) {
    if (own === other) continue;
    Deno.test(`loadStateDict(): ${own} refuses a state of ${other}`, () => {
      const opt = make(), before = structuredClone(opt.paramGroups.map(({ params: _, ...settings }) => settings));
      assert.throws(load(opt, stepped(makeOther()).stateDict()), {
        name: "RangeError",
        message: new RegExp(`^Cannot load this state: its group 0 (has|lacks) \\w+.*${own}`),
      });
      assert.deepEqual(opt.paramGroups.map(({ params: _, ...settings }) => settings), before);
      assert.deepEqual(opt.stateDict().state, {});
    });
  }
}

Deno.test("loadStateDict(): settings are those of the optimiser, of their kinds and in their ranges", () => {
  const opt = KINDS.Adam(), { groups: [group], state } = stepped(KINDS.Adam()).stateDict();
  const { eps: _, ...less } = group!;
  const wrong: [group: object, message: RegExp][] = [
    [less, /its group 0 lacks eps, a setting of Adam/],
    [{ ...group, momentum: 0.9 }, /its group 0 has momentum, and the settings of Adam are lr, betas, eps/],
    [{ ...group, params: [0, 1] }, /its group 0 has params/],
    [{ ...group, lr: "0.1" }, /lr of its group 0 must be number, found string/],
    [{ ...group, lr: NaN }, /group 0: Cannot set lr of Adam to NaN/],
    [{ ...group, betas: 0.9 }, /betas of its group 0 must be a list, found number/],
    [{ ...group, betas: [0.9] }, /group 0: Cannot set betas of Adam to 0\.9: it takes two numbers/],
    [{ ...group, betas: [0.9, 1.5] }, /group 0: Cannot set betas\[1\] of Adam to 1\.5/],
    [{ ...group, amsgrad: 1 }, /amsgrad of its group 0 must be boolean, found number/],
    [{ ...group, weightDecay: -1 }, /group 0: Cannot set weightDecay of Adam to -1/],
  ];
  for (const [one, message] of wrong) {
    assert.throws(load(opt, { groups: [one], state }), { name: "RangeError", message });
    assert.equal(opt.lr, 0.1);
  }
  const nesterov = { ...KINDS.SGD().stateDict().groups[0], nesterov: true, momentum: 0 };
  assert.throws(load(KINDS.SGD(), { groups: [nesterov], state: {} }), /group 0: Cannot use nesterov in SGD/);
});

Deno.test("loadStateDict(): a state of more or fewer parameters, or of other groups, is refused", () => {
  const state = stepped(KINDS.Adam()).stateDict();
  assert.throws(load(KINDS.Adam([leaf(2, 3)]), state), /its group 0 has 2 parameters, that of the optimiser 1/);
  assert.throws(
    load(KINDS.Adam([...params(), leaf(1)]), state),
    /its group 0 has 2 parameters, that of the optimiser 3/,
  );
  const [p, q] = params() as [Tensor, Tensor];
  assert.throws(
    load(new Adam([{ params: [p] }, { params: [q] }]), state),
    /it has 1 parameter groups, the optimiser 2/,
  );
  const split = stepped(new Adam([{ params: [leaf(2)] }, { params: [leaf(2), leaf(2)] }])).stateDict();
  const other = new Adam([{ params: [leaf(2), leaf(2)] }, { params: [leaf(2)] }]);
  assert.throws(load(other, split), /its group 0 has 1 parameters, that of the optimiser 2/);
  // A state that was saved before states knew their counts
  const { counts: _, ...old } = state;
  assert.throws(load(KINDS.Adam([leaf(2, 3)]), old), /it is about parameter 1, the optimiser has 1/);
  KINDS.Adam().loadStateDict(old);
});

Deno.test("loadStateDict(): what is remembered is what the optimiser remembers, of the parameter's shape and type", () => {
  const { groups, state } = stepped(KINDS.Adam()).stateDict(), own = state[1]!;
  const { expAvg: _, ...less } = own;
  const wrong: [memory: object, message: RegExp][] = [
    [{ 1: { ...own, expAvg: zeros([3]) } }, /"expAvg" of parameter 1 is \[3\], found a parameter \[2\]/],
    [{ 1: { ...own, expAvg: zeros([]) } }, /"expAvg" of parameter 1 is \[\], found a parameter \[2\]/],
    [{ 1: { ...own, expAvg: zeros([2], { dtype: "int32" }) } }, /"expAvg" of parameter 1 is int32, not float32/],
    [{ 1: { ...own, expAvg: 0 } }, /"expAvg" of parameter 1 must be a tensor, found 0/],
    [{ 1: { ...own, expAvg: [0, 0] } }, /"expAvg" of parameter 1 must be a tensor or a number, found object/],
    [{ 1: { ...own, step: tensor(3) } }, /"step" of parameter 1 is \[\]|"step" of parameter 1 must be a whole number/],
    [{ 1: { ...own, step: 2.5 } }, /"step" of parameter 1 must be a whole number from 0, found 2\.5/],
    [{ 1: { ...own, step: NaN } }, /"step" of parameter 1 must be a whole number from 0, found NaN/],
    [{ 1: less }, /it lacks "expAvg" of parameter 1/],
    [
      { 1: { ...own, momentumBuffer: zeros([2]) } },
      /it has "momentumBuffer" of parameter 1, and Adam remembers step, exp/,
    ],
    [{ 2: own }, /it is about parameter 2, the optimiser has 2/],
    [{ "1.0": own }, /it is about parameter 1\.0/],
    [{ "": own }, /it is about parameter /],
  ];
  for (const [memory, message] of wrong) {
    const opt = KINDS.Adam();
    assert.throws(load(opt, { groups, state: memory }), { name: "RangeError", message });
    assert.deepEqual(opt.stateDict().state, {});
  }
});

Deno.test("loadStateDict(): AMSGrad's and centred RMSProp's own memories belong; AdamW takes Adam's", () => {
  const maxima = stepped(new Adam(params(), { amsgrad: true })).stateDict();
  const opt = KINDS.Adam();
  opt.loadStateDict(maxima);
  assert.ok(opt.paramGroups[0]!.amsgrad && "maxExpAvgSq" in opt.stateDict().state[0]!);
  KINDS.RMSProp().loadStateDict(stepped(new RMSProp(params(), { centered: true, momentum: 0.5 })).stateDict());
  new AdamW(params()).loadStateDict(maxima);
});

Deno.test("loadStateDict(): an optimiser that does not say what it remembers takes tensors and numbers", () => {
  class Own extends Optimizer {
    constructor(list: Tensor[]) {
      super(list, { lr: 1 });
    }
    protected override update(param: Tensor): void {
      this.stateOf(param).seen = 1;
    }
  }
  const state = stepped(new Own(params())).stateDict(), opt = new Own(params());
  opt.loadStateDict({ ...state, state: { 0: { any: zeros([2, 3]), seen: 2 } } });
  assert.equal(opt.stateDict().state[0]!.seen, 2);
  assert.throws(
    load(opt, { ...state, state: { 0: { any: "x" } } }),
    /"any" of parameter 0 must be a tensor or a number/,
  );
});

Deno.test("Generator.state: what is no state is refused, and the generator stays", () => {
  const generator = new Generator(7), before = generator.state;
  const wrong = [
    undefined,
    null,
    7,
    {},
    { seed: 7, counter: 0 },
    { seed: [1], counter: 0 },
    { seed: [1, -1], counter: 0 },
    {
      seed: [1, 0.5],
      counter: 0,
    },
    { seed: [1, 2 ** 32], counter: 0 },
    { seed: [1, 2] },
    { seed: [1, 2], counter: -1 },
    { seed: [1, 2], counter: 1.5 },
  ];
  for (const state of wrong) {
    assert.throws(() => generator.state = state as never, {
      name: "TypeError",
      message: /^Cannot go on from the state .* of a generator: expected \{ seed, counter \}/s,
    });
    assert.deepEqual(generator.state, before);
  }
  generator.state = { seed: [2 ** 32 - 1, 3], counter: 5 };
  assert.deepEqual(generator.clone().state, { seed: [2 ** 32 - 1, 3], counter: 5 });
});

Deno.test("a state of another device: the step says so and what to do, and goes on from there after follow()", async () => {
  const [here, there] = [await device("cpu"), await device("reference")];
  const on = (device: Device) => [ones([2], { device, requiresGrad: true }).keep()];
  const away = new Adam(on(there), { lr: 0.1 }), opt = new Adam(on(here), { lr: 0.1 });
  const step = (one: Adam) => {
    for (const p of one.parameters()) p.grad = tensor([1, -2], { device: p.device });
    one.step();
  };
  step(away);
  opt.loadStateDict(away.stateDict());
  assert.throws(() => step(opt), {
    name: "TypeError",
    message:
      'Cannot step Adam: its "expAvg" of a parameter is on reference, the parameter on cpu. Move what it remembers once: await optimizer.follow()',
  });
  await opt.follow();
  step(opt);
  assert.equal(opt.stateDict().state[0]!.step, 2);
});
