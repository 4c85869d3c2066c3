/** The page of docs/try, as a visitor uses it. */
import assert from "node:assert/strict";
import { Page } from "./chromium.ts";
import { serve } from "./server.ts";

/** Fills in the form and waits until the status says how it ended. */
const useForm = `async () => {
  const set = (name, value) => document.querySelector("[name=" + name + "]").value = value;
  for (const [name, value] of Object.entries({ device: "cpu", images: 512, epochs: 2, lr: 0.1 })) set(name, value);
  document.querySelector("button[type=submit]").click();
  const status = document.querySelector("#status");
  while (/^(Drawing|Training)/.test(status.textContent)) await new Promise((done) => setTimeout(done, 50));
  await new Promise(requestAnimationFrame);
  const rows = (id) => [...document.querySelectorAll(id + " tbody tr")].map(({ cells }) => [...cells].map((cell) => cell.textContent));
  return {
    status: status.textContent,
    epochs: rows("#epochs"),
    layers: rows("#layers"),
    points: document.querySelector("#losses path").getAttribute("d").split("L").length,
    findings: document.querySelectorAll("#findings li").length,
    wide: document.documentElement.scrollWidth - innerWidth,
  };
}`;

interface Shown {
  readonly status: string;
  readonly epochs: string[][];
  readonly layers: string[][];
  readonly points: number;
  readonly findings: number;
  readonly wide: number;
}

/** Trains on a page without isolation, as a host of static files gives it. */
export async function useTryPage(chromium: string, scripts: Readonly<Record<string, string>>): Promise<void> {
  await using served = serve(scripts, { isolated: false });
  await using page = await Page.open(chromium, `${served.address}try.html`);
  const shown = await page.call<Shown>(useForm, 120_000);
  assert.match(shown.status, /^Trained on cpu \(WebAssembly SIMD, 1 thread\)\.$/);
  assert.equal(shown.points, 4);
  assert.equal(shown.epochs.length, 2);
  assert.ok(Number(shown.epochs[1]![1]) < Number(shown.epochs[0]![1]), `${shown.epochs}`);
  assert.ok(
    shown.layers.length >= 9 && shown.layers.every(([, mean]) => Number.isFinite(Number(mean))),
    `${shown.layers}`,
  );
  assert.ok(shown.findings >= 1 && shown.wide <= 0, JSON.stringify(shown));
  assert.deepEqual(page.complaints, []);
}
