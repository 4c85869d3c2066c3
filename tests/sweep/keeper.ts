/**
 * Does for tests what their own permissions do not let them do: kills processes, and runs a NATS server. Ends, and ends the server, when
 * its input does. Reads a JSON object a line, answers each with one.
 *
 *     { "kill": PID }   { "children": PID }   { "alive": PID }   { "server": ["nats-server", "-js", …], "name": "a" }   { "killServer": "a" }
 *
 * @module
 */
const servers = new Map<string, Deno.ChildProcess>();

/** A process's state and parent, on Linux; undefined if there is none, or only its remains. */
function look(pid: string | number): { parent: number } | undefined {
  try {
    // "PID (name) state parent …", where the name may hold anything.
    const [state, parent] = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
    return state === "Z" || state === "X" ? undefined : { parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** The living processes that a process has started. */
function childrenOf(pid: number): number[] {
  const all = [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => /^\d+$/.test(name));
  return all.filter((name) => look(name)?.parent === pid).map(Number);
}

async function answer(
  order: { kill?: number; children?: number; alive?: number; server?: string[]; name?: string; killServer?: string },
): Promise<unknown> {
  if (order.kill !== undefined) {
    try {
      Deno.kill(order.kill, "SIGKILL");
      return { killed: true };
    } catch {
      return { killed: false };
    }
  }
  if (order.children !== undefined) return { pids: childrenOf(order.children) };
  if (order.alive !== undefined) return { alive: look(order.alive) !== undefined };
  if (order.server) {
    const [command, ...args] = order.server;
    const server = new Deno.Command(command!, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
    servers.set(order.name ?? "", server);
    return { pid: server.pid };
  }
  const name = order.killServer ?? "", server = servers.get(name);
  server?.kill("SIGKILL");
  await server?.status;
  servers.delete(name);
  return { killed: true };
}

let text = "";
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  text += chunk;
  const lines = text.split("\n");
  text = lines.pop()!;
  for (const line of lines) {
    const said = await answer(JSON.parse(line)).catch((error) => ({ error: String(error) }));
    console.log(JSON.stringify(said));
  }
}
for (const server of servers.values()) server.kill("SIGKILL");
