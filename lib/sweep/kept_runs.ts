/**
 * Runs that are kept: trainings that no plan describes, in a store of the form that sweeps have, so that one command lists and compares all.
 *
 * A run is written once, when it has ended, in one transaction: a process that is killed leaves all of it or nothing. Any number of programs may write to
 * one store; a lock on a file beside it, which the operating system gives back however its holder ends, lets them take turns.
 *
 * @module
 */
import { join } from "node:path";
import { parseJson } from "./boundary/parse.ts";
import { MAX_ERROR } from "./boundary/patterns.ts";
import { storedPlan } from "./boundary/plan.ts";
import { Database, explain } from "./database.ts";
import { StoreError } from "./errors.ts";
import type { PlanDescription } from "./expand.ts";
import { canonical, digest } from "./identity.ts";
import type { RunToKeep } from "./run_to_keep.ts";
import { STORE } from "./schema.ts";

/** The name of the plan that stands for kept runs: nobody's sweep should have it. */
export const KEPT_RUNS = "kept-runs";

/** Milliseconds to wait for other writers, and between two tries. */
const PATIENCE = 10_000, PAUSE = 20;

/** What stands in the place of a plan. */
const PLAN: Omit<PlanDescription, "trials"> = {
  name: KEPT_RUNS,
  about: "",
  axes: {},
  seeds: [0],
  metric: null,
  goal: null,
  baseline: null,
  margin: null,
  testSize: null,
  timeout: 3600,
  attempts: 1,
  stall: 3600,
  id: digest(KEPT_RUNS),
};

/** The turn of this program; closing the file gives it back. */
async function turn(folder: string, patience: number): Promise<Deno.FsFile> {
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true });
    file = await Deno.open(join(folder, "sweep.lock"), { create: true, write: true, read: true });
  } catch (error) {
    throw explain(folder, "make the folder", error);
  }
  for (const end = performance.now() + patience; performance.now() < end;) {
    if (await file.tryLock(true)) return file;
    await new Promise((go) => setTimeout(go, PAUSE));
  }
  file.close();
  throw new StoreError(
    `Cannot keep a run in ${folder}: another program is writing to it for more than ${
      patience / 1000
    } s. End it, or choose another folder`,
  );
}

/** Refuses the folder of a sweep: its next start would not know these trials. */
function claim(db: Database, folder: string): void {
  const found = db.one("SELECT value FROM meta WHERE key = 'plan'")?.value;
  if (found === undefined) {
    const code = { id: digest(KEPT_RUNS), version: "0", files: {} };
    for (
      const [key, value] of [["plan", JSON.stringify(PLAN)], ["code", JSON.stringify(code)], [
        "store",
        crypto.randomUUID(),
      ]]
    ) {
      db.run("INSERT INTO meta VALUES (?, ?)", key!, value!);
    }
    return;
  }
  const { name } = parseJson(storedPlan, String(found), `${db.path}, table meta, row "plan"`);
  if (name !== KEPT_RUNS) {
    throw new StoreError(
      `Cannot keep a run in ${folder}: it is the folder of the sweep ${name}. Choose another, such as out/runs`,
    );
  }
}

/**
 * Keeps runs. With none it makes the store, or looks whether it will do: before a training, whose work would be lost otherwise.
 *
 * @returns their identities
 * @throws {StoreError} for a sweep's folder, a store of another format, or one that cannot be written to
 */
export async function keepRuns(
  folder: string,
  runs: readonly RunToKeep[],
  { patience = PATIENCE }: { patience?: number } = {},
): Promise<string[]> {
  using _turn = await turn(folder, patience);
  using db = new Database(join(folder, STORE), { write: true });
  return db.transaction("keep a run in", () => {
    claim(db, folder);
    return runs.map((run) => insert(db, run));
  });
}

function insert(db: Database, { params, seed, record }: RunToKeep): string {
  const id = crypto.randomUUID().replaceAll("-", "");
  let environment: number | null = null;
  if (record.environment) {
    const json = canonical(record.environment);
    db.run("INSERT OR IGNORE INTO environments (json) VALUES (?)", json);
    environment = Number(db.one("SELECT id FROM environments WHERE json = ?", json)!.id);
  }
  const position = Number(db.one("SELECT coalesce(max(position), -1) + 1 AS next FROM trials")!.next);
  db.run(
    "INSERT INTO trials (id, position, params, seed, status, attempts, error, environment, began, seconds) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
    id,
    position,
    JSON.stringify(params),
    seed,
    record.status,
    record.error?.slice(0, MAX_ERROR) ?? null,
    environment,
    record.began,
    record.seconds,
  );
  for (const [place, [name, value]] of Object.entries(record.metrics).entries()) {
    db.run("INSERT INTO metrics VALUES (?, ?, ?, ?)", id, name, place, value);
  }
  for (const [step, name, value] of record.steps) {
    db.run("INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?)", id, name, step, value);
  }
  return id;
}
