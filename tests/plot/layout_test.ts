/** Where things stand in a picture: titles on one line, legends inside, texts in their width. */
import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { grid } from "../../lib/plot/grid.ts";
import { lineChart } from "../../lib/plot/lines.ts";
import { seriesChart } from "../../lib/plot/series.ts";
import { textWidth, wrapped } from "../../lib/plot/text_width.ts";
import { groups, legendLabels } from "./rendered.ts";

const AXES = { x: { title: "x" }, y: { title: "y" } } as const;
const LABELS = ["0 GeneralReLU", "1 GeneralReLU", "2 GeneralReLU"];
const series = (most: number) => LABELS.map((label, i) => ({ label, values: [0, most / (i + 1), most] }));

/** How far above its chart each title stands. */
const titleHeights = (svg: string) =>
  groups(svg, "role-title").map((title) => Number(/translate\([-\d.]+,([-\d.]+)\)/.exec(title)![1]));

Deno.test("grid(): titles of a row stand on one line, wherever the axes' labels end", async () => {
  for (const [a, b] of [[1.4, 1.8], [0.41, 3], [0.999, 7.7], [2.3, 8.1]]) {
    const panels = [a!, b!].map((most) =>
      seriesChart({ title: `to ${most}`, y: { title: "y" }, series: series(most) })
    );
    const [one, other] = titleHeights(await grid(panels).svg());
    assert.ok(Math.abs(one! - other!) < 1, `${a} and ${b}: ${one} and ${other}`);
  }
});

Deno.test("grid(): a legend that all charts have stands once; different ones stay", async () => {
  for (const legend of ["top", "right"] as const) {
    const panels = [1, 2, 3, 4].map((most) => seriesChart({ y: { title: "y" }, series: series(most), legend }));
    assert.deepEqual(legendLabels(await grid(panels).svg()), [LABELS]);
  }
  const other = seriesChart({ y: { title: "y" }, series: [{ label: "another", values: [1] }], legend: "top" });
  const mixed = grid([seriesChart({ y: { title: "y" }, series: series(1) }), other]);
  assert.deepEqual(legendLabels(await mixed.svg()), [LABELS, ["another"]]);
});

Deno.test("grid(): each of several legends has all of its marks, in a grid of grids too", async () => {
  const chart = (n: number) => {
    const lines = Array.from({ length: n }, (_, i) => ({ label: `${i}`, points: [[0, i], [1, 1]] as const }));
    return lineChart({ ...AXES, lines, legend: "top" });
  };
  const hues = (svg: string) =>
    groups(svg, "role-legend-symbol").map((symbol) =>
      / d="M-5,0L5,0"/.test(symbol) && /--sonde-hue-(\d)/.exec(symbol)![1]
    );
  const two = grid([chart(4), chart(2)]);
  assert.deepEqual(hues(await two.svg()), ["0", "1", "2", "3", "0", "1"]);
  assert.deepEqual(hues(await grid([two, chart(3)]).svg()), ["0", "1", "2", "3", "0", "1", "0", "1", "2"]);
});

Deno.test("a legend has the marks that are drawn: lines, dashes, dots on lines, rings", async () => {
  const looks = ["line", "dashed", "marked", "hollow"] as const;
  const lines = looks.map((look) => ({ label: look, look, points: [[0, 1], [1, 2]] as const }));
  const svg = await lineChart({ ...AXES, lines, legend: "top" }).svg();
  const [line, dashed, marked, hollow] = groups(svg, "role-legend-symbol");
  assert.match(line!, / d="M-[\d.]+,0L[\d.]+,0"/);
  assert.doesNotMatch(line!, /dasharray="4/);
  assert.match(dashed!, /stroke-dasharray="4,3"/);
  assert.match(marked!, / d="M-5,0L5,0M[^"]*C/);
  assert.match(hollow!, / d="M[-\d.]+,0[AC]/);
  for (const symbol of [line, dashed, marked, hollow]) assert.match(symbol!, /stroke="var\(--sonde-hue-/);
});

Deno.test("two series of one label are two lines, and two entries", async () => {
  const chart = seriesChart({
    y: { title: "y" },
    series: [{ label: "a", values: [1, 2] }, { label: "a", values: [3, 4] }],
  });
  const svg = await chart.svg();
  assert.deepEqual(legendLabels(svg), [["a", "a"]]);
  assert.equal(svg.match(/stroke-width="1\.75"/g)!.length, 2);
});

Deno.test("a legend at the top has as many columns as fit into the picture", () => {
  const columns = (label: string, width: number) => {
    const lines = Array.from({ length: 7 }, (_, i) => ({ label: `${label} ${i}`, points: [[0, i], [1, i]] as const }));
    const { layer } = lineChart({ ...AXES, lines, legend: "top", width }).spec as {
      layer: { encoding: { stroke?: unknown } }[];
    };
    const { legend } = layer.at(-1)!.encoding.stroke as { legend: { columns: number } };
    return legend.columns;
  };
  assert.equal(columns("a rather long label, of which there are several", 420), 1);
  assert.equal(columns("a rather long label", 420), 2);
  assert.equal(columns("a", 420), 7);
  assert.equal(columns("a", 200), 3);
});

Deno.test("a picture ends where its legend does: no blank margin, and nothing cut off", async () => {
  const label = "a layer of a name so long";
  const panels = [1, 2].map((most) =>
    seriesChart({
      y: { title: "y" },
      series: [{ label, values: [0, most] }, { label: "b", values: [1] }],
      legend: "right",
    })
  );
  const svg = await grid(panels).svg(), width = Number(/viewBox="0 0 ([\d.]+)/.exec(svg)![1]);
  const places = [...groups(svg, "role-legend-label")[0]!.matchAll(/translate\(([\d.]+)/g)].map(([, x]) => Number(x));
  const origin = Number(/translate\(([\d.]+)/.exec(svg)![1]);
  const panel = [...svg.matchAll(/role-scope concat_1_group"[^>]*><g transform="translate\(([\d.]+)/g)][0]!;
  const legend = /translate\(([\d.]+)/.exec(groups(svg, "role-legend")[0]!)!;
  const end = origin + Number(panel[1]) + Number(legend[1]) + places[0]! + textWidth(label, 11);
  assert.ok(end <= width && width - end < 20, `${end} of ${width}`);
});

Deno.test("titles that are wider than the picture go on in the next line", async () => {
  const title =
    "Greatest losses: predicted, and below it actual and loss, in a picture that is much narrower than this";
  const svg = await lineChart({ ...AXES, title, lines: [{ label: "a", points: [[0, 1]] }], width: 300 }).svg();
  const lines = [...groups(svg, "role-title-text")[0]!.matchAll(/<tspan[^>]*>([^<]*)</g)].map(([, text]) => text!);
  assert.ok(lines.length > 1);
  assert.equal(lines.join(" "), title);
  for (const line of lines) assert.ok(textWidth(line, 13, true) <= 300, line);
});

Deno.test("textWidth(): wider letters are wider, bold ones too; wrapped() keeps all words", () => {
  assert.ok(textWidth("iii", 10) < textWidth("nnn", 10) && textWidth("nnn", 10) < textWidth("WWW", 10));
  assert.ok(textWidth("abc", 10, true) > textWidth("abc", 10));
  assert.equal(textWidth("0123456789", 10), 63.6);
  assert.deepEqual(wrapped("one two three", 1, 10), ["one", "two", "three"]);
  assert.deepEqual(wrapped("one two", 1000, 10), ["one two"]);
});
