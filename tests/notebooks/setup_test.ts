/** What notebooks start from. */
import assert from "node:assert/strict";
import { loadRaw } from "../../lib/data/mod.ts";
import { setDefaultDevice, tensor } from "../../lib/tensor/mod.ts";
import { ledger, loaders, medianAndRange, messageOf, numbers, seedTable, table } from "../../notebooks/setup.ts";

Deno.test("loaders(): a lesson on MNIST validates on the last 10,000 of the training file, one on Fashion-MNIST on the test file", async () => {
  const before = Deno.env.get("SONDE_DATASET"), { log } = console, said: string[] = [];
  const device = setDefaultDevice("reference");
  try {
    Deno.env.set("SONDE_DATASET", "garments");
    console.log = (line: string) => void said.push(line);
    const raw = await loadRaw("garments");
    for (const [own, part, start] of [["mnist", raw.train, 50_000], ["fashion-mnist", raw.test, 0]] as const) {
      const dls = await loaders(own, { batchSize: 2, limit: 3, device });
      const [images, labels] = await dls.valid.first();
      const bytes = await part.ready?.(Int32Array.of(start)) || part;
      const pixels = Array.from(bytes.images.subarray(start * 784, start * 784 + 784), (byte) => byte / 255);
      const shown = (await images!.narrow(0, 0, 1).flatten().array()) as number[];
      assert.ok(shown.every((pixel, i) => Math.abs(pixel - pixels[i]!) < 1e-6), own);
      assert.equal((await labels!.array() as number[])[0], part.labels[start]);
    }
  } finally {
    console.log = log;
    if (before === undefined) Deno.env.delete("SONDE_DATASET");
    else Deno.env.set("SONDE_DATASET", before);
  }
  assert.deepEqual(said, [
    "garments: 3 images to train on, 3 held out of the training file to validate",
    "garments: 3 images to train on, 3 of the test file to validate",
  ]);
});

Deno.test("table(): decimals by column, digits of their own where there are none in those, words as they are; as text and as HTML", () => {
  const shown = table(
    ["layer", "mean", "seen"],
    [[1, 1, "all"], [2, -0.0000001, "none"], [3, -0, "zero"]],
    2,
  ) as Record<
    symbol,
    () => unknown
  >;
  const { "text/plain": text, "text/html": html } = shown[Symbol.for("Jupyter.display")]!() as Record<string, string>;
  assert.equal(text, "layer   mean  seen\n    1   1.00  all\n    2  -1e-7  none\n    3   0.00  zero");
  assert.match(html!, /<td[^>]*class="n"[^>]*>0\.00<\/td>/);
});

Deno.test("medianAndRange() takes a NaN for the greatest; seedTable() shows both, and how many seeds there are", () => {
  assert.deepEqual(medianAndRange([3, 1, 2]), [2, 1, 3]);
  assert.deepEqual(medianAndRange([4, 1, 3, 2]), [2.5, 1, 4]);
  assert.deepEqual(medianAndRange([1, NaN, 2, Infinity, 3]), [3, 1, NaN]);
  const shown = seedTable("accuracy", { bare: [0.5, 0.25], normed: [0.75] }) as Record<symbol, () => unknown>;
  const { "text/plain": text } = shown[Symbol.for("Jupyter.display")]!() as Record<string, string>;
  assert.equal(
    text,
    "accuracy  median  lowest  highest  seeds\nbare       0.375   0.250    0.500      2\nnormed     0.750   0.750    0.750      1",
  );
});

Deno.test("ledger(): runs' rows below the heading of their table, and what is said of them", async () => {
  const shown = await ledger("A1", "A9") as Record<symbol, () => Record<string, string>>;
  const lines = shown[Symbol.for("Jupyter.display")]!()["text/markdown"]!.split("\n");
  assert.match(lines[0]!, /^\| run \|/);
  assert.match(lines[1]!, /^\| --- \|/);
  const end = lines.indexOf(""), rows = lines.slice(2, end);
  const named = rows.filter((row) => !row.startsWith("|  |")); // a run's other rows have no name of their own
  assert.deepEqual(named.map((row) => row.slice(0, 5)), ["| A1 ", "| A9 "]);
  for (const row of rows) assert.equal(row.split("|").length, lines[0]!.split("|").length, row);
  assert.deepEqual(lines.slice(end + 1).map((line) => line.slice(0, 7)), ["- **A1 ", "- **A9 "]);
  await assert.rejects(ledger("Z1"), new RangeError("Cannot find run Z1 in docs/ledger.md"));
});

Deno.test("messageOf() gives an error's message, and is an error where there is none; numbers() reads several", async () => {
  assert.equal(await messageOf(() => Promise.reject(new RangeError("no such rate"))), "no such rate");
  await assert.rejects(messageOf(() => 1), /No error was thrown/);
  const t = tensor([1, 2, 3], { device: setDefaultDevice("reference") });
  assert.deepEqual(await numbers(t.sum(), t.max()), [6, 3]);
});
