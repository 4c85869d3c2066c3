import assert from "node:assert/strict";
import type { ColumnsEvent, LiveEvent } from "../../lib/live/events.ts";
import { compress, decompress, halve, pack } from "../../lib/live/packing.ts";
import { savedPage } from "../../lib/live/page.ts";
import { PageModel } from "../../lib/live/page_model.ts";
import { readSaved } from "../../lib/live/read_saved.ts";
import { begin, curves, layer } from "./helpers.ts";

const unpack = async (packed: string) => JSON.parse(await decompress(packed)) as LiveEvent[];

/** What a page knows that took these in. */
function modelOf(events: readonly LiveEvent[]): PageModel {
  const model = new PageModel();
  model.apply(events);
  return model;
}

Deno.test("compress, decompress: any text comes back", async () => {
  const text = `${"a loss of 0.25, ".repeat(10_000)}–∞ 😀`;
  const packed = await compress(text);
  assert.ok(packed.length < text.length / 20);
  assert.equal(await decompress(packed), text);
  await assert.rejects(decompress(btoa("no gzip")));
});

Deno.test("pack: what fits stays as it is", async () => {
  const events = [begin("a"), ...curves("a", 300), ...layer("a", "1 ReLU", 700)];
  assert.deepEqual(modelOf(await unpack(await pack(events))).events(), modelOf(events).events());
});

Deno.test("savedPage: 100,000 batches stay below 3 MB with every loss; where that is too long, with fewer columns", async () => {
  const losses = curves("a", 100_000), layers = Array.from({ length: 10 }, (_, i) => `${i} Linear`);
  const events = [begin("a"), ...losses, ...layers.flatMap((name, i) => layer("a", name, 500, i + 1))];
  for (const [longest, expected] of [[undefined, "1 × 500"], [1_400_000, "2 × 250"]] as const) {
    const page = await savedPage(events, longest);
    assert.ok(page.length < (longest ?? 2_900_000) + 100_000, `${page.length} characters`);
    const { series, layers: kept } = modelOf(await readSaved(page)).runs.get("a")!;
    const told = losses.map((event) => event.kind === "points" ? event.values : []);
    assert.deepEqual([series.get("loss"), series.get("lr")], told);
    assert.equal(kept.size, layers.length);
    const widths = new Set([...kept.values()].map(({ width, columns }) => `${width} × ${columns.length}`));
    assert.deepEqual([...widths], [expected]);
  }
});

Deno.test("halve: averages of neighbours; the last one alone stays", () => {
  const column = (step: number, mean: number) => ({ step, mean, std: 1, zeros: 0, counts: [mean, 3] });
  const event: ColumnsEvent = {
    kind: "columns",
    run: "a",
    layer: "0",
    of: "weights",
    width: 2,
    from: 0,
    range: [0, 1],
    absolute: true,
    columns: [column(0, 1), column(2, 4), column(4, 7)],
  };
  const { width, columns } = halve(event);
  assert.equal(width, 4);
  assert.deepEqual(columns, [{ ...column(0, 2.5), counts: [2.5, 3] }, column(4, 7)]);
});
