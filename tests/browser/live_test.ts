/** The live page in Chromium: it fills while a fit runs, comes back after it was away, answers, and is the same when saved and opened from disk. */
import assert from "node:assert/strict";
import type { LiveCommand } from "../../lib/live/outlet.ts";
import { LiveStore } from "../../lib/live/store.ts";
import { savedPage } from "../../lib/live/page.ts";
import { serveLive } from "../../lib/live/server.ts";
import { toFigure } from "../../lib/live/events.ts";
import { ActivationStats, DiagnoseCB, Learner, LiveCB, MetricsCB } from "../../lib/learner/mod.ts";
import { data, F, isInstance, nn, randint, randn, setSeed } from "../../mod.ts";
import { findChromium, Page } from "./chromium.ts";
import { drag, hover, picture, press, scheme, size, until } from "./live_page.ts";

const chromium = await findChromium();
const insist = Deno.env.get("SONDE_TEST_CHROMIUM") === "1";
const ignore = !chromium && !insist;
const note = ignore ? " (skipped: no Chromium; apt-get install chromium)" : "";
/** Says the next losses of a run that falls and swings. */
function say(store: LiveStore, from: number, count: number): void {
  const values = Array.from({ length: count }, (_, i) => {
    const step = from + i;
    return toFigure(2.3 * Math.exp(-step / 900) + 0.25 + 0.12 * Math.sin(step * 12.9898) * Math.cos(step * 0.7));
  });
  const lr = values.map((_, i) => toFigure(0.1 * Math.sin(Math.PI * (from + i) / 4000) ** 2));
  store.add({ kind: "points", run: "a", series: "loss", from, values });
  store.add({ kind: "points", run: "a", series: "lr", from, values: lr });
  const batch = (from + count) % 1000;
  store.add({
    kind: "progress",
    run: "a",
    epoch: Math.floor(from / 1000),
    phase: "train",
    batch,
    batches: 1000,
    speed: 412,
    left: 5,
  });
}

/** A store with the beginning of a run. */
function begun(): LiveStore {
  const store = new LiveStore();
  const facts = { device: "cpu", optimiser: "SGD", seed: "42" };
  store.add({ kind: "run", run: "a", title: "Sequential", started: "2026-01-01T00:00:00Z", epochs: 4, facts });
  say(store, 0, 2000);
  [0, 1].forEach((epoch) => {
    const figures = { accuracy: 0.8 + epoch / 20, loss: 0.6 - epoch / 5, seconds: 2.4 };
    store.add({ kind: "row", run: "a", step: 1000 * (epoch + 1), epoch, phase: "valid", figures });
  });
  return store;
}

Deno.test({
  name: `the live page in Chromium: fills, comes back, reads values, chooses a range, stops${note}`,
  ignore,
  fn: async () => {
    const commands: LiveCommand[] = [], store = begun();
    const serve = (port: number) => serveLive(store, { port, control: (command) => commands.push(command) });
    const server = serve(0);
    await using page = await Page.open(chromium!, server.address, { webgpu: false });
    await size(page, 1280);
    await until(page, /Sequential: running/);
    say(store, 2000, 500);
    await until(page, /500 \/ 1000/);
    // Another page, opened late, shows the same.
    await page.send("Page.reload");
    await until(page, /500 \/ 1000/);
    assert.match(
      await page.evaluate("document.querySelector('canvas').getAttribute('aria-label')") as string,
      /Training loss. Sequential: 2500 values/,
    );
    await hover(page, 0.5, /step 12\d\d: Sequential 0\.\d+/);
    await picture(page, "live-wide");
    await drag(page, 0.2, 0.4);
    await until(page, /steps (499|500) to (999|1000)/);
    await picture(page, "live-brushed");
    await page.evaluate("document.querySelector('canvas').focus()");
    await press(page, "ArrowRight");
    await until(page, /step 50\d: Sequential/);
    // A range by keys, within the range: Escape shows all again.
    for (let i = 0; i < 20; i++) await press(page, "ArrowRight", { shift: true });
    await until(page, /steps 50\d to 60\d are marked, Enter shows them/);
    await press(page, "Enter");
    await until(page, /steps 50\d to 60\d: Sequential 1\.\d+ on average/);
    await press(page, "Escape");
    await until(page, /^(?![^]*double-click)/);
    await scheme(page, "dark");
    await picture(page, "live-dark");
    await scheme(page, "light");
    await size(page, 400);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth") as number <= 400);
    await picture(page, "live-narrow");
    await page.evaluate("[...document.querySelectorAll('button')].find(b => /^Stop/.test(b.textContent)).click()");
    while (!commands.length) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(commands, [{ action: "stop" }]);
    store.add({ kind: "finished", run: "a", how: "ended early" });
    await until(page, /Sequential: ended early/);
    assert.deepEqual(page.complaints, []);
    await server.close();
  },
});

Deno.test({
  name: `the live page's charts in Chromium stand in one order, whichever figures come first${note}`,
  ignore,
  fn: async () => {
    const store = new LiveStore(), server = serveLive(store, { port: 0 });
    const row = (figures: Record<string, number>) =>
      store.add({ kind: "row", run: "a", step: 10, epoch: 0, phase: "valid", figures });
    store.add({ kind: "run", run: "a", title: "Sequential", started: "2026-01-01T00:00:00Z", epochs: 1, facts: {} });
    row({ accuracy: 0.5 });
    await using page = await Page.open(chromium!, server.address, { webgpu: false });
    await until(page, /accuracy of each epoch/);
    await page.evaluate("document.querySelector('canvas').focus()");
    say(store, 0, 10);
    await until(page, /Training loss[^]*Learning rate[^]*accuracy of each epoch/);
    const focused = await page.evaluate("document.activeElement.getAttribute('aria-label')") as string;
    assert.match(focused, /^accuracy of each epoch/); // which was not moved
    row({ loss: 0.7, accuracy: 0.5 });
    await until(page, /Training loss[^]*Learning rate[^]*loss of each epoch[^]*accuracy of each epoch/);
    assert.deepEqual(page.complaints, []);
    await server.close();
  },
});

Deno.test({
  name: `the saved page in Chromium: opens from disk with all that was shown${note}`,
  ignore,
  fn: async () => {
    const store = begun(), file = await Deno.makeTempFile({ suffix: ".html" });
    store.add({ kind: "finished", run: "a", how: "done" });
    await Deno.writeTextFile(file, await savedPage(store.since(0)));
    try {
      await using page = await Page.open(chromium!, `file://${file}`, { webgpu: false });
      await size(page, 1280);
      await until(page, /Sequential: done/);
      const said = await until(page, /accuracy[\s\S]*0\.85/);
      assert.doesNotMatch(said, /Stop after this batch/);
      assert.match(said, /To run it again[\s\S]*seed\s+42/);
      await hover(page, 0.5, /step (999|1000): Sequential/);
      await picture(page, "saved-wide");
      await size(page, 400);
      await picture(page, "saved-narrow");
      assert.deepEqual(page.complaints, []);
    } finally {
      await Deno.remove(file);
    }
  },
});

/** A short fit that was watched, with its page. */
async function watchedFit(): Promise<LiveCB> {
  setSeed(3);
  const set = new data.TensorDataset(randn([640, 16]), randint(0, 4, [640]));
  const model = new nn.Sequential(
    new nn.Linear(16, 32),
    new nn.ReLU(),
    new nn.Linear(32, 32),
    new nn.ReLU(),
    new nn.Linear(32, 4),
  );
  const live = new LiveCB({ log() {}, facts: { data: "640 random points" } });
  const cbs = [
    new MetricsCB({}, { log() {} }),
    new ActivationStats(),
    new ActivationStats(isInstance(nn.Linear), { of: "gradients" }),
    new DiagnoseCB(),
    live,
  ];
  await Learner.of(model, data.DataLoaders.of(set, set, { batchSize: 32 })).loss(F.crossEntropy).lr(1.2).callbacks(cbs)
    .fit(8);
  return live;
}

Deno.test({
  name: `a fit's page in Chromium: layers are chosen by click and by keys, and tell their histograms${note}`,
  ignore,
  fn: async () => {
    const live = await watchedFit();
    await using page = await Page.open(chromium!, live.address!, { webgpu: false });
    await size(page, 1400);
    await until(page, /Sequential 1: done/);
    const heading = (text: string) => until(page, new RegExp(`${text}, histogram over time`));
    const all = await page.evaluate(
      "[...document.querySelectorAll('fieldset label')].map(l => l.innerText)",
    ) as string[];
    assert.equal(all.length, 5 + 6);
    assert.match(all[1]!, /1 ReLU\s+0\.\d+ ± 0\.\d+, [\d.]+ % off/);
    await heading("0 Linear: outputs");
    await page.evaluate("document.querySelectorAll('fieldset label')[1].click()");
    await heading("1 ReLU: outputs");
    await until(page, /1 ReLU: zeros, and units that are off/);
    await page.evaluate("document.querySelector('fieldset :checked').focus()");
    await press(page, "ArrowDown");
    await heading("2 Linear: outputs");
    // The heat map is the third of the layers' charts.
    const place =
      "(r => [r.x + 56 + (r.width - 64) / 2, r.bottom - 26])(document.querySelectorAll('.layers canvas')[2].getBoundingClientRect())";
    await page.evaluate("document.querySelectorAll('.layers canvas')[2].scrollIntoView({ block: 'center' })");
    const [x, y] = await page.evaluate(place) as [number, number];
    await page.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y, button: "none" });
    await until(page, /step (79|80): [\d.]+ % of absolute values from 0 to 0.25/);
    assert.match(await until(page, /To run it again/), /random numbers\s+seed 3, counter/);
    await picture(page, "fit-wide-light", true);
    await scheme(page, "dark");
    await picture(page, "fit-wide-dark", true);
    await size(page, 400);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth") as number <= 400);
    await picture(page, "fit-narrow-dark", true);
    assert.deepEqual(page.complaints, []);
    await live.close();
  },
});
