/**
 * Sweeps over a real NATS server.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { publicUrl, type StreamMessage } from "../../lib/sweep/nats/client.ts";
import { ParcelReader } from "../../lib/sweep/nats/parcel.ts";
import { readSweep } from "../../lib/sweep/results.ts";
import { freePort, Keeper, noServer, plan, runTask, startTask, withFolder } from "./helpers.ts";

const CPU = ["--device", "cpu"];

/** Runs something beside a server. */
async function withServer(
  more: readonly string[],
  body: (address: string, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    await using keeper = new Keeper();
    const port = freePort();
    await keeper.startServer(port, join(folder, "server"), more);
    await body(`127.0.0.1:${port}`, folder);
  });
}

const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name: name + noServer, ignore: noServer !== "", fn });

test("sweep --nats: records larger than a message arrive whole; a trial whose worker is always lost fails", () =>
  withServer([], async (address, folder) => {
    const out = join(folder, "out");
    const args = [plan("large_records"), ...CPU, "--nats", `nats://${address}`];
    const [sweep, worker] = await Promise.all([
      runTask("sweep", [...args, "--out", out, "--json"]),
      runTask("worker", [...args, "--workers", "2"]),
    ]);
    assert.equal(sweep.code, 1, sweep.stderr);
    assert.equal(worker.code, 0, worker.stderr);
    const results = await readSweep(out);
    const [large, lost] = results.trials;
    const bytes = [...results.artefacts()][0]!.bytes;
    assert.deepEqual([large!.status, large!.metrics.sum], ["done", bytes.reduce((sum, byte) => sum + byte, 0)]);
    assert.equal(bytes.length, 3_000_000);
    assert.deepEqual([lost!.status, lost!.attempts], ["failed", 2]);
    assert.match(lost!.error!, /^Given up after 2 attempts\. The last: .*\(stall\)$/);
  }));

test("worker: with another plan or other code than the coordinator it says so and ends", () =>
  withServer([], async (address, folder) => {
    const nats = ["--nats", `nats://${address}`];
    const sweep = startTask("sweep", [plan("chaos_small"), ...CPU, ...nats, "--out", join(folder, "out")]);
    const reader = sweep.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    while (!said.includes("Workers join with: deno task worker")) {
      said += (await reader.read()).value ?? assert.fail(said);
    }
    const { code, stderr } = await runTask("worker", [plan("other"), ...CPU, ...nats]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^worker: Cannot work for the sweep chaos-small at nats:\/\/127\.0\.0\.1:\d+: its coordinator has other code \(plan/,
    );

    // A second folder cannot have the queue; with --fresh it takes it over.
    const second = await runTask("sweep", [plan("chaos_small"), ...CPU, ...nats, "--out", join(folder, "second")]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /it belongs to another folder's sweep\. .*take the queue over with --fresh/);
    sweep.kill("SIGINT");
    assert.equal((await sweep.status).code, 130);
    reader.releaseLock();
    await Promise.all([sweep.stdout.cancel(), sweep.stderr.cancel()]).catch(() => {});
    const fresh = ["--fresh", "--workers", "2", "--out", join(folder, "second"), "--json"];
    const third = await runTask("sweep", [plan("chaos_small"), ...CPU, ...nats, ...fresh]);
    assert.equal(third.code, 0, third.stderr);
    assert.equal(third.lines.length, 30);
  }));

test("sweep --nats: with credentials in the address; without them the server's refusal is shown", () =>
  withServer(["--user", "ada", "--pass", "l@ce"], async (address, folder) => {
    const run = (url: string) =>
      runTask("sweep", [
        plan("chaos_small"),
        ...CPU,
        "--out",
        join(folder, "out"),
        "--workers",
        "2",
        "--json",
        "--nats",
        url,
      ]);
    const refused = await run(`nats://${address}`);
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /Cannot connect to NATS at nats:\/\/127\.0\.0\.1:\d+: .*[Aa]uthorization.*Give a name and password/,
    );
    const { code, stderr, lines } = await run(`nats://ada:l%40ce@${address}`);
    assert.equal(code, 0, stderr);
    assert.equal(lines.length, 30);
  }));

Deno.test("sweep --nats: where there is no server it says how to start one", async () => {
  await withFolder(async (folder) => {
    const args = [plan("chaos_small"), ...CPU, "--out", folder, "--nats", `nats://127.0.0.1:${freePort()}`];
    const { code, stderr } = await runTask("sweep", args);
    assert.equal(code, 1);
    assert.match(stderr, /Cannot connect to NATS at nats:\/\/127\.0\.0\.1:\d+: .*Start a server with: nats-server -js/);
  });
});

Deno.test("publicUrl(): shows no password", () => {
  assert.equal(publicUrl("tls://ada:lace@host:4222"), "tls://host:4222");
  assert.equal(publicUrl("host:4222"), "host:4222");
});

Deno.test("ParcelReader: parts in any order, also twice, of several parcels at once", () => {
  const reader = new ParcelReader();
  const text = new TextEncoder().encode(JSON.stringify({ attempts: 2, store: "s", record: { status: "done" } }));
  const part = (id: string, i: number, of: number): StreamMessage => ({
    subject: "sonde.a.result.t1",
    data: text.subarray(Math.floor(i * text.length / of), Math.floor((i + 1) * text.length / of)),
    headers: { get: (name) => name === "Sonde-Parcel" ? id : `${i}/${of}` },
    info: { deliveryCount: 1 },
    ack() {},
    ackAck: () => Promise.resolve(true),
    nak() {},
    term() {},
    working() {},
  });
  assert.equal(reader.take(part("a", 2, 3)), undefined);
  assert.equal(reader.take(part("b", 1, 2)), undefined);
  assert.equal(reader.take(part("a", 2, 3)), undefined);
  assert.equal(reader.take(part("a", 0, 3)), undefined);
  const { parcel, messages } = reader.take(part("a", 1, 3))!;
  assert.deepEqual(parcel, { trial: "t1", attempts: 2, store: "s", record: { status: "done" } });
  assert.equal(messages.length, 3);
  assert.equal(reader.take(part("b", 0, 2))!.parcel.trial, "t1");
});
