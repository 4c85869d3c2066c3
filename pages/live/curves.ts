/** The charts over training steps: series of all runs over each other, figures of epochs, and what one run is above another. */
/// <reference lib="dom" />
import type { ShownRun } from "../../lib/live/page_model.ts";
import { type Line, LineChart, type LineLook } from "./chart.ts";
import { difference, smooth } from "./compare.ts";
import { arrange, make } from "./dom.ts";
import { hueOf } from "./looks.ts";
import type { Range } from "./scale.ts";

const TITLES: Readonly<Record<string, string>> = { loss: "Training loss", lr: "Learning rate" };
/** Figures of an epoch that are no curve. */
const NO_CURVE: readonly string[] = ["seconds"];
/** A difference from step to step is noise: its mean is over one in so many of all steps. */
const PART = 40;

/** A chart for each series. */
export class Curves {
  readonly element: HTMLElement = make("div", "charts");
  /** Told of a range that was chosen in one of the charts. */
  onRange: (range: Range) => void = (range) => this.range = range;
  readonly #charts = new Map<string, LineChart>();
  #range: Range;

  /** Shows these steps. */
  set range(range: Range) {
    this.#range = range;
    for (const chart of this.#charts.values()) chart.range = range;
  }

  /** Shows all runs; of two that are compared, the others are faint. */
  show(
    runs: ReadonlyMap<string, ShownRun>,
    labels: ReadonlyMap<string, string>,
    run: ShownRun,
    other: ShownRun | undefined,
  ): void {
    const all = [...runs.values()], used: HTMLElement[] = [];
    const chart = (key: string, title: string, lines: readonly Line[], look: LineLook = {}) => {
      const one = this.#chart(key, title);
      used.push(one.element);
      one.show(lines, look);
    };
    const lines = (of: (run: ShownRun) => Pick<Line, "values" | "steps">) =>
      all.map((one, place): Line => ({
        ...of(one),
        // Of two that are compared the first has no gaps.
        hue: one === run && other ? hueOf(place) : place,
        name: `${other ? one === run ? "A " : one === other ? "B " : "" : ""}${labels.get(one.facts.run)}`,
        isFaint: other !== undefined && one !== run && one !== other,
        isDashed: one === other,
      }));
    for (const name of new Set(all.flatMap(({ series }) => [...series.keys()]))) {
      chart(`series ${name}`, TITLES[name] ?? name, lines(({ series }) => ({ values: series.get(name) ?? [] })));
      if (name === "loss" && other) {
        chart("difference", "Training loss of A less that of B", differenceLines(run, other), { zero: true });
      }
    }
    const figures = new Set(all.flatMap(({ rows }) => rows.flatMap(({ figures }) => Object.keys(figures))));
    for (const name of [...figures].filter((name) => !NO_CURVE.includes(name))) {
      for (const phase of ["valid", "train"] as const) {
        const shown = lines(({ rows }) => epochValues(rows, name, phase)).filter(({ values }) => values.length);
        if (shown.length) chart(`${phase} ${name}`, `${name} of each epoch, ${WORDS[phase]}`, shown);
      }
    }
    arrange(this.element, used);
  }

  #chart(key: string, title: string): LineChart {
    let chart = this.#charts.get(key);
    if (!chart) {
      chart = new LineChart(title);
      chart.onRange = (range) => this.onRange(range);
      chart.range = this.#range;
      this.#charts.set(key, chart);
    }
    return chart;
  }
}

const WORDS = { train: "training", valid: "validation" } as const;

function differenceLines(run: ShownRun, other: ShownRun): Line[] {
  const values = difference(run.series.get("loss") ?? [], other.series.get("loss") ?? []);
  const width = 2 * Math.floor(values.length / PART / 2) + 1;
  return [
    { name: "each step", values, hue: 7, isFaint: true },
    { name: `mean of ${width} steps`, values: smooth(values, width), hue: 0 },
  ];
}

function epochValues(rows: ShownRun["rows"], name: string, phase: "train" | "valid") {
  const those = rows.filter((row) => row.phase === phase && row.figures[name] !== undefined);
  return { values: those.map(({ figures }) => Number(figures[name])), steps: those.map(({ step }) => step) };
}
