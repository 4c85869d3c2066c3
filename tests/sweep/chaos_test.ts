/**
 * Whatever is killed, every trial is recorded once, with the figures of an undisturbed run.
 *
 * By default a small sweep and a few kills; all of it with SONDE_SWEEP_KILLS=50.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
import { chaos, type ChaosOptions, substance } from "./chaos.ts";
import { noServer, plan, runTask, withFolder } from "./helpers.ts";

const kills = Number(Deno.env.get("SONDE_SWEEP_KILLS") ?? 0);
const sweep = kills > 0 ? { plan: "chaos", trials: 200, kills } : { plan: "chaos_medium", trials: 72, kills: 5 };
const seed = Number(Deno.env.get("SONDE_SWEEP_SEED") ?? 1);

/** Sweep and kills over a cluster: it goes on while one of its servers comes back, so there is more to do. */
const overCluster = kills > 0 ? { plan: "chaos_large", trials: 600, kills } : sweep;

async function compareWithUndisturbed(
  over: ChaosOptions["over"],
  least: Readonly<Record<string, number>> = {},
): Promise<void> {
  const { plan: name, trials, kills: wanted } = over === "cluster" ? overCluster : sweep;
  await withFolder(async (folder) => {
    const calm = join(folder, "calm");
    const { code, stderr } = await runTask("sweep", [plan(name), "--out", calm, "--device", "cpu", "--json"]);
    assert.equal(code, 0, stderr);
    const undisturbed = await readSweep(calm);
    assert.equal(undisturbed.trials.length, trials);
    const { results, kills } = await chaos({ plan: name, trials, kills: wanted, folder, over, seed });
    console.log(`killed: ${Object.entries(kills).map(([what, n]) => `${what} ${n}`).join(", ")}`);
    const total = Object.values(kills).reduce((sum, n) => sum + n, 0);
    assert.equal(total, wanted, "the sweep ended before all kills");
    for (const [what, count] of Object.entries(least)) {
      assert.ok((kills[what] ?? 0) >= count, `${what}: ${kills[what]} kills`);
    }
    assert.ok(results.trials.every(({ status }) => status === "done"));
    assert.deepEqual(substance(results), substance(undisturbed));
  });
}

const linux = Deno.build.os === "linux";

Deno.test({
  name: `sweep: ${sweep.kills} kills of workers and coordinator lose and double nothing`,
  ignore: !linux, // finds the workers in /proc
  fn: () => compareWithUndisturbed("nothing"),
});

Deno.test({
  name: `sweep over NATS: ${sweep.kills} kills of workers, coordinator and server lose and double nothing${noServer}`,
  ignore: !linux || noServer !== "",
  fn: () => compareWithUndisturbed("server"),
});

Deno.test({
  name:
    `sweep over a cluster of three servers: ${sweep.kills} kills, of one server at a time too, lose and double nothing${noServer}`,
  ignore: !linux || noServer !== "",
  fn: () => compareWithUndisturbed("cluster", { server: Math.min(10, Math.floor(sweep.kills / 5)) }),
});
