/** The page of docs/try, as a visitor uses it: it trains in a worker, and shows it as the live page of a fit does. */
import assert from "node:assert/strict";
import { Page } from "./chromium.ts";
import { serve } from "./server.ts";

/** Where to put pictures for people, if anywhere. */
const PICTURES = Deno.env.get("SONDE_LIVE_PICTURES");

/** Whether to train on WebGPU too, whose software device compiles for a minute and a half of one core. */
const ON_WEBGPU = Deno.env.get("SONDE_TEST_TRY_WEBGPU") === "1";

/** Milliseconds for a training. */
const PATIENCE = 300_000;

/** Fills in the form and waits until the status says how it ended. */
const useForm = (fields: Readonly<Record<string, string | number>>) =>
  `async () => {
  const set = (name, value) => document.querySelector("[name=" + name + "]").value = value;
  for (const [name, value] of Object.entries(${JSON.stringify(fields)})) set(name, value);
  document.querySelector("button[type=submit]").click();
  const status = document.querySelector("#status"), seen = new Set();
  while (/^(Drawing|Training)/.test(status.textContent)) {
    seen.add(document.querySelector("main > header [role=status]").textContent);
    await new Promise((done) => setTimeout(done, 50));
  }
  await new Promise(requestAnimationFrame);
  return {
    status: status.textContent,
    view: document.querySelector("main").innerText,
    loss: document.querySelector("main canvas").getAttribute("aria-label"),
    layers: document.querySelectorAll("main fieldset label").length,
    seen: [...seen],
    wide: document.documentElement.scrollWidth - innerWidth,
  };
}`;

interface Shown {
  readonly status: string;
  /** The text of the view, and the name of its first chart. */
  readonly view: string;
  readonly loss: string;
  readonly layers: number;
  /** What the view's status said on the way. */
  readonly seen: string[];
  readonly wide: number;
}

async function picture(page: Page, name: string, width: number, scheme: string): Promise<void> {
  if (!PICTURES) return;
  await page.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
  await page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  await page.evaluate("new Promise((done) => setTimeout(done, 200))");
  const { data } = await page.send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
  await Deno.writeFile(`${PICTURES}/${name}.png`, Uint8Array.from(atob(data as string), (c) => c.charCodeAt(0)));
}

/** The last loss, as the view shows it. */
const lossOf = ({ view }: Shown) => /\bloss\s+([\d.]+)/.exec(view)?.[1];

async function train(page: Page, fields: Readonly<Record<string, string | number>>): Promise<Shown> {
  const shown = await page.call<Shown>(useForm({ images: 512, epochs: 2, lr: 0.1, ...fields }), PATIENCE);
  assert.match(shown.view, /: done/, shown.view);
  assert.match(shown.loss, /^Training loss\..* 4 values/);
  assert.match(shown.view, /Epochs\s+epoch\s+phase[\s\S]*accuracy[\s\S]*\b1\s+valid/);
  assert.match(shown.view, /random numbers\s+seed 42/);
  assert.ok(shown.layers >= 9 && shown.wide <= 0, JSON.stringify(shown));
  return shown;
}

/** Trains on a page without isolation, as a host of static files gives it, and on one with it; if asked for, on WebGPU too. */
export async function useTryPage(chromium: string, scripts: Readonly<Record<string, string>>): Promise<void> {
  {
    await using served = serve(scripts, { isolated: false });
    await using page = await Page.open(chromium, `${served.address}try.html`);
    const shown = await train(page, { device: "cpu" });
    assert.match(shown.status, /^Trained on cpu \(WebAssembly SIMD, 1 thread\)\.$/);
    // Another training is laid over the first; stopped, it ends with what it has.
    await page.evaluate(`(() => {
      const status = document.querySelector("main > header [role=status]");
      new MutationObserver(() => /running/.test(status.textContent) && document.querySelector("[name=stop]").click())
        .observe(status, { childList: true });
    })()`);
    const stopped = await page.call<Shown>(useForm({ device: "cpu", epochs: 50, lr: 0.05 }), PATIENCE);
    assert.match(stopped.view, /ended early/);
    assert.match(stopped.view, /ReLU, Kaiming, 0.1, cpu[\s\S]*ReLU, Kaiming, 0.05, cpu/);
    await picture(page, "try-wide-light", 1400, "light");
    await picture(page, "try-narrow-dark", 400, "dark");
    assert.deepEqual(page.complaints, []);
  }
  await using served = serve(scripts);
  await using page = await Page.open(chromium, `${served.address}try.html`);
  const cpu = await train(page, { device: "cpu" });
  assert.match(cpu.status, /^Trained on cpu \(WebAssembly SIMD, \d+ threads?\)\.$/);
  if (ON_WEBGPU) {
    const webgpu = await train(page, { device: "webgpu" });
    assert.match(webgpu.status, /^Trained on webgpu/);
    assert.equal(lossOf(webgpu), lossOf(cpu)); // in four digits
  }
  await picture(page, "try-wide-dark", 1400, "dark");
  await picture(page, "try-narrow-light", 400, "light");
  assert.deepEqual(page.complaints, []);
}
