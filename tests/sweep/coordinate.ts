/**
 * Coordinates a sweep over NATS with two workers of its own, and leaves it to the process to end by itself:
 * `coordinate.ts PLAN URL FOLDER [MAX_PAGES]`. Prints the identities of plan, code and store, then what became of it. Ends at SIGINT.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { runOverNats } from "../../lib/sweep/nats/coordinator.ts";
import { Store } from "../../lib/sweep/store.ts";
import { Pool } from "../../lib/sweep/worker/pool.ts";

const [name = "", url = "", folder = "", pages] = Deno.args;
const root = fileURLToPath(new URL("../..", import.meta.url));
const pool = new Pool({
  plan: new URL(`./plans/${name}.ts`, import.meta.url).href,
  device: "cpu",
  threads: 1,
  version: config.version,
  flags: () => [`--lock=${root}/deno.lock`, "--frozen", "--no-prompt", `--allow-read=${root}`],
  onLog: () => {},
});
const { plan, code } = await pool.introduce();
using store = await Store.open(folder, plan, code, pages === undefined ? {} : { maxPages: Number(pages) });
console.log(JSON.stringify({ plan: plan.id, code: code.id, store: store.id, lease: plan.stall }));
const abort = new AbortController();
const stop = () => {
  Deno.removeSignalListener("SIGINT", stop);
  abort.abort();
};
Deno.addSignalListener("SIGINT", stop);
const quiet = () => {};
try {
  await runOverNats(store, pool, {
    url,
    plan,
    code,
    workers: 2,
    signal: abort.signal,
    takeOver: false,
    events: { recorded: () => console.log("recorded"), lost: quiet },
    log: quiet,
    warn: quiet,
  });
  console.log(JSON.stringify(store.counts()));
} catch (error) {
  console.log(String(error));
  Deno.exitCode = 1;
} finally {
  if (!abort.signal.aborted) Deno.removeSignalListener("SIGINT", stop);
}
