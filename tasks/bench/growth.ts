/**
 * How cost grows with the batch, the width and the depth of a network, and with threads: what `deno task bench --growth` measures, and
 * docs/growth.md shows.
 *
 * @module
 */
import type { Device } from "../../lib/device/device.ts";
import { findModules, Hooks, isInstance } from "../../lib/learner/hooks.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { type Axis } from "../../lib/plot/axis.ts";
import type { Chart } from "../../lib/plot/chart.ts";
import { type Line, lineChart } from "../../lib/plot/lines.ts";
import { noGrad } from "../../lib/tensor/graph.ts";
import { zeros } from "../../lib/tensor/create.ts";
import { markdownTable } from "../page_section.ts";
import { median } from "./compare.ts";
import { network, type Workload, workload } from "./networks.ts";
import { syntheticImages, Training } from "./training.ts";

/** What grows, and the workloads along the way. */
export interface Growth {
  readonly name: "batch" | "width" | "depth";
  /** What the axis across counts. */
  readonly axis: string;
  readonly sizes: readonly number[];
  readonly workload: (size: number) => string;
}

export const GROWTHS: readonly Growth[] = [
  {
    name: "batch",
    axis: "images a batch",
    sizes: Array.from({ length: 14 }, (_, i) => 2 ** i),
    workload: (size) => `plain-${size}`,
  },
  { name: "width", axis: "times as wide", sizes: [1, 2, 3, 4, 6, 8], workload: (size) => `plain-64-${size}` },
  { name: "depth", axis: "convolutions", sizes: [5, 10, 20, 35, 50], workload: (size) => `deep-64-${size}` },
];

/** One workload on one number of threads. */
export interface Point {
  readonly growth: Growth["name"];
  readonly size: number;
  readonly threads: number;
  /** Median over the blocks. */
  readonly stepsPerSecond: number;
  readonly batchSize: number;
  /** Multiplications with an addition, of convolutions and linear layers, forward, for one image. */
  readonly madds: number;
}

const size = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Multiply-adds of a network's convolutions and linear layers, forward, for one image. */
export function maddsOf(given: Workload, device: Device): number {
  const model = network(given, device).eval();
  let madds = 0;
  using _hooks = new Hooks(
    findModules(model, (module) => isInstance(Conv2d)(module) || isInstance(Linear)(module)),
    (_hook, module, _inputs, output) => {
      const [, ...taps] = (module as Conv2d | Linear).weight.shape;
      madds += size(output.shape) * size(taps);
    },
  );
  noGrad(() => model.call(zeros([1, 1, 28, 28], { device })));
  return madds;
}

/**
 * Measures all growths; the numbers of threads take turns at each size.
 *
 * @param devices those to compare, by their number of threads
 */
export async function measureGrowth(
  devices: ReadonlyMap<number, Device>,
  { seconds, blocks, growths = GROWTHS }: { seconds: number; blocks: number; growths?: readonly Growth[] },
  tell: (point: Point) => void,
): Promise<void> {
  const sets = new Map([...devices].map(([threads, device]) => [threads, syntheticImages(device)]));
  for (const growth of growths) {
    for (const size of growth.sizes) {
      const given = workload(growth.workload(size));
      const trainings = new Map([...sets].map(([threads, set]) => [threads, new Training(given, set)]));
      for (const training of trainings.values()) await training.warmUp(seconds);
      for (let i = 0; i < blocks; i++) for (const training of trainings.values()) await training.block();
      for (const [threads, training] of trainings) {
        tell({
          growth: growth.name,
          size,
          threads,
          stepsPerSecond: 1 / median(training.times),
          batchSize: given.batchSize,
          madds: maddsOf(given, devices.get(threads)!),
        });
      }
    }
  }
}

const imagesPerSecond = ({ stepsPerSecond, batchSize }: Point) => stepsPerSecond * batchSize;

/** Billions of operations a second: a multiply-add is two, and backward takes twice as many as forward. */
const gigaflops = (point: Point) => imagesPerSecond(point) * point.madds * 6 / 1e9;

const milliseconds = ({ stepsPerSecond }: Point) => 1000 / stepsPerSecond;

/** What is drawn of a growth. */
const SHOWN: Readonly<
  Record<
    Growth["name"],
    { readonly title: string; readonly y: Axis; readonly of: (point: Point) => number; readonly unit: string }
  >
> = {
  batch: {
    title: "Batch size",
    y: { title: "images per second", scale: "log" },
    of: imagesPerSecond,
    unit: "images/s",
  },
  width: { title: "Width", y: { title: "GFLOP/s" }, of: gigaflops, unit: "GFLOP/s" },
  depth: { title: "Depth", y: { title: "milliseconds a step" }, of: milliseconds, unit: "ms a step" },
};

const ofThreads = (points: readonly Point[], growth: Growth["name"]): [number, Point[]][] => {
  const all = points.filter((point) => point.growth === growth);
  const threads = [...new Set(all.map((point) => point.threads))].sort((a, b) => a - b);
  return threads.map((count) => [count, all.filter((point) => point.threads === count)]);
};

const threadsText = (threads: number) => threads === 1 ? "1 thread" : `${threads} threads`;

/** The chart of a growth. */
export function growthChart(growth: Growth, points: readonly Point[]): Chart {
  const { title, y, of } = SHOWN[growth.name];
  const lines: Line[] = ofThreads(points, growth.name).map(([threads, some]) => ({
    label: threadsText(threads),
    points: some.map((point) => [point.size, of(point)] as const),
    look: "marked",
  }));
  const scale = growth.name === "batch"
    ? { scale: "log", values: growth.sizes.filter((_, i) => i % 2 === 1) } as const
    : {};
  return lineChart({ title, x: { title: growth.axis, ...scale }, y, lines, legend: "top", width: 520, height: 280 });
}

/** The first size at which 90 % of the greatest value is reached. */
export function saturation(points: readonly Point[], of: (point: Point) => number): Point {
  const most = Math.max(...points.map(of));
  return points.find((point) => of(point) >= 0.9 * most)!;
}

const brief = (value: number) => value >= 1000 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);

/** What a growth's figures say, in sentences. */
function words(growth: Growth["name"], points: readonly Point[]): string[] {
  return ofThreads(points, growth).map(([threads, some]) => {
    const [first, last] = [some[0]!, some.at(-1)!];
    const { of, unit } = SHOWN[growth];
    if (growth === "depth") {
      const slope = (milliseconds(last) - milliseconds(first)) / (last.size - first.size);
      return `On ${threadsText(threads)} a step takes ${
        brief(milliseconds(first))
      } ms with ${first.size} convolutions and ` +
        `${brief(milliseconds(last))} ms with ${last.size}: ${brief(slope)} ms a layer.`;
    }
    const full = saturation(some, of), most = Math.max(...some.map(of));
    const where = growth === "batch" ? `a batch of ${full.size.toLocaleString("en")}` : `${full.size} times the width`;
    return `On ${threadsText(threads)} 90 % of the most, ${brief(most)} ${unit}, is first reached at ${where}.`;
  });
}

/** A table of a growth, one row a size. */
function growthTable(growth: Growth, points: readonly Point[]): string {
  const { of, unit } = SHOWN[growth.name], columns = ofThreads(points, growth.name);
  const headings = columns.flatMap(([threads]) => [`${threadsText(threads)}, steps/s`, unit]);
  const gain = columns.length === 2;
  const rows = growth.sizes.map((size) => {
    const at = columns.map(([, some]) => some.find((point) => point.size === size)!);
    const speedUp = gain ? [(at[1]!.stepsPerSecond / at[0]!.stepsPerSecond).toFixed(2)] : [];
    return [
      size.toLocaleString("en"),
      ...at.flatMap((point) => [brief(point.stepsPerSecond), brief(of(point))]),
      ...speedUp,
    ];
  });
  return markdownTable([growth.axis, ...headings, ...(gain ? ["two threads gain"] : [])], rows);
}

/** Charts, sentences and tables for docs/growth.md; each chart is a file of its own, `growth-batch.svg` and so on. */
export function growthPage(points: readonly Point[]): string {
  return GROWTHS.filter(({ name }) => points.some((point) => point.growth === name)).map((growth) =>
    [
      `## ${SHOWN[growth.name].title}`,
      `![${SHOWN[growth.name].y.title} against ${growth.axis}](growth-${growth.name}.svg)`,
      words(growth.name, points).join(" "),
      growthTable(growth, points),
    ].join("\n\n")
  ).join("\n\n");
}
