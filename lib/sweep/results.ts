/**
 * A sweep's results, read from its folder.
 *
 * @module
 */
import { join } from "node:path";
import { isMetricName, METRIC_NAME } from "./boundary/patterns.ts";
import type { CodeIdentity } from "./code.ts";
import { Database } from "./database.ts";
import { messageOf, StoreError } from "./errors.ts";
import type { PlanDescription } from "./expand.ts";
import type { Params } from "./plan.ts";
import type { Environment } from "./record.ts";
import { STORE } from "./schema.ts";

/** One trial and what became of it. */
export interface TrialResult {
  /** The trial's identity. */
  readonly id: string;
  /** Its parameters. */
  readonly params: Params;
  /** Its seed. */
  readonly seed: number;
  /** Where it stands. */
  readonly status: "pending" | "running" | "done" | "failed";
  /** Metrics of a trial that is done; NaN where a value was not finite. */
  readonly metrics: Readonly<Record<string, number>>;
  /** How often it was begun. */
  readonly attempts: number;
  /** Why it failed; null if it did not. */
  readonly error: string | null;
  /** Identity of the code that it ran with. */
  readonly code: string | null;
  /** An index into the sweep's environments. */
  readonly environment: number | null;
  /** When its last attempt began, as ISO 8601; null if it has no record. */
  readonly began: string | null;
  /** How long that took; null if it has no record. */
  readonly seconds: number | null;
}

/** A metric over the steps of one trial. */
export interface Curve {
  /** The trial's identity. */
  readonly trial: string;
  /** The metric. */
  readonly name: string;
  /** Pairs of step and value, in order; NaN where a value was not finite. */
  readonly points: readonly (readonly [number, number])[];
}

/** What a trial kept. */
export interface KeptFile {
  /** The trial's identity. */
  readonly trial: string;
  /** The name that the trial gave it. */
  readonly name: string;
  /** `image/svg+xml`, `text/plain` or `application/octet-stream`. */
  readonly type: string;
  /** What it kept. */
  readonly bytes: Uint8Array;
}

/** All that a sweep's folder holds. */
export interface SweepResults {
  /** Where they were read from. */
  readonly folder: string;
  /** The plan, without its functions and trials. */
  readonly plan: Omit<PlanDescription, "trials">;
  /** What the results were made by. */
  readonly code: CodeIdentity;
  /** In the plan's order. */
  readonly trials: readonly TrialResult[];
  /** Where trials ran, by the numbers that {@linkcode TrialResult.environment} has. */
  readonly environments: ReadonlyMap<number, Environment>;
  /** Identities of the data sets, by name. */
  readonly data: Readonly<Record<string, string>>;
  /** Metrics by step, in the order of the trials. */
  readonly curves: readonly Curve[];
  /** Names and types of what the trials kept; {@linkcode SweepResults.artefacts} reads it. */
  readonly kept: readonly Omit<KeptFile, "bytes">[];
  /** What the trials kept, one after another. */
  artefacts(): Iterable<KeptFile>;
}

// Names that Deno cannot read in advance: a package that only those who read a sweep need.
const FORMS: string = "./boundary/store.ts", PARSE: string = "./boundary/parse.ts";

/** What parses the rows of a store. */
async function loadForms() {
  const [forms, { parse, parseJson }] = await Promise.all([
    import(FORMS) as Promise<typeof import("./boundary/store.ts")>,
    import(PARSE) as Promise<typeof import("./boundary/parse.ts")>,
  ]);
  return { ...forms, parse, parseJson };
}

/** A database as a store has it, row by row in the form that rows must have. */
class Reader {
  constructor(readonly path: string, readonly forms: Awaited<ReturnType<typeof loadForms>>) {}

  /** What an error calls a row. */
  #place(table: string, row: unknown): string {
    return `${this.path}, table ${table}, row ${JSON.stringify(row)}`;
  }

  plan(json: string): SweepResults["plan"] {
    return this.forms.parseJson(this.forms.storedPlan, json, this.#place("meta", "plan"));
  }

  code(json: string): CodeIdentity {
    return this.forms.parseJson(this.forms.codeIdentity, json, this.#place("meta", "code"));
  }

  trial(row: Row, metrics: ReadonlyMap<unknown, Record<string, number>>): TrialResult {
    const { parse, parseJson, trialRow, params } = this.forms;
    const place = this.#place("trials", row.id), read = parse(trialRow, row, place);
    return {
      ...read,
      params: parseJson(params, read.params, `${place}, column params`),
      metrics: metrics.get(read.id) ?? {},
    };
  }

  environment(row: Row): [number, Environment] {
    const { parse, parseJson, environmentRow, environment } = this.forms;
    const place = this.#place("environments", row.id), { id, json } = parse(environmentRow, row, place);
    return [id, parseJson(environment, json, `${place}, column json`)];
  }

  data(row: Row): [string, string] {
    const { name, identity } = this.forms.parse(this.forms.dataRow, row, this.#place("data", row.name));
    return [name, identity];
  }

  kept(row: Row): Omit<KeptFile, "bytes"> {
    return this.forms.parse(this.forms.keptRow, row, this.#place("artefacts", [row.trial, row.name]));
  }

  file(row: Row | undefined, { trial, name }: Omit<KeptFile, "bytes">): KeptFile {
    return this.forms.parse(this.forms.keptFile, row, this.#place("artefacts", [trial, name]));
  }
}

type Row = Readonly<Record<string, unknown>>;

/** Metrics by trial; NaN where a value was not finite. What the tables' columns hold is what their types say, or nothing. */
function readMetrics(db: Database): Map<unknown, Record<string, number>> {
  const metrics = new Map<unknown, Record<string, number>>();
  for (const { trial, name, value } of db.all("SELECT trial, name, value FROM metrics ORDER BY trial, position")) {
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
    const { trial, name, step, value } of db.all(
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

/**
 * Reads a sweep's folder; also while the sweep is running.
 *
 * @param folder as `deno task sweep --out` was given it
 * @throws {StoreError} when there is no sweep in it
 *
 * @example
 * ```ts
 * import { sweep } from "./mod.ts";
 * const error = await sweep.readSweep("no-such-folder").catch((error) => error);
 * console.log(error.name); // StoreError
 * ```
 */
export async function readSweep(folder: string): Promise<SweepResults> {
  const path = join(folder, STORE);
  const found = await Deno.stat(path).catch(() => undefined);
  if (!found?.isFile) throw new StoreError(`Cannot find a sweep in ${folder}: expected the file ${STORE}, found none`);
  const forms = await loadForms();
  try {
    return read(folder, path, new Reader(path, forms));
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
  const trials = db.all(
    "SELECT id, params, seed, status, attempts, error, code, environment, began, seconds FROM trials ORDER BY position, id",
  ).map((row) => reader.trial(row, metrics));
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
