import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { backward } from "../../lib/engine/backward.ts";
import { flush } from "../../lib/engine/flush.ts";
import { topologicalOrder } from "../../lib/engine/plan/schedule.ts";
import { read } from "../../lib/engine/read.ts";
import { Storage } from "../../lib/engine/storage.ts";
import { withModule } from "../../lib/graph/context.ts";
import type { Leaf, Node } from "../../lib/graph/node.ts";
import { add, binary, mul, neg, sub } from "../../lib/ops/pointwise.ts";
import { data, full } from "../../lib/ops/sources.ts";
import { detach, expand, sliceScatter, straightThrough } from "../../lib/ops/views.ts";
import { Choices } from "../device/programs.ts";

const ready = () => new Device("reference").ready;

/** A leaf, and the gradients that came to it. */
class Parameter implements Leaf {
  readonly gradients: Node[] = [];
  readonly node: Node;

  constructor(device: Device, values: readonly number[]) {
    this.node = data(device, "float32", [values.length], Float64Array.from(values));
    this.node.requiresGrad = true;
    this.node.leaf = this;
  }

  accumulate(gradient: Node): void {
    this.gradients.push(gradient);
  }

  /** The only gradient's values. */
  async values(): Promise<number[]> {
    assert.equal(this.gradients.length, 1);
    return Array.from(await read(this.gradients[0]!, new Storage(this.gradients[0]!)));
  }
}

const ones = ({ device, shape }: Node): Node => full(device, "float32", shape, 1);

/** A parameter on a device of its own. */
async function setUp(values: readonly number[] = [2, 3]): Promise<{ device: Device; p: Parameter } & Disposable> {
  const device = await ready();
  return { device, p: new Parameter(device, values), [Symbol.dispose]: () => device[Symbol.dispose]() };
}

Deno.test("backward() adds up what reaches a node by several ways, and passes it on once", async () => {
  using given = await setUp();
  const { p } = given, square = mul(p.node, p.node), twice = add(square, square), root = sub(twice, p.node);
  let calls = 0;
  square.gradientHooks = [() => void calls++];
  backward(root, ones(root));
  assert.equal(calls, 1);
  assert.deepEqual(await p.values(), [4 * 2 - 1, 4 * 3 - 1]);
});

Deno.test("backward() counts the ways through random graphs", async () => {
  const choices = new Choices(51);
  for (let round = 0; round < 60; round++) {
    using given = await setUp([1]);
    const { p } = given, pool = [p.node], ways = new Map([[p.node, 1]]);
    for (let count = choices.int(1, 20); count > 0; count--) {
      const a = choices.pick(pool.slice(-5)), b = choices.pick(pool.slice(-5)), next = choices.pick([add, sub])(a, b);
      ways.set(next, ways.get(a)! + (next.op.name === "sub" ? -1 : 1) * ways.get(b)!);
      pool.push(next);
    }
    const root = pool.at(-1)!;
    backward(root, ones(root));
    assert.deepEqual(await p.values(), [ways.get(root)!]);
  }
});

Deno.test("backward() weights by the seed, and sums over what was broadcast", async () => {
  using given = await setUp([5]);
  const { device, p } = given, root = mul(expand(p.node, [3]), data(device, "float32", [3], Float64Array.of(1, 2, 3)));
  backward(root, data(device, "float32", [3], Float64Array.of(1, 10, 100)));
  assert.deepEqual(await p.values(), [321]);
});

Deno.test("backward() stops at what is detached, and goes by the history of a straight-through value", async () => {
  using given = await setUp();
  const { p } = given, root = add(mul(detach(p.node), p.node), straightThrough(neg(detach(p.node)), p.node));
  backward(root, ones(root));
  assert.deepEqual(await p.values(), [2 + 1, 3 + 1]);
});

Deno.test("backward() ignores what a rule gives for inputs that need no gradient", async () => {
  using given = await setUp();
  const { device, p } = given, base = data(device, "float32", [3], new Float64Array(3));
  const root = sliceScatter(base, p.node, [0], [1]);
  base.index = 1; // of another traversal
  backward(root, ones(root));
  assert.deepEqual(await p.values(), [1, 1]);
});

Deno.test("a hook sees the whole gradient and may replace it, in the order of hooks", async () => {
  using given = await setUp();
  const { p } = given, y = neg(p.node), root = add(y, y);
  const seen: Node[] = [];
  y.gradientHooks = [(g) => mul(g, g), (g) => void seen.push(g)];
  backward(root, ones(root));
  assert.equal(seen[0]!.op.name, "mul");
  assert.deepEqual(await p.values(), [-4, -4]);
});

Deno.test("a hook may begin another traversal of the same nodes", async () => {
  using given = await setUp();
  const { p } = given, y = neg(p.node), z = mul(y, y), root = add(z, y);
  const other = new Parameter(given.device, [1, 1]), aside = mul(other.node, other.node);
  z.gradientHooks = [(g) => {
    topologicalOrder([y, p.node].map((node) => ({ node, target: undefined, replaces: undefined })));
    backward(aside, ones(aside));
    return g;
  }];
  backward(root, ones(root));
  assert.deepEqual(await other.values(), [2, 2]);
  assert.deepEqual(await p.values(), [2 * 2 - 1, 2 * 3 - 1]);
});

Deno.test("gradients have history with createGraph only", async () => {
  using given = await setUp();
  const { p } = given, root = mul(p.node, p.node);
  backward(root, ones(root), true);
  assert.equal(p.gradients[0]!.requiresGrad, true);
  const slope = p.gradients.pop()!;
  backward(slope, ones(slope));
  assert.deepEqual(await p.values(), [2, 2]);
  p.gradients.pop();
  const again = mul(p.node, p.node);
  backward(again, ones(again));
  assert.equal(p.gradients[0]!.requiresGrad, false);
});

Deno.test("a stored value lets its history go after backward, unless that is retained", async () => {
  using given = await setUp();
  const { device, p } = given;
  const storedRoot = (retain: boolean) => {
    const y = mul(p.node, p.node);
    new Storage(y).keep();
    flush(device);
    const root = neg(y);
    backward(root, ones(root), false, retain);
    return { y, root };
  };
  const kept = storedRoot(true);
  backward(kept.root, ones(kept.root));
  assert.equal(p.gradients.length, 2);
  const { y } = storedRoot(false), next = neg(y);
  assert.deepEqual(y.inputs, []);
  assert.throws(
    () => backward(next, ones(next)),
    /^Error: Cannot run backward through mul \[2\] a second time: .*Compute the loss again/,
  );
});

Deno.test("a gradient belongs to the module whose value it is the gradient of", async () => {
  using given = await setUp();
  const { p } = given, y = withModule("inner", () => binary("pow", p.node, p.node));
  const root = withModule("outer", () => mul(y, y));
  withModule("loop", () => backward(root, ones(root)));
  const modules = new Set<string>(),
    visit = (node: Node): void => {
      if (node.op.name !== "source" && node !== root && node !== y && node.inputs.length) modules.add(node.module);
      if (node !== root && node !== y) node.inputs.forEach(visit);
    };
  visit(p.gradients[0]!);
  assert.deepEqual(modules, new Set(["inner", "outer"]));
});
