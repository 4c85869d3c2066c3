/**
 * Reads what is new from a sweep's store while it runs, whoever writes to it.
 *
 * @module
 */
import { type Figure, toFigure } from "../../live/events.ts";
import { parse, parseJson } from "../boundary/parse.ts";
import { codeIdentity, params, storedPlan, trialRow } from "../boundary/store.ts";
import { Database } from "../database.ts";
import type { Board } from "./board.ts";
import type { StepRow } from "../record.ts";
import { CURVES, endOf, isEnded, METRICS, POINTS } from "./limits.ts";

const COLUMNS = "id, params, seed, status, attempts, error, code, environment, began, seconds, position";

/** The trials of a list in JSON. */
const LISTED = "SELECT value FROM json_each(?)", OF = `WHERE trial IN (${LISTED})`;

/** At most {@linkcode POINTS} of each metric of a trial, evenly, and the last. */
const THINNED = `SELECT name, step, value FROM (
  SELECT name, step, value, row_number() OVER (PARTITION BY name ORDER BY step) - 1 AS i, count(*) OVER (PARTITION BY name) AS n
  FROM steps WHERE trial = ?
) WHERE i % ((n + ${POINTS - 2}) / ${POINTS - 1}) = 0 OR i = n - 1 ORDER BY name, step`;

const figureOf = (value: unknown) => toFigure(typeof value === "number" ? value : NaN);

/** A store, and how far it has been read. */
export class SweepFeed implements Disposable {
  readonly #db: Database;
  readonly #board: Board;
  /** The store's version when it was last read; another connection's commits change it. */
  #version: unknown;
  /** How each trial was. */
  readonly #known = new Map<string, string>();
  /** What running trials reported: values by step and metric. */
  readonly #running = new Map<string, Map<string, Map<number, number>>>();
  /** When trials ended that have curves here. */
  #drawn = new Map<string, number>();

  /** @param path the store's file */
  constructor(folder: string, path: string, board: Board) {
    this.#board = board;
    this.#db = new Database(path, { write: false });
    const meta = (key: string) => String(this.#db.one("SELECT value FROM meta WHERE key = ?", key)?.value);
    const { id, version } = parseJson(codeIdentity, meta("code"), `${path}, table meta, row "code"`);
    const plan = parseJson(storedPlan, meta("plan"), `${path}, table meta, row "plan"`);
    board.add({ kind: "sweep", plan, code: `${id}, Sonde ${version}`, folder });
  }

  /** Tells the board what has changed. */
  read(): void {
    const version = this.#db.one("PRAGMA data_version")?.data_version;
    if (version === this.#version) return;
    const changed = this.#db.all<{ id: string; status: string; attempts: number }>(
      "SELECT id, status, attempts FROM trials",
    ).filter(({ id, status, attempts }) => this.#known.get(id) !== `${status} ${attempts}`);
    const ended = this.#tell(changed.map(({ id }) => id));
    for (const { id, status, attempts } of changed) this.#known.set(id, `${status} ${attempts}`);
    this.#tellCurves(ended);
    this.#version = version; // not before all of it was read
  }

  /** Tells trials; returns when those that have ended did. */
  #tell(ids: readonly string[]): Map<string, number> {
    const ended = new Map<string, number>(),
      list = JSON.stringify(ids),
      metrics = new Map<unknown, [string, Figure][]>();
    for (
      const { trial, name, value } of this.#db.all(
        `SELECT trial, name, value FROM metrics ${OF} ORDER BY position`,
        list,
      )
    ) {
      const own = metrics.get(trial), entry: [string, Figure] = [String(name), figureOf(value)];
      if (own) own.push(entry);
      else metrics.set(trial, [entry]);
    }
    for (const row of this.#db.all(`SELECT ${COLUMNS} FROM trials WHERE id IN (${LISTED}) ORDER BY position`, list)) {
      const place = `${this.#db.path}, trial ${row.id}`;
      const { params: own, code: _code, environment: _environment, ...trial } = parse(trialRow, row, place);
      this.#running.delete(trial.id);
      this.#board.forgetCurves(trial.id); // of an attempt that is over
      this.#board.add({
        kind: "trial",
        ...trial,
        position: Number(row.position),
        params: parseJson(params, own, `${place}, column params`),
        metrics: Object.fromEntries(metrics.get(trial.id) ?? []),
      });
      if (isEnded(trial)) ended.set(trial.id, endOf(trial));
    }
    return ended;
  }

  /** Tells the curves of those that ended last, and forgets those of others. */
  #tellCurves(ended: ReadonlyMap<string, number>): void {
    const before = this.#drawn, all = [...new Map([...before, ...ended])].sort(([, a], [, b]) => a - b);
    this.#drawn = new Map(all.slice(-CURVES));
    for (const id of before.keys()) if (!this.#drawn.has(id)) this.#board.forgetCurves(id);
    for (const id of this.#drawn.keys()) if (ended.has(id)) this.#tellCurvesOf(id);
  }

  #tellCurvesOf(trial: string): void {
    const rows = this.#db.all<{ name: string; step: number; value: number | null }>(THINNED, trial);
    for (const name of new Set(rows.map(({ name }) => name))) {
      const own = rows.filter((row) => row.name === name);
      this.#board.add({ kind: "curve", trial, name, points: own.map(({ step, value }) => [step, figureOf(value)]) });
    }
  }

  /** Tells what a trial reports while it runs. */
  report(trial: string, rows: readonly StepRow[]): void {
    if (!this.#isRunning(trial)) this.read();
    if (!this.#isRunning(trial)) return;
    const own = this.#running.get(trial) ?? new Map<string, Map<number, number>>();
    this.#running.set(trial, own);
    for (const [step, name, value] of rows) {
      const curve = own.get(name);
      if (curve) curve.set(step, value ?? NaN);
      else if (own.size < METRICS) own.set(name, new Map([[step, value ?? NaN]]));
    }
    for (const name of new Set(rows.map(([, name]) => name))) {
      const curve = own.get(name);
      if (!curve) continue;
      const points = [...curve].sort(([a], [b]) => a - b);
      const thinned = points.length > POINTS ? points.filter((_, i) => i % 2 === 0 || i === points.length - 1) : points;
      own.set(name, new Map(thinned));
      this.#board.add({ kind: "curve", trial, name, points: thinned.map(([step, value]) => [step, toFigure(value)]) });
    }
  }

  #isRunning(trial: string): boolean {
    return this.#known.get(trial)?.startsWith("running ") ?? false;
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }
}
