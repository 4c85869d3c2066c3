/** The live page in Chromium, whose program is killed and started again: it says that nobody answers, comes back, and shows both runs. */
import assert from "node:assert/strict";
import { kill, serving } from "../live/processes.ts";
import { findChromium, Page } from "./chromium.ts";

const chromium = await findChromium();
const insist = Deno.env.get("SONDE_TEST_CHROMIUM") === "1";
const ignore = !chromium && !insist;
const note = ignore ? " (skipped: no Chromium; apt-get install chromium)" : "";

async function until(page: Page, words: RegExp): Promise<void> {
  const end = performance.now() + 30_000, text = () => page.evaluate("document.body.innerText") as Promise<string>;
  while (!words.test(await text().catch(() => ""))) {
    if (performance.now() > end) throw new Error(`The page never said ${words}, but: ${await text()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Deno.test({
  name: `the live page in Chromium: a program that is killed and started again on its port is shown again${note}`,
  ignore,
  fn: async () => {
    const first = await serving(0, "before");
    await using page = await Page.open(chromium!, first.address);
    await until(page, /before: running/);
    await kill(first);
    await until(page, /Nobody answers/);
    const second = await serving(Number(new URL(first.address).port), "after");
    await until(page, /after: running/);
    const text = await page.evaluate("document.body.innerText") as string;
    assert.doesNotMatch(text, /Nobody answers/);
    const label = await page.evaluate("document.querySelector('canvas').getAttribute('aria-label')") as string;
    assert.match(label, /before: 3 values.*after: 3 values/);
    await kill(second);
  },
});
