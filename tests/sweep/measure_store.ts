/**
 * Makes a store of many trials, opens and lists it, or writes its report, and prints seconds and memory:
 * `measure_store.ts FOLDER TRIALS make|open|report`.
 *
 * @module
 */
import { join } from "node:path";
import { Database } from "../../lib/sweep/database.ts";
import { describePlan } from "../../lib/sweep/expand.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { STORE } from "../../lib/sweep/schema.ts";
import { Store } from "../../lib/sweep/store.ts";
import { writeReport } from "../../tasks/sweep/report.ts";

const [folder = "", trials = "0", action = ""] = Deno.args, count = Number(trials);
const code = { id: "c0de", version: "1", files: { "plan.ts": "a" } };
const start = performance.now();
if (action === "report") await writeReport(folder);
else if (action === "open") await open();
else await make();
const seconds = Number(((performance.now() - start) / 1000).toFixed(2));
console.log(JSON.stringify({ action, seconds, megabytes: Math.round(peak() / 1e6) }));

function describe() {
  return describePlan(defineSweep({
    name: "large",
    grid: {
      a: Array.from({ length: 50 }, (_, i) => i),
      b: Array.from({ length: count / 1000 }, (_, i) => i),
      c: ["x", "y", "z", "w"],
    },
    seeds: 5,
    trial: () => ({ accuracy: 1 }),
  }));
}

/** As a coordinator does. */
async function open(): Promise<void> {
  using store = await Store.open(folder, describe(), code);
  const { done } = store.counts();
  if (done !== count || store.pending().length > 0) throw new Error(`${done} trials`);
}

async function make(): Promise<void> {
  const plan = describe();
  (await Store.open(folder, plan, code))[Symbol.dispose]();
  // As the store writes them, but in one transaction: one each would take minutes, all of it the disk's.
  using db = new Database(join(folder, STORE), { write: true });
  db.transaction("fill", () => {
    for (const { id, params, seed } of plan.trials) {
      const { a, b, c } = params as { a: number; b: number; c: string };
      db.run("UPDATE trials SET status = 'done', attempts = 1, seconds = 1 WHERE id = ?", id);
      const accuracy = Math.sin(a * 3 + b) + Number(c === "x") + seed / 10;
      db.run("INSERT INTO metrics VALUES (?, 'accuracy', 0, ?)", id, accuracy);
      db.run("INSERT INTO metrics VALUES (?, 'loss', 1, ?)", id, a);
    }
  });
}

/** The most memory that this process has had, in bytes. */
function peak(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1] ?? 0) * 1024;
  } catch {
    return Deno.memoryUsage().rss;
  }
}
