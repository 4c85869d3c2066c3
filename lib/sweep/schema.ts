/**
 * The tables of a sweep's store.
 *
 * `trials` has one row for each trial of the plan, from the beginning; `position` is its place in the plan. A trial goes from `pending` to
 * `running` and from there to `done` or `failed`; what was `running` when a coordinator ended is `pending` for the next. The rows of the
 * other tables that belong to a trial are written in the transaction that ends it. A metric's position is its place among those returned.
 *
 * @module
 */

/** The file in the sweep's folder. */
export const STORE = "sweep.db";

/** The version of these tables. */
export const FORMAT = 1;

/** Makes the tables. */
export const SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE environments (id INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE);
CREATE TABLE data (name TEXT PRIMARY KEY, identity TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE trials (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  params TEXT NOT NULL,
  seed INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'done', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  code TEXT,
  environment INTEGER REFERENCES environments (id),
  began TEXT,
  seconds REAL
) WITHOUT ROWID;
CREATE INDEX trials_by_position ON trials (position);
CREATE TABLE metrics (
  trial TEXT NOT NULL REFERENCES trials (id), name TEXT NOT NULL, position INTEGER NOT NULL, value REAL,
  PRIMARY KEY (trial, name)
) WITHOUT ROWID;
CREATE TABLE steps (
  trial TEXT NOT NULL REFERENCES trials (id), name TEXT NOT NULL, step REAL NOT NULL, value REAL,
  PRIMARY KEY (trial, name, step)
) WITHOUT ROWID;
CREATE TABLE artefacts (
  trial TEXT NOT NULL REFERENCES trials (id), name TEXT NOT NULL, type TEXT NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (trial, name)
);
PRAGMA user_version = ${FORMAT};
`;
