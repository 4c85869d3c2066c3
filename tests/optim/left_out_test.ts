import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import * as nn from "../../lib/nn/mod.ts";
import { Adam, SGD } from "../../lib/optim/mod.ts";
import { ones } from "../../lib/tensor/create.ts";
import { rand } from "../../lib/tensor/create_random.ts";
import { noGrad } from "../../lib/tensor/graph.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

/** What `body` says on the console, on a device of its own. */
async function told(body: (device: Device) => void | Promise<void>): Promise<string[]> {
  const said: string[] = [], { warn } = console;
  console.warn = (text: string) => void said.push(text);
  try {
    await body(new Device("reference"));
  } finally {
    console.warn = warn;
  }
  return said;
}

/** Trains a layer for some steps with a loss that `more` adds to. */
function train(device: Device, more: (x: Tensor) => Tensor, { steps = 5, after = (_step: number) => {} } = {}): void {
  const model = new nn.Linear(2, 3, { device }), opt = new SGD(model.parameters(), { lr: 0.01 });
  for (let i = 0; i < steps; i++) {
    more(model.call(rand([4, 2], { device }))).sum().backward();
    opt.step();
    opt.zeroGrad();
    after(i);
  }
}

const leaf = (device: Device, shape = [3]) => ones(shape, { device }).requiresGrad_().keep();

Deno.test("a tensor that gets gradients and no optimiser or module has is told of once", async () => {
  const said = await told((device) => {
    const scale = leaf(device);
    train(device, (x) => x.mul(scale));
  });
  assert.equal(said.length, 1, said.join("\n"));
  assert.match(
    said[0]!,
    /^A tensor of shape \[3\] that requires gradients .* it is not trained\. Make parameters with/,
  );
});

Deno.test("it is told at the third step", async () => {
  for (const [steps, texts] of [[2, 0], [3, 1]] as const) {
    const said = await told((device) => {
      const scale = leaf(device);
      train(device, (x) => x.mul(scale), { steps });
    });
    assert.equal(said.length, texts);
  }
});

Deno.test("so are a parameter outside any module, one made anew in each step, and several at once", async () => {
  for (
    const [make, message] of [
      [(device: Device) => {
        const lost = nn.parameter(ones([3], { device }));
        return (x: Tensor) => x.mul(lost);
      }, /^A tensor of shape \[3\]/],
      [(device: Device) => (x: Tensor) => x.mul(nn.parameter(ones([1, 3], { device }))), /^A tensor of shape \[1, 3\]/],
      [(device: Device) => {
        const scale = leaf(device), shift = leaf(device, []);
        return (x: Tensor) => x.mul(scale).add(shift);
      }, /^Tensors of shapes .*\[3\].* that require .* they are not trained/],
      [(device: Device) => {
        const view = ones([2, 3], { device }).keep().at(0).requiresGrad_();
        return (x: Tensor) => x.mul(view);
      }, /^A tensor of shape \[3\]/],
    ] as const
  ) {
    const said = await told((device) => train(device, make(device)));
    assert.equal(said.length, 1, said.join("\n"));
    assert.match(said[0]!, message);
  }
});

Deno.test("nothing is said of leaves that somebody looks after", async () => {
  const said = await told((device) => {
    const byHand = leaf(device);
    train(device, (x) => x.mul(byHand), {
      after: () => {
        noGrad(() => byHand.sub_(byHand.grad!.mul(0.1)));
        byHand.grad = null;
      },
    });
    const late = leaf(device); // read one step late
    train(device, (x) => x.mul(late), { after: (step) => void (step % 2 && late.grad) });
    const forgotten = leaf(device);
    train(device, (x) => x.mul(forgotten), { after: () => void (forgotten.grad = null) });
    const hooked = leaf(device);
    hooked.registerHook(() => {});
    train(device, (x) => x.mul(hooked));
    const other = leaf(device), second = new Adam([other]);
    train(device, (x) => x.mul(other));
    second.step();
    const held = new nn.Linear(3, 3, { device }); // a model of which only a part is trained
    train(device, (x) => held.call(x));
    held.weight.requiresGrad_(false).requiresGrad_();
    train(device, (x) => held.call(x));
    const once = leaf(device); // a look or two, read at the end
    train(device, (x) => x.mul(once), { steps: 2 });
    train(device, (x) => x);
    assert.ok(once.grad);
    const seen: Tensor[] = [];
    train(device, (x) => { // saliency of each batch, read two steps later
      const input = rand([3], { device }).requiresGrad_();
      seen.push(input);
      seen.splice(0, seen.length - 2)[0]?.grad;
      return x.mul(input);
    });
  });
  assert.deepEqual(said, []);
});

Deno.test("nor of loops without an optimiser, before one, or on another device", async () => {
  const loop = (device: Device) => {
    const w = leaf(device);
    for (let i = 0; i < 5; i++) w.square().sum().backward();
  };
  const said = await told((device) => {
    loop(device);
    train(new Device("reference"), (x) => x);
    loop(device);
    train(device, (x) => x);
  });
  assert.deepEqual(said, []);
});

Deno.test("step() without any gradient so far is told of once, with what was left out", async () => {
  const idle = (prepare: (model: nn.Module, opt: SGD) => void = () => {}) =>
    told((device) => {
      const model = new nn.Linear(2, 3, { device }), opt = new SGD(model.parameters(), { lr: 0.01 });
      prepare(model, opt);
      opt.step();
      opt.step();
    });
  const [text, ...more] = await idle();
  assert.deepEqual(more, []);
  assert.match(
    text!,
    /^SGD\.step\(\) changed nothing: none of its 2 parameters has had a gradient\. Call backward\(\)/,
  );
  assert.match((await idle((model) => model.requiresGrad_(false)))[0]!, /None of them requires gradients/);
  const backward = (model: nn.Module) => model.call(ones([1, 2], { device: model.device })).sum().backward();
  assert.match((await idle((model, opt) => (backward(model), opt.zeroGrad())))[0]!, /zeroGrad\(\) after it/);
  assert.deepEqual(await idle(backward), []);
  assert.deepEqual(await idle((model, opt) => (backward(model), opt.step(), opt.zeroGrad())), []);
});
