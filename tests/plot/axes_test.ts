/** Every axis has at least two labels, all different, whatever its values. */
import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import type { Chart } from "../../lib/plot/chart.ts";
import { deadShareChart } from "../../lib/plot/dead.ts";
import { plotFunc } from "../../lib/plot/function.ts";
import { grid } from "../../lib/plot/grid.ts";
import { heatMap } from "../../lib/plot/heatmap.ts";
import { lineChart } from "../../lib/plot/lines.ts";
import { seriesChart } from "../../lib/plot/series.ts";
import { axisLabels } from "./rendered.ts";

type Pairs = readonly (readonly [number, number])[];

const spread = (least: number, most: number, n = 12): Pairs =>
  Array.from({ length: n }, (_, i) => [i, n > 1 ? least + (most - least) * i / (n - 1) : least]);

/** Ranges on which a scale's own ticks have been too few, too long or alike. */
const RANGES: readonly (readonly [number, number])[] = [
  [0.61, 0.69],
  [2.301, 2.304],
  [0.21, 0.49],
  [1, 1e-9],
  [3e-5, 8e-5],
  [10000.1, 10000.2],
  [2.3, 7.9e16],
  [1e-300, 1e300],
  [5, 5],
  [0.0004, 0.0004],
];

async function check(name: string, chart: Chart, axes = 2): Promise<void> {
  const labels = axisLabels(await chart.svg());
  assert.equal(labels.length, axes, `${name}: axes with labels`);
  for (const texts of labels) {
    assert.ok(texts.length >= 2, `${name}: ${texts}`);
    assert.equal(new Set(texts).size, texts.length, `${name}: ${texts}`);
    assert.ok(texts.every((text) => text.length <= 10 && !/NaN|undefined/.test(text)), `${name}: ${texts}`);
  }
}

Deno.test("lineChart(), seriesChart(): two labels or more on each axis, linear or logarithmic", async () => {
  for (const [least, most] of RANGES) {
    for (const scale of ["linear", "log"] as const) {
      const name = `${least} to ${most}, ${scale}`, y = { title: "y", scale };
      if (!(scale === "linear" && least === 1e-300)) {
        const lines = [{ label: "a", points: spread(least, most) }];
        await check(name, lineChart({ x: { title: "x" }, y, lines }));
      }
      const across = [{ label: "a", points: spread(least, most).map(([x, y]) => [y, x] as const) }];
      await check(`${name}, across`, lineChart({ x: { title: "x", scale }, y: { title: "y" }, lines: across }));
      await check(
        `${name}, series`,
        seriesChart({ y, series: [{ label: "a", values: spread(least, most).map(([, y]) => y) }] }),
      );
    }
  }
});

Deno.test("charts of one epoch, of one batch and of nothing have two labels on each axis, and show their points", async () => {
  const lines = [{ label: "a", points: [[0, 0.7]] as const }];
  for (const scale of ["linear", "log"] as const) {
    const chart = lineChart({ x: { title: "epoch" }, y: { title: "loss", scale }, lines });
    await check(`one point, ${scale}`, chart);
    assert.match(await chart.svg(), /aria-roledescription="point"/);
    await check(`none, ${scale}`, lineChart({ x: { title: "epoch" }, y: { title: "loss", scale }, lines: [] }));
    await check(
      `one batch, ${scale}`,
      seriesChart({ y: { title: "y", scale }, series: [{ label: "a", values: [2] }] }),
    );
  }
  await check("shares", deadShareChart({ shares: [0.5] }));
  for (const counts of [[[1, 2]], [[1, 2], [2, 1]]]) {
    await check("heat map", heatMap({ counts, range: [0, 1e-5], legend: false }));
  }
});

Deno.test("batches and epochs are numbered by whole numbers, however few", async () => {
  for (const n of [2, 3, 4, 7, 11]) {
    const series = [{ label: "a", values: Array.from({ length: n }, (_, i) => i / 7) }];
    const charts = [
      seriesChart({ y: { title: "y" }, series }),
      lineChart({ x: { title: "epoch" }, y: { title: "y" }, lines: [{ label: "a", points: spread(0, 1, n) }] }),
      heatMap({ counts: Array.from({ length: n }, () => [1, 2]), range: [0, 1], legend: false }),
    ];
    for (const chart of charts) {
      const [x] = axisLabels(await chart.svg());
      assert.ok(x!.every((text) => /^\d+$/.test(text)), `${n}: ${x}`);
      assert.equal(x![0], "0");
    }
  }
});

Deno.test("a logarithmic axis ends with its values, and its labels are short", async () => {
  const lines = [{ label: "loss", points: Array.from({ length: 60 }, (_, i) => [1e-5 * 1.3 ** i, 2] as const) }];
  const chart = lineChart({ x: { title: "rate", scale: "log" }, y: { title: "loss" }, lines });
  assert.deepEqual(axisLabels(await chart.svg())[0], ["1e-5", "1e-4", "0.001", "0.01", "0.1", "1", "10"]);
  const { layer } = chart.spec as { layer: { encoding: { x: { scale: unknown } } }[] };
  assert.deepEqual(layer[0]!.encoding.x.scale, {
    type: "log",
    domain: [1e-5, lines[0]!.points.at(-1)![0]],
    nice: false,
  });
});

Deno.test("values that lie close together keep their distances", () => {
  const chart = lineChart({
    x: { title: "x" },
    y: { title: "y" },
    lines: [{ label: "a", points: spread(10000.1, 10000.2, 3) }],
  });
  const [layer] = chart.spec["layer"] as { data: { values: { y: number }[] } }[];
  assert.deepEqual(layer!.data.values.map(({ y }) => y), [10000.1, 10000.15, 10000.2]);
});

Deno.test("plotFunc() of a constant has two labels on each axis", async () => {
  await check("constant", await plotFunc((x) => x.mul(0).add(0.3)));
  await check("huge", await plotFunc((x) => x.mul(1e20)));
});

Deno.test("an axis has words at its ticks, if it is given some", async () => {
  const x = { title: "first weights", values: [0, 1], labels: ["default", "Kaiming's"] };
  const chart = lineChart({ x, y: { title: "y" }, lines: [{ label: "a", points: [[0, 1], [1, 2]] }] });
  assert.deepEqual(axisLabels(await chart.svg())[0], ["default", "Kaiming's"]);
  assert.throws(
    () => lineChart({ x: { ...x, labels: ["one"] }, y: { title: "y" }, lines: [] }),
    /^RangeError: Cannot label an axis of lineChart: give as many labels as values, found 1 and 2$/,
  );
});

Deno.test("grid(): axes that are shared have the same labels in all panels", async () => {
  const panel = (most: number) => seriesChart({ y: { title: "y" }, series: [{ label: "a", values: [0, most] }] });
  const labels = async (share?: "y") => axisLabels(await grid([panel(0.4), panel(4)], share ? { share } : {}).svg());
  const [, own, , others] = await labels();
  assert.notDeepEqual(own, others);
  const [, one, , other] = await labels("y");
  assert.deepEqual(one, other);
});

Deno.test("ticks in powers of ten have the digits that tell them apart, and are where they say", async () => {
  for (
    const [least, most] of [[25557030, 25557033], [999999, 1000001], [1e12, 1e12 + 5], [2e-5, 2.0000001e-5]] as const
  ) {
    const chart = lineChart({
      x: { title: "x" },
      y: { title: "y" },
      lines: [{ label: "", points: spread(least, most, 2) }],
    });
    const texts = axisLabels(await chart.svg())[1]!, values = texts.map(Number), step = values[1]! - values[0]!;
    assert.equal(new Set(texts).size, texts.length, texts.join(" "));
    for (const [i, value] of values.entries()) {
      assert.ok(i === 0 || Math.abs(value - values[i - 1]! - step) < 0.01 * step, texts.join(" "));
    }
  }
});
