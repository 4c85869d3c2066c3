/** What the page knows of all runs: events taken in, each as often as it comes. */
import type {
  Column,
  ColumnsEvent,
  Figure,
  FinishedEvent,
  LiveEvent,
  ProgressEvent,
  RowEvent,
  RunEvent,
} from "./events.ts";

/** A watched layer as the page shows it. */
export interface ShownLayer extends Omit<ColumnsEvent, "kind" | "run" | "from" | "columns"> {
  readonly columns: Column[];
}

/** A run as the page shows it. */
export interface ShownRun {
  readonly facts: RunEvent;
  readonly series: Map<string, number[]>;
  readonly rows: RowEvent[];
  /** By what is watched of which layer. */
  readonly layers: Map<string, ShownLayer>;
  progress: ProgressEvent | undefined;
  findings: readonly string[];
  finished: FinishedEvent["how"] | undefined;
  /** Counts what was taken in of layers, and of what tables show: who draws them knows whether that is new. */
  readonly news: { layers: number; tables: number };
}

/** The runs by identity, in the order in which they began. */
export class PageModel {
  readonly runs = new Map<string, ShownRun>();

  /** Takes events in. */
  apply(events: readonly LiveEvent[]): void {
    // A piece of a run that is changed comes after the run's own event only as long as that is not changed too.
    for (const event of events) if (event.kind === "run") this.#begin(event);
    for (const event of events) this.#take(event);
  }

  #begin(facts: RunEvent): void {
    if (this.runs.has(facts.run)) return;
    const rest = {
      series: new Map<string, number[]>(),
      rows: [],
      layers: new Map<string, ShownLayer>(),
      progress: undefined,
      findings: [],
      finished: undefined,
      news: { layers: 0, tables: 0 },
    };
    this.runs.set(facts.run, { facts, ...rest });
  }

  #take(event: LiveEvent): void {
    const run = this.runs.get(event.run);
    if (!run) return;
    if (event.kind === "columns") run.news.layers++;
    if (event.kind === "row" || event.kind === "findings") run.news.tables++;
    if (event.kind === "points") {
      const values = run.series.get(event.series) ?? [];
      event.values.forEach((value, i) => values[event.from + i] = Number(value));
      run.series.set(event.series, values);
    } else if (event.kind === "row") {
      const at = run.rows.findIndex(({ epoch, phase }) => epoch === event.epoch && phase === event.phase);
      run.rows[at < 0 ? run.rows.length : at] = event;
    } else if (event.kind === "progress") run.progress = event;
    else if (event.kind === "columns") takeColumns(run.layers, event);
    else if (event.kind === "findings") run.findings = event.lines;
    else if (event.kind === "finished") run.finished = event.how;
  }

  /** All as events again, for a file. */
  events(): LiveEvent[] {
    return [...this.runs.values()].flatMap(
      ({ facts, series, rows, layers, progress, findings, finished }): LiveEvent[] => {
        const { run } = facts, figures = (values: readonly number[]) => Array.from(values, figure);
        return [
          facts,
          ...[...series].map(([name, values]) => ({
            kind: "points" as const,
            run,
            series: name,
            from: 0,
            values: figures(values),
          })),
          ...rows,
          ...[...layers.values()].map((layer) => ({ kind: "columns" as const, run, from: 0, ...layer })),
          ...progress ? [progress] : [],
          ...findings.length ? [{ kind: "findings" as const, run, lines: findings }] : [],
          ...finished === undefined ? [] : [{ kind: "finished" as const, run, how: finished }],
        ];
      },
    );
  }
}

const figure = (value: number): Figure => Number.isFinite(value) ? value : String(value) as Figure;

function takeColumns(
  layers: Map<string, ShownLayer>,
  { kind: _kind, run: _run, from, columns, ...facts }: ColumnsEvent,
): void {
  const key = `${facts.of} ${facts.layer}`, before = layers.get(key);
  const layer = before?.width === facts.width ? before : { ...facts, columns: [] };
  columns.forEach((column, i) => layer.columns[from + i] = column);
  layers.set(key, layer);
}
