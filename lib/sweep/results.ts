/**
 * A sweep's results, read from its folder.
 *
 * @module
 */
import { join } from "node:path";
import type { CodeIdentity } from "./code.ts";
import { Database } from "./database.ts";
import { StoreError, type Value } from "./errors.ts";
import type { PlanDescription } from "./expand.ts";
import type { Params } from "./plan.ts";
import type { Environment } from "./record.ts";
import { STORE } from "./store.ts";

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

interface TrialRow extends Omit<TrialResult, "params" | "metrics"> {
  readonly params: string;
}

function readCurves(db: Database): Curve[] {
  const curves: { trial: string; name: string; points: [number, number][] }[] = [];
  const rows = db.all<{ trial: string; name: string; step: number; value: number | null }>(
    "SELECT trial, name, step, value FROM steps ORDER BY trial, name, step",
  );
  for (const { trial, name, step, value } of rows) {
    let last = curves.at(-1);
    if (last?.trial !== trial || last.name !== name) curves.push(last = { trial, name, points: [] });
    last.points.push([step, value ?? NaN]);
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
  using db = new Database(path, { write: false });
  const meta = (key: string) => db.one("SELECT value FROM meta WHERE key = ?", key)?.value as string | undefined;
  const plan = meta("plan"), code = meta("code");
  if (!plan || !code) throw new StoreError(`Cannot find a sweep in ${folder}: ${STORE} was never filled`);

  const metrics = new Map<string, Record<string, number>>();
  const rows = db.all<{ trial: string; name: string; value: number | null }>(
    "SELECT trial, name, value FROM metrics ORDER BY trial, position",
  );
  for (const { trial, name, value } of rows) {
    let own = metrics.get(trial);
    if (!own) metrics.set(trial, own = {});
    own[name] = value ?? NaN;
  }
  const trials = db.all<TrialRow>(
    "SELECT id, params, seed, status, attempts, error, code, environment, began, seconds FROM trials ORDER BY position, id",
  ).map((row): TrialResult => ({
    ...row,
    params: JSON.parse(row.params) as Record<string, Value>,
    metrics: metrics.get(row.id) ?? {},
  }));
  const environments = db.all<{ id: number; json: string }>("SELECT id, json FROM environments");
  const kept = db.all<Omit<KeptFile, "bytes">>("SELECT trial, name, type FROM artefacts ORDER BY trial, name");
  const data = db.all<{ name: string; identity: string }>("SELECT name, identity FROM data");
  return {
    folder,
    plan: JSON.parse(plan),
    code: JSON.parse(code),
    trials,
    environments: new Map(environments.map(({ id, json }) => [id, JSON.parse(json) as Environment])),
    data: Object.fromEntries(data.map(({ name, identity }) => [name, identity])),
    curves: readCurves(db),
    kept,
    *artefacts() {
      using again = new Database(path, { write: false });
      for (const { trial, name } of kept) {
        yield again.one(
          "SELECT trial, name, type, bytes FROM artefacts WHERE trial = ? AND name = ?",
          trial,
          name,
        ) as unknown as KeptFile;
      }
    },
  };
}
