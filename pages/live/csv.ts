/** The numbers as CSV (RFC 4180). */
import type { ShownRun } from "../../lib/live/page_model.ts";

/** Losses, rates and other series: a line for each step of each run. */
export function seriesCsv(runs: readonly ShownRun[], labels: ReadonlyMap<string, string>): string {
  const names = [...new Set(runs.flatMap(({ series }) => [...series.keys()]))];
  const lines = runs.flatMap(({ facts, series }) => {
    const length = Math.max(0, ...[...series.values()].map((values) => values.length));
    const name = cell(labels.get(facts.run) ?? "");
    return Array.from({ length }, (_, i) => [name, i, ...names.map((name) => series.get(name)?.[i] ?? "")].join(","));
  });
  return text(["run", "step", ...names], lines);
}

/** The figures of each phase of each epoch. */
export function figuresCsv(runs: readonly ShownRun[], labels: ReadonlyMap<string, string>): string {
  const names = [...new Set(runs.flatMap(({ rows }) => rows.flatMap(({ figures }) => Object.keys(figures))))];
  const lines = runs.flatMap(({ facts, rows }) =>
    rows.map(({ step, epoch, phase, figures }) =>
      [labels.get(facts.run) ?? "", step, epoch, phase, ...names.map((name) => figures[name] ?? "")].map(cell).join(",")
    )
  );
  return text(["run", "step", "epoch", "phase", ...names], lines);
}

/** Statistics of layers: a line for each column, with how many batches it is the average of, and the edges of its histogram. */
export function layersCsv(runs: readonly ShownRun[], labels: ReadonlyMap<string, string>): string {
  const all = runs.flatMap(({ facts, layers }) => [...layers.values()].map((layer) => ({ run: facts.run, layer })));
  const bins = Math.max(0, ...all.flatMap(({ layer: { columns } }) => columns.map(({ counts }) => counts.length)));
  const lines = all.flatMap(({ run, layer: { layer, of, width, range, columns } }) =>
    columns.map(({ step, mean, std, zeros, off, counts }) =>
      [labels.get(run) ?? "", of, layer, step, width, mean, std, zeros, off ?? "", ...range, ...counts].map(cell).join(
        ",",
      )
    )
  );
  const head = ["run", "of", "layer", "step", "batches", "mean", "std", "zeros", "off", "low", "high"];
  return text([...head, ...Array.from({ length: bins }, (_, i) => `bin ${i}`)], lines);
}

const text = (head: readonly string[], lines: readonly string[]) =>
  [head.map(cell).join(","), ...lines, ""].join("\r\n");

/** A cell; in quotes where it has to be. */
function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
