/**
 * Reads a sweep's folder. The store in it may have been written by anybody: every row is parsed.
 *
 * @module
 */
import { join } from "node:path";
import { parse, parseJson } from "./boundary/parse.ts";
import { isMetricName, METRIC_NAME } from "./boundary/patterns.ts";
import {
  codeIdentity,
  dataRow,
  environment,
  environmentRow,
  keptFile,
  keptRow,
  params,
  storedPlan,
  trialRow,
} from "./boundary/store.ts";
import type { CodeIdentity } from "./code.ts";
import { Database } from "./database.ts";
import { messageOf, StoreError } from "./errors.ts";
import type { Environment } from "./record.ts";
import type { Curve, KeptFile, SweepResults, TrialResult } from "./results.ts";
import { STORE } from "./schema.ts";

/** A database as a store has it, row by row in the form that rows must have. */
class Reader {
  constructor(readonly path: string) {}

  /** What an error calls a row. */
  #place(table: string, row: unknown): string {
    return `${this.path}, table ${table}, row ${JSON.stringify(row)}`;
  }

  plan(json: string): SweepResults["plan"] {
    return parseJson(storedPlan, json, this.#place("meta", "plan"));
  }

  code(json: string): CodeIdentity {
    return parseJson(codeIdentity, json, this.#place("meta", "code"));
  }

  trial(row: Row, metrics: ReadonlyMap<unknown, Record<string, number>>): TrialResult {
    const place = this.#place("trials", row.id), read = parse(trialRow, row, place);
    return {
      ...read,
      params: parseJson(params, read.params, `${place}, column params`),
      metrics: metrics.get(read.id) ?? {},
    };
  }

  environment(row: Row): [number, Environment] {
    const place = this.#place("environments", row.id), { id, json } = parse(environmentRow, row, place);
    return [id, parseJson(environment, json, `${place}, column json`)];
  }

  data(row: Row): [string, string] {
    const { name, identity } = parse(dataRow, row, this.#place("data", row.name));
    return [name, identity];
  }

  kept(row: Row): Omit<KeptFile, "bytes"> {
    return parse(keptRow, row, this.#place("artefacts", [row.trial, row.name]));
  }

  file(row: Row | undefined, { trial, name }: Omit<KeptFile, "bytes">): KeptFile {
    return parse(keptFile, row, this.#place("artefacts", [trial, name]));
  }
}

type Row = Readonly<Record<string, unknown>>;

/** Metrics by trial; NaN where a value was not finite. What the tables' columns hold is what their types say, or nothing. */
function readMetrics(db: Database): Map<unknown, Record<string, number>> {
  const metrics = new Map<unknown, Record<string, number>>();
  for (const { trial, name, value } of db.each("SELECT trial, name, value FROM metrics ORDER BY trial, position")) {
    if (typeof name !== "string" || !isMetricName(name)) {
      throw new StoreError(
        `Cannot use ${db.path}, table metrics, trial ${trial}: expected ${METRIC_NAME}, found ${name}`,
      );
    }
    let own = metrics.get(trial);
    if (!own) metrics.set(trial, own = {});
    own[name] = typeof value === "number" ? value : NaN;
  }
  return metrics;
}

function readCurves(db: Database): Curve[] {
  const curves: { trial: string; name: string; points: [number, number][] }[] = [];
  for (
    const { trial, name, step, value } of db.each(
      "SELECT trial, name, step, value FROM steps ORDER BY trial, name, step",
    )
  ) {
    if (typeof trial !== "string" || typeof name !== "string" || typeof step !== "number") {
      throw new StoreError(
        `Cannot use ${db.path}, table steps, trial ${trial}: expected a metric's name and a number, found ${name} and ${step}`,
      );
    }
    let last = curves.at(-1);
    if (last?.trial !== trial || last.name !== name) curves.push(last = { trial, name, points: [] });
    last.points.push([step, typeof value === "number" ? value : NaN]);
  }
  return curves;
}

/** As `readSweep`, which the library's users call. */
export async function readFolder(folder: string): Promise<SweepResults> {
  const path = join(folder, STORE);
  const found = await Deno.stat(path).catch(() => undefined);
  if (!found?.isFile) throw new StoreError(`Cannot find a sweep in ${folder}: expected the file ${STORE}, found none`);
  try {
    return read(folder, path, new Reader(path));
  } catch (error) {
    throw error instanceof StoreError ? error : new StoreError(messageOf(error), { cause: error });
  }
}

function read(folder: string, path: string, reader: Reader): SweepResults {
  using db = new Database(path, { write: false });
  const meta = (key: string) => {
    const value = db.one("SELECT value FROM meta WHERE key = ?", key)?.value;
    if (typeof value === "string") return value;
    throw new StoreError(`Cannot find a sweep in ${folder}: ${STORE} was never filled`);
  };
  const plan = reader.plan(meta("plan")), code = reader.code(meta("code"));
  const metrics = readMetrics(db);
  const trials: TrialResult[] = [];
  const sql =
    "SELECT id, params, seed, status, attempts, error, code, environment, began, seconds FROM trials ORDER BY position, id";
  for (const row of db.each(sql)) trials.push(reader.trial(row, metrics));
  const kept = db.all("SELECT trial, name, type FROM artefacts ORDER BY trial, name").map((row) => reader.kept(row));
  return {
    folder,
    plan,
    code,
    trials,
    environments: new Map(db.all("SELECT id, json FROM environments").map((row) => reader.environment(row))),
    data: Object.fromEntries(db.all("SELECT name, identity FROM data").map((row) => reader.data(row))),
    curves: readCurves(db),
    kept,
    *artefacts() {
      using again = new Database(path, { write: false });
      for (const file of kept) {
        const { trial, name } = file;
        const sql = "SELECT trial, name, type, bytes FROM artefacts WHERE trial = ? AND name = ?";
        yield reader.file(again.one(sql, trial, name), file);
      }
    },
  };
}
