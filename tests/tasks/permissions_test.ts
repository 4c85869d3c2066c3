/**
 * What tasks may do: SECURITY.md's tables against deno.json, and against what the second processes are given.
 *
 * @module
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { PUBLISHED } from "../../lib/data/published.ts";
import { flags, type Permissions } from "../../tasks/flags.ts";
import {
  jupyterPermissions,
  lessonPermissions,
  NATS_VARIABLES,
  reportPermissions,
  runsPermissions,
  sweepPermissions,
  trialPermissions,
  VARIABLES,
} from "../../tasks/permissions.ts";
import { namedFolders, readRequest } from "../../tasks/lesson/request.ts";
import { startArguments } from "../../tasks/start.ts";
import { ROOT, run } from "./command.ts";

/** A command of deno.json without the variables that it sets. */
const bare = (command: string) => command.replace(/^([A-Z0-9_]+=\S+ )+/, "");

const SECURITY = await Deno.readTextFile(join(ROOT, "SECURITY.md"));

/** The rows of the table whose heading begins so. */
function table(first: string): string[][] {
  const [, body = ""] = SECURITY.split(new RegExp(`^\\| ${first} \\|.*\\n\\|[-| ]+\\|\\n`, "m"));
  const rows = body.split("\n\n")[0]!.split("\n").filter((line) => line.startsWith("|"));
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}

Deno.test("SECURITY.md: what each task may do is what deno.json has; its locks are frozen, and programs' names quoted", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))) as {
    tasks: Record<string, { command: string }>;
  };
  const held = Object.entries(tasks).filter(([, { command }]) => /^deno (run|test) /.test(bare(command))).map((
    [name, { command }],
  ) => [
    name,
    `\`${
      [...command.replaceAll(/"\$\(deno eval -p 'Deno\.execPath\(\)'\)"/g, "DENO").matchAll(/--allow-[a-z]+(=\S+)?/g)]
        .map(([option]) => option).join(" ")
    }\``,
  ]);
  assert.deepEqual(table("task"), held);
  for (const [name, { command }] of Object.entries(tasks)) {
    if (!/^deno (run|test) /.test(bare(command))) continue;
    assert.match(command, / --no-prompt /, name);
    assert.match(command, / --frozen --lock=(tasks\/)?deno\.lock /, name);
    assert.doesNotMatch(command, /[^"]\$\(|--allow-a[l]l|-A\b/, name);
  }
});

/** Runs something with these variables and no others of the library's. */
async function withVariables<T>(variables: Record<string, string>, body: () => Promise<T>): Promise<T> {
  const names = [...VARIABLES, ...NATS_VARIABLES], before = names.map((name) => [name, Deno.env.get(name)] as const);
  for (const name of names) Deno.env.delete(name);
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  try {
    return await body();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

Deno.test("SECURITY.md: what the second processes may do is what they are given", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde-permissions-" });
  try {
    const names = ["out", "kept", "data", "home", "full", "key", "kernel", "page"];
    const [out, kept, data, home, full, key, kernel, page] = names.map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const written = (...args: string[]) => namedFolders(readRequest(args)).map(({ path }) => path);
    for (const [name, { files }] of Object.entries(PUBLISHED)) {
      for (const { file } of Object.values(files)) {
        await Deno.mkdir(join(full, "sonde", name), { recursive: true });
        await Deno.writeTextFile(join(full, "sonde", name, file), "");
      }
    }
    await Deno.mkdir(join(folder, "plans"));
    const plan = join(folder, "plans", "plan.ts"), module = join(folder, "module.ts");
    await Deno.writeTextFile(plan, `import "../module.ts"; import "${pathToFileURL(join(ROOT, "mod.ts"))}";`);
    await Deno.writeTextFile(module, "");
    const none = { HOME: home, XDG_CACHE_HOME: home }, cached = { ...none, XDG_CACHE_HOME: full };
    const server = "host:4222", secrets = { ...none, NATS_CREDS: key };
    const published = ["mnist", "fashion-mnist"] as const, trial = () => trialPermissions(pathToFileURL(plan));
    const processes: [string, Record<string, string>, () => Promise<Permissions>][] = [
      ["lesson", none, () => lessonPermissions([out], [])],
      [
        "lesson, on published data that SONDE_DATA has",
        { ...none, SONDE_DATA: data },
        () => lessonPermissions([out], published),
      ],
      ["lesson, on published data that the cache has", cached, () => lessonPermissions([out], published)],
      ["lesson, on published data that is to be fetched", none, () => lessonPermissions([out], published)],
      ["lesson --json", none, () => lessonPermissions(written("--json"), [])],
      ["lesson --json --resume", none, () => lessonPermissions(written("--json", "--resume", kept), [])],
      ["lesson --json --keep", none, () => lessonPermissions(written("--json", "--keep", kept), [])],
      ["lesson --live", none, () => lessonPermissions([out], [], readRequest(["--live", "8123"]).live)],
      ["report", none, () => Promise.resolve(reportPermissions(out))],
      ["runs", none, () => Promise.resolve(runsPermissions({ folder: out, html: undefined }))],
      ["runs --html", none, () => Promise.resolve(runsPermissions({ folder: out, html: join(page, "a.html") }))],
      ["sweep", secrets, () => Promise.resolve(sweepPermissions(out, []))],
      ["sweep --live", secrets, () => Promise.resolve(sweepPermissions(out, [], 8123))],
      ["sweep --nats, and worker", secrets, () => Promise.resolve(sweepPermissions(out, [server]))],
      ["jupyter", none, () => Promise.resolve(jupyterPermissions(kernel))],
      ["trial", { ...none, SONDE_DATA: data }, trial],
      ["trial, with published data that is to be fetched", none, trial],
    ];
    const hosts = [
      ...Object.values(PUBLISHED).flatMap(({ sources }) => sources.map((url) => new URL(url).hostname)),
      "raw.githubusercontent.com",
    ]; // deno-fmt-ignore
    const words: [string, readonly string[]][] = [
      ["OUT", [out]],
      ["KEPT", [kept]],
      ["LOCK", [join(ROOT, "deno.lock")]],
      ["KEYS", [key]],
      ["CHECKOUT", [ROOT]],
      ["KERNEL", [kernel]],
      ["PAGE", [page]],
      ["PLAN", [plan, module]],
      ["DATA", [data]],
      ["CACHE", [join(home, "sonde")]],
      ["CACHE", [join(full, "sonde")]],
      ["PUBLISHERS", hosts],
      ["SERVERS", [server]],
      ["127.0.0.1:PORT", ["127.0.0.1:8123"]],
      ["LIBRARY", VARIABLES],
      ["NATS", NATS_VARIABLES],
      ["DENO", [Deno.execPath()]],
    ];
    const inWords = (names: readonly string[] = []) => {
      const left = new Set(names), said: string[] = [];
      for (const [word, all] of words) {
        if (!all.every((name) => left.has(name))) continue;
        for (const name of all) left.delete(name);
        said.push(word);
      }
      return [...said, ...left].join(", ");
    };
    const rows: string[][] = [];
    for (const [name, variables, permissions] of processes) {
      const { read, write, net, env, run, imports } = await withVariables(variables, permissions);
      assert.deepEqual(imports ?? [], [], name);
      rows.push([name, ...[read, write, net, env, run].map(inWords)]);
    }
    assert.deepEqual(table("process"), rows);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("trialPermissions(): modules from the network come from the hosts that the plan's own sources name", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde-permissions-" });
  try {
    const plan = join(folder, "plan.ts");
    await Deno.writeTextFile(
      plan,
      `import a from "https://example.org/a.ts"; import "./b.ts"; const c = "https://example.com";`,
    );
    await Deno.writeTextFile(join(folder, "b.ts"), `await import("https://example.net:8000/b.ts")`);
    const { imports, read } = await trialPermissions(pathToFileURL(plan));
    assert.deepEqual([...imports!].sort(), ["example.net:8000", "example.org"]);
    assert.ok(read!.includes(join(folder, "b.ts")) && !read!.includes(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("flags(): names with spaces stay one name, and names with commas are refused", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde with spaces " });
  try {
    await Deno.writeTextFile(join(folder, "secret"), "here");
    const script = join(folder, "script.ts");
    await Deno.writeTextFile(
      script,
      `const state = (path) => Deno.permissions.querySync({ name: "read", path }).state;
       console.log(Deno.readTextFileSync(${JSON.stringify(join(folder, "secret"))}), state(${
        JSON.stringify(dirname(folder))
      }), state("/etc"));`,
    );
    const { stdout, stderr } = await run(["run", ...flags({ read: [folder] }), script]);
    assert.equal(stdout.trim(), "here prompt prompt", stderr);
    for (const name of ["/tmp/a,/etc", ""]) {
      assert.throws(() => flags({ write: [name] }), /cannot hold a name with a comma/);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "a second process may do what it was given, and nothing else",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "sonde-permissions-" });
    try {
      const out = join(folder, "out");
      await Deno.mkdir(out);
      const probe = new URL("./probe.ts", import.meta.url);
      const [, ...args] = startArguments(probe, reportPermissions(out), [out, folder]);
      const { code, stdout, stderr } = await run(["run", "--no-check", ...args]);
      assert.equal(code, 0, stderr);
      assert.deepEqual(JSON.parse(stdout), ["read-out", "write-out", "env-SONDE_DEBUG"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "lesson, from a Deno in a folder whose name has spaces",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "a folder with spaces " });
    try {
      const deno = join(folder, "deno");
      await Deno.copyFile(Deno.execPath(), deno);
      const python = "import os, sys; os.execv(sys.argv[1], sys.argv[1:])";
      const { code, stdout, stderr } = await new Deno.Command("python3", {
        args: ["-c", python, deno, "task", "--quiet", "lesson", "list", "--json"],
        cwd: ROOT,
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      assert.match(new TextDecoder().decode(stdout), /"run":"A1"/);
      const trained = await new Deno.Command("python3", {
        args: [
          "-c",
          python,
          deno,
          "task",
          "--quiet",
          "lesson",
          "--runs",
          "A4",
          "--device",
          "cpu",
          "--limit",
          "64",
          "--epochs",
          "1",
          "--json",
        ], // deno-fmt-ignore
        cwd: ROOT,
      }).output();
      assert.equal(trained.code, 0, new TextDecoder().decode(trained.stderr));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** A script that starts another as tasks do. */
const starter = (module: string) =>
  `import { startAgain } from ${JSON.stringify(new URL("../../tasks/start.ts", import.meta.url).href)};
   await startAgain(new URL(${JSON.stringify(module)}), {}, []);`;

for (
  const [name, body, signal, expected] of [
    ["its exit code is passed on", "Deno.exit(7)", undefined, 7],
    ["SIGINT reaches it", `Deno.addSignalListener("SIGINT", () => Deno.exit(5)); console.log("ready");`, "SIGINT", 5],
    [
      "SIGTERM reaches it",
      `Deno.addSignalListener("SIGTERM", () => Deno.exit(6)); console.log("ready");`,
      "SIGTERM",
      6,
    ],
    ["it ends when the first is killed", `console.log("ready"); setInterval(() => {}, 1000);`, "SIGKILL", 137],
  ] as const
) {
  Deno.test({
    name: `startAgain(): ${name}`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "sonde-start-" });
      try {
        const parent = new URL("../../tasks/start.ts", import.meta.url).href, module = join(folder, "second.ts");
        await Deno.writeTextFile(
          module,
          `import { endWithParent } from ${JSON.stringify(parent)}; endWithParent();
           console.log("pid " + Deno.pid); ${body}; setTimeout(() => {}, 60_000);`,
        );
        await Deno.writeTextFile(join(folder, "first.ts"), starter(pathToFileURL(module).href));
        const first = new Deno.Command(Deno.execPath(), {
          args: ["run", "--no-prompt", "--no-lock", `--allow-run=${Deno.execPath()}`, join(folder, "first.ts")],
          stdin: "null",
          stdout: "piped",
          stderr: "inherit",
        }).spawn();
        let said = "";
        for await (const text of first.stdout.pipeThrough(new TextDecoderStream())) {
          said += text;
          if (signal && said.includes("ready")) first.kill(signal);
        }
        // Its output has ended: so have both processes.
        assert.match(said, /^pid \d+/);
        assert.equal((await first.status).code, expected);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

Deno.test("mutants: a few of each kind are taken, or refused by an error that is meant for them", async () => {
  const { code, stdout, stderr } = await run(["task", "--quiet", "mutants", "--count", "300"]);
  assert.equal(code, 0, stdout + stderr);
  const kinds = ["idx", "gzip", "store", "messages", "notebooks", "states", "safetensors", "checkpoints", "lines"];
  for (const kind of kinds) {
    assert.match(stdout, new RegExp(`^${kind}: 300 mutants: \\d+ taken, \\d+ refused, 0 defects`, "m"));
  }
  assert.equal(fileURLToPath(new URL("../..", import.meta.url)), ROOT);
});
