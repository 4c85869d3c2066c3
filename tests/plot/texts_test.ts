/** Titles, labels and names may be any text: every picture shows it, and is an SVG that a strict reader takes. */
import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { Chart } from "../../lib/plot/chart.ts";
import { confusionMatrix } from "../../lib/plot/confusion.ts";
import { lineChart } from "../../lib/plot/lines.ts";
import { modelGraph } from "../../lib/plot/model_graph.ts";
import { axisLabels, legendLabels, texts } from "./rendered.ts";

const count = (list: readonly string[], text: string) => list.filter((one) => one === text).length;

/** Words that Vega's own parser stumbles over: the tokens of code, as classes, are such. */
for (const word of ["if", "constructor", "toString", "valueOf", "hasOwnProperty", "__proto__", 'if"if', "else"]) {
  Deno.test(`charts show the text ${word} as any other`, async () => {
    const shown = word.replaceAll('"', "&quot;");
    const matrix = await confusionMatrix([[5, 1], [2, 3]], { title: word, classes: [word, "other"] }).svg();
    assert.deepEqual(axisLabels(matrix), [[word, "other"], [word, "other"]]);
    assert.equal(count(texts(matrix), word), 3);
    const lines = ["a", word].map((label, i) => ({ label, points: [[0, i], [1, 2]] as const }));
    const chart = lineChart({ x: { title: word }, y: { title: word }, lines, legend: "top" });
    const svg = await chart.svg();
    assert.deepEqual(legendLabels(svg), [["a", word]]);
    assert.equal(count(texts(svg), word), 3);
    assert.ok(svg.includes(`aria-label="${shown}"`) && !svg.includes("\ufdd0"));
    const field = await new Chart({
      width: 100,
      height: 100,
      data: { values: [{ [word]: "x" }, { [word]: word }] },
      mark: "point",
      encoding: { y: { field: word.replace('"', ""), type: "nominal" } },
    }).svg();
    if (!word.includes('"')) assert.deepEqual(new Set(axisLabels(field)[0]), new Set(["x", word]));
  });
}

Deno.test("separators of lines and control characters in texts leave a picture that XML's readers take", async () => {
  const odd = "a\u2028b\u2029\u0000\u0007\ufffe\ud800";
  const lines = [{ label: odd, points: [[0, 1], [1, 2]] as const }, { label: "b", points: [[0, 2], [1, 1]] as const }];
  const chart = lineChart({ title: odd, x: { title: odd }, y: { title: odd }, lines, legend: "top" });
  const nodes = [{ name: odd, kind: "L", shape: ["n", 1], parameters: 3 }, {
    name: "end",
    kind: odd,
    shape: ["n"],
    parameters: 0,
    error: odd,
  }];
  for (const picture of [chart, modelGraph(nodes, { title: odd })]) {
    const svg = await picture.svg();
    // deno-lint-ignore no-control-regex -- they are what is looked for
    assert.doesNotMatch(svg, /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/);
    assert.ok(svg.isWellFormed());
    assert.ok((await picture.png()).length > 1000);
  }
  assert.match(modelGraph(nodes).dot, /"a\u2028b\u2029\\\\x00\\\\x07/);
});
