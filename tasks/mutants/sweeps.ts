/**
 * Mutants of what sweeps read: stores, and messages.
 *
 * @module
 */
import { join } from "node:path";
import { parseBytes } from "../../lib/sweep/boundary/parse.ts";
import { queueIdentity } from "../../lib/sweep/boundary/queue.ts";
import { fromWorker, toWorker } from "../../lib/sweep/boundary/worker.ts";
import type { TrialCheckpoint } from "../../lib/sweep/checkpoint.ts";
import { StoreError } from "../../lib/sweep/errors.ts";
import { describePlan } from "../../lib/sweep/expand.ts";
import { toCsv, toJsonLines } from "../../lib/sweep/export.ts";
import { ParcelReader } from "../../lib/sweep/nats/parcel.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { readFolder } from "../../lib/sweep/reader.ts";
import { failure, type TrialRecord } from "../../lib/sweep/record.ts";
import { STORE } from "../../lib/sweep/schema.ts";
import { Store } from "../../lib/sweep/store.ts";
import type { Mulberry32 } from "../mulberry32.ts";
import { mutateArguments, mutateBytes, mutateJson } from "./mutate.ts";
import { attempt, isForm, type Trial } from "./trial.ts";

const PLAN = describePlan(defineSweep({
  name: "mutants",
  about: "what comes through",
  grid: { act: ["relu", "tanh"], lr: [0.1, 0.2] },
  seeds: 2,
  metric: "accuracy",
  trial: () => ({ accuracy: 1 }),
}));
const CODE = { id: "c0de", version: "1", files: { "plan.ts": "a" } };

const RECORD: TrialRecord = {
  ...failure("", 2),
  status: "done",
  error: null,
  metrics: { accuracy: 0.5, loss: null },
  steps: [[1, "accuracy", 0.25], [2, "accuracy", 0.5], [2, "loss", null]],
  artefacts: [{ name: "note.txt", type: "text/plain", data: btoa("hello") }],
  data: { garments: "d1" },
  environment: { device: "cpu", description: "cpu", threads: 1, system: "linux", versions: { Sonde: "1" } },
};

const CHECKPOINT: TrialCheckpoint = {
  fit: 0,
  learner: btoa("a Learner"),
  steps: RECORD.steps,
  artefacts: RECORD.artefacts,
  data: RECORD.data,
  environment: RECORD.environment!,
  began: RECORD.began,
  seconds: 2,
};

/** Half of the mutants are files with changed bytes, half are stores with changed values. */
export async function store(folder: string): Promise<Trial> {
  {
    using store = await Store.open(folder, PLAN, CODE);
    for (const { id } of PLAN.trials.slice(0, 3)) store.settle(id, RECORD);
    store.settle(PLAN.trials[3]!.id, failure("it broke"));
  }
  const path = join(folder, STORE), sound = await Deno.readFile(path);
  const { DatabaseSync } = await import("node:sqlite");
  const texts: readonly [string, string][] = [
    ["meta", "value"],
    ["trials", "params"],
    ["environments", "json"],
  ];
  const columns = "id params seed status attempts error code environment began seconds".split(" ");
  const change = (chance: Mulberry32) => {
    const db = new DatabaseSync(path);
    try {
      db.exec("PRAGMA ignore_check_constraints = 1; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
      if (chance.next() < 0.5) {
        const [table, column] = chance.pick(texts);
        const rows = db.prepare(`SELECT ${column} AS text FROM ${table}`).all() as { text: string }[];
        const { text } = chance.pick(rows);
        let mutant: string | Uint8Array = new TextDecoder().decode(
          text.startsWith("{")
            ? mutateJson(JSON.parse(text), chance)
            : mutateBytes(new TextEncoder().encode(text), chance),
        );
        if (chance.next() < 0.05) mutant = new TextEncoder().encode(mutant);
        db.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${column} = ?`).run(mutant, text);
      } else {
        const [table, column] = chance.pick([
          ...columns.map((column) => ["trials", column] as const),
          ["metrics", "name"],
          ["metrics", "value"],
          ["steps", "name"],
          ["steps", "step"],
          ["artefacts", "name"],
          ["artefacts", "type"],
          ["artefacts", "bytes"],
          ["data", "identity"],
        ]);
        const value = chance.pick([
          -1,
          1e300,
          0.5,
          0,
          "",
          "\u0000",
          "../x",
          "__proto__",
          "x".repeat(9000),
          new Uint8Array([0, 255]),
        ]);
        db.exec("PRAGMA foreign_keys = OFF");
        db.prepare(`UPDATE OR REPLACE ${table} SET ${column} = ?`).run(value);
      }
    } catch { // SQLite itself refuses some values: then the store is sound
    } finally {
      db.close();
    }
  };
  return async (chance) => {
    for (const ending of ["-wal", "-shm", "-journal"]) await Deno.remove(path + ending).catch(() => {});
    const whole = chance.next() < 0.5;
    await Deno.writeFile(path, whole ? mutateBytes(sound, chance) : sound);
    if (!whole) change(chance);
    return await attempt(async () => {
      const results = await readFolder(folder);
      for (const { bytes } of results.artefacts()) if (!(bytes instanceof Uint8Array)) throw new Error("no bytes");
      toCsv(results);
      toJsonLines(results);
    }, (error) => error instanceof StoreError || isForm(error));
  };
}

/** Of workers, coordinators and queues. */
export function messages(): Trial {
  const trial = PLAN.trials[0]!.id;
  const said: readonly unknown[] = [
    { type: "ready", introduction: { plan: PLAN, code: CODE, device: "cpu" } },
    { type: "record", trial, record: RECORD },
    { type: "record", trial, record: failure("it broke") },
    { type: "checkpoint", trial, checkpoint: CHECKPOINT },
    { type: "log", trial, line: "hello" },
    { type: "steps", trial, rows: [[0, "loss", 0.5], [1, "loss", null]] },
    { type: "beat", silent: 0.5 },
  ];
  const job = { plan: PLAN.id, code: CODE.id, store: "s", lease: 120 };
  const parcel = { attempts: 1, store: "s", record: RECORD };
  const nothing = () => {};
  return async (chance) => {
    const which = chance.below(4);
    if (which === 0) {
      return await attempt(() => parseBytes(fromWorker, mutateJson(chance.pick(said), chance), "mutant"), isForm);
    }
    if (which === 1) {
      return await attempt(
        () =>
          parseBytes(
            toWorker,
            mutateJson({ type: "run", trial, attempt: 1, checkpoint: chance.pick([null, CHECKPOINT]) }, chance),
            "mutant",
          ),
        isForm,
      );
    }
    if (which === 2) return await attempt(() => parseBytes(queueIdentity, mutateJson(job, chance), "mutant"), isForm);
    const reader = new ParcelReader(),
      data = mutateJson(parcel, chance),
      header = mutateArguments(["0/1"], chance)[0] ?? "";
    const taken = reader.take({
      subject: `sonde.mutants.result.${trial}`,
      data,
      headers: { get: (name) => name === "Sonde-Parcel" ? "p" : chance.next() < 0.2 ? header : "0/1" },
      info: { deliveryCount: 1 },
      ack: nothing,
      ackAck: () => Promise.resolve(true),
      nak: nothing,
      term: nothing,
      working: nothing,
    });
    return taken && "parcel" in taken ? "taken" : "refused";
  };
}
