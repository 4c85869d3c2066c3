import assert from "node:assert/strict";
import { html, htmlTable, page } from "../../lib/plot/html.ts";
import { lineChart, MOST_POINTS, oneTwoFive, thin } from "../../lib/plot/lines.ts";
import { saveText } from "../../lib/plot/save.ts";
import { textTable } from "../../lib/plot/text.ts";
import { hue } from "../../lib/plot/theme.ts";

Deno.test("textTable(): numbers to the right, words to the left", () => {
  assert.deepEqual(textTable(["run", "loss"], [["A1", "2.099"], ["long name", "10.1 ± 0.2"]]), [
    "run              loss",
    "A1              2.099",
    "long name  10.1 ± 0.2",
  ]);
});

Deno.test("textTable() names a row that does not fit", () => {
  assert.throws(
    () => textTable(["a", "b"], [["1", "2"], ["3"]]),
    /^RangeError: Cannot put a row of 1 cells into a table of 2 columns$/,
  );
});

Deno.test("thin(): keeps short lines, and the mean of neighbours of long ones", () => {
  assert.deepEqual(thin([3, 1, 2]), [[1, 3], [2, 1], [3, 2]]);
  const long = thin(Array.from({ length: 5000 }, (_, i) => i));
  assert.ok(long.length <= MOST_POINTS);
  // 5000 values in runs of 21: the first run is 0 … 20 at the steps 1 … 21.
  assert.deepEqual(long[0], [11, 10]);
  assert.ok(long.every(([step, mean]) => Math.abs(step - 1 - mean) < 1e-9));
});

Deno.test("thin(): leaves out what is not finite", () => {
  assert.deepEqual(thin([1, NaN, Infinity, 4]), [[1, 1], [4, 4]]);
});

Deno.test("oneTwoFive(): a few ticks over any range", () => {
  assert.deepEqual(oneTwoFive(0.3, 2.5), [0.5, 1, 2]);
  assert.deepEqual(oneTwoFive(0.1, 10), [0.1, 0.2, 0.5, 1, 2, 5, 10]);
  assert.deepEqual(oneTwoFive(0.05, 2000), [0.1, 1, 10, 100, 1000]);
  assert.ok(oneTwoFive(1e-6, 1e30).length <= 8);
});

Deno.test("oneTwoFive() and hue() say which numbers they take", () => {
  assert.throws(
    () => oneTwoFive(0, 5),
    /Cannot divide a logarithmic axis from 0 to 5: both ends are finite and above 0/,
  );
  assert.throws(() => oneTwoFive(1, Infinity), RangeError);
  assert.throws(() => hue(-1), /Cannot take hue -1: they are numbered from 0/);
});

const AXES = { x: { title: "epochs" }, y: { title: "loss", scale: "log" } } as const;

Deno.test("lineChart(): leaves out points that an axis cannot show", () => {
  const chart = lineChart({
    ...AXES,
    lines: [{ label: "a", color: "red", points: [[1, 2], [2, NaN], [3, 0], [4, 0.123456789]] }],
  });
  const [layer] = chart.spec["layer"] as { data: { values: unknown } }[];
  assert.deepEqual(layer!.data.values, [{ x: 1, y: 2 }, { x: 4, y: 0.12346 }]);
});

Deno.test("lineChart(): a legend names the lines, in the theme's colours unless told otherwise", async () => {
  const points: [number, number][] = [[0, 1], [1, 0.5]];
  const lines = [{ label: "mean", points }, { label: "deviation", points, color: "red", look: "dashed" }] as const;
  const svg = await lineChart({ ...AXES, lines, legend: "top" }).svg();
  for (const name of ["mean", "deviation"]) assert.match(svg, new RegExp(`<text[^>]*>${name}</text>`));
  for (const color of ["var\\(--sonde-hue-0, #0072b2\\)", "red"]) {
    assert.equal(
      svg.match(new RegExp(`stroke="${color}"`, "g"))!.length,
      2,
      `${color}: once as a line, once in the legend`,
    );
  }
  assert.doesNotMatch(await lineChart({ ...AXES, lines }).svg(), /<text[^>]*>mean<\/text>/);
});

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

Deno.test("html``: escapes what is inserted, but not what is HTML already", () => {
  const inner = html`<b>${"<&>\"'"}</b>`;
  assert.equal(
    String(html`<p title="${'"x"'}">${inner}${[inner, 1]}${false}${undefined}</p>`),
    `<p title="&quot;x&quot;"><b>&lt;&amp;&gt;&quot;&#39;</b><b>&lt;&amp;&gt;&quot;&#39;</b>1</p>`,
  );
});

Deno.test("htmlTable(): escapes its cells", () => {
  assert.match(String(htmlTable(["<a>"], [["<b>"]])), /<th[^>]*>&lt;a&gt;<\/th>.*<td[^>]*>&lt;b&gt;<\/td>/s);
});

Deno.test("page(): a whole document with its style inside", () => {
  const text = page({ title: "A & B", body: html`<p>text</p>` });
  assert.match(text, /^<!doctype html>/);
  assert.match(text, /<title>A &amp; B<\/title>/);
});

Deno.test("saveText(): makes folders, replaces files, leaves nothing half-written", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde-save-" });
  try {
    const path = `${folder}/a/b/page.html`;
    await saveText(path, "one");
    await saveText(path, "two");
    assert.equal(await Deno.readTextFile(path), "two");
    await Deno.mkdir(`${folder}/taken`);
    await assert.rejects(saveText(`${folder}/taken`, "text"));
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["a", "taken"]);
    assert.deepEqual([...Deno.readDirSync(`${folder}/a/b`)].map(({ name }) => name), ["page.html"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
