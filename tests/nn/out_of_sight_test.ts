import assert from "node:assert/strict";
import * as nn from "../../lib/nn/mod.ts";
import { SGD } from "../../lib/optim/mod.ts";
import { ones, zeros } from "../../lib/tensor/create.ts";
import { noGrad } from "../../lib/tensor/graph.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import "./helpers.ts";

const linear = () => new nn.Linear(2, 2);
const leaf = () => zeros([2]).requiresGrad_();

/** A model with `inner` in a field that only its head's forward passes by. */
class Model extends nn.Module {
  readonly head = linear();
  constructor(readonly inner: unknown) {
    super();
  }
  forward(x: Tensor): Tensor {
    return this.head.call(x);
  }
}

const containers: [string, unknown, RegExp][] = [
  ["an array", [linear()], /array "inner" of Model: .*Found module Linear at inner\[0\]\. .*ModuleList/],
  ["an object", { a: linear() }, /object "inner" of Model: .*Found module Linear at inner\.a\./],
  ["an object of odd keys", { "a b": linear() }, /at inner\["a b"\]\./],
  ["an object without prototype", Object.assign(Object.create(null), { a: linear() }), /at inner\.a\./],
  ["a Map", new Map([["a", linear()]]), /Map "inner" of Model: .*at inner\.get\("a"\)\./],
  ["a Map of objects", new Map([[{}, linear()]]), /at inner\.get\(key 0\)\./],
  ["the keys of a Map", new Map([[linear(), 1]]), /at inner\.keys\(\)\[0\]\./],
  ["a Set", new Set([1, linear()]), /Set "inner" of Model: .*at inner\.values\(\)\[1\]\./],
  ["nested arrays", [[], [1, [linear()]]], /array "inner" of Model: .*at inner\[1\]\[1\]\[0\]\./],
  ["a Map in an object in an array", [{ a: new Map([[3, linear()]]) }], /at inner\[0\]\.a\.get\(3\)\./],
  ["an array of parameters", [nn.parameter(ones([2]))], /Found a parameter at inner\[0\]\. .*registerParameter/],
  ["an object of parameters", { w: nn.parameter(ones([2])) }, /Found a parameter at inner\.w\./],
  ["an array of leaves", [leaf()], /Found a tensor that requires gradients at inner\[0\]\./],
  ["a Set of leaves", new Set([leaf()]), /Found a tensor that requires gradients at inner\.values\(\)\[0\]\./],
  ["a leaf in a nested object", { a: { b: leaf() } }, /at inner\.a\.b\./],
  [
    "a leaf in a field",
    leaf(),
    /field "inner" is a tensor that requires gradients and no parameter.*this\.inner = param/,
  ],
];

for (const [what, inner, message] of containers) {
  Deno.test(`Module.parameters() refuses what it would not train: ${what}`, () => {
    assert.throws(() => [...new Model(inner).parameters()], { name: "TypeError", message });
  });
}

Deno.test("Module.parameters() passes over what is not to be trained", () => {
  const round: { self?: unknown } = {};
  round.self = [round];
  const trainedElsewhere = leaf();
  new SGD([trainedElsewhere], { lr: 0.1 });
  for (
    const inner of [
      [1, [2, "a", null, undefined]],
      { a: zeros([2]), b: [leaf().mul(2)] }, // no gradients; and a value that was computed
      new Map([["a", new Float32Array(3)]]),
      round,
      new (class Holder {
        readonly frozenElsewhere = linear();
      })(),
      () => linear(),
      trainedElsewhere,
      [trainedElsewhere],
      null,
    ]
  ) assert.equal([...new Model(inner).parameters()].length, 2);
});

class Private extends nn.Module {
  readonly #inner: nn.Module;
  readonly head = linear();
  constructor(inner: nn.Module) {
    super();
    this.#inner = inner;
  }
  forward(x: Tensor): Tensor {
    return this.head.call(this.#inner.call(x));
  }
}

Deno.test("a module that the model does not have is refused in its forward while it has something to train", () => {
  const x = ones([1, 2]), inner = linear(), model = new Private(inner);
  const message = /^(Error: )?Cannot call Linear in the forward of Private: .*requiresGrad_\(false\)/;
  assert.throws(() => model.call(x), message);
  noGrad(() => model.call(x));
  inner.requiresGrad_(false);
  model.call(x);
  inner.requiresGrad_();
  assert.throws(() => model.call(x), message);

  const another = linear();
  for (
    const outer of [
      new nn.Lambda((x) => inner.call(x)), // a closure
      new nn.Sequential(new nn.Lambda((x) => inner.call(x))), // further inside
      new nn.Lambda((x) => linear().call(x)), // one made anew each time
      new nn.Sequential(inner, new nn.Lambda((x) => another.call(x))),
    ]
  ) assert.throws(() => outer.call(x), /^Error: Cannot call Linear in the forward of (Lambda|Sequential)/);
});

Deno.test("modules that are trained may be called in any forward", () => {
  const x = ones([1, 2]), inner = linear();
  class Tied extends nn.Module {
    readonly layers = new nn.Sequential(inner, linear(), new nn.ReLU());
    readonly again = new nn.Lambda((x) => inner.call(x)); // the model has it elsewhere
    forward(x: Tensor): Tensor {
      x = new nn.ReLU().call(this.layers.slice(0, 2).call(x)); // a Sequential that nobody holds, of layers that are held
      return this.again.call(x);
    }
  }
  const tied = new Tied();
  tied.call(x);
  tied.call(x);

  const late = new Tied();
  late.call(x);
  late.layers[1] = linear(); // replaced after the first call
  late.call(x);

  const probe = linear();
  new SGD(probe.parameters(), { lr: 0.1 });
  new Private(probe).call(x); // an optimiser of its own

  const unowned = linear();
  using _hook = tied.layers.at(0).registerForwardHook((_module, _inputs, output) => void unowned.call(output));
  tied.call(x); // hooks are no part of the model
  unowned.call(x);
});

Deno.test("a forward that threw leaves no model behind", () => {
  const failing = new nn.Lambda(() => {
    throw new Error("no");
  });
  assert.throws(() => failing.call(), /no/);
  linear().call(ones([1, 2]));
});
