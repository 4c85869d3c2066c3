/**
 * A plan whose trials try to do what trials may not.
 *
 * What each managed is in its metrics: 1 where it got through, 0 where it did not. Some forge messages to the coordinator.
 *
 * @module
 */
import { defineSweep } from "../../../lib/sweep/plan.ts";

/** Where a trial tries to write and to read; the test says so in the plan's own address. */
const [folder = "/nowhere", port = "1"] = (new URL(import.meta.url).searchParams.get("at") ?? "").split("|");

const attempts: Record<string, () => unknown> = {
  "read-passwords": () => Deno.readTextFileSync("/etc/passwd"),
  "read-home": () => [...Deno.readDirSync(Deno.env.get("HOME") ?? "/root")],
  "read-environment-of-parent": () => Deno.readTextFileSync("/proc/self/environ"),
  "read-store": () => Deno.readFileSync(`${folder}/out/sweep.db`),
  "write-store": () => Deno.writeTextFileSync(`${folder}/out/index.html`, "owned"),
  "write-beside": () => Deno.writeTextFileSync(`${folder}/owned`, "owned"),
  "write-checkout": () => Deno.writeTextFileSync(new URL("./owned.ts", import.meta.url), "owned"),
  "write-temporary": () => Deno.makeTempFileSync(),
  "read-password": () => Deno.env.get("NATS_PASSWORD"),
  "read-all-variables": () => Deno.env.toObject(),
  "run": () => new Deno.Command(Deno.execPath(), { args: ["--version"] }).outputSync(),
  "run-shell": () => new Deno.Command("sh", { args: ["-c", "true"] }).outputSync(),
  "kill": () => Deno.kill(Deno.ppid, "SIGKILL"),
  "listen": () => Deno.listen({ port: 0 }).close(),
  "connect": async () => (await Deno.connect({ port: Number(port), hostname: "127.0.0.1" })).close(),
  "fetch": async () => await (await fetch(`http://127.0.0.1:${port}/`)).text(),
  "import-remote": async () => await import(`http://127.0.0.1:${port}/module.ts`),
  "import-file": async () => await import(`file://${folder}/secret.ts`),
  "open-library": () => Deno.dlopen("libc.so.6", {}),
  "worker": async () => {
    const source = `Deno.writeTextFileSync(${JSON.stringify(`${folder}/owned`)}, "owned"); postMessage(1)`;
    const worker = new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: "module" });
    return await new Promise((resolve, reject) => {
      worker.onmessage = resolve;
      worker.onerror = (event) => {
        event.preventDefault();
        reject(event.error);
      };
    });
  },
};

/** What a forged record says. */
const record = (more: Record<string, unknown>) => ({
  status: "done",
  metrics: { through: 1 },
  steps: [],
  artefacts: [],
  error: null,
  data: {},
  environment: null,
  began: new Date().toISOString(),
  seconds: 1,
  ...more,
});

const artefact = (name: string) => [{ name, type: "text/plain", data: btoa("owned") }];
const odd = {
  "climbs": record({ artefacts: artefact("../../../../owned") }),
  "absolute": record({ artefacts: artefact(`${folder}/owned`) }),
  "backslashes": record({ artefacts: artefact("..\\..\\owned") }),
  "null-record": null,
  "odd-status": record({ status: "splendid" }),
  "object-metric": record({ metrics: { through: { valueOf: 1 } } }),
  "text-metric": record({ metrics: { through: "1" } }),
  "infinite-step": record({ steps: [[1, "through", "much"]] }),
  "twice": record({ artefacts: [...artefact("a"), ...artefact("a")] }),
  "surrogates": record({ metrics: { [String.fromCharCode(0xd800)]: 1, [String.fromCharCode(0xdfff)]: 2 } }),
};

/** What a forged checkpoint says. */
const checkpoint = (more: Record<string, unknown>) => {
  const { status: _, metrics: __, error: ___, ...rest } = record({});
  const environment = { device: "cpu", description: "", threads: 1, system: "", versions: {} };
  return { ...rest, environment, fit: 0, learner: btoa("owned"), ...more };
};

/** Forged checkpoints: under a name that leads out, with a file that does, too long, of another trial, and one of the right form. */
const checkpoints: Record<string, (id: string) => Record<string, unknown>> = {
  "post-checkpoint-climbs": () => ({ trial: "../../../owned", checkpoint: checkpoint({}) }),
  "post-checkpoint-artefact": (trial) => ({ trial, checkpoint: checkpoint({ artefacts: artefact("../owned") }) }),
  "post-checkpoint-long": (trial) => ({ trial, checkpoint: checkpoint({ learner: "A".repeat(2 ** 27 + 4) }) }),
  "another-checkpoint": () => ({ trial: "0".repeat(32), checkpoint: checkpoint({}) }),
  "own-checkpoint": (trial) => ({ trial, checkpoint: checkpoint({}) }),
};

/** Posts to the process around this thread, as the thread's own module does. */
const post = (message: unknown) => (self as unknown as { postMessage(message: unknown): void }).postMessage(message);

/** Writes to the coordinator, as that process does. */
function write(message: unknown): void {
  const bytes = new TextEncoder().encode(`\x1e${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

export default defineSweep({
  name: "hostile",
  grid: {
    what: [
      "well",
      ...Object.keys(attempts),
      ...Object.keys(odd).flatMap((name) => [`post-${name}`, `write-line-${name}`]),
      "another-trial",
      "no-json",
      "half-a-line",
      "renames-the-sweep",
      "post-checkpoint-climbs",
      "post-checkpoint-artefact",
      "post-checkpoint-long",
      "another-checkpoint",
      "own-checkpoint",
    ],
  },
  attempts: 1,
  timeout: 20,
  trial: async ({ what }, ctx) => {
    const attempt = attempts[what];
    if (attempt) {
      try {
        await attempt();
        return { through: 1 };
      } catch {
        return { through: 0 };
      }
    }
    const name = what.replace(/^(post|write-line)-/, "") as keyof typeof odd;
    if (name in odd) {
      (what.startsWith("post") ? post : write)({ type: "record", trial: ctx.id, record: odd[name] });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    if (what === "another-trial") {
      post({ type: "record", trial: "0".repeat(32), record: record({}) });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    if (what in checkpoints) {
      post({ type: "checkpoint", ...checkpoints[what]!(ctx.id) });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    if (what === "no-json") {
      Deno.stdout.writeSync(new TextEncoder().encode("\x1e{\n"));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    if (what === "half-a-line") Deno.stdout.writeSync(new TextEncoder().encode("no end of line"));
    if (what === "renames-the-sweep") {
      const plan = { name: "../../owned", trials: [] };
      write({ type: "ready", introduction: { plan, code: {}, device: "cpu" } });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return { through: 0 };
  },
});
