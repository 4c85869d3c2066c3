/**
 * Kills the processes of a sweep at random, starts them again, and compares what is recorded with an undisturbed run.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { connect } from "../../lib/sweep/nats/client.ts";
import { findQueue } from "../../lib/sweep/nats/queue.ts";
import { readSweep } from "../../lib/sweep/read_sweep.ts";
import type { SweepResults } from "../../lib/sweep/results.ts";
import { Mulberry32 } from "../../tasks/mulberry32.ts";
import { freePort, Keeper, plan, startTask, until } from "./helpers.ts";

/** What a shell, and a task's first process, make of a process that was killed. */
const KILLED = 137;

/** How a task ends that was started while the server is away, as it should. */
const NO_SERVER = /Cannot (connect to NATS|use JetStream)[^\n]*\n*$/;

/** A task that is started again whenever it was killed, or found no server. */
class Immortal implements AsyncDisposable {
  process!: Deno.ChildProcess;
  /** Its exit code, once it has ended by itself. */
  code: number | undefined;
  readonly out: string[] = [];
  readonly err: string[] = [];
  /** Lines on its standard output, of all its lives. */
  told = 0;
  /** Where the output of its present life begins. */
  #life = 0;
  /** Lives that were ended by force. */
  readonly #killed = new Set<Deno.ChildProcess>();
  #mortal = false;

  constructor(readonly name: string, readonly args: readonly string[], readonly keeper: Keeper) {
    this.#start();
  }

  #start(): void {
    this.#life = this.out.length;
    const errors = this.err.length;
    const process = this.process = startTask(this.name, this.args);
    const read = async (stream: ReadableStream<Uint8Array>, take: (text: string) => void) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
    };
    const out = (text: string) => {
      this.out.push(text);
      this.told += text.split("\n").length - 1; // whoever reads late gets several at once
    };
    const reading = Promise.all([read(process.stdout, out), read(process.stderr, (text) => this.err.push(text))]);
    process.status.then(async ({ code }) => {
      await reading;
      const killed = code === KILLED && this.#killed.has(process);
      // Whoever started it in vain tries again.
      const early = code === 1 && NO_SERVER.test(this.err.slice(errors).join(""));
      if ((killed || early) && !this.#mortal) this.#start();
      else this.code = code;
    });
  }

  /** Kills the process that does the work; the one that started it ends with it. It may not have begun, or have just ended. */
  async kill(): Promise<void> {
    const { process } = this, main = await this.keeper.mainOf(process);
    if (main === undefined) return;
    this.#killed.add(process);
    await this.keeper.kill(main);
    await until("another life", () => this.process !== process || this.code !== undefined);
  }

  /** Waits until it has ended by itself: two minutes from its last word. */
  async ended(): Promise<void> {
    await until(() => `a task to end: ${this.state}`, () => {
      // A worker that came up when the sweep was over waits for the next: somebody has to stop it.
      const waits = /waiting for the sweep/.test(this.out.slice(this.#life).join(""));
      try {
        if (waits && this.code === undefined) this.process.kill("SIGINT");
      } catch { // it has just ended
      }
      return this.code !== undefined;
    }, { seconds: 120, progress: () => this.told });
  }

  /** How it stands, and what it said last: for whoever has to find out why it does not end. */
  get state(): string {
    const last = (text: readonly string[]) => text.join("").slice(-2000);
    const how = this.code === undefined ? "is running" : `ended with code ${this.code}`;
    return `${this.name} ${how}\nstdout: …${last(this.out)}\nstderr: …${last(this.err)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#mortal = true;
    if (this.code !== undefined) return;
    await this.kill();
    try {
      this.process.kill("SIGKILL");
    } catch { // it has ended with its child
    }
    await this.process.status;
  }
}

/** What a chaotic run did. */
export interface Havoc {
  readonly kills: Readonly<Record<string, number>>;
  readonly results: SweepResults;
}

/** How to disturb. */
export interface ChaosOptions {
  readonly plan: string;
  readonly folder: string;
  /** How many trials the plan has. */
  readonly trials: number;
  /** How many kills. */
  readonly kills: number;
  /** On this machine alone, over a server, or over a cluster of three. */
  readonly over: "nothing" | "server" | "cluster";
  /** Of the choice of victims. */
  readonly seed: number;
}

/** The servers that a sweep is handed out by. */
class Servers {
  readonly #ports: readonly number[];
  readonly #routes: readonly number[];

  constructor(readonly keeper: Keeper, readonly folder: string, readonly count: number) {
    this.#ports = Array.from({ length: count }, freePort);
    this.#routes = Array.from({ length: count }, freePort);
  }

  get url(): string {
    return this.#ports.map((port) => `nats://127.0.0.1:${port}`).join(",");
  }

  async #startOne(index: number): Promise<void> {
    const port = this.#ports[index]!;
    if (this.count === 1) return await this.keeper.startServer(port, this.folder);
    await this.keeper.startMember(index, this.#ports, this.#routes, this.folder);
  }

  /** Whether a server answers what is asked of all of them together. */
  async #answers(index: number): Promise<boolean> {
    try {
      const client = await connect(`nats://127.0.0.1:${this.#ports[index]}`);
      try {
        await findQueue(client.manager, "none");
        return true;
      } finally {
        await client.connection.close();
      }
    } catch {
      return false;
    }
  }

  async start(): Promise<void> {
    for (let i = 0; i < this.count; i++) await this.#startOne(i);
    for (let i = 0; i < this.count; i++) await until("a cluster's server", () => this.#answers(i));
  }

  /** Whether all are there: of a cluster's only one is away at a time. */
  whole = true;
  #return: Promise<void> = Promise.resolve();

  /** Kills one, and starts it again. A cluster goes on without it, and so do the kills. */
  async killOne(next: () => number): Promise<void> {
    const index = Math.floor(next() * this.count);
    await this.keeper.killServer(this.count === 1 ? "" : `server${index}`);
    await new Promise((resolve) => setTimeout(resolve, 1000 * next()));
    await this.#startOne(index);
    if (this.count === 1) return;
    this.whole = false;
    this.#return = until("a cluster's server", () => this.#answers(index)).then(() => void (this.whole = true));
    this.#return.catch(() => {}); // whoever waits for it is told
  }

  /** Waits until all are there. */
  async settled(): Promise<void> {
    await this.#return;
  }
}

/** Runs a sweep and kills (kill −9) whatever belongs to it, at random. */
export async function chaos(options: ChaosOptions): Promise<Havoc> {
  const { folder, kills, over, seed } = options, nats = over !== "nothing";
  const random = new Mulberry32(seed), next = () => random.next();
  await using keeper = new Keeper();
  await using tasks = new AsyncDisposableStack();
  const start = (name: string, args: readonly string[]) => tasks.use(new Immortal(name, args, keeper));
  const servers = new Servers(keeper, join(folder, "server"), over === "cluster" ? 3 : 1), { url } = servers;
  if (nats) await servers.start();
  const out = join(folder, "out");
  const shared = ["--device", "cpu", ...(nats ? ["--nats", url] : [])];
  const own = nats ? [] : ["--workers", "2"];
  const coordinator = start("sweep", [plan(options.plan), "--out", out, "--json", ...shared, ...own]);
  const workers = nats ? [0, 1].map(() => start("worker", [plan(options.plan), ...shared, "--workers", "1"])) : [];
  const counted: Record<string, number> = {};
  const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));
  /** Whether the sweep is about to end before it was killed often enough. */
  const late = (kill: number) => coordinator.told > 0.8 * options.trials * kill / kills;
  for (let kill = 0; kill < kills && coordinator.code === undefined; kill++) {
    // Mostly in the midst of trials, and now and then while something is coming up.
    const midst = next() < 0.7;
    if (midst && !late(kill)) {
      const { told } = coordinator;
      await until("a trial to be recorded", () => coordinator.told > told || coordinator.code !== undefined);
      await pause(120 * next());
    } else await pause(late(kill) ? 0 : 1000 * next());
    // Of each kind at least one, however few kills there are.
    const victim = [0.3, 0.9, 0.1, 0.5][kill] ?? next();
    let what: string;
    if (nats && servers.whole && victim < (over === "cluster" ? 0.3 : 0.15)) {
      what = "server";
      await servers.killOne(next);
    } else if (victim < 0.4) {
      what = "coordinator";
      await coordinator.kill();
    } else if (nats && victim < 0.6) {
      what = "worker task";
      await workers[Math.floor(next() * 2)]!.kill();
    } else {
      what = "worker process";
      const parents = nats ? workers : [coordinator];
      const pids = (await Promise.all(parents.map(({ process }) => keeper.workersOf(process)))).flat();
      if (pids.length === 0) {
        kill--; // between two lives
        continue;
      }
      await keeper.kill(pids[Math.floor(next() * pids.length)]!);
    }
    counted[what] = (counted[what] ?? 0) + 1;
  }
  await servers.settled();
  await coordinator.ended();
  assert.equal(coordinator.code, 0, coordinator.state); // without it workers do not end either
  await Promise.all(workers.map((task) => task.ended()));
  for (const worker of workers) assert.ok([0, 130].includes(worker.code!), worker.state);
  // A line may be cut short by a kill; no trial may have two.
  const told = [...coordinator.out.join("").matchAll(/"trial":"([0-9a-f]{32})"/g)].map((match) => match[1]!);
  assert.equal(new Set(told).size, told.length, "a trial was recorded twice");
  return { kills: counted, results: await readSweep(out) };
}

/** What must be the same however a sweep was disturbed. */
export function substance({ trials, curves, kept }: SweepResults) {
  return {
    trials: trials.map(({ id, params, seed, status, metrics, error }) => ({
      id,
      params,
      seed,
      status,
      metrics,
      error,
    })),
    curves,
    kept,
  };
}
