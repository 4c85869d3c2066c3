/** The cpu device in Chromium: a lesson's run has the losses of Deno's cpu device to the bit, wherever a page may run it. */
import assert from "node:assert/strict";
import { Page } from "./chromium.ts";
import { trainA4, type Trained } from "./page/lesson.ts";
import { serve } from "./server.ts";

/** Milliseconds for each training. */
const PATIENCE = 120_000;

const onPage = 'async () => (await import("/lesson.js")).trainA4()';
const inWorker = (threads?: number) =>
  `async () => (await import("/lesson.js")).trainInWorker(new URL("/lesson.js", location.href).href, ${threads})`;
/** As in an engine that knows no relaxed operations. */
const plainly = 'async () => { WebAssembly.validate = () => false; return (await import("/lesson.js")).trainA4(); }';

/** Trains in Chromium, isolated and not, and compares with this process. */
export async function compareLesson(chromium: string, scripts: Readonly<Record<string, string>>): Promise<void> {
  const wanted = await trainA4();
  assert.ok(wanted.losses.length === 4 && wanted.losses.every(Number.isFinite), `${wanted.losses}`);
  const same = ({ losses, figures, device }: Trained, threads: number) => {
    assert.match(device, new RegExp(`, ${threads} threads?\\)$`));
    assert.deepEqual({ losses, figures }, { losses: wanted.losses, figures: wanted.figures }, device);
  };

  {
    await using isolated = serve(scripts);
    await using page = await Page.open(chromium, `${isolated.address}?/trainings.js`);
    same(await page.call<Trained>(onPage, PATIENCE), 1);
    same(await page.call<Trained>(inWorker(1), PATIENCE), 1);
    same(await page.call<Trained>(inWorker(2), PATIENCE), 2);
    await assert.rejects(
      page.call('async () => (await import("/lesson.js")).trainA4(2)', PATIENCE),
      /Cannot use 2 threads: a page's own thread must not wait for others: run the script in a worker/,
    );
    assert.deepEqual(page.complaints, []);
  }
  await using shared = serve(scripts, { isolated: false });
  await using page = await Page.open(chromium, `${shared.address}?/trainings.js`);
  assert.equal(await page.call("() => crossOriginIsolated || 'SharedArrayBuffer' in globalThis", PATIENCE), false);
  const plain = await page.call<Trained>(plainly, PATIENCE);
  // Products are rounded before they are added to: the losses move, by little.
  const apart = Math.max(...wanted.losses.map((loss, i) => Math.abs(plain.losses[i]! / loss - 1)));
  assert.ok(apart > 0 && apart < 1e-4, `${plain.losses}\n${wanted.losses}`);
  same(await page.call<Trained>(inWorker(), PATIENCE), 1); // a worker loads the kernels anew
  await assert.rejects(
    page.call(inWorker(2), PATIENCE),
    /Cannot use 2 threads: the page is not cross-origin isolated: serve it with the headers/,
  );
  assert.deepEqual(page.complaints, []);
}
