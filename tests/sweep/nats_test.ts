/**
 * Sweeps over a real NATS server.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseServers, publicUrl } from "../../lib/sweep/nats/address.ts";
import type { StreamMessage } from "../../lib/sweep/nats/client.ts";
import { ParcelReader } from "../../lib/sweep/nats/parcel.ts";
import { failure } from "../../lib/sweep/record.ts";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
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

test("sweep --nats: a server by its name, and no other address than its own is allowed", () =>
  withServer([], async (address, folder) => {
    const url = address.replace("127.0.0.1", "localhost");
    const args = [plan("chaos_small"), ...CPU, "--workers", "2", "--out", join(folder, "out"), "--json", "--nats", url];
    const { code, stderr, lines } = await runTask("sweep", args);
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

Deno.test("publicUrl(), parseServers(): what is secret in an address is read, and never shown", () => {
  const shown: [string, string][] = [
    ["tls://ada:lace@host:4222", "tls://host:4222"],
    ["ada:lace@host:4222", "host:4222"],
    ["nats://t0ken@host", "nats://host"],
    ["host:4222", "host:4222"],
    ["nats://ada:lace@a:1,nats://ada:lace@b:2", "nats://a:1,nats://b:2"],
    // None of these is an address; anything in them may be a password.
    ["nats://ada:l@ce@host", "nats://…"],
    ["nats://ada:la/ce@host", "nats://…"],
    ["nats://ada:la,ce@host", "nats://…"],
    ["nats://ada:12,lace@host", "nats://…"],
    ["nats://ada:lace", "nats://…"],
    ["ada:lace @host", "…"],
  ];
  for (const [text, wanted] of shown) assert.equal(publicUrl(text), wanted);
  assert.deepEqual(parseServers("tls://ada:l%40ce@host,nats://b:2"), [
    { host: "host:4222", tls: true, username: "ada", password: "l@ce" },
    { host: "b:2", tls: false, username: "", password: "" },
  ]);
  for (const wrong of ["nats://ada:lace", "nats://ada:l%zz@host", "http://ada:lace@host", "a,b", ""]) {
    assert.throws(
      () => parseServers(wrong),
      (error) => error instanceof RangeError && !/lace|ada|zz/.test(error.message),
    );
  }
});

for (
  const [name, args, env] of [
    ["in an address that is none", ["nats://ada:s3cret"], {}],
    ["with a sign in it", ["nats://ada:s3cr%et@127.0.0.1:1"], {}],
    ["in an address of which the port is wrong", ["nats://ada:s3cret@127.0.0.1:99999"], {}],
    ["of a server that is away", ["nats://ada:s3cret@127.0.0.1:1"], { SONDE_DEBUG: "1" }],
    ["as a token", ["nats://s3cret@127.0.0.1:1"], { SONDE_DEBUG: "1" }],
    ["in the environment", ["127.0.0.1:1"], { NATS_USER: "ada", NATS_PASSWORD: "s3cret", NATS_TOKEN: "s3cret" }],
  ] as const
) {
  for (const task of ["sweep", "worker"]) {
    Deno.test(`${task} --nats: a password ${name} is not shown`, () =>
      withFolder(async (folder) => {
        const out = task === "sweep" ? ["--out", folder] : [];
        const options = { env: { ...env } };
        const { code, stdout, stderr } = await runTask(
          task,
          [plan("chaos_small"), ...CPU, ...out, "--nats", ...args],
          options,
        );
        assert.ok(code === 1 || code === 2, stderr);
        assert.notEqual(stderr, "");
        assert.doesNotMatch(stdout + stderr, /s3cr/);
      }));
  }
}

/** A part of a parcel as a server hands it out. */
function part(text: Uint8Array, id: string, i: number, of: number, more: Partial<StreamMessage> = {}): StreamMessage {
  return {
    subject: `sonde.a.result.${"1".repeat(32)}`,
    data: text.subarray(Math.floor(i * text.length / of), Math.floor((i + 1) * text.length / of)),
    headers: { get: (name) => name === "Sonde-Parcel" ? id : `${i}/${of}` },
    info: { deliveryCount: 1 },
    ack() {},
    ackAck: () => Promise.resolve(true),
    nak() {},
    term() {},
    working() {},
    ...more,
  };
}

const parcelText = new TextEncoder().encode(JSON.stringify({ attempts: 2, store: "s", record: failure("it broke") }));

Deno.test("ParcelReader: parts in any order, also twice, of several parcels at once", () => {
  const reader = new ParcelReader();
  const take = (id: string, i: number, of: number) => reader.take(part(parcelText, id, i, of));
  assert.equal(take("a", 2, 3), undefined);
  assert.equal(take("b", 1, 2), undefined);
  assert.equal(take("a", 2, 3), undefined);
  assert.equal(take("a", 0, 3), undefined);
  const taken = take("a", 1, 3);
  assert.ok(taken && "parcel" in taken);
  const { trial, attempts, store, record } = taken.parcel;
  assert.deepEqual([trial, attempts, store, record.error], ["1".repeat(32), 2, "s", "it broke"]);
  assert.equal(taken.messages.length, 3);
  const second = take("b", 0, 2);
  assert.ok(second && "parcel" in second);
});

Deno.test("ParcelReader: what is no part of a record is handed back, with the reason", () => {
  const reader = new ParcelReader();
  const problem = (message: StreamMessage) => {
    const taken = reader.take(message);
    assert.ok(taken && "problem" in taken, "it was taken for a record");
    return taken.problem;
  };
  const whole = (value: unknown) => part(new TextEncoder().encode(JSON.stringify(value)), "p", 0, 1);
  const header = (text: string) =>
    part(parcelText, "p", 0, 1, { headers: { get: (name) => name === "Sonde-Parcel" ? "p" : text } });
  for (const text of ["", "0", "0/0", "1/1", "-1/2", "0/1e9", "0/9999", "a/b"]) {
    assert.match(problem(header(text)), /no part of a record/);
  }
  assert.match(problem(part(parcelText, "p", 0, 1, { subject: "sonde.a.result.x" })), /no part of a record/);
  assert.match(problem(part(parcelText, "", 0, 1)), /no part of a record/);
  assert.match(problem(part(new TextEncoder().encode("{"), "p", 0, 1)), /expected JSON/);
  const body = { attempts: 1, store: "s" };
  assert.match(problem(whole({ ...body, record: null })), /record: expected Object, found null/);
  assert.match(problem(whole({ ...body, record: { ...failure("x"), status: "odd" } })), /record\.status/);
  const done = { ...failure(""), status: "done", error: null };
  assert.match(problem(whole({ ...body, record: { ...done, metrics: { accuracy: {} } } })), /metrics\.accuracy/);
  assert.match(problem(whole({ ...body, record: { ...done, metrics: { accuracy: "0.5" } } })), /metrics\.accuracy/);
  assert.match(problem(whole({ ...body, record: { ...done, metrics: {} } })), /at least one metric/);
  const artefacts = [{ name: "../../../escaped", type: "text/plain", data: "" }];
  assert.match(problem(whole({ ...body, record: { ...failure("x"), artefacts } })), /artefacts\.0\.name/);
  // A part of another count than the first said.
  assert.equal(reader.take(part(parcelText, "q", 0, 2)), undefined);
  assert.match(problem(part(parcelText, "q", 1, 3)), /does not fit/);
});

Deno.test("ParcelReader: a record of which the rest never comes is given up", async () => {
  const reader = new ParcelReader();
  reader.take(part(parcelText, "a", 0, 3));
  assert.equal(reader.stale(1000), undefined);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const taken = reader.stale(10);
  assert.ok(taken && "problem" in taken);
  assert.match(taken.problem, /1 of 3 parts of a record of trial 1+: the rest of it never came/);
  assert.equal(reader.stale(10), undefined);
});
