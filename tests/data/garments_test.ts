import assert from "node:assert/strict";
import { Canvas } from "../../lib/data/garments/canvas.ts";
import { loadRaw } from "../../lib/data/catalogue.ts";
import { drawGarment, type DrawnAhead, garments } from "../../lib/data/garments/garments.ts";
import { ask, drawInto, drawWanted, openSplit, shareSplit } from "../../lib/data/garments/shared.ts";
import { holdOut } from "../../lib/data/hold_out.ts";

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (b) => b.toString(16).padStart(2, "0")).join("");
}

function drawn(seed: number, split: "train" | "test", start: number, count: number) {
  const images = new Uint8Array(count * 784), labels = new Uint8Array(count);
  garments({ seed }).draw(split, start, count, images, labels);
  return { images, labels };
}

Deno.test("drawGarment() is a function of seed, split and index alone", () => {
  const all = drawn(5, "train", 0, 40);
  const image = new Uint8Array(784);
  for (const i of [17, 3, 39, 0, 17]) {
    assert.equal(drawGarment(5, "train", i, image), all.labels[i]);
    assert.deepEqual(image, all.images.subarray(i * 784, (i + 1) * 784));
  }
  for (const other of [drawn(6, "train", 0, 40), drawn(5, "test", 0, 40), drawn(5, "train", 40, 40)]) {
    assert.notDeepEqual(other.images, all.images);
  }
  assert.notDeepEqual(drawn(2 ** 32 + 5, "train", 0, 40).images, all.images);
});

Deno.test("drawGarment() draws the same bytes on every machine", async () => {
  const { images } = drawn(0, "train", 0, 500);
  assert.equal(await sha256(images), "3e043344ede4343f0c9f1b02f0e9f6058aeb85d92580f983196580b55dc7d786");
});

Deno.test("drawGarment() deals each class once in every ten images, in changing order", () => {
  const { labels } = drawn(0, "test", 0, 200);
  const decks = new Set<string>();
  for (let i = 0; i < 200; i += 10) {
    const deck = labels.subarray(i, i + 10);
    decks.add(deck.join());
    assert.deepEqual([...deck].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
  assert.equal(decks.size, 20);
});

Deno.test("drawGarment() repeats no image, and none is empty", () => {
  const { images } = drawn(0, "train", 0, 2000);
  const seen = new Set<string>();
  for (let i = 0; i < 2000; i++) {
    const image = images.subarray(i * 784, (i + 1) * 784);
    assert.ok(image.filter((v) => v > 20).length > 20, `image ${i} is empty`);
    seen.add(image.join());
  }
  assert.equal(seen.size, 2000);
});

Deno.test("drawGarment() has pixels distributed like Fashion-MNIST's", () => {
  const { images } = drawn(0, "train", 0, 2000);
  const mean = images.reduce((sum, v) => sum + v, 0) / images.length / 255;
  const std = Math.sqrt(images.reduce((sum, v) => sum + (v / 255 - mean) ** 2, 0) / images.length);
  assert.ok(mean > 0.25 && mean < 0.32, `mean ${mean}`);
  assert.ok(std > 0.33 && std < 0.39, `std ${std}`);
});

Deno.test("draw() and garments() name what is out of range", () => {
  const short = new Uint8Array(783);
  assert.throws(() => drawGarment(0, "train", 0, short), /Cannot draw an image at byte 0: it takes 784 bytes/);
  assert.throws(() => garments().draw("train", 0, 2, new Uint8Array(1568), short.subarray(0, 1)), RangeError);
  assert.throws(() => garments({ seed: -1 }), /seed must be an integer from 0 to 9007199254740991, found -1/);
  assert.throws(() => garments({ seed: 0.5 }), RangeError);
  assert.throws(() => garments({ trainCount: NaN }), /trainCount must be an integer from 0 to 4294967295, found NaN/);
});

Deno.test("drawAll() draws everything, tells its progress, lets the event loop turn, and can be aborted", async () => {
  const source = garments({ seed: 2, trainCount: 1500, testCount: 20 });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const told: number[] = [];
  const { train, test, classes } = await source.drawAll({ onProgress: (n) => void told.push(n) });
  clearInterval(timer);
  assert.equal(classes[9], "Ankle boot");
  assert.deepEqual({ ...train }, { ...drawn(2, "train", 0, 1500), count: 1500 });
  assert.deepEqual(test.labels, drawn(2, "test", 0, 20).labels);
  assert.equal(told.at(-1), 1520);
  assert.deepEqual(told, told.toSorted((a, b) => a - b));
  assert.ok(turns > 0, "the event loop did not turn");
  const control = new AbortController();
  const aborted = source.drawAll({ train: 100_000, signal: control.signal });
  setTimeout(() => control.abort(), 5);
  await assert.rejects(aborted, { name: "AbortError" });
});

/** Waits for the thread to draw so many images. */
async function untilDrawn(ahead: DrawnAhead, count: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (ahead.drawn < count) {
    assert.ok(Date.now() < deadline, "the thread did not draw");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("drawAhead() fills shared memory in the background", async () => {
  const ahead = garments({ seed: 3, trainCount: 300, testCount: 30 }).drawAhead();
  await untilDrawn(ahead, 330);
  assert.ok(ahead.train.complete && ahead.test.complete);
  const expected = drawn(3, "train", 0, 300);
  assert.deepEqual(new Uint8Array(ahead.train.images), expected.images);
  assert.deepEqual(new Uint8Array(ahead.train.labels), expected.labels);
  assert.deepEqual(new Uint8Array(ahead.test.images), drawn(3, "test", 0, 30).images);
  ahead.stop();
});

Deno.test("drawAhead() starts its thread when it is of use: at once for many images, for few not at all", async () => {
  const ahead = garments({ seed: 6, trainCount: 3000, testCount: 10 }).drawAhead();
  const first = (count: number) => ahead.train.ready!(Int32Array.from({ length: count }, (_, i) => i));
  await first(1000);
  await first(2000);
  await first(2000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(ahead.drawn, 2000);
  await first(2100);
  await untilDrawn(ahead, 3010);
  ahead.stop();
});

Deno.test("drawAhead() draws what is asked for before the thread has come to it", async () => {
  const ahead = garments({ seed: 4, trainCount: 50_000, testCount: 10 }).drawAhead();
  ahead.stop();
  const positions = Int32Array.of(49_999, 7, 49_999, 25_000);
  const { images } = (await ahead.train.ready!(positions))!;
  const image = new Uint8Array(784);
  for (const i of positions) {
    assert.equal(ahead.train.labels[i], drawGarment(4, "train", i, image));
    assert.deepEqual(new Uint8Array(images.subarray(i * 784, (i + 1) * 784)), image);
  }
  assert.equal(ahead.train.complete, false);
});

Deno.test("drawWanted() draws what somebody waits for, the last first, and nothing that is there", () => {
  const to = openSplit(shareSplit("train", 10, (bytes) => new SharedArrayBuffer(bytes))), order: number[] = [];
  const draw: typeof drawGarment = (_seed, _split, index) => {
    order.push(index);
    return index;
  };
  drawWanted(draw, 0, to); // nobody waits
  drawInto(draw, 0, to, 5);
  ask(to, Int32Array.of(3, 5, 7));
  drawWanted(draw, 0, to);
  assert.deepEqual([order, to.left[0], to.drawn[0]], [[5, 7, 3], 0, 3]);
  ask(to, Int32Array.of(9, 9, 9));
  ask(to, Int32Array.from({ length: 12 }, (_, i) => i % 10)); // the later is heard, as far as there is room
  drawWanted(draw, 0, to);
  assert.deepEqual([order, to.left[0], to.drawn[0]], [[5, 7, 3, 9, 8, 6, 4, 2, 1, 0], 0, 10]);
  assert.deepEqual(Array.from(to.labels), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("drawAhead(): what it returns is there, or reading it waits", async () => {
  const expected = drawn(7, "train", 0, 400), test = drawn(7, "test", 0, 40);
  for (const stopped of [false, true]) {
    const ahead = garments({ seed: 7, trainCount: 400, testCount: 40 }).drawAhead();
    if (stopped) ahead.stop();
    assert.deepEqual(new Uint8Array(ahead.train.labels), expected.labels, "labels need no drawing");
    assert.deepEqual(new Uint8Array(ahead.test.labels), test.labels);
    assert.deepEqual(new Uint8Array(ahead.test.images), test.images);
    assert.deepEqual(new Uint8Array(ahead.train.images), expected.images);
    assert.ok(ahead.train.complete && ahead.test.complete);
    ahead.stop();
  }
  const { train, stop } = garments({ seed: 7, trainCount: 400, testCount: 40 }).drawAhead();
  const { images, labels } = (await train.ready!())!;
  assert.ok(train.complete);
  assert.deepEqual([new Uint8Array(images), new Uint8Array(labels)], [expected.images, expected.labels]);
  stop();
});

Deno.test("loadRaw() of garments, and parts of it: pixels and labels read at once are those of the data set", async () => {
  const raw = await loadRaw("garments", { seed: 5 });
  const first = drawn(5, "train", 0, 3), last = drawn(5, "train", 59_999, 1), test = drawn(5, "test", 0, 2);
  const held = holdOut(raw, 1);
  assert.deepEqual([...held.test.labels], [...last.labels]);
  assert.deepEqual([...raw.train.labels.subarray(0, 3)], [...first.labels]);
  assert.deepEqual([...raw.test.images.subarray(0, 2 * 784)], [...test.images]);
  const copied = { ...raw.test };
  assert.deepEqual([...copied.images.subarray(0, 2 * 784)], [...test.images]);
  const { images } = (await held.test.ready!())!;
  assert.deepEqual([...images], [...last.images]);
  if ("stop" in raw) (raw as DrawnAhead).stop();
});

Deno.test("drawAhead() does not keep a process alive", async () => {
  const module = new URL("../../lib/data/garments/garments.ts", import.meta.url).href;
  const code =
    `import { garments } from "${module}"; garments({ trainCount: 1_000_000 }).drawAhead(); console.log("out");`;
  const { code: exit, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--no-lock", code],
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(60_000),
  }).output();
  assert.equal(exit, 0, new TextDecoder().decode(stderr));
  assert.equal(new TextDecoder().decode(stdout), "out\n");
});

Deno.test("Canvas covers exactly the area of a shape", () => {
  const canvas = new Canvas();
  const total = () => canvas.ink.reduce((sum, v) => sum + v, 0);
  canvas.clear();
  canvas.move(2.25, 3.5);
  canvas.line(10.75, 3.5);
  canvas.line(10.75, 9.25);
  canvas.line(2.25, 9.25);
  canvas.line(2.25, 3.5);
  canvas.flat(1);
  assert.ok(Math.abs(total() - 8.5 * 5.75) < 1e-4);
  assert.ok(Math.abs(canvas.ink[3 * 28 + 2]! - 0.375) < 1e-6, "a corner pixel covered 3/4 by 1/2");
  canvas.clear();
  canvas.ellipse(14, 14, 6, 4);
  canvas.flat(1);
  assert.ok(Math.abs(total() - 72) < 1e-3, "a clock's twelve corners hold 3·rx·ry");
});

Deno.test("Canvas cuts shapes at the frame and leaves nothing behind for the next", () => {
  const canvas = new Canvas();
  canvas.clear();
  canvas.stroke(-40, 5, 60, 5, 2);
  canvas.flat(1);
  assert.deepEqual([...canvas.ink.subarray(4 * 28, 6 * 28)], new Array(56).fill(1));
  assert.equal(canvas.ink.reduce((sum, v) => sum + v, 0), 56);
  canvas.clear();
  canvas.ellipse(27, 27, 9, 9);
  canvas.ellipse(-3, 40, 5, 5);
  canvas.flat(1);
  canvas.clear();
  canvas.flat(1);
  assert.equal(canvas.ink.reduce((sum, v) => sum + v, 0), 0);
});

Deno.test("Canvas mirrors a half into a whole", () => {
  const canvas = new Canvas();
  canvas.clear();
  canvas.place(14, 0, 1, 1, 0, 0);
  canvas.mirror(true);
  canvas.move(0, 4);
  canvas.line(5, 4);
  canvas.line(7, 20);
  canvas.line(0, 20);
  canvas.flat(1);
  for (let y = 0; y < 28; y++) {
    for (let x = 0; x < 14; x++) {
      assert.ok(Math.abs(canvas.ink[y * 28 + x]! - canvas.ink[y * 28 + 27 - x]!) < 1e-5, `row ${y}, column ${x}`);
    }
  }
  assert.ok(Math.abs(canvas.ink[10 * 28 + 14]! - 1) < 1e-5, "no seam at the axis");
});
