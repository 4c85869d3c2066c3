import assert from "node:assert/strict";
import {
  ActivationStats,
  CheckpointCB,
  DiagnoseCB,
  getBatch,
  isInstance,
  Learner,
  LiveCB,
  LRFinderCB,
  MetricsCB,
  Recorder,
} from "../../../lib/learner/mod.ts";
import { inFolder } from "../../in_folder.ts";
import * as nn from "../../../lib/nn/mod.ts";
import type { Column, LiveEvent } from "../../../lib/live/events.ts";
import type { LiveCommand } from "../../../lib/live/outlet.ts";
import { PageModel } from "../../../lib/live/page_model.ts";
import { readSaved } from "../../../lib/live/read_saved.ts";
import { LiveStore } from "../../../lib/live/store.ts";
import { crossEntropy, loaders, model, Spy } from "../helpers.ts";

type Said = {
  kind: string;
  lines?: string[];
  series?: string;
  from?: number;
  values?: number[];
  how?: string;
  of?: string;
  layer?: string;
  facts?: Record<string, string>;
  columns?: Column[];
};

/** The events inside a saved page. */
const inside = async (page: string): Promise<Said[]> => await readSaved(page) as Said[];

Deno.test("LiveCB: the saved page has every loss that Recorder has, and the fit is the same to the bit", async () => {
  const plain = new Recorder(), recorder = new Recorder(), live = new LiveCB({ log() {} });
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([plain]).fit(3);
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([recorder, live]).fit(3);
  assert.deepEqual(recorder.losses, plain.losses);
  const events = await inside(await live.page()), points = events.filter(({ series }) => series === "loss");
  const shown: number[] = [];
  for (const { from, values } of points) values!.forEach((value, i) => shown[from! + i] = value);
  assert.deepEqual(shown, plain.losses.map((loss) => Number(loss.toPrecision(7))));
  assert.equal(events.find(({ kind }) => kind === "finished")!.how, "done");
  await live.close();
  assert.equal(live.address, undefined);
});

Deno.test("what breaks in the background ends the fit, and is not kept quiet", async () => {
  class Broken extends ActivationStats {
    override get counting(): never {
      throw new TypeError("broken record");
    }
  }
  const live = new LiveCB({ log() {} });
  const fit = Learner.of(model(), loaders()).loss(crossEntropy).callbacks([new Broken(isInstance(nn.Linear)), live])
    .fit(2);
  await assert.rejects(fit, /broken record/);
  await live.close();
});

Deno.test("LiveCB: a page's stop ends the fit before the next batch, and its rate is that of the next step", async () => {
  const live = new LiveCB({ control: true, log() {} }), rates = new Recorder();
  const ask = async (command: object) => {
    const { origin, hash } = new URL(live.address!);
    const headers = { origin, "x-sonde-token": hash.slice(1) };
    const answer = await fetch(`${origin}/control`, { method: "POST", headers, body: JSON.stringify(command) });
    await answer.body?.cancel();
    assert.equal(answer.status, 204);
  };
  const spy = new Spy({
    afterBatch: async (learn) => {
      if (!learn.training || learn.epoch > 0) return;
      if (learn.iter === 0) await ask({ action: "lr", value: 0.25 });
      if (learn.iter === 1) await ask({ action: "stop" });
    },
  });
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([live, rates, spy]).fit(5);
  assert.deepEqual(rates.lrs, [0.1, 0.25]);
  assert.equal((await inside(await live.page())).find(({ kind }) => kind === "finished")!.how, "ended early");
  await live.close();
});

Deno.test("LiveCB: shows what diagnose() finds", async () => {
  const live = new LiveCB({ log() {} });
  const learn = Learner.of(model(), loaders()).loss(crossEntropy).lr(1e4).callbacks([new DiagnoseCB(), live]);
  await learn.fit(4);
  const found = learn.diagnose().findings,
    { lines } = (await inside(await live.page())).find(({ kind }) => kind === "findings")!;
  assert.equal(lines!.length, found.length);
  assert.ok(found.length > 0 && found.every(({ text }, i) => lines![i]!.includes(text)));
  await live.close();
});

Deno.test("LiveCB: shows the layers that ActivationStats watch, and what a diagnosis of them finds; the fit is the same to the bit", async () => {
  const plain = new Recorder(), recorder = new Recorder(), live = new LiveCB({ log() {} });
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([plain]).fit(3);
  const stats = new ActivationStats(), gradients = new ActivationStats(undefined, { of: "gradients" });
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([stats, gradients, recorder, live]).fit(3);
  assert.deepEqual(recorder.losses, plain.losses);
  const events = (await inside(await live.page())).filter(({ kind }) => kind === "columns");
  for (const { of, layers } of [stats, gradients]) {
    for (const { name, mean, counts } of layers) {
      const columns = events.filter((event) => event.layer === name && event.of === of).flatMap(({ columns }) =>
        columns!
      );
      assert.deepEqual(columns.map(({ mean }) => mean), [...mean].map((value) => Number(value.toPrecision(7))));
      assert.deepEqual(columns.map(({ counts }) => counts), counts.map((row) => [...row]));
      assert.deepEqual(columns.map(({ step }) => step), plain.losses.map((_, i) => i));
    }
  }
  assert.ok((await inside(await live.page())).some(({ kind }) => kind === "findings"));
  await live.close();
});

Deno.test("learn.live({ layers: true }): watches all layers; says what is needed to run the fit again", async () => {
  const learn = Learner.of(model(), loaders()).loss(crossEntropy).live({
    layers: true,
    log() {},
    facts: { data: "none" },
  });
  await learn.fit(1);
  const live = learn.cbs.find((cb) => cb instanceof LiveCB)!, events = await inside(await live.page());
  assert.ok(events.some(({ kind }) => kind === "columns"));
  const { facts } = events.find(({ kind }) => kind === "run")!;
  assert.deepEqual(Object.keys(facts!), [
    "data",
    "device",
    "optimiser",
    "random numbers",
    "Sonde",
    "Deno",
    "V8",
    "code",
  ]);
  await live.close();
});

Deno.test("LiveCB: save writes the page, and beside it the whole record of all its fits", async () => {
  const folder = await Deno.makeTempDir(), save = `${folder}/new/fit.html`, live = new LiveCB({ save, log() {} });
  try {
    const stats = new ActivationStats(), counts: number[][] = [], losses: number[][] = [];
    for (let fit = 0; fit < 2; fit++) {
      const recorder = new Recorder();
      await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([stats, recorder, live]).fit(3);
      counts.push(...stats.layers.map((layer) => layer.counts.flatMap((row) => [...row])));
      losses.push(recorder.losses.map((loss) => Number(loss.toPrecision(7))));
    }
    const page = await readSaved(await Deno.readTextFile(save)) as Said[];
    assert.deepEqual(page.filter(({ kind }) => kind === "run").length, 2);
    const whole = await readSaved(await Deno.readTextFile(`${folder}/new/fit.ndjson`)) as Said[];
    assert.deepEqual(whole.filter(({ series }) => series === "loss").map(({ values }) => values), losses);
    assert.equal(whole.filter(({ kind }) => kind === "finished").length, 2);
    const layers = whole.filter(({ kind }) => kind === "columns");
    assert.deepEqual(layers.map(({ columns }) => columns!.flatMap(({ counts }) => [...counts])), counts);
  } finally {
    await live.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("LiveCB: refuses to save what is no page", () => {
  assert.throws(() => new LiveCB({ save: "fit.json" }), {
    name: "TypeError",
    message: /ends in \.html, found "fit\.json"/,
  });
});

/** What a page shows that heard these events. */
function shown(events: readonly LiveEvent[]): LiveEvent[] {
  const model = new PageModel();
  model.apply(events);
  return model.events();
}

/** What a fit tells a function, and the store of all that. */
function listener() {
  const calls: LiveEvent[][] = [], store = new LiveStore();
  const to = (events: readonly LiveEvent[]) => {
    calls.push(structuredClone([...events])); // as postMessage does
    for (const event of events) store.add(event);
  };
  return { calls, store, to };
}

Deno.test("LiveCB({ to }): a function gets each event once, as a page would show them; nothing is served", async () => {
  const { calls, store, to } = listener(), live = new LiveCB({ to }), stats = new ActivationStats();
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([stats, new DiagnoseCB(), live]).fit(3);
  assert.equal(live.address, undefined);
  assert.deepEqual(shown(await readSaved(await live.page())), shown(store.since(0)));
  const events = calls.flat(), losses = events.filter((event) => event.kind === "points" && event.series === "loss");
  assert.equal(losses.reduce((sum, event) => sum + (event.kind === "points" ? event.values.length : 0), 0), 9);
  assert.equal(events[0]!.kind, "run");
  assert.deepEqual(events.at(-1), { ...events.at(-1), kind: "finished", how: "done" });
  await live.close();
});

Deno.test("LiveCB({ to }): tells soon at first, and every two seconds then", async () => {
  const real = performance.now, told: number[] = [];
  let time = 7000;
  performance.now = () => time;
  try {
    const to = (events: readonly LiveEvent[]) => {
      if (events.some(({ kind }) => kind === "progress")) told.push(time - 7000);
    };
    const clock = new Spy({ afterBatch: () => void (time += 125) });
    await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([new LiveCB({ to }), clock]).fit(16);
    const end = time - 7000;
    assert.ok(end >= 6000, `${end} ms`);
    assert.deepEqual(told, [0, 1000, 2000, ...[4000, 6000, 8000, 10_000].filter((at) => at < end), end]);
  } finally {
    performance.now = real;
  }
});

Deno.test("LiveCB({ to }): the fit ends after what the function has begun", async () => {
  let running = 0, ended = 0;
  const to = async () => {
    running++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    running--;
    ended++;
  };
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([new LiveCB({ to })]).fit(3);
  assert.equal(running, 0);
  assert.ok(ended >= 1);
});

Deno.test("LiveCB({ to }): what the function throws ends the fit, also if it comes late", async () => {
  const fit = (to: () => void | Promise<void>) =>
    Learner.of(model(), loaders()).loss(crossEntropy).callbacks([new LiveCB({ to })]).fit(2);
  await assert.rejects(
    fit(() => {
      throw new TypeError("no room");
    }),
    /no room/,
  );
  await assert.rejects(fit(() => Promise.reject(new TypeError("no room"))), /no room/);
});

Deno.test("LiveCB.ask: stops the fit and sets its rate, without a server; anything else is refused", async () => {
  const { store, to } = listener(), live = new LiveCB({ to }), rates = new Recorder();
  const spy = new Spy({
    afterBatch: (learn) => {
      if (!learn.training || learn.epoch > 0) return;
      if (learn.iter === 0) live.ask({ action: "lr", value: 0.25 });
      if (learn.iter === 1) live.ask({ action: "stop" });
    },
  });
  await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([live, rates, spy]).fit(5);
  assert.deepEqual(rates.lrs, [0.1, 0.25]);
  const end = store.since(0).at(-1)!;
  assert.ok(end.kind === "finished" && end.how === "ended early");
  const odd = (command: object) => () => live.ask(command as LiveCommand);
  assert.throws(
    odd({ action: "lr", value: -1 }),
    /RangeError: Cannot ask a fit for \{"action":"lr","value":-1\}: expected/,
  );
  assert.throws(odd({ action: "go" }), RangeError);
});

Deno.test("LiveCB({ to }): options of a server are refused beside it, and what is no function", () => {
  assert.throws(() => new LiveCB({ to() {}, port: 0 }), /RangeError: Cannot make a LiveCB with both to and port/);
  assert.throws(() => new LiveCB({ to() {}, control: true }), /both to and control/);
  assert.throws(() => new LiveCB({ to() {}, log() {} }), /both to and log/);
  assert.throws(() => new LiveCB({ to: "a" as unknown as () => void }), /TypeError: Cannot run new LiveCB: to must be/);
});

Deno.test("LiveCB: of a fit that goes on from a checkpoint, losses, figures and layers stand at their own steps", () =>
  inFolder(async (folder) => {
    const recorder = new Recorder();
    await Learner.of(model(), loaders()).loss(crossEntropy).callbacks([recorder]).fit(3);
    const make = (live: LiveCB, stop: boolean) => {
      const spy = new Spy({
        afterBatch: (learn) => {
          if (stop && learn.training && learn.epoch === 1 && learn.iter === 1) learn.stop();
        },
      });
      const cbs = [
        new MetricsCB({}, { log: null }),
        new ActivationStats(),
        live,
        spy,
        new CheckpointCB(folder, { batches: 1 }),
      ];
      return Learner.of(model(), loaders()).loss(crossEntropy).callbacks(cbs);
    };
    await make(new LiveCB({ to: () => {} }), true).fit(3);
    const live = new LiveCB({ to: () => {} });
    await (await make(live, false).load(folder)).fit(3, { resume: true });
    const page = new PageModel();
    page.apply(await readSaved(await live.page()));
    const [{ series, rows, layers }] = [...page.runs.values()] as [NonNullable<ReturnType<typeof page.runs.get>>];
    const wanted = recorder.losses.map((loss, i) => i < 5 ? NaN : Number(loss.toPrecision(7)));
    assert.deepEqual(series.get("loss"), wanted);
    assert.deepEqual(series.get("lr"), wanted.map((loss) => Number.isNaN(loss) ? NaN : 0.1));
    assert.deepEqual(rows.map(({ step, epoch, phase }) => [step, epoch, phase]), [
      [3, 0, "train"],
      [3, 0, "valid"],
      [6, 1, "train"],
      [6, 1, "valid"],
      [9, 2, "train"],
      [9, 2, "valid"],
    ]);
    const [layer] = [...layers.values()];
    assert.deepEqual(layer!.columns.map(({ step }) => step), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    await live.close();
  }));

Deno.test("LiveCB shows fits: no search for a rate, no look at a batch, no prediction", async () => {
  const kinds: string[] = [], live = new LiveCB({ to: (events) => void kinds.push(...events.map(({ kind }) => kind)) });
  const learn = Learner.of(model(), loaders()).loss(crossEntropy).callbacks([live, new LRFinderCB()]);
  await learn.lrFind({ maxIter: 4 });
  await getBatch(learn);
  await learn.getPreds(); // which a callback that ends validations does not hinder either
  assert.equal(kinds.length, 0, kinds.join());
  await learn.fit(1);
  assert.ok(kinds.includes("run") && kinds.includes("finished"));
  await live.close();
});
