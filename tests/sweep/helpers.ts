/**
 * Runs sweeps as a user does, and disturbs them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lines } from "../../lib/sweep/worker/protocol.ts";
import { type CommandOptions, ROOT, run, spawn } from "../tasks/command.ts";

/** A plan of the tests, as a command line names it. */
export const plan = (name: string) => join("tests", "sweep", "plans", `${name}.ts`);

/** The arguments with which deno.json runs a task: it is then a child of the test itself, and can be killed. */
export function taskArguments(name: string, args: readonly string[]): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))) as {
    tasks: Record<string, { command: string }>;
  };
  // The quotes are for the shell that deno.json is written for.
  const words = tasks[name]!.command.replace(/"\$\(.*?'\)"/, "DENO").split(" ");
  return [
    ...words.slice(1).filter((word) => word !== "").map((word) => word.replace("DENO", Deno.execPath())),
    ...args,
  ];
}

/** Runs a task to its end. */
export const runTask = (name: string, args: readonly string[], options: CommandOptions = {}) =>
  run(taskArguments(name, args), options);

/** Starts a task. */
export const startTask = (name: string, args: readonly string[]) => spawn(taskArguments(name, args));

/** Runs something with an empty folder, which is removed afterwards. */
export async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "sonde-sweep-" });
  try {
    return await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** How long to wait. */
export interface UntilOptions {
  /** Default: 60. */
  readonly seconds?: number;
  /** Whenever it changes, the time begins anew: a slow machine goes on, one on which something hangs does not. */
  readonly progress?: () => number;
}

/** Waits until something holds; throws when it does not within some seconds. */
export async function until(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  { seconds = 60, progress = () => 0 }: UntilOptions = {},
): Promise<void> {
  let end = Date.now() + seconds * 1000, last = progress();
  while (!await holds()) {
    const now = progress();
    if (now !== last) end = Date.now() + seconds * 1000;
    last = now;
    if (Date.now() > end) {
      throw new Error(`Waited ${seconds} s in vain: ${typeof what === "string" ? what : what()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A process that kills others and runs a server; see keeper.ts. */
export class Keeper implements AsyncDisposable {
  readonly #process = new Deno.Command(Deno.execPath(), {
    // What is evaluated has the permission to look at other processes.
    args: ["eval", "--quiet", `await import(${JSON.stringify(new URL("./keeper.ts", import.meta.url).href)})`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  readonly #writer = this.#process.stdin.getWriter();
  readonly #answers = lines(this.#process.stdout);

  async #ask(order: unknown): Promise<Record<string, unknown>> {
    await this.#writer.write(new TextEncoder().encode(JSON.stringify(order) + "\n"));
    const answer = JSON.parse((await this.#answers.next()).value as string);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  async kill(pid: number): Promise<void> {
    await this.#ask({ kill: pid });
  }

  /** The living processes that a process has started, on Linux. */
  async childrenOf(pid: number): Promise<number[]> {
    return (await this.#ask({ children: pid })).pids as number[];
  }

  /** The process that does a task's work: the task's first process started it. */
  async mainOf(task: Deno.ChildProcess): Promise<number | undefined> {
    return (await this.childrenOf(task.pid))[0];
  }

  /** The worker processes of a task. */
  async workersOf(task: Deno.ChildProcess): Promise<number[]> {
    const main = await this.mainOf(task);
    return main === undefined ? [] : await this.childrenOf(main);
  }

  /** Whether a process is there, on Linux. */
  async alive(pid: number): Promise<boolean> {
    return (await this.#ask({ alive: pid })).alive as boolean;
  }

  /** Starts a NATS server with JetStream and waits until it answers. */
  async startServer(port: number, folder: string, more: readonly string[] = []): Promise<void> {
    await this.#start(port, ["-js", "-sd", folder, ...more]);
  }

  /** Starts one without JetStream. */
  async startPlainServer(port: number): Promise<void> {
    await this.#start(port, []);
  }

  /** Starts one of a cluster's servers; `routes` are the ports by which they talk to each other, the server's own at `index`. */
  async startMember(index: number, ports: readonly number[], routes: readonly number[], folder: string): Promise<void> {
    const address = (port: number | undefined) => `nats://127.0.0.1:${port}`, name = `server${index}`;
    const cluster = ["--cluster_name", "sonde", "--cluster", address(routes[index])];
    const args = [
      "-js",
      "-sd",
      join(folder, name),
      "--name",
      name,
      ...cluster,
      "--routes",
      routes.map(address).join(","),
    ];
    await this.#start(ports[index] ?? 0, args, name);
  }

  async #start(port: number, args: readonly string[], name = ""): Promise<void> {
    await this.#ask({ server: ["nats-server", "-a", "127.0.0.1", "-p", String(port), ...args], name });
    await until("a NATS server", async () => {
      try {
        (await Deno.connect({ port, hostname: "127.0.0.1" })).close();
        return true;
      } catch {
        return false;
      }
    });
  }

  async killServer(name = ""): Promise<void> {
    await this.#ask({ killServer: name });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#answers.return(undefined);
    await this.#process.status;
  }
}

/** Whether a NATS server can be started here. */
function serverFound(): boolean {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return [...folders, "/usr/sbin"].some((folder) => {
    try {
      return Deno.statSync(join(folder, "nats-server")).isFile;
    } catch {
      return false;
    }
  });
}

/** What a test's name says where it is left out; empty where it runs. `SONDE_TEST_NATS=1` insists on a server. */
export const noServer = serverFound() ? "" : " (left out: no nats-server. Try: apt-get install nats-server)";

if (noServer && Deno.env.get("SONDE_TEST_NATS") === "1") {
  throw new Error(`SONDE_TEST_NATS=1 asks for a NATS server${noServer}`);
}

/** Ports that no system gives to outgoing connections: a server that is away finds its own free when it comes back. */
const PORTS = { first: 10_000, last: 32_000 };

/** A port that nobody has. */
export function freePort(): number {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * (PORTS.last - PORTS.first));
    try {
      Deno.listen({ port, hostname: "127.0.0.1" }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** Seconds within which what ends at once has ended, on a machine with nothing else to do. */
const PROMPT = 3;

/**
 * Asserts that something ended at once, not after a time that somebody waited in vain. A machine may be slow, or have much else to do: there
 * it may take ten times as long as it takes to start a sweep's processes and to end them.
 *
 * @param spent seconds that it took
 */
export async function assertPrompt(spent: number): Promise<void> {
  if (spent < PROMPT) return;
  const start = performance.now();
  await runTask("sweep", [plan("bad"), "--device", "cpu"]);
  const reference = (performance.now() - start) / 1000;
  assert.ok(
    spent < 10 * reference,
    `It took ${spent} s, where a sweep's processes start and end within ${reference} s`,
  );
}
