/** One of every chart, from made-up data: for the snapshots, and to look at. */
import type { Chart } from "../../lib/plot/chart.ts";
import { confusionMatrix } from "../../lib/plot/confusion.ts";
import { binShare, deadShareChart } from "../../lib/plot/dead.ts";
import { plotFunc } from "../../lib/plot/function.ts";
import { grid } from "../../lib/plot/grid.ts";
import { heatMap } from "../../lib/plot/heatmap.ts";
import { showImages } from "../../lib/plot/images.ts";
import { modelGraph } from "../../lib/plot/model_graph.ts";
import { seriesChart } from "../../lib/plot/series.ts";
import { GeneralReLU } from "../../lib/nn/activations.ts";
import { tensor } from "../../lib/tensor/create.ts";

/** Histograms like those of a layer whose activations grow, crash and recover. */
export function histograms(batches: number, bins = 40, phase = 0): number[][] {
  return Array.from({ length: batches }, (_, batch) => {
    const t = batch / batches;
    const scale = 1.2 + 2.4 * ((t * 3 + phase) % 1) + 0.2 * Math.sin(batch);
    return Array.from({ length: bins }, (_, bin) => {
      const x = (bin + 0.5) / bins * 10;
      const dead = bin === 0 ? 20_000 * (0.3 + 0.5 * t) : 0;
      return Math.floor(9000 / scale * Math.exp(-((x / scale) ** 2) / 2) + dead);
    });
  });
}

/** A figure that rises and falls. */
export function curve(batches: number, layer: number): number[] {
  return Array.from({ length: batches }, (_, i) => {
    const t = i / batches;
    return 0.4 + 0.15 * layer + 0.5 * ((t * 3 + layer / 4) % 1) + 0.06 * Math.sin(i * (layer + 1) * 1.7);
  });
}

const LAYERS = ["0 ReLU", "1 ReLU", "2 ReLU", "3 ReLU"];

/** Mean and deviation of four layers. */
export function meanAndStd(batches: number): Chart {
  const panel = (title: string, add: number) =>
    seriesChart({
      title,
      legend: add ? "right" : "none",
      y: { title: "activation" },
      series: LAYERS.map((label, i) => ({ label, values: curve(batches, i).map((value) => value + add) })),
    });
  return grid([panel("mean", 0), panel("standard deviation", 0.3)], { title: "Activations", width: 300, height: 170 });
}

/** A graph with a side way. */
export const graph = modelGraph([
  { name: "0.0", kind: "Conv2d", shape: ["n", 8, 14, 14], parameters: 80 },
  { name: "0.1", kind: "ReLU", shape: ["n", 8, 14, 14], parameters: 0 },
  { name: "body.conv<1>", kind: "Conv2d", shape: ["n", 8, 14, 14], parameters: 584, from: ["0.1"] },
  { name: "body.act", kind: "GeneralReLU", shape: ["n", 8, 14, 14], parameters: 0 },
  { name: "pool", kind: "AdaptiveAvgPool2d", shape: ["n", 8, 1, 1], parameters: 0, from: ["body.act", "0.1"] },
  { name: "flat", kind: "Flatten", shape: ["n", 8], parameters: 0 },
  { name: "head", kind: "Linear", shape: ["n", 10], parameters: 90 },
], { title: "A small network", input: ["n", 1, 28, 28] });

function pictures(n: number, channels: number): Float32Array {
  return Float32Array.from({ length: n * channels * 256 }, (_, k) => {
    const [i, channel, y, x] = [
      Math.floor(k / (256 * channels)),
      Math.floor(k / 256) % channels,
      (k >> 4) & 15,
      k & 15,
    ];
    return Math.sin((x + i) / (2 + channel)) * Math.cos(y / (1 + i % 4));
  });
}

const CLASSES = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"];

/** Everything, by name. */
export async function samples(): Promise<Record<string, Chart>> {
  const counts = histograms(120);
  const confused = CLASSES.map((_, i) =>
    CLASSES.map((_, j) => i === j ? 880 - 15 * i : Math.max(0, Math.round(60 * Math.cos(i * 7 + j * 3) - 30)))
  );
  return {
    heat_map: heatMap({ title: "0 ReLU", counts, range: [0, 10], yTitle: "|activation|" }),
    heat_maps: grid(
      LAYERS.map((title, i) =>
        heatMap({ title, counts: histograms(150, 40, i / 5), range: [0, 10], yTitle: "|activation|", legend: false })
      ),
      { title: "Histograms of activations", subtitle: "Colour: log of 1 + count, from none to each layer's greatest" },
    ),
    mean_and_std: meanAndStd(150),
    mean_and_std_long: meanAndStd(700),
    dead_share: deadShareChart({ title: "0 ReLU", shares: binShare(counts, [0, 0]) }),
    plot_func: await plotFunc(new GeneralReLU({ leak: 0.1, sub: 0.4, maxv: 3 }), {
      title: "GeneralReLU(leak 0.1, sub 0.4, maxv 3)",
    }),
    images_grey: await showImages(tensor(pictures(10, 1), { shape: [10, 1, 16, 16] }), {
      title: "Garments",
      titles: CLASSES,
      columns: 5,
    }),
    images_color: await showImages(tensor(pictures(6, 3), { shape: [6, 3, 16, 16] })),
    confusion: confusionMatrix(confused, { title: "Confusion", classes: CLASSES }),
  };
}
