/**
 * Sonde by URL: a script in an empty folder, with an empty cache and no permission beyond the import itself, imports `mod.ts` over http,
 * trains, and exits by itself.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { isPublished } from "./published.ts";
import { ROOT } from "./tasks/command.ts";

const TYPES: Readonly<Record<string, string>> = {
  ts: "application/typescript",
  js: "text/javascript",
  wgsl: "text/plain",
  wasm: "application/wasm",
  json: "application/json",
};

/** Serves on loopback what would be published, and nothing else. */
function serve(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const path = new URL(request.url).pathname;
    try {
      if (!isPublished(path.slice(1))) throw new Deno.errors.NotFound(path);
      const body = await Deno.readFile(join(ROOT, path));
      return new Response(body, { headers: { "content-type": TYPES[path.split(".").at(-1)!] ?? "text/plain" } });
    } catch {
      return new Response("not found", { status: 404 });
    }
  });
}

/** A small training; prints its losses' first and last, and the device that it ran on. */
const script = (url: string, device: string, threads: string) => `
import { accuracy, data, device, F, Learner, lessons, nn, setDefaultDevice, setSeed } from "${url}/mod.ts";

setDefaultDevice(device("${device}"${threads}));
setSeed(1);
const dls = data.DataLoaders.fromRaw(await data.loadRaw("garments"), { batchSize: 64, limit: 512 });
const model = lessons.initWeights(lessons.getModel());
if (!(model instanceof nn.Module)) throw new Error("not a module");
const losses: number[] = [];
const learn = Learner.of(model, dls).loss(F.crossEntropy).lr(0.1).metrics({ accuracy });
learn.cbs.at(-1).log = (row: { loss: number; train: string }) => { if (row.train === "train") losses.push(row.loss); };
await learn.fit(2);
console.log(JSON.stringify({ losses, kind: model.device.kind }));
`;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runByUrl(device: string, threads = ""): Promise<Ran> {
  const server = serve();
  const folder = await Deno.makeTempDir({ prefix: "sonde-url-" });
  try {
    const url = `http://127.0.0.1:${server.addr.port}`;
    await Deno.mkdir(join(folder, "empty"));
    await Deno.writeTextFile(join(folder, "empty", "script.ts"), script(url, device, threads));
    // Where npm packages come from is the user's own setting, which Deno reads from the environment and the home folder.
    const npm = Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => /^npm_config_/i.test(name)));
    const kept = ["PATH", "HOME", "LD_LIBRARY_PATH", "VK_ICD_FILENAMES", "XDG_RUNTIME_DIR"]
      .flatMap((name) => Deno.env.has(name) ? [[name, Deno.env.get(name)!]] : []);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", `--allow-import=127.0.0.1:${server.addr.port}`, "script.ts"],
      cwd: join(folder, "empty"),
      clearEnv: true,
      env: {
        ...npm,
        ...Object.fromEntries(kept),
        DENO_DIR: join(folder, "cache"),
        NO_COLOR: "1",
        DENO_NO_UPDATE_CHECK: "1",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const overdue = setTimeout(() => child.kill("SIGKILL"), 600_000);
    const { code, stdout, stderr } = await child.output();
    clearTimeout(overdue);
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

function assertTrained({ code, stdout, stderr }: Ran, kind: string): void {
  assert.equal(code, 0, stderr);
  const result = JSON.parse(stdout.trim().split("\n").at(-1)!) as { losses: number[]; kind: string };
  assert.equal(result.kind, kind);
  assert.equal(result.losses.length, 2);
  assert.ok(result.losses[1]! < result.losses[0]!, `the loss did not fall: ${result.losses}`);
  assert.doesNotMatch(stderr, /NotCapable|Requires|denied|permission/i);
}

/** Which devices the tests are to run on, if that was said; `webgpu` is then required where it is named. */
const wanted = Deno.env.get("SONDE_TEST_DEVICES")?.split(",").map((name) => name.trim());
const hasAdapter = await navigator.gpu?.requestAdapter().then((adapter) => adapter !== null, () => false) ?? false;

Deno.test("by URL: trains on the cpu with one thread and with two, and exits", async () => {
  const [one, two] = [await runByUrl("cpu", ", { threads: 1 }"), await runByUrl("cpu", ", { threads: 2 }")];
  assertTrained(one, "cpu");
  assertTrained(two, "cpu");
  assert.equal(one.stdout, two.stdout, "threads changed the result");
});

Deno.test({
  name: "by URL: trains on webgpu, and exits",
  ignore: wanted ? !wanted.includes("webgpu") : !hasAdapter,
  fn: async () => assertTrained(await runByUrl("webgpu"), "webgpu"),
});
