import assert from "node:assert/strict";
import { lineChart } from "../../lib/plot/lines.ts";

const AXES = { x: { title: "epochs" }, y: { title: "loss", scale: "log" } } as const;

Deno.test("Chart.svg(): one picture for light and dark; the style once a page", async () => {
  const points: [number, number][] = [[0, 1], [1, 0.5]];
  const chart = lineChart({
    ...AXES,
    lines: [{ label: "a", color: "var(--sonde-hue-0, #0072b2)", points, look: "marked" }],
  });
  const svg = await chart.svg();
  assert.match(svg, /^<svg[^>]+viewBox="0 0 420 240"/);
  assert.match(svg, /prefers-color-scheme:dark/);
  assert.match(svg, /stroke="var\(--sonde-hue-0, #0072b2\)"/);
  assert.doesNotMatch(await chart.svg({ embed: true }), /<style>/);
});

Deno.test("Chart.svg(): an empty chart is a chart", async () => {
  const svg = await lineChart({ ...AXES, lines: [{ label: "a", color: "red", points: [] }] }).svg();
  assert.match(svg, /^<svg/);
});
