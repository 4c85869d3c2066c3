import assert from "node:assert/strict";
import { serveLive } from "../../lib/live/server.ts";
import type { LiveCommand } from "../../lib/live/outlet.ts";
import { LiveStore } from "../../lib/live/store.ts";
import { spawn } from "../tasks/command.ts";
import { Listener } from "./stream.ts";

/** The status of a request, whose headers fetch would not let us choose. */
async function status(port: number, lines: readonly string[], body = ""): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const text = [...lines, `Content-Length: ${body.length}`, "Connection: close", "", body].join("\r\n");
  await connection.write(new TextEncoder().encode(text));
  const buffer = new Uint8Array(100);
  const length = await connection.read(buffer);
  return Number(new TextDecoder().decode(buffer.subarray(0, length ?? 0)).split(" ")[1]);
}

Deno.test("serveLive: refuses other hosts, other origins, and commands without the token", async () => {
  const commands: LiveCommand[] = [],
    server = serveLive(new LiveStore(), { port: 0, control: (c) => commands.push(c) });
  const { port, hash } = new URL(server.address),
    host = `Host: 127.0.0.1:${port}`,
    own = `Origin: http://127.0.0.1:${port}`;
  const token = `X-Sonde-Token: ${hash.slice(1)}`, post = "POST /control HTTP/1.1", stop = '{"action":"stop"}';
  const at = (lines: string[], body?: string) => status(Number(port), lines, body);
  assert.equal(await at(["GET / HTTP/1.1", host]), 200);
  assert.equal(await at(["GET / HTTP/1.1", "Host: evil.example"]), 403);
  assert.equal(await at(["GET / HTTP/1.1", host, "Origin: http://evil.example"]), 403);
  assert.equal(await at(["GET /etc HTTP/1.1", host]), 404);
  assert.equal(await at([post, host, own], stop), 403);
  assert.equal(await at([post, host, token], stop), 403);
  assert.equal(await at([post, host, own, token], "{"), 400);
  assert.equal(await at([post, host, own, token], '{"action":"lr","value":-1}'), 400);
  assert.deepEqual(commands, []);
  assert.equal(await at([post, host, own, token], stop), 204);
  assert.deepEqual(commands, [{ action: "stop" }]);
  await server.close();
});

Deno.test("serveLive: nothing can be asked for without control", async () => {
  const server = serveLive(new LiveStore(), { port: 0 }), { port } = new URL(server.address);
  const lines = [
    "POST /control HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    "X-Sonde-Token: ",
  ];
  assert.equal(await status(Number(port), lines, '{"action":"stop"}'), 403);
  await server.close();
});

Deno.test("serveLive: is watched from the first request on", async () => {
  const server = serveLive(new LiveStore(), { port: 0 }), { port } = new URL(server.address);
  assert.equal(server.isWatched, false);
  assert.equal(await status(Number(port), ["GET / HTTP/1.1", `Host: 127.0.0.1:${port}`]), 200);
  assert.equal(server.isWatched, true);
  await server.close();
});

Deno.test("serveLive: a program ends when it has nothing left to do, also while a page is open", async () => {
  const flags = ["--quiet", "--no-check", "--frozen", "--lock=deno.lock", "--no-prompt", "--allow-net=127.0.0.1"];
  await using process = spawn(["run", ...flags, "tests/live/watched.ts"]);
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const page = new Listener((await reader.read()).value!.trim());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), 20_000));
  const ended = await Promise.race([process.status, late]);
  clearTimeout(timer);
  await page.close();
  await Promise.all([reader.cancel(), process.stderr.cancel()]);
  assert.notEqual(ended, "late");
  assert.equal(page.messages.flat().length, 1);
});
