/** The live page in Chromium with what one does not hope for: names without end or full of HTML, a slow training, values beyond every histogram. */
import assert from "node:assert/strict";
import type { LiveEvent } from "../../lib/live/events.ts";
import { serveLive } from "../../lib/live/server.ts";
import { LiveStore } from "../../lib/live/store.ts";
import { begin, curves } from "../live/helpers.ts";
import { findChromium, Page } from "./chromium.ts";
import { hover, picture, size, until } from "./live_page.ts";

const chromium = await findChromium();
const ignore = !chromium && Deno.env.get("SONDE_TEST_CHROMIUM") !== "1";
const note = ignore ? " (skipped: no Chromium; apt-get install chromium)" : "";

const HTML = `<img src="x" onerror="document.title='caught'"></script><b>&amp;`, LONG = "a_long_name_".repeat(20);

/** Half of a layer's values lie above its histogram, of which the lowest bin has a quarter. */
const column = (step: number) => ({ step, mean: 1e6, std: 2e6, zeros: 0, counts: [100, 300] });

Deno.test({
  name:
    `the live page in Chromium: long names and HTML, less than a batch a second, values beyond the histogram${note}`,
  ignore,
  fn: async () => {
    const store = new LiveStore(), names = [HTML, LONG];
    const events: LiveEvent[] = names.flatMap((name, i): LiveEvent[] => [
      begin(name, { [name]: name }, name),
      ...curves(name, 100, i + 1),
      { kind: "progress", run: name, epoch: 0, phase: "train", batch: 7, batches: 50, speed: 0.313 },
      ...names.map((layer): LiveEvent => ({
        ...{ kind: "columns", run: name, layer, of: "activations", width: 1, from: 0, range: [0, 10], absolute: true },
        columns: [column(0), { ...column(1), counts: [0, 0] }],
      })),
      { kind: "findings", run: name, lines: [name] },
    ]);
    for (const event of events) store.add(event);
    const server = serveLive(store, { port: 0 });
    try {
      await using page = await Page.open(chromium!, server.address, { webgpu: false });
      await size(page, 1000);
      assert.match(await until(page, /a_long_name_: running/), /batches \/ s\s+0\.31\n/);
      await page.evaluate("document.querySelectorAll('.layers canvas')[2].scrollIntoView({ block: 'center' })");
      const chart = await page.evaluate(
        "[...document.querySelectorAll('canvas')].indexOf(document.querySelectorAll('.layers canvas')[2])",
      ) as number;
      await hover(page, 0.25, /step 0: 75 % of absolute values from 5 to 10, of those within 0 to 10/, chart);
      await hover(page, 0.75, /step 1: no absolute values within 0 to 10/, chart);
      await size(page, 360);
      await page.evaluate("new Promise((done) => setTimeout(done, 300))");
      await picture(page, "long-names", true);
      assert.ok(await page.evaluate("document.documentElement.scrollWidth") as number <= 360);
      assert.deepEqual(await page.evaluate("[document.title, document.images.length]"), ["Sonde: training", 0]);
      assert.deepEqual(page.complaints, []);
    } finally {
      await server.close();
    }
  },
});
