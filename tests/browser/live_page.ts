/** What the tests of the live page do in it. */
import type { Page } from "./chromium.ts";

/** Where to put pictures for people, if anywhere. */
const PICTURES = Deno.env.get("SONDE_LIVE_PICTURES");

/** A picture of the page for people: of all of it if that is asked for. */
export async function picture(page: Page, name: string, whole = false): Promise<void> {
  if (!PICTURES) return;
  if (whole) { // charts are drawn where they can be seen
    const [width, height] = await page.evaluate("[innerWidth, document.documentElement.scrollHeight]") as number[];
    await page.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const { data } = await page.send("Page.captureScreenshot", { format: "png" });
  await Deno.writeFile(`${PICTURES}/${name}.png`, Uint8Array.from(atob(data as string), (c) => c.charCodeAt(0)));
}

/** Gives the page that width. */
export const size = (page: Page, width: number) =>
  page.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });

/** Chooses `dark` or `light`. */
export const scheme = (page: Page, value: "dark" | "light") =>
  page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });

const text = (page: Page) => page.evaluate("document.body.innerText") as Promise<string>;

/** Waits until the page says so, doing something before each look if need be; gives all that it says. */
export async function until(page: Page, words: RegExp, act?: () => Promise<void>): Promise<string> {
  const end = performance.now() + 30_000;
  while (true) {
    await act?.();
    const said = await text(page).catch(() => "");
    if (words.test(said)) return said;
    if (performance.now() > end) throw new Error(`The page never said ${words}, but: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Moves the pointer on a chart, by its place among the canvases: on its first line, at a share of its width. */
export async function pointer(page: Page, type: string, share: number, pressed: boolean, chart = 0): Promise<void> {
  const canvas = `document.querySelectorAll('canvas')[${chart}]`;
  const [x, y] = await page.evaluate(
    `(r => [r.x + 56 + (r.width - 64) * ${share}, r.y + 100])(${canvas}.getBoundingClientRect())`,
  ) as [number, number];
  const button = pressed ? "left" : "none";
  await page.send("Input.dispatchMouseEvent", { type, x, y, button, buttons: Number(pressed), clickCount: 1 });
}

/** Moves the pointer over a chart until the page says what is there: a chart that is just being resized moves away below it. */
export const hover = (page: Page, share: number, words: RegExp, chart = 0): Promise<string> =>
  until(page, words, () => pointer(page, "mouseMoved", share, false, chart));

/** Drags from one share of a chart's width to another. */
export async function drag(page: Page, from: number, to: number, chart = 0): Promise<void> {
  await pointer(page, "mousePressed", from, true, chart);
  await pointer(page, "mouseMoved", to, true, chart);
  await pointer(page, "mouseReleased", to, true, chart);
}

/** Presses a key. */
export async function press(page: Page, key: string, { shift = false } = {}): Promise<void> {
  const codes: Readonly<Record<string, number>> = {
    Enter: 13,
    Tab: 9,
    Escape: 27,
    ArrowLeft: 37,
    ArrowRight: 39,
    ArrowDown: 40,
  };
  const about = { key, code: key, windowsVirtualKeyCode: codes[key] ?? 0, modifiers: shift ? 8 : 0 };
  await page.send("Input.dispatchKeyEvent", { type: "keyDown", ...about });
  await page.send("Input.dispatchKeyEvent", { type: "keyUp", ...about });
}

/** Clicks the button of that name, and gives the text of the file that it downloads. */
export async function downloaded(page: Page, name: string): Promise<string> {
  return await page.evaluate(`new Promise((done) => {
    const real = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      URL.createObjectURL = real;
      blob.text().then(done);
      return real.call(URL, blob);
    };
    [...document.querySelectorAll('button')].find((b) => b.textContent === ${JSON.stringify(name)}).click();
  })`) as string;
}

/** Bytes of the page's objects, after its garbage was collected. */
export async function heapOf(page: Page): Promise<number> {
  await page.send("HeapProfiler.enable");
  await page.send("HeapProfiler.collectGarbage");
  const { usedSize } = await page.send("Runtime.getHeapUsage");
  return usedSize as number;
}
