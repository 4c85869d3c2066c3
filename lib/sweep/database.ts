/**
 * SQLite with errors that people understand.
 *
 * @module
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { messageOf, StoreError } from "./errors.ts";
import { FORMAT, SCHEMA } from "./schema.ts";

/** Milliseconds to wait for another program that holds the store. */
const PATIENCE = 5000;

/** What SQLite says (errors of `exec` carry no code), and what to do about it. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/locked/, "another program holds it: close that program (a database browser, a backup), and start again"],
  [/readonly/, "it may not be written to: change its permissions, or choose another folder"],
  [/disk I\/O error/, "the disk failed or is full: make room, and start again"],
  [/is full|ENOSPC|No space/, "the disk is full: make room, and start again"],
  [/malformed/, "the file is damaged: restore it from a backup, or take it away, as a sweep does with --fresh"],
  [
    /not a database/,
    "the file is no SQLite database: choose another folder, or take the file away, as a sweep does with --fresh",
  ],
  [/unable to open|denied/, "look at the folder's permissions, or choose another"],
];

/** What of a file's own nothing is safe in. */
const LOST = /malformed|not a database/;

/** An error of SQLite as a {@linkcode StoreError}: which store, what went wrong, what is safe, and what to do. */
export function explain(path: string, action: string, error: unknown): StoreError {
  if (error instanceof StoreError) {
    // A statement's failure within a transaction: the wider action says more.
    const { code } = (error.cause ?? {}) as { code?: string };
    return code === "ERR_SQLITE_ERROR" ? explain(path, action, error.cause) : error;
  }
  const message = messageOf(error), remedy = REMEDIES.find(([pattern]) => pattern.test(message))?.[1];
  return new StoreError(
    `Cannot ${action} ${path}: ${message}${remedy ? ` – ${remedy}` : ""}${
      LOST.test(message) ? "" : ". Trials that were recorded before are safe"
    }`,
    { cause: error },
  );
}

/** An open database. Everything throws {@linkcode StoreError}. */
export class Database implements Disposable {
  readonly #db: DatabaseSync;
  readonly #write: boolean;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * @param path of the file
   * @param options.write makes the file and its tables if they are missing
   * @param options.patience milliseconds to wait for another program that holds it
   * @param options.maxPages bound of its size
   */
  constructor(
    readonly path: string,
    { write, patience = PATIENCE, maxPages }: { write: boolean; patience?: number; maxPages?: number },
  ) {
    this.#write = write;
    let db: DatabaseSync | undefined;
    try {
      this.#db = db = new DatabaseSync(path, { readOnly: !write });
      db.exec(`PRAGMA busy_timeout = ${patience}`);
      if (write) db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
      if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
      const version = Number(this.one("PRAGMA user_version")!.user_version);
      if (version === 0 && write) {
        this.transaction("make the tables of", () => {
          // Another program may have made them meanwhile.
          if (Number(this.one("PRAGMA user_version")!.user_version) === 0) db!.exec(SCHEMA);
        });
      } else if (version !== FORMAT) {
        throw new StoreError(
          `Cannot use ${path}: it has format ${version}, and this version of Sonde reads ${FORMAT}. Use the version that made it, or --fresh`,
        );
      }
    } catch (error) {
      db?.close();
      throw explain(path, "open the store", error);
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, statement = this.#db.prepare(sql));
    return statement;
  }

  #attempt<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw explain(this.path, "use the store", error);
    }
  }

  /** Runs a statement; returns how many rows it changed. */
  run(sql: string, ...values: (string | number | null | Uint8Array)[]): number {
    return this.#attempt(() => Number(this.#prepare(sql).run(...values).changes));
  }

  /** The first row. */
  one(sql: string, ...values: (string | number | null)[]): Record<string, unknown> | undefined {
    return this.#attempt(() => this.#prepare(sql).get(...values) as Record<string, unknown> | undefined);
  }

  /** All rows. */
  all<R = Record<string, unknown>>(sql: string, ...values: (string | number | null)[]): R[] {
    return this.#attempt(() => this.#prepare(sql).all(...values) as R[]);
  }

  /** All rows, one after another: so many that a list of them would be in the way. */
  *each(sql: string): Generator<Record<string, unknown>> {
    const rows = this.#attempt(() => this.#prepare(sql).iterate());
    for (;;) {
      const { done, value } = this.#attempt(() => rows.next());
      if (done) return;
      yield value as Record<string, unknown>;
    }
  }

  /** All of it or nothing. */
  transaction<R>(action: string, body: () => R): R {
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      try {
        const result = body();
        this.#db.exec("COMMIT");
        return result;
      } catch (error) {
        // A full disk may have rolled back already.
        if (this.#db.isTransaction ?? true) {
          try {
            this.#db.exec("ROLLBACK");
          } catch { // the first error counts
          }
        }
        throw error;
      }
    } catch (error) {
      throw explain(this.path, action, error);
    }
  }

  [Symbol.dispose](): void {
    try {
      // Without a log beside it a database can be read on a disk that cannot be written to. Whoever reads it now prevents that, and may.
      if (this.#write) this.#db.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE");
    } catch { // it stays as it was
    }
    this.#db.close();
  }
}
