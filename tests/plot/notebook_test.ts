import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { Chart } from "../../lib/plot/chart.ts";
import { graph } from "./samples.ts";

Deno.test("in a notebook a chart shows itself as Vega-Lite and SVG, whose style is its own", async () => {
  const show = (picture: unknown) =>
    (picture as Record<symbol, () => Promise<Record<string, string>>>)[Symbol.for("Jupyter.display")]!();
  const shown = await show(new Chart({ title: "t", mark: "point", data: { values: [] } }));
  assert.deepEqual(Object.keys(shown), ["application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"]);
  assert.match(shown["image/svg+xml"]!, /<style>\.sonde\{/);
  assert.doesNotMatch(shown["image/svg+xml"]!, /:root/);
  assert.equal(shown["text/plain"], 'Chart("t")');
  assert.deepEqual(Object.keys(await show(graph)), ["image/svg+xml", "text/plain"]);
});
