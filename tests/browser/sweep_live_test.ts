/** A sweep's live page in Chromium: it fills while the sweep runs, comes back after its server was away, in ten pages too, and has the report at the end. */
import assert from "node:assert/strict";
import { SweepPage } from "../../lib/sweep/live/serve.ts";
import { Store } from "../../lib/sweep/store.ts";
import { withFolder } from "../sweep/helpers.ts";
import { code, done, plan } from "../sweep/live/helpers.ts";
import { findChromium, Page } from "./chromium.ts";

const chromium = await findChromium();
const insist = Deno.env.get("SONDE_TEST_CHROMIUM") === "1";
const ignore = !chromium && !insist;
const note = ignore ? " (skipped: no Chromium; apt-get install chromium)" : "";
/** Where to put pictures for people, if anywhere. */
const PICTURES = Deno.env.get("SONDE_LIVE_PICTURES");

async function picture(page: Page, name: string, width: number, scheme: string): Promise<void> {
  await page.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
  await page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  await page.evaluate("new Promise((done) => setTimeout(done, 200))");
  assert.ok(await page.evaluate("document.documentElement.scrollWidth") as number <= width);
  if (!PICTURES) return;
  const { data } = await page.send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
  await Deno.writeFile(`${PICTURES}/${name}.png`, Uint8Array.from(atob(data as string), (c) => c.charCodeAt(0)));
}

const text = (page: Page) => page.evaluate("document.body.innerText") as Promise<string>;

/** Waits until the page says so, whatever the expression gives. */
async function until(page: Page, words: RegExp, expression = "document.body.innerText"): Promise<void> {
  const end = performance.now() + 30_000;
  while (!words.test(String(await page.evaluate(expression).catch(() => "")))) {
    if (performance.now() > end) {
      throw new Error(`The page never said ${words}, but: ${await page.evaluate(expression).catch(String)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What makes a record one of a failure. */
const BROKEN = { status: "failed", metrics: {}, steps: [], error: "it broke" } as const;

/** Runs some of the trials. */
function run(store: Store, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const { id } = plan.trials[i]!;
    store.start(id);
    store.settle(
      id,
      i === 3
        ? { ...done(3 * i, 0), ...BROKEN }
        : done(3 * i, 0.6 + 0.03 * (i % 6) + 0.02 * Math.floor(i / 6), i === 5 ? null : undefined),
    );
  }
}

Deno.test({
  name: `a sweep's live page in Chromium: fills, answers, comes back, in ten pages too, and has the report${note}`,
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      using store = await Store.open(folder, plan, code);
      const first = new SweepPage(folder, 0), { port } = new URL(first.address);
      await using page = await Page.open(chromium!, first.address);
      await until(page, /No trial has left a figure yet/);
      run(store, 0, 6);
      for (const { id } of plan.trials.slice(6, 8)) store.start(id);
      await until(page, /6 \/ 12/);
      assert.match(await text(page), /Best by accuracy: act tanh, lr 0.3, at 0.75\d*, of one seed/);
      assert.match(await text(page), /failed[\s\S]*it broke/);
      assert.match(await text(page), /accuracy by step/);
      assert.match(
        await page.evaluate("document.querySelector('canvas').getAttribute('aria-label')") as string,
        /^accuracy of each set of parameters\. act tanh, lr 0\.3: 0\.75; act tanh, lr 0\.2: 0\.72/,
      );
      await page.evaluate("document.querySelector('canvas').focus()");
      await page.send("Input.dispatchKeyEvent", { type: "keyDown", key: "ArrowDown" });
      await until(page, /act tanh, lr 0.3: 0.75/, "document.querySelector('.read').textContent");
      await picture(page, "sweep-wide-light", 1400, "light");
      await picture(page, "sweep-narrow-dark", 400, "dark");

      // Nine more pages of the same browser, which opens six connections in all.
      await page.evaluate("globalThis.pages = []");
      for (let i = 0; i < 9; i++) { // a gesture of the user opens one page
        await page.send("Runtime.evaluate", { expression: "pages.push(open(location.href)); 0", userGesture: true });
      }
      const others =
        "[globalThis, ...pages].map((page) => /\\d+ \\/ 12/.exec(page.document.body.innerText)?.[0]).join()";
      await until(page, /^(6 \/ 12,){9}6 \/ 12$/, others);
      run(store, 8, 10);
      await until(page, /^(8 \/ 12,){9}8 \/ 12$/, others);
      await until(
        page,
        /act relu, lr 0.3: mean 0.67 of 2 runs: 0.66, 0.68/,
        "document.querySelector('canvas').getAttribute('aria-label')",
      );
      await page.evaluate("pages.forEach((page) => page.close())");

      // A metric that is told later has its place in the alphabet, as on a page that is opened later still.
      await page.evaluate("[...document.querySelectorAll('canvas')].at(-1).focus()");
      const { id } = plan.trials[10]!, record = done(30, 0.7);
      store.start(id);
      store.settle(id, { ...record, steps: [...record.steps, [0, "aberration", 0.5], [1, "aberration", 0.25]] });
      await until(page, /aberration by step[\s\S]*accuracy by step/);
      assert.match(
        await page.evaluate("document.activeElement.getAttribute('aria-label')") as string,
        /^accuracy by step/,
      );
      await page.evaluate("scrollTo(0, 0)"); // charts out of sight are not drawn, and pictures are taken of all

      // The program ends, and another goes on.
      await first.close();
      const second = new SweepPage(folder, Number(port));
      await until(page, /9 \/ 12/);
      run(store, 6, 8);
      run(store, 11, 12);
      await until(page, /12 \/ 12/);
      await second.end("done");
      await until(page, /by-hand\s+done/);
      // Nobody is there any more: the page has the report.
      await page.evaluate(`(() => {
        URL.createObjectURL = (blob) => { blob.text().then((text) => globalThis.saved = text); return "#"; };
        [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Save the report").click();
      })()`);
      await until(page, /^<!doctype html>[\s\S]*by-hand[\s\S]*11 done, 1 failed/i, "globalThis.saved");
      await picture(page, "sweep-wide-dark", 1400, "dark");
      await picture(page, "sweep-narrow-light", 400, "light");
      assert.deepEqual(page.complaints, []);
    }),
});
