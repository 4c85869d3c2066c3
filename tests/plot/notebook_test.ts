import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { Chart } from "../../lib/plot/chart.ts";
import { lineChart } from "../../lib/plot/lines.ts";
import { DISPLAY, svgImage } from "../../lib/plot/notebook.ts";
import { themeStyle } from "../../lib/plot/theme.ts";
import { graph } from "./samples.ts";

Deno.test("in a notebook a chart shows itself as an image and as SVG, whose style is its own", async () => {
  const show = (picture: unknown) =>
    (picture as Record<symbol, () => Promise<Record<string, string>>>)[Symbol.for("Jupyter.display")]!();
  const shown = await show(new Chart({ title: "t", mark: "point", data: { values: [] } }));
  assert.deepEqual(Object.keys(shown), ["text/html", "image/svg+xml", "text/plain"]);
  assert.match(shown["image/svg+xml"]!, /<style>\.sonde\{/);
  assert.doesNotMatch(shown["image/svg+xml"]!, /:root/);
  assert.equal(shown["text/plain"], 'Chart("t")');
  assert.deepEqual(Object.keys(await show(graph)), ["text/html", "image/svg+xml", "text/plain"]);
});

Deno.test("in a notebook an image follows the notebook's theme, and is no wider than its page; its text says what it shows", async () => {
  const chart = lineChart({
    x: { title: "x" },
    y: { title: "loss" },
    lines: [{ label: "a<b", points: [[0, 2], [1, 1]] }],
  });
  const shown = String((await chart[DISPLAY]())["text/html"]);
  for (
    const [page, scheme] of [['data-jp-theme-light="false"', "dark"], [".vscode-light", "light"], [
      ".vscode-dark",
      "dark",
    ]]
  ) {
    assert.match(shown, new RegExp(`${page}[^{}]* img\\.sonde-picture[^{}]*\\{color-scheme:${scheme}\\}`));
  }
  assert.match(
    shown,
    /<img class="sonde-picture" style="max-width:100%;height:auto" alt="loss against x: a&lt;b from 2.000 to 1.000"/,
  );
});

Deno.test("an SVG document taken into a page follows its theme: the notebook's, not the system's", () => {
  const style = themeStyle(".sonde");
  assert.match(style, /body\[data-jp-theme-light="true"\] \.sonde[^{}]*\{--sonde-ink:#1d232b/);
  assert.match(style, /body\.vscode-dark \.sonde[^{}]*\{--sonde-ink:#e6e9ee/);
  assert.doesNotMatch(themeStyle(), /jp-theme/);
});

Deno.test("svgImage(): what is escaped in the SVG stays so in the page", () => {
  const svg = '<svg aria-label="a&lt;b &amp; 100%"/>';
  const [, address] = / src="([^"]*)"/.exec(String(svgImage(svg, "a")))!;
  assert.doesNotMatch(address!, /[&<>]/);
  assert.equal(decodeURIComponent(address!.replace("data:image/svg+xml,", "")), svg);
});
