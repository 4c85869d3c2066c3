/** 100,000 batches on the live page in Chromium: what it holds, live and saved. */
import assert from "node:assert/strict";
import type { LiveEvent } from "../../lib/live/events.ts";
import { serveLive } from "../../lib/live/server.ts";
import { LiveStore } from "../../lib/live/store.ts";
import { begin, curves, layer } from "../live/helpers.ts";
import { findChromium, Page } from "./chromium.ts";
import { heapOf, picture, size, until } from "./live_page.ts";

const chromium = await findChromium();
const ignore = !chromium && Deno.env.get("SONDE_TEST_CHROMIUM") !== "1";
const note = ignore ? " (skipped: no Chromium; apt-get install chromium)" : "";
const COUNT = 100_000, PART = 2500;

Deno.test({
  name: `the live page in Chromium: 100,000 batches take less than 100 MB, and less than 3 MB as a file${note}`,
  ignore,
  fn: async () => {
    const store = new LiveStore(), server = serveLive(store, { port: 0 }), all = curves("a", COUNT);
    store.add(begin("a"));
    await using page = await Page.open(chromium!, server.address, { webgpu: false });
    await size(page, 1280);
    await until(page, /Net: running/);
    // A message to the page for each part: it draws now and then, and what it drew must not stay.
    for (let from = 0; from < COUNT; from += PART) {
      for (const event of all) {
        if (event.kind === "points") store.add({ ...event, from, values: event.values.slice(from, from + PART) });
      }
      if (from % (10 * PART) === 0) {
        for (const i of [0, 1, 2, 3, 4]) {
          for (const event of layer("a", `${i} Linear`, 500 + from / 1000, i + 1)) store.add(event);
        }
      }
      store.add({ kind: "progress", run: "a", epoch: 0, phase: "train", batch: from + PART, batches: COUNT });
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await until(page, /100000 \/ 100000/);
    const live = await heapOf(page);
    assert.ok(live < 100e6, `${live} bytes, live`);
    store.add({ kind: "finished", run: "a", how: "done" });
    const file = await Deno.makeTempFile({ suffix: ".html" });
    try {
      const report = await (await fetch(new URL("report.html", server.address))).text();
      assert.ok(report.length < 3e6, `${report.length} characters`);
      await Deno.writeTextFile(file, report);
      await page.send("Page.navigate", { url: `file://${file}` });
      await until(page, /Net: done/);
      const told = await page.evaluate("document.querySelector('canvas').ariaLabel") as string;
      assert.match(told, new RegExp(`Net: ${COUNT} values, last ${lastOf(all)}`));
      const saved = await heapOf(page);
      assert.ok(saved < 100e6, `${saved} bytes, from disk`);
      if (Deno.env.has("SONDE_LIVE_FIGURES")) console.log({ live, saved, file: report.length });
      await picture(page, "long-wide", true);
      assert.deepEqual(page.complaints, []);
    } finally {
      await Deno.remove(file);
      await server.close();
    }
  },
});

/** The last loss as the page writes it. */
const lastOf = (events: readonly LiveEvent[]): string =>
  String(
    Number(
      Number(
        events.flatMap((event) => event.kind === "points" && event.series === "loss" ? event.values.at(-1)! : [])[0],
      ).toPrecision(4),
    ),
  );
