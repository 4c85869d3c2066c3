/** docs/inference.md keeps its word: its four files are run as they stand, with the permissions that the page gives them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { run, spawn } from "./tasks/command.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const page = Deno.readTextFileSync(join(ROOT, "docs/inference.md"));

/** Permissions that the page gives a script. */
function permissionsOf(script: string): string[] {
  const [, options] = page.match(new RegExp(`^    deno run (--.*) ${script}`, "m"))!;
  return options!.split(" ");
}

interface Place {
  readonly cwd: string;
  /** `deno run` with a script's own permissions, and those of a test's port. */
  args(script: string, ...more: string[]): string[];
}

async function inPlace(body: (place: Place) => Promise<void>): Promise<void> {
  const cwd = await Deno.makeTempDir({ prefix: "sonde-inference-" });
  try {
    const files = [...page.matchAll(/^```ts\n(\/\/ (\w+\.ts)\n[\s\S]*?)^```/gm)];
    assert.deepEqual(files.map(([, , name]) => name), ["model.ts", "train.ts", "predict.ts", "serve.ts"]);
    for (const [, code, name] of files) {
      const address = pathToFileURL(join(ROOT, "mod.ts")).href;
      await Deno.writeTextFile(join(cwd, name!), code!.replace('"./mod.ts"', JSON.stringify(address)));
    }
    const base = ["run", "--quiet", "--no-prompt", "--config", join(ROOT, "deno.json")];
    await body({ cwd, args: (script, ...more) => [...base, ...permissionsOf(script), script, ...more] });
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

/** Starts the server on a port that is free, and asks it. @returns what it wrote to stderr */
async function serving({ cwd, args }: Place, body: (address: string) => Promise<void>): Promise<string> {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 }), { port } = probe.addr as Deno.NetAddr;
  probe.close();
  const given = args("serve.ts", String(port)).map((arg) => arg.replace("127.0.0.1:8000", `127.0.0.1:${port}`));
  const child = spawn(given, { cwd }), stderr = new Response(child.stderr).text();
  const stdout = new Response(child.stdout).text();
  let ended = false;
  child.status.then(() => ended = true);
  try {
    const address = `http://127.0.0.1:${port}`;
    while (!await fetch(address).then((response) => response.text(), () => undefined)) {
      if (ended) assert.fail(`the server ended: ${await stderr}`);
      await new Promise((go) => setTimeout(go, 50));
    }
    await body(address);
  } finally {
    child.kill("SIGKILL");
    await Promise.all([child.status, stdout]);
  }
  return (await stderr).replace(/^Listening on .*\n/, "");
}

Deno.test("docs/inference.md: train, predict and serve, as a stranger would", () =>
  inPlace(async (place) => {
    const { cwd, args } = place;
    const missing = await run(args("predict.ts", "0", "0"), { cwd });
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /Cannot read .*circle\.safetensors: there is no such file/);

    const trained = await run(args("train.ts"), { cwd });
    assert.equal(trained.code, 0, trained.stderr);
    assert.ok(Number(trained.stdout.match(/accuracy ([\d.]+)/)![1]) > 0.95, trained.stdout);

    const asked = await Promise.all(
      [["0.1", "0.2"], ["1.5", "-1.5"], ["x", "1"]].map((p) => run(args("predict.ts", ...p), { cwd })),
    );
    assert.match(asked[0]!.stdout, /^inside: (9\d|100)%$/m, asked[0]!.stderr);
    assert.match(asked[1]!.stdout, /^inside: \d%$/m);
    assert.deepEqual([asked[2]!.code, asked[2]!.stderr.trim()], [2, "Usage: predict.ts X Y"]);

    const stderr = await serving(place, async (address) => {
      const post = async (body: BodyInit, init: RequestInit = {}) => {
        const response = await fetch(`${address}/predict`, { method: "POST", body, ...init });
        return [response.status, await response.json()] as [number, { inside?: number[]; error?: string }];
      };
      const good = JSON.stringify({ points: [[0.1, 0.2], [1.5, -1.5]] });
      const [status, { inside }] = await post(good);
      assert.equal(status, 200);
      assert.ok(inside!.length === 2 && inside![0]! > 0.9 && inside![1]! < 0.1, String(inside));

      const points = (value: unknown) => JSON.stringify({ points: value });
      const bad: [BodyInit, number, RegExp][] = [
        ["", 400, /^expected JSON, such as/],
        ["points", 400, /^expected JSON, such as/],
        [Uint8Array.of(0xff, 0, 0x7b), 400, /^expected JSON, such as/],
        ["null", 400, /^expected \{"points": \[…\]\}$/],
        ["[[0, 0]]", 400, /^expected \{"points": \[…\]\}$/],
        [points([]), 400, /^expected 1 to 1000 points, found 0$/],
        [points([[0, 0], [1]]), 400, /^point 1: expected two numbers, \[x, y\], of at most 1000000$/],
        [points([[0, 0, 0]]), 400, /^point 0: /],
        [points([["0", 0]]), 400, /^point 0: /],
        [points([[null, 0]]), 400, /^point 0: /],
        [points([[0, 0], [-1e39, 0]]), 400, /^point 1: /], // more than a float32 holds
        [points(Array(1001).fill([0, 0])), 400, /^expected 1 to 1000 points, found 1001$/],
        [points(Array(100_000).fill([0, 0])), 413, /^expected at most 65536 bytes$/],
      ];
      for (const [body, status, message] of bad) {
        const [found, { error }] = await post(body);
        assert.equal(found, status, String(message));
        assert.match(error!, message);
      }
      // A body without an end, whose length nobody says.
      let sent = 0;
      const endless = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          if ((sent += 16_384) > 2 ** 26) controller.error(new Error("64 MB were taken"));
          else controller.enqueue(new Uint8Array(16_384).fill(0x20));
        },
      });
      const tooMuch = await post(endless).catch((error: Error) => [413, { error: String(error) }] as const);
      assert.equal(tooMuch[0], 413);
      assert.ok(sent < 2 ** 26, `${sent} bytes`);

      const elsewhere = await fetch(`${address}/`), got = await fetch(`${address}/predict`);
      assert.deepEqual([elsewhere.status, got.status], [404, 405]);
      await Promise.all([elsewhere.body?.cancel(), got.body?.cancel()]);
      // It lives on, and many at once get their own answers.
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => post(points(Array(i + 1).fill(i % 2 ? [0.1, 0.2] : [1.5, -1.5])))),
      );
      for (const [i, [status, { inside: found }]] of answers.entries()) {
        assert.equal(status, 200);
        assert.equal(found!.length, i + 1);
        for (const chance of found!) assert.ok(Math.abs(chance - inside![i % 2 ? 0 : 1]!) < 1e-6);
      }
    });
    // Drivers of software Vulkan have words of their own, where no desktop runs.
    const words = stderr.split("\n").filter((line) => line && !line.includes("XDG_RUNTIME_DIR"));
    assert.deepEqual(words, [], "nothing of that is a fault of the server");
  }));
