import assert from "node:assert/strict";
import { join } from "node:path";
import { interrupted, run, task } from "./command.ts";

const wanted = Deno.env.get("SONDE_TEST_DEVICES")?.split(",").map((name) => name.trim());
const hasAdapter = await navigator.gpu?.requestAdapter().then((adapter) => adapter !== null, () => false) ?? false;
const noWebgpu = wanted ? !wanted.includes("webgpu") : !hasAdapter;

const TINY = ["--limit", "512", "--epochs", "1"];

/** A line of `--json` as DESIGN gives it. */
interface Line {
  lesson: string;
  run: string;
  seed: number;
  device: string;
  threads: number | null;
  dataset: string;
  epoch: number;
  phase: "train" | "eval";
  loss: number | null;
  accuracy: number | null;
  seconds: number;
}

const KEYS = ["lesson", "run", "seed", "device", "threads", "dataset", "epoch", "phase", "loss", "accuracy", "seconds"];

function parse(lines: readonly string[]): Line[] {
  return lines.map((line) => {
    const row = JSON.parse(line) as Line;
    assert.deepEqual(Object.keys(row), KEYS);
    return row;
  });
}

Deno.test("lesson --json: one object a line as each phase ends, and nothing else", async () => {
  const args = [
    "initialization",
    "--runs",
    "A1,A4",
    "--device",
    "cpu",
    "--threads",
    "2",
    "--seed",
    "7",
    "--seeds",
    "2",
  ];
  const { code, lines, stderr } = await task("lesson", [...args, ...TINY, "--json"]);
  assert.equal(code, 0, stderr);
  const rows = parse(lines);
  assert.deepEqual(
    rows.map(({ run, seed, epoch, phase }) => `${run} ${seed} ${epoch} ${phase}`),
    ["A1", "A4"].flatMap((run) =>
      [7, 8].flatMap((seed) => ["train", "eval"].map((phase) => `${run} ${seed} 0 ${phase}`))
    ),
  );
  for (const row of rows) {
    assert.equal(row.lesson, "initialization");
    assert.equal(row.device, "cpu");
    assert.equal(row.threads, 2);
    assert.equal(row.dataset, "garments");
    assert.ok(row.loss! > 0 && row.loss! < 20);
    assert.ok(row.accuracy! >= 0 && row.accuracy! <= 1);
    assert.ok(row.seconds > 0);
  }
});

Deno.test("lesson --json: the same seed gives the same figures, for any number of threads; another seed others", async () => {
  const figures = async (seed: string, threads: string) => {
    const args = ["--runs", "A4", "--device", "cpu", "--threads", threads, "--seed", seed, ...TINY, "--json"];
    const { code, lines, stderr } = await task("lesson", args);
    assert.equal(code, 0, stderr);
    return parse(lines).map(({ loss, accuracy }) => [loss, accuracy]);
  };
  const first = await figures("3", "1");
  assert.deepEqual(await figures("3", "2"), first);
  assert.notDeepEqual(await figures("4", "2"), first);
});

Deno.test({
  name: "lesson --device webgpu: trains",
  ignore: noWebgpu,
  async fn() {
    const { code, lines, stderr } = await task("lesson", ["--runs", "A4", "--device", "webgpu", ...TINY, "--json"]);
    assert.equal(code, 0, stderr);
    const rows = parse(lines);
    assert.equal(rows.length, 2);
    assert.deepEqual(rows.map(({ device, threads }) => [device, threads]), [["webgpu", null], ["webgpu", null]]);
  },
});

Deno.test("lesson --losses: a line more for each seed; --rng torch begins from other weights", async () => {
  const args = ["--runs", "A4", "--device", "cpu", "--limit", "3000", "--epochs", "1", "--json", "--losses", "2"];
  const [own, torch] = await Promise.all([args, [...args, "--rng", "torch"]].map(async (given) => {
    const { code, lines, stderr } = await task("lesson", given);
    assert.equal(code, 0, stderr);
    parse(lines.slice(0, 2));
    const { losses, ...of } = JSON.parse(lines[2]!) as Line & { losses: number[] };
    assert.deepEqual(Object.keys(of), KEYS.slice(0, 6));
    assert.equal(lines.length, 3);
    return losses;
  }));
  assert.deepEqual([own!.length, torch!.length], [2, 2]); // of three steps
  assert.notDeepEqual(own, torch);
});

Deno.test({
  name: "lesson --dataset published: gives a run its document's data",
  ignore: !Deno.env.get("SONDE_DATA"),
  async fn() {
    const args = ["--dataset", "published", "--runs", "A3", "--device", "cpu", ...TINY, "--json"];
    const { code, lines, stderr } = await task("lesson", args);
    assert.equal(code, 0, stderr);
    assert.deepEqual(parse(lines).map(({ dataset }) => dataset), ["fashion-mnist", "fashion-mnist"]);
  },
});

Deno.test("lesson: prints tables and writes a report that stands alone", async () => {
  const out = await Deno.makeTempDir({ prefix: "sonde-lesson-" });
  try {
    const { code, stdout, stderr } = await task("lesson", [
      "--runs",
      "A2,A4",
      "--device",
      "cpu",
      ...TINY,
      "--out",
      join(out, "r"),
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /accuracy +loss +epoch +train/);
    assert.match(stdout, /^A4 +general ReLU/m);
    assert.doesNotMatch(stdout, /published/);
    const path = join(out, "r", "index.html");
    assert.ok(stdout.includes(`Report: ${path}`), stdout);
    const page = await Deno.readTextFile(path);
    assert.ok(page.startsWith("<!doctype html>"));
    // Two at a glance; loss, accuracy, histograms, sparsity, units that are off and statistics of each run; two networks.
    assert.equal(page.match(/<svg/g)?.length, 16);
    assert.doesNotMatch(page, /<script|<link[^>]+href="http|src="http|@import|url\(http/);
    assert.deepEqual([...Deno.readDirSync(join(out, "r"))].map(({ name }) => name), ["index.html"]);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("lesson: a report that cannot be written is a failure with code 1 and one line", async () => {
  const out = await Deno.makeTempDir({ prefix: "sonde-lesson-" });
  await Deno.mkdir(join(out, "r", "index.html"), { recursive: true }); // is in the report's way
  try {
    const { code, stderr } = await task("lesson", [
      "--runs",
      "A1",
      "--device",
      "cpu",
      ...TINY,
      "--out",
      join(out, "r"),
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /^lesson: Cannot write the report .*index\.html: /m);
    assert.doesNotMatch(stderr, /^ +at /m);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("lesson: data that is not there is a failure with code 1 that says what to do", async () => {
  const data = await Deno.makeTempDir({ prefix: "sonde-data-" });
  try {
    const args = ["--dataset", "fashion-mnist", "--runs", "A1", "--device", "cpu", ...TINY, "--json"];
    const { code, stdout, stderr } = await task("lesson", args, { env: { SONDE_DATA: data } });
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^lesson: .*(fashion-mnist|SONDE_DATA)/m);
    assert.doesNotMatch(stderr, /^ +at /m);
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

Deno.test({
  name: "lesson: Ctrl-C ends the fit, cleans up, and exits with 130",
  ignore: Deno.build.os === "windows",
  async fn() {
    const args = [
      "--quiet",
      "lesson",
      "--runs",
      "A4",
      "--device",
      "cpu",
      "--limit",
      "4096",
      "--epochs",
      "1000",
      "--json",
    ];
    const { code, stdout, stderr } = await interrupted(["task", ...args], /\n/);
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^lesson: interrupted; no report was written$/m);
    assert.ok(parse(stdout.trim().split("\n")).length >= 1);
  },
});

Deno.test({
  name: "lesson: after Ctrl-C there is a report of the epochs that were finished",
  ignore: Deno.build.os === "windows",
  async fn() {
    const out = await Deno.makeTempDir({ prefix: "sonde-lesson-" });
    try {
      const size = ["--limit", "512", "--epochs", "1000"];
      const args = ["task", "--quiet", "lesson", "--runs", "A4,A2", "--device", "cpu", "--out", out, ...size];
      const { code, stderr } = await interrupted(args, / eval\n/);
      assert.equal(code, 130, stderr);
      assert.match(stderr, /^fit cancelled$/m);
      assert.match(stderr, /^lesson: interrupted; what was finished is in .*index\.html$/m);
      const page = await Deno.readTextFile(join(out, "index.html"));
      assert.match(page, /\(interrupted\)/);
      assert.match(page, />A2</);
      assert.doesNotMatch(page, />A4</, "a run that was not begun");
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});

Deno.test("lesson: trains without fetching a package, on a machine that never ran it", async () => {
  const cache = await Deno.makeTempDir({ prefix: "sonde-cache-" });
  try {
    const args = ["task", "lesson", "--runs", "A4", "--device", "cpu", ...TINY, "--json"];
    const { code, stderr } = await run(args, { env: { DENO_DIR: cache } });
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /Download/);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

/** A module as `deno info --json` lists it. */
interface Listed {
  readonly specifier: string;
  readonly size?: number;
  readonly npmPackage?: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier: string }; readonly isDynamic?: boolean }[];
}

Deno.test("lesson: what it reads before the first training step stays small, and no package is in it", async () => {
  // The first step comes about half a second after the start, and nearly all of that is loading.
  const { code, stdout, stderr } = await run(["info", "--json", "tasks/lesson/main.ts"]);
  assert.equal(code, 0, stderr);
  const { roots, modules } = JSON.parse(stdout) as { roots: string[]; modules: Listed[] };
  assert.deepEqual(modules.filter((module) => module.npmPackage).map((module) => module.npmPackage), []);
  const listed = new Map(modules.map((module) => [module.specifier, module]));
  const read = new Set<string>();
  const visit = (specifier: string) => {
    if (read.has(specifier)) return;
    read.add(specifier);
    for (const { code, isDynamic } of listed.get(specifier)?.dependencies ?? []) {
      if (code && !isDynamic) visit(code.specifier);
    }
  };
  roots.forEach(visit);
  const bytes = [...read].reduce((sum, specifier) => sum + (listed.get(specifier)?.size ?? 0), 0);
  // The library itself, without WebGPU's kernels, and the lessons; one chart library alone would be more than the rest.
  assert.ok(read.size > 100 && read.size < 530, `${read.size} modules`);
  assert.ok(bytes < 2_250_000, `${bytes} bytes`);
  assert.ok(!read.has(new URL("../../lib/device/webgpu/backend.ts", import.meta.url).href));
});

Deno.test("lesson --live: trains as without it, and says where its page is", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 }), { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const args = ["--runs", "A4", "--device", "cpu", ...TINY, "--json"];
  const figures = (lines: readonly string[]) => parse(lines).map(({ loss, accuracy }) => [loss, accuracy]);
  const plain = await task("lesson", args), live = await task("lesson", [...args, "--live", String(port)]);
  assert.equal(live.code, 0, live.stderr);
  assert.equal(live.stderr.trim(), `live on http://127.0.0.1:${port}/`);
  assert.deepEqual(figures(live.lines), figures(plain.lines));
});
