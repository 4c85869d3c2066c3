/** The generator of PyTorch's kind as an object. What it draws, call by call, is compared in tests/oracle/torch_random_test.ts. */
import assert from "node:assert/strict";
import { rand, randint, randn } from "../../lib/tensor/create_random.ts";
import { defaultGenerator, Generator, type GeneratorState, setSeed } from "../../lib/tensor/random.ts";

const like = "torch";

/** What comes of a generator by every way to draw, in words. */
async function drawn(generator: Generator): Promise<string> {
  const tensors = [randn([3], { generator }), rand([20], { generator }), randint(0, 9, [4], { generator })];
  const uniform = generator.uniforms();
  const host = [generator.uniform(), uniform(), uniform(), ...generator.permutation(5), ...generator.next()];
  const later = randn([2], { generator });
  return JSON.stringify([...await Promise.all([...tensors, later].map((t) => t.array())), host]);
}

Deno.test("a generator like PyTorch's goes on from its state, with the spare normal number, also through JSON", async () => {
  const generator = new Generator(7, { like });
  randn([3], { generator }); // leaves a spare one
  assert.equal(typeof generator.state.torch!.spare, "number");
  const twin = generator.clone(), { state } = generator, other = new Generator(1);
  const first = await drawn(generator);
  assert.equal(await drawn(twin), first);
  assert.notEqual(await drawn(twin), first);
  for (const at of [state, JSON.parse(JSON.stringify(state)) as GeneratorState]) {
    other.state = at;
    assert.equal(await drawn(other), first);
  }
});

Deno.test("setSeed goes over to PyTorch's numbers and back, and the default generator stays the same object", async () => {
  const numbers = async () => String(await rand([5]).array());
  setSeed(42);
  const own = await numbers();
  setSeed(42, { like });
  assert.equal(
    await numbers(),
    String([0.8822692632675171, 0.9150039553642273, 0.38286375999450684, 0.9593056440353394, 0.3904482126235962]),
  );
  assert.ok(defaultGenerator.state.torch);
  setSeed(42);
  assert.equal(await numbers(), own);
  assert.deepEqual(defaultGenerator.state, { seed: [42, 0], counter: 1 });
});

Deno.test("numbers are drawn at the call, whatever is read first", async () => {
  const made = () => {
    setSeed(3, { like });
    return [randn([20]), rand([3])] as const;
  };
  const [x, y] = made(), ahead = [await x.array(), await y.array()];
  const [a, b] = made(), last = await b.array();
  assert.deepEqual([await a.array(), last], ahead);
  setSeed(0);
});

Deno.test("the host's uniform numbers are PyTorch's in 64-bit floats", () => {
  // torch.manual_seed(42); torch.rand(2, dtype=torch.float64)
  const generator = new Generator(42, { like });
  assert.deepEqual([generator.uniform(), generator.uniforms()()], [0.05815448596142969, 0.06291016742457756]);
});

Deno.test("another kind of generator is refused, and so is a state that is none", () => {
  assert.throws(() => new Generator(1, { like: "numpy" as "torch" }), {
    name: "TypeError",
    message: 'Cannot make a generator like "numpy": like is "torch", or is left out for Sonde\'s own numbers',
  });
  assert.throws(() => setSeed(1, { like: true as never }), TypeError);
  const generator = new Generator(1, { like }), before = generator.state, torch = before.torch!;
  const wrong: unknown[] = [
    null,
    {},
    { ...torch, words: torch.words.slice(1) },
    { ...torch, words: torch.words.with(3, -1) },
    { ...torch, words: torch.words.with(3, 2 ** 32) },
    { ...torch, next: 625 },
    { ...torch, next: 0.5 },
    { ...torch, spare: NaN },
    { ...torch, spare: undefined },
  ];
  for (const state of wrong) {
    assert.throws(() => generator.state = { ...before, torch: state as never }, {
      name: "TypeError",
      message: /^Cannot go on from the state .* it has torch: \{ words, next, spare \} as well$/s,
    });
    assert.deepEqual(generator.state, before);
  }
});
