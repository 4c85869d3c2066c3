/**
 * A sweep's folder: which trials there are, and what became of them.
 *
 * One coordinator at a time writes to it, which a lock on a file beside it sees to; the operating system gives the lock back however that
 * coordinator ends. Whatever belongs to one trial is written in one transaction, once.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { parseJson } from "./boundary/parse.ts";
import { codeIdentity, storedPlan } from "./boundary/plan.ts";
import { compare, type Snapshot } from "./changes.ts";
import type { CodeIdentity } from "./code.ts";
import { Database, explain } from "./database.ts";
import { ChangedError, messageOf, StoreError } from "./errors.ts";
import type { PlanDescription } from "./expand.ts";
import { canonical } from "./identity.ts";
import type { TrialRecord } from "./record.ts";
import { STORE } from "./schema.ts";

/** What to do with a folder whose plan or code was another. */
export type OnChange = "refuse" | "keep" | "fresh";

/** How many trials are where. */
export interface Counts {
  readonly pending: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
}

/** How a store is opened. */
export interface OpenOptions {
  /** Default: refuse. */
  readonly onChange?: OnChange;
  /** Milliseconds to wait for another program that holds the store. Default: 5000. */
  readonly patience?: number;
  /** How large the store may grow, in SQLite's pages of 4096 bytes. Default: no bound. */
  readonly maxPages?: number;
}

async function lock(folder: string): Promise<Deno.FsFile> {
  const path = join(folder, "sweep.lock");
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true });
    file = await Deno.open(path, { create: true, write: true, read: true });
  } catch (error) {
    throw explain(folder, "make the folder", error);
  }
  if (await file.tryLock(true)) return file;
  file.close();
  throw new StoreError(
    `Cannot open the store in ${folder}: another sweep is writing to it. Wait for it, end it, or choose another folder with --out`,
  );
}

/** The store of a running sweep. */
export class Store implements Disposable {
  readonly #db: Database;
  readonly #lock: Deno.FsFile;
  readonly #code: string;
  /** The trials of the plan: the store may have others, that an earlier one had. */
  #planned: ReadonlySet<string> = new Set();

  private constructor(readonly folder: string, db: Database, lock: Deno.FsFile, code: string) {
    this.#db = db;
    this.#lock = lock;
    this.#code = code;
  }

  /**
   * Opens a folder for a plan, and makes what is missing. Trials that were running when the last coordinator ended are pending again.
   *
   * @throws {ChangedError} when the folder's plan or code was another, and `onChange` is `refuse`
   * @throws {StoreError} when the store cannot be used
   */
  static async open(
    folder: string,
    plan: PlanDescription,
    code: CodeIdentity,
    { onChange = "refuse", ...limits }: OpenOptions = {},
  ): Promise<Store> {
    const held = await lock(folder);
    try {
      const path = join(folder, STORE);
      if (onChange === "fresh") {
        for (const ending of ["", "-wal", "-shm"]) {
          await Deno.remove(path + ending).catch((error) => {
            if (!(error instanceof Deno.errors.NotFound)) throw explain(path, "remove the store", error);
          });
        }
      }
      const db = new Database(path, { write: true, ...limits });
      try {
        const store = new Store(folder, db, held, code.id);
        store.#begin(plan, code, onChange);
        return store;
      } catch (error) {
        db[Symbol.dispose]();
        throw error;
      }
    } catch (error) {
      held.close();
      throw error;
    }
  }

  #begin(plan: PlanDescription, code: CodeIdentity, onChange: OnChange): void {
    const db = this.#db;
    db.transaction("write to", () => {
      const before = this.#meta("plan");
      if (before !== undefined && onChange === "refuse") {
        const known = db.all<{ id: string }>("SELECT id FROM trials").map(({ id }) => id);
        const changes = compare(
          { ...this.#before(before), trials: known },
          { plan, code, trials: plan.trials.map(({ id }) => id) },
        );
        if (changes.length > 0) {
          throw new ChangedError(
            `${this.folder} was made by another plan or other code: ${changes.join("; ")}. ` +
              "Say --keep to go on and keep the finished trials, or --fresh to begin anew",
          );
        }
      }
      const { trials, ...described } = plan;
      const set = (key: string, value: string) =>
        db.run("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);
      set("plan", JSON.stringify(described));
      set("code", JSON.stringify(code));
      if (before === undefined) set("store", crypto.randomUUID());
      // An attempt that a coordinator's end cut short is not the trial's fault.
      db.run("UPDATE trials SET status = 'pending', attempts = attempts - 1 WHERE status = 'running'");
      this.#planned = new Set(trials.map(({ id }) => id));
      if (before !== undefined) this.#forget();
      for (const [position, { id, params, seed }] of trials.entries()) {
        db.run(
          "INSERT INTO trials (id, position, params, seed) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET position = excluded.position",
          id,
          position,
          JSON.stringify(params),
          seed,
        );
      }
    });
  }

  /** What the store says of the plan and code that made it. */
  #before(plan: string): Pick<Snapshot, "plan" | "code"> {
    const place = `${this.#db.path}, table meta, row`;
    try {
      return {
        plan: parseJson(storedPlan, plan, `${place} "plan"`),
        code: parseJson(codeIdentity, this.#meta("code") ?? "", `${place} "code"`),
      };
    } catch (error) {
      throw new StoreError(`${messageOf(error)}. Restore it from a backup, or begin anew with --fresh`, {
        cause: error,
      });
    }
  }

  /**
   * Takes out the unfinished trials that the plan has no more. The finished ones stand behind the plan's own from now on, in their order: what comes
   * first is what others are compared with.
   */
  #forget(): void {
    let position = this.#planned.size;
    for (const { id, status } of this.#db.all("SELECT id, status FROM trials ORDER BY position, id")) {
      if (this.#planned.has(String(id))) continue;
      if (status === "pending") this.#db.run("DELETE FROM trials WHERE id = ?", String(id));
      else this.#db.run("UPDATE trials SET position = ? WHERE id = ?", position++, String(id));
    }
  }

  #meta(key: string): string | undefined {
    return this.#db.one("SELECT value FROM meta WHERE key = ?", key)?.value as string | undefined;
  }

  /** This store's own identity: two folders with the same plan have two. */
  get id(): string {
    return this.#meta("store")!;
  }

  counts(): Counts {
    const counts = { pending: 0, running: 0, done: 0, failed: 0 };
    for (const { status, n } of this.#db.all("SELECT status, count(*) AS n FROM trials GROUP BY status")) {
      counts[status as keyof Counts] = n as number;
    }
    return counts;
  }

  /** Trials to run, in the plan's order, and how often each was begun. */
  pending(): { readonly id: string; readonly attempts: number }[] {
    return this.#db.all("SELECT id, attempts FROM trials WHERE status = 'pending' ORDER BY position");
  }

  /** Makes the plan's failed trials pending again; returns how many there were. Those of an earlier plan nobody can run. */
  retryFailed(): number {
    return this.#db.transaction("write to", () => {
      const failed = this.#db.all<{ id: string }>("SELECT id FROM trials WHERE status = 'failed'")
        .filter(({ id }) => this.#planned.has(id));
      for (const { id } of failed) {
        for (const table of ["steps", "artefacts"]) this.#db.run(`DELETE FROM ${table} WHERE trial = ?`, id);
        this.#db.run("UPDATE trials SET status = 'pending', attempts = 0, error = NULL WHERE id = ?", id);
      }
      return failed.length;
    });
  }

  /** Notes that a trial has begun. */
  start(id: string): void {
    this.#db.transaction(
      "write to",
      () =>
        this.#db.run(
          "UPDATE trials SET status = 'running', attempts = attempts + 1 WHERE id = ? AND status = 'pending'",
          id,
        ),
    );
  }

  /** Notes that a trial that had begun came to nothing, and is to be run again. */
  release(id: string): void {
    this.#db.transaction(
      "write to",
      () => this.#db.run("UPDATE trials SET status = 'pending' WHERE id = ? AND status = 'running'", id),
    );
  }

  /**
   * Records what became of a trial: everything, once.
   *
   * @param attempts how often it was begun, if that is known better elsewhere
   * @returns whether it was recorded; false when it had been before, or is no trial of this store
   */
  settle(id: string, record: TrialRecord, attempts?: number): boolean {
    const db = this.#db;
    return db.transaction(`record trial ${id} in`, () => {
      const { status, error } = this.#checkData(record);
      const changed = db.run(
        `UPDATE trials SET status = ?, error = ?, attempts = coalesce(?, attempts), code = ?, environment = ?, began = ?, seconds = ?
         WHERE id = ? AND status IN ('pending', 'running')`,
        status,
        error,
        attempts ?? null,
        this.#code,
        record.environment && this.#environment(canonical(record.environment)),
        record.began,
        record.seconds,
        id,
      );
      if (changed === 0) return false;
      if (status === "done") {
        for (const [position, [name, value]] of Object.entries(record.metrics).entries()) {
          db.run("INSERT INTO metrics VALUES (?, ?, ?, ?)", id, name, position, value);
        }
      }
      for (const [step, name, value] of record.steps) {
        db.run("INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?)", id, name, step, value);
      }
      for (const { name, type, data } of record.artefacts) {
        db.run("INSERT INTO artefacts VALUES (?, ?, ?, ?)", id, name, type, Buffer.from(data, "base64"));
      }
      return true;
    });
  }

  #environment(json: string): number {
    this.#db.run("INSERT OR IGNORE INTO environments (json) VALUES (?)", json);
    return this.#db.one("SELECT id FROM environments WHERE json = ?", json)!.id as number;
  }

  /** Two machines may have different data under one name: their results do not belong together. */
  #checkData({ status, error, data }: TrialRecord): Pick<TrialRecord, "status" | "error"> {
    for (const [name, identity] of Object.entries(data)) {
      this.#db.run("INSERT OR IGNORE INTO data VALUES (?, ?)", name, identity);
      const known = this.#db.one("SELECT identity FROM data WHERE name = ?", name)!.identity;
      if (known !== identity && status === "done") {
        return {
          status: "failed",
          error: `The data set ${name} was another (${identity}) than earlier trials had (${known})`,
        };
      }
    }
    return { status, error };
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
    this.#lock.close();
  }
}
