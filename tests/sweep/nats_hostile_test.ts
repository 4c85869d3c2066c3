/**
 * A queue that anybody may publish to, and every way in which a sweep over NATS can fail.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { failure, type TrialRecord } from "../../lib/sweep/record.ts";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
import { type Client, connect } from "../../lib/sweep/nats/client.ts";
import { publishParcel } from "../../lib/sweep/nats/parcel.ts";
import { findQueue, hasResult, makeQueue, names, type QueueIdentity, trialOf } from "../../lib/sweep/nats/queue.ts";
import { ROOT, spawn } from "../tasks/command.ts";
import { assertPrompt, freePort, Keeper, noServer, plan, runTask, startTask, until, withFolder } from "./helpers.ts";

const CPU = ["--device", "cpu"];

/** Runs something beside a server. */
async function withServer(
  body: (url: string, folder: string, keeper: Keeper) => Promise<void>,
  start: (keeper: Keeper, port: number, folder: string) => Promise<void> = (keeper, port, folder) =>
    keeper.startServer(port, join(folder, "server")),
): Promise<void> {
  await withFolder(async (folder) => {
    await using keeper = new Keeper();
    const port = freePort();
    await start(keeper, port, folder);
    await body(`nats://127.0.0.1:${port}`, folder, keeper);
  });
}

const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name: name + noServer, ignore: noServer !== "", fn });

/** A client of its own for an attacker. */
async function withClient<T>(url: string, body: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await body(client);
  } finally {
    await client.connection.close();
  }
}

test("sweep --nats: poisoned jobs and results are named and taken out, at a restart too, and every trial is recorded", () =>
  withServer(async (url, folder) => {
    const out = join(folder, "out"), sweep = "chaos-small";
    const args = [plan("chaos_small"), ...CPU, "--nats", url];
    const coordinator = [...args, "--out", out, "--json"];
    const first = startTask("sweep", coordinator);
    const [text, told] = [new Response(first.stdout).text(), new Response(first.stderr).text()];
    await withClient(url, async (client) => {
      const { jobs, job, result } = names(sweep);
      const queued = async () => {
        try {
          return (await client.manager.streams.info(jobs, { subjects_filter: ">" })).state.subjects ?? {};
        } catch {
          return {};
        }
      };
      await until("30 jobs", async () => Object.keys(await queued()).length === 30);
      const trials = Object.keys(await queued()).map((subject) => subject.slice(subject.lastIndexOf(".") + 1));
      const [a, b, c, d, e, f] = trials as [string, string, string, string, string, string];
      const { store, ...queue } = (await findQueue(client.manager, sweep))!;
      const send = async (trial: string, body: unknown, part = "0/1") => {
        const headers = client.headers({ "Sonde-Parcel": crypto.randomUUID(), "Sonde-Part": part });
        await client.jetstream.publish(result(trial), typeof body === "string" ? body : JSON.stringify(body), {
          headers,
        });
      };
      const done = { ...failure(""), status: "done", error: null } as const;
      await send(a, { attempts: 1, store, record: null });
      await send(b, { attempts: 1, store, record: { ...done, status: "splendid" } });
      await send(c, { attempts: 1, store, record: { ...done, metrics: { mean: { much: 1 } } } });
      await send(d, { attempts: 1, store, record: { ...done, metrics: { mean: "much" } } });
      const artefacts = [{ name: "../../../owned", type: "text/plain", data: "" }];
      await send(e, { attempts: 1, store, record: { ...done, metrics: { mean: 1 }, artefacts } });
      await send(f, "{");
      await send(a, { attempts: 1, store }, "0/100000");
      await send(a, { attempts: 1, store: "another", record: { ...done, metrics: { mean: 99 } } });
      await client.jetstream.publish(result("no-trial"), "x");
      // Jobs: of no trial, of another plan, and no job at all in the place of a real one.
      const none = (digit: string) => job(digit.repeat(32));
      await client.jetstream.publish(none("0"), JSON.stringify({ ...queue, store }));
      await client.jetstream.publish(none("1"), JSON.stringify({ ...queue, store, plan: "1".repeat(32) }));
      await client.jetstream.publish(none("2"), "{");
      await client.jetstream.publish(none("3"), JSON.stringify({ ...queue, store, lease: 0 }));
      const { seq } = (await client.manager.streams.getMessage(jobs, { last_by_subj: job(f) }))!;
      await client.manager.streams.deleteMessage(jobs, seq);
      await client.jetstream.publish(job(f), "null");
    });
    // Poison that waits must not end the next coordinator either.
    first.kill("SIGINT");
    assert.equal((await first.status).code, 130, await told);
    await text;
    const [again, worker] = await withClient(url, async ({ connection }) => {
      // Somebody says all the time that the sweep is at its end.
      const saying = setInterval(() => connection.publish(names(sweep).end), 100);
      try {
        return await Promise.all([runTask("sweep", coordinator), runTask("worker", [...args, "--workers", "2"])]);
      } finally {
        clearInterval(saying);
      }
    });
    assert.equal(again.code, 0, again.stderr);
    assert.equal(worker.code, 0, worker.stderr);
    const { trials, kept } = await readSweep(out);
    assert.equal(trials.length, 30);
    assert.ok(trials.every(({ status, metrics }) => status === "done" && metrics.mean! < 99));
    assert.deepEqual([...new Set(kept.map(({ name }) => name))], ["numbers.txt"]);
    const said = await told + again.stderr;
    assert.match(said, /record: expected Object, found null\. It was taken out of the queue/);
    for (
      const place of [/record\.status/, /metrics\.mean/, /artefacts\.0\.name/, /expected JSON/, /no part of a record/]
    ) {
      assert.match(said, place);
    }
    assert.match(said, /a record of trial [0-9a-f]{32} for another folder was ignored/);
    for (const digit of ["0", "1"]) {
      assert.match(worker.stderr, new RegExp(`the job of trial ${digit}{32} is not of this queue\\. It was taken out`));
    }
    assert.match(worker.stderr, /the job of trial 2{32}: expected JSON/);
    assert.match(worker.stderr, /the job of trial 3{32}: lease: expected/);
    assert.match(worker.stderr, /the job of trial [0-9a-f]{32}: expected Object, found null/);
  }));

test("hasResult(): a record of which the last part is missing is none", () =>
  withServer((url) =>
    withClient(url, async (client) => {
      const identity = { plan: "1".repeat(32), code: "c0de", store: "s", lease: 3 }, trial = "2".repeat(32);
      await makeQueue(client, "parts", identity);
      const { result } = names("parts");
      const send = (part: string) => {
        const headers = client.headers({ "Sonde-Parcel": "p", "Sonde-Part": part });
        return client.jetstream.publish(result(trial), "x", { headers });
      };
      assert.equal(await hasResult(client, "parts", trial), false);
      await send("0/2");
      assert.equal(await hasResult(client, "parts", trial), false);
      await send("1/2");
      assert.equal(await hasResult(client, "parts", trial), true);
    })
  ));

/** A coordinator with two workers of its own, in a process that has to end by itself; see coordinate.ts. */
class Coordinating {
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #said = "";

  constructor(name: string, url: string, folder: string, more: readonly string[] = []) {
    const script = fileURLToPath(new URL("./coordinate.ts", import.meta.url));
    const flags = [`--lock=${join(ROOT, "deno.lock")}`, "--frozen", "--no-prompt", "--no-check"];
    const allowed = [
      "--allow-read",
      "--allow-write",
      "--allow-net=127.0.0.1",
      "--allow-env",
      `--allow-run=${Deno.execPath()}`,
    ];
    this.#process = spawn(["run", ...flags, ...allowed, script, name, url, folder, ...more]);
    const read = async (stream: ReadableStream<Uint8Array>) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) this.#said += text;
    };
    this.#reading = Promise.all([read(this.#process.stdout), read(this.#process.stderr)]).then(() => {});
  }

  /** Waits until it has said something. */
  async says(pattern: RegExp): Promise<void> {
    await until(String(pattern), () => pattern.test(this.#said));
  }

  /** The queue's identity, as it is on the server. */
  async identity(): Promise<QueueIdentity> {
    await this.says(/\n/);
    return JSON.parse(this.#said.split("\n")[0]!);
  }

  interrupt(): void {
    this.#process.kill("SIGINT");
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** Waits until its process is gone. */
  async gone(): Promise<void> {
    await this.#process.status;
    await this.#reading;
  }

  /** Waits until its process has ended by itself, at once. */
  async ends(code: number, said: RegExp): Promise<void> {
    const start = performance.now();
    const overdue = setTimeout(() => this.#process.kill("SIGKILL"), 60_000);
    const status = await this.#process.status;
    clearTimeout(overdue);
    const seconds = (performance.now() - start) / 1000;
    await this.#reading;
    assert.match(this.#said, said);
    assert.equal(status.code, code, `${this.#said} (${seconds} s)`);
    await assertPrompt(seconds);
  }
}

const large: TrialRecord = {
  ...failure("it broke"),
  artefacts: [{ name: "large.bin", type: "application/octet-stream", data: btoa("x".repeat(400_000)) }],
};

test("runOverNats(): a full disk ends it and its own workers, whose trials would last for ever, at once", () =>
  withServer(async (url, folder) => {
    const sweep = new Coordinating("waits", url, folder, ["40"]), { store } = await sweep.identity();
    await withClient(url, async (client) => {
      const { jobs, workers } = names("waits");
      await until("two trials in hand", async () => {
        const info = await client.manager.consumers.info(jobs, workers).catch(() => undefined);
        return info?.num_ack_pending === 2;
      });
      const { subjects = {} } = (await client.manager.streams.info(jobs, { subjects_filter: ">" })).state;
      const trial = trialOf(Object.keys(subjects)[0]!);
      await publishParcel(client, "waits", { trial, attempts: 1, store, record: large });
    });
    await sweep.ends(1, /database or disk is full – the disk is full: make room, and start again/);
  }));

test("runOverNats(): with workers of its own, started again while every result waits, it records them and ends", () =>
  withServer(async (url, folder) => {
    // The first leaves its queue and its trials behind.
    const first = new Coordinating("waits", url, folder), identity = await first.identity();
    await withClient(url, async (client) => {
      const { jobs } = names("waits");
      await until("three jobs", async () => {
        const info = await client.manager.streams.info(jobs, { subjects_filter: ">" }).catch(() => undefined);
        return info?.state.messages === 3;
      });
      const { subjects = {} } = (await client.manager.streams.info(jobs, { subjects_filter: ">" })).state;
      first.kill();
      await first.gone();
      for (const trial of Object.keys(subjects).map(trialOf)) {
        // The job of each is still there too, as when a worker ends between the two.
        await publishParcel(client, "waits", {
          trial,
          attempts: 1,
          store: identity.store,
          record: failure("as before"),
        });
      }
    });
    const second = new Coordinating("waits", url, folder);
    await second.identity();
    await second.ends(0, /\{"pending":0,"running":0,"done":0,"failed":3\}/);
    await withClient(url, async ({ manager }) => assert.equal(await findQueue(manager, "waits"), undefined));
  }));

for (const description of ["a queue of another folder", "a stream of something else"]) {
  test(`runOverNats(): ${description} ends it at once`, () =>
    withServer(async (url, folder) => {
      const identity = { plan: "1".repeat(32), code: "c0de", store: "another", lease: 3 }, { jobs } = names("waits");
      await withClient(url, async (client) => {
        if (description.startsWith("a queue")) await makeQueue(client, "waits", identity);
        else await client.manager.streams.add({ name: jobs, subjects: ["somebody.*"], description });
      });
      const sweep = new Coordinating("waits", url, folder);
      await sweep.identity();
      await sweep.ends(
        1,
        /it belongs to another folder's sweep|Something else made that stream: delete it, take it over/,
      );
    }));
}

test("runOverNats(): Ctrl-C ends it as soon as its running trials have ended", () =>
  withServer(async (url, folder) => {
    const sweep = new Coordinating("chaos_medium", url, folder);
    await sweep.says(/recorded/);
    sweep.interrupt();
    await sweep.ends(0, /"pending":[1-9]/);
  }));

/** Seconds until something ended. */
async function seconds(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return (performance.now() - start) / 1000;
}

/** How a sweep over NATS can fail before it has begun; each with its own workers. */
const failures: [
  name: string,
  start: (keeper: Keeper, port: number, folder: string) => Promise<void>,
  error: RegExp,
][] = [
  ["no server", () => Promise.resolve(), /Cannot connect to NATS .*Start a server with: nats-server -js/],
  [
    "a server that refuses",
    (keeper, port, folder) => keeper.startServer(port, folder, ["--user", "ada", "--pass", "lace"]),
    /Cannot connect to NATS .*Give a name and password/,
  ],
  [
    "a server without JetStream",
    (keeper, port) => keeper.startPlainServer(port),
    /Cannot use JetStream at .*Start the server with: nats-server -js/,
  ],
];

for (const [name, start, error] of failures) {
  for (const task of ["sweep", "worker"]) {
    test(`${task} --nats: ${name} is exit code 1, at once`, () =>
      withServer(async (url, folder) => {
        const out = task === "sweep" ? ["--out", join(folder, "out")] : [];
        let outcome!: Awaited<ReturnType<typeof runTask>>;
        const spent = await seconds(async () => {
          outcome = await runTask(task, [plan("waits"), ...CPU, "--workers", "2", "--nats", url, ...out]);
        });
        assert.equal(outcome.code, 1, outcome.stderr);
        assert.match(outcome.stderr, error);
        await assertPrompt(spent);
      }, start));
  }
}

test("sweep --nats: a store that cannot be opened is exit code 1, at once", () =>
  withServer(async (url, folder) => {
    await Deno.writeTextFile(join(folder, "sweep.db"), "this is no database, and it is long enough to be read as one");
    const args = [plan("waits"), ...CPU, "--workers", "2", "--nats", url, "--out", folder];
    const spent = await seconds(async () => {
      const { code, stderr } = await runTask("sweep", args);
      assert.equal(code, 1);
      assert.match(stderr, /the file is no SQLite database/);
    });
    await assertPrompt(spent);
  }));

test("sweep --nats: workers that cannot start any more are exit code 1", () =>
  withServer(async (url, folder) => {
    // The first worker reads the plan; those after it find another file.
    const file = join(folder, "plan.ts");
    const library = fileURLToPath(new URL("../../lib/sweep/plan.ts", import.meta.url));
    const source = `import { defineSweep } from ${JSON.stringify(`file://${library}`)};
      export default defineSweep({ name: "edited", grid: { i: [1, 2, 3] }, attempts: 1, trial: (_, ctx) => {
        ctx.log("begun"); return new Promise(() => {}); } });`;
    await Deno.writeTextFile(file, source);
    const process = startTask("sweep", [file, ...CPU, "--workers", "1", "--nats", url, "--out", join(folder, "out")]);
    const out = new Response(process.stdout).text();
    let said = "";
    const reader = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
    while (!said.includes("begun")) said += (await reader.read()).value ?? assert.fail(said);
    await Deno.writeTextFile(file, source + " // edited");
    await using keeper = new Keeper();
    for (const pid of await keeper.workersOf(process)) await keeper.kill(pid);
    const spent = await seconds(async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) said += part.value;
      assert.equal((await process.status).code, 1, said);
    });
    await out;
    assert.match(said, /The code changed while the sweep ran: plan\.ts/);
    await assertPrompt(spent);
  }));
