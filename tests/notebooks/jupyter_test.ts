/** What a notebook's user meets: things show themselves, progress is live, and nothing but a restart loses the kernel. */
import assert from "node:assert/strict";
import type { KernelCell, Ran } from "../../tasks/notebooks/kernel.ts";
import { errorOf, inKernel, missing, printed, python, result } from "./jupyter.ts";

/** A small problem, and a callback that reports. */
const SETUP = `
import { accuracy, cleanMem, data, F, Learner, learner, lessons, nn, plot, setDefaultDevice, setSeed, tensor } from "../mod.ts";
setDefaultDevice("cpu"); setSeed(7);
const dls = data.DataLoaders.fromRaw(await data.loadRaw("garments"), { batchSize: 32, limit: 640 });
const begin = () => Learner.of(lessons.initWeights(lessons.getModel()), dls).loss(F.crossEntropy).lr(0.1);
class At extends learner.Callback {
  constructor(step, act) { super(); this.step = step; this.act = act; this.seen = 0; this.cleaned = false; }
  afterBatch() { if (++this.seen === this.step) this.act(); }
  cleanupFit() { this.cleaned = true; }
}`;

/** Runs named cells after the setup. */
async function run(cells: Record<string, string | KernelCell>): Promise<Record<string, Ran>> {
  const list = Object.values(cells).map((cell) => typeof cell === "string" ? { code: cell } : cell);
  const [setup, ...ran] = await inKernel([{ code: SETUP }, ...list]);
  assert.deepEqual(errorOf(setup!), undefined);
  return Object.fromEntries(Object.keys(cells).map((name, i) => [name, ran[i]!]));
}

const test = (name: string, fn: () => Promise<void>) => Deno.test({ name: name + missing, ignore: !python, fn });

test("in a notebook a tensor, a model, a Learner, a chart and the rest show themselves as a cell's last expression", async () => {
  const shown = await run({
    tensor: "tensor([[1, 2], [3, 4.5]])",
    model: "new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU())",
    learner: "const learn = begin().metrics({ accuracy }); learn",
    fitted: "await learn.fit(1)",
    metrics: "learn.find(learner.MetricsCB)",
    summary: "await learner.summary(learn)",
    diagnosis: "learner.diagnose({ losses: [1, 0.5], lrs: [0.1, 0.1] })",
    chart: "learner.modelGraph(learn.model, (await dls.oneBatch())[0])",
    search: "await learn.lrFind({ gamma: 2 })",
    memory: "await cleanMem()",
  });
  const text = (name: string) => result(shown[name]!)?.["text/plain"] ?? JSON.stringify(shown[name]);
  assert.equal(text("tensor"), "tensor([[1.0000, 2.0000],\n        [3.0000, 4.5000]])");
  assert.match(text("model"), /^Sequential\(\n {2}\(0\): Linear\(in_features=2, out_features=3, bias=True\)/);
  assert.match(text("learner"), /^Learner\n {2}model {6}Sequential, 30,154 parameters, on cpu\n {2}data/);
  assert.match(printed(shown.fitted!), /^accuracy +loss +epoch +train\n/); // without progress the table is printed
  assert.match(text("metrics"), /^accuracy +loss +epoch +train\n/);
  assert.match(result(shown.metrics!)!["text/html"]!, /<table>/);
  assert.match(result(shown.summary!)!["text/html"]!, /<table>/);
  assert.match(text("diagnosis"), /^Nothing stands out in 2 losses/);
  for (const name of ["chart", "search"]) assert.match(result(shown[name]!)!["image/svg+xml"]!, /^<svg/, name);
  assert.match(
    result(shown.search!)!["text/html"]!,
    /<img class="sonde-picture"[^>]+alt="Loss against learning rate: loss from /,
  );
  assert.match(text("memory"), /^cpu: [\d.]+ MB before, [\d.]+ MB after/);
});

test("a forgotten await is an error that says so, also as a cell's last expression", async () => {
  const told = await run({
    shown: "tensor([1, 2]).sum().item()",
    used: "const total = tensor([1, 2]).sum().item(); total * 2",
    next: "await tensor([1, 2]).sum().item()",
  });
  for (const name of ["shown", "used"]) {
    assert.equal(
      errorOf(told[name]!)?.evalue,
      "Cannot use a value before it was read from the device: write await t.item()",
    );
  }
  assert.match(result(told.next!)!["text/plain"]!, /3/);
});

test("progress is one display that is updated in place, and ends with the whole curve and table", async () => {
  const { fit, curves } = await run({
    // Each epoch takes a while.
    fit: `class Slow extends learner.Callback { afterEpoch() { return new Promise((go) => setTimeout(go, 200)); } }
      const learn = begin().metrics({ accuracy }).progress({ plot: true }).callbacks([new Slow()]);
      await learn.fit(10);`,
    curves: "learn.find(learner.ProgressCB).losses.length",
  });
  assert.equal(errorOf(fit!), undefined);
  const displays = fit!.messages.filter(({ type }) => type.endsWith("display_data"));
  assert.equal(displays[0]!.type, "display_data");
  assert.ok(displays.length >= 3, `${displays.length} displays`);
  assert.ok(displays.slice(1).every(({ type }) => type === "update_display_data"));
  assert.equal(new Set(displays.map(({ content }) => content.transient.display_id)).size, 1);
  const [early, last] = [displays[0]!, displays.at(-1)!].map(({ content }) => content.data["text/html"] as string);
  // The first display has its chart already, of the first batches.
  assert.match(early!, /alt="Loss(: training as a line[^"]*| of training)" src="data:image\/svg\+xml,%3Csvg/);
  assert.match(early!, /epoch \d+ of 10 · (train|eval) \d+ of \d+ · (train )?loss \d\.\d{3} lr 0\.1/);
  assert.match(last!, / alt="Loss: training as a line[^"]+" src="data:image\/svg\+xml,%3Csvg/);
  assert.equal(last!.match(/<tr>/g)!.length, 21); // names, and two rows an epoch
  assert.doesNotMatch(last!, /epoch \d+ of 10/);
  assert.equal(printed(fit!), ""); // the table is in the display alone
  assert.match(result(curves!)!["text/plain"]!, /200/);
});

test("an interrupt stops a fit, runs cleanups, keeps weights; the next cell uses the model, and the kernel outlives another", async () => {
  const { fit, after, again, idle, alive } = await run({
    fit: {
      code: `const watch = new At(50, () => console.log("running"));
        const learn = begin().callbacks([watch]);
        const start = await learn.model.parameters().next().value.array();
        await learn.fit(1e6);
        console.log("stopped");`,
      interruptOn: "running",
    },
    after: `console.log(learn.running, watch.cleaned, watch.seen >= 50);
      const now = await learn.model.parameters().next().value.array();
      console.log(JSON.stringify(now) !== JSON.stringify(start), now.flat(9).every(Number.isFinite));
      console.log((await learn.model.call((await dls.oneBatch())[0]).array()).length);`,
    again: "watch.act = () => {}; await learn.fit(1); console.log(learn.epoch)",
    // No fit listens now: the interrupt comes too late, or by mistake.
    idle: { code: `console.log("idle"); await new Promise((go) => setTimeout(go, 300));`, interruptOn: "idle" },
    alive: "console.log(learn.epochs)",
  });
  assert.equal(printed(fit!), "running\nstopped\n");
  assert.equal(printed(after!), "false true true\ntrue true\n32\n");
  assert.equal(printed(again!), "1\n");
  assert.deepEqual([idle!.problem, printed(alive!)], [null, "1\n"]);
});

test("an exception in a fit names the callback and leaves the kernel and the Learner usable", async () => {
  const { fit, after } = await run({
    fit: `const bad = new At(3, () => { throw new RangeError("no such thing"); });
      const learn = begin(); await learn.fit(1, { cbs: [bad] });`,
    after: "await learn.fit(1); console.log(learn.running, bad.cleaned)",
  });
  assert.equal(errorOf(fit!)?.evalue, "Callback At failed in afterBatch: no such thing");
  assert.deepEqual([errorOf(after!), printed(after!)], [undefined, "false true\n"]);
});
