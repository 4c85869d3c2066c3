import assert from "node:assert/strict";
import { readRequest } from "../../tasks/lesson/request.ts";
import { task } from "./command.ts";

Deno.test("lesson list: names every lesson and run", async () => {
  const { code, stdout } = await task("lesson", ["list"]);
  assert.equal(code, 0);
  assert.match(stdout, /^initialization: /);
  for (const id of ["A1", "A9", "B2", "C9d", "D8a", "E4"]) assert.match(stdout, new RegExp(`^ +${id} `, "m"));
});

Deno.test("lesson list --json: an object a line", async () => {
  const { code, lines } = await task("lesson", ["list", "--json"]);
  assert.equal(code, 0);
  const rows = lines.map((line) => JSON.parse(line));
  assert.deepEqual(rows[0], {
    lesson: "initialization",
    run: "A1",
    title: "baseline",
    dataset: "fashion-mnist",
    epochs: 1,
  });
});

Deno.test("lesson: what runs is what was named, or a short comparison", () => {
  const runs = (...args: string[]) => readRequest(args).lessons.flatMap(({ runs }) => runs.map(({ id }) => id)).join();
  assert.equal(runs(), "A1,A2,A3,A4");
  assert.equal(runs("--dataset", "published"), "A1,A2,A3,A4");
  assert.equal(runs("initialization"), "A1,A2,A3,A4,A5,A6,A7,A8,A9");
  assert.equal(runs("--runs", "A2,C8"), "A2,C8");
  assert.equal(runs("lsuv", "inside"), "B1,B2,E1,E2,E3,E4");
  assert.ok(runs("all").endsWith("H8") && runs("all").startsWith("A1"));
});

Deno.test("lesson --help: says how it is used", async () => {
  const { code, stdout } = await task("lesson", ["--help"]);
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: deno task lesson/);
});

// Each bad command line, and the one line that must explain it.
const mistakes: [args: string[], line: RegExp][] = [
  [["initialisation"], /^lesson: Unknown lesson "initialisation": allowed are initialization, .*all, list$/],
  [["--runs", "A1,A99"], /^lesson: Unknown run "A99" in --runs: allowed are A1, A2, A3, A4/],
  [["--runs="], /^lesson: Unknown run "" in --runs/],
  [["--epoch", "3"], /^lesson: Unknown option --epoch: allowed are --runs, --dataset, .*--json/],
  [["-e"], /^lesson: Unknown option -e: allowed are/],
  [
    ["--dataset", "cifar"],
    /^lesson: --dataset must be one of garments, fashion-mnist, mnist, published, found "cifar"$/,
  ],
  [["--device", "tpu"], /^lesson: --device must be one of auto, cpu, webgpu, found "tpu"$/],
  [["--threads", "0"], /^lesson: --threads must be a whole number from 1 to 256, found "0"$/],
  [["--threads", "300"], /^lesson: --threads must be a whole number from 1 to 256, found "300"$/],
  [["--epochs", "0"], /^lesson: --epochs must be a whole number from 1 to 10000, found "0"$/],
  [["--epochs", "1.5"], /^lesson: --epochs must be a whole number .*, found "1.5"$/],
  [["--seed", "-1"], /^lesson: --seed must be a whole number .*, found "-1"$/],
  [["--seeds", "many"], /^lesson: --seeds must be a whole number from 1 to 10000, found "many"$/],
  [["--limit", "1"], /^lesson: --limit must be a whole number of 2 or more, found "1"$/],
  [["--seed", "--json"], /^lesson: --seed needs a value$/],
  [["--out"], /^lesson: --out needs a value$/],
  [["--out="], /^lesson: --out must name a folder, found ""$/],
  [["--resume="], /^lesson: --resume must name a folder, found ""$/],
  [["--every", "1"], /^lesson: --every goes with --resume, which names the folder of checkpoints$/],
  [["--resume", "x", "--every", "0"], /^lesson: --every must be a number of minutes above 0, found "0"$/],
  [["--resume", "x", "--every", "1e9"], /^lesson: --every must be a number of minutes above 0, found "1e9"$/],
  [["--json=yes"], /^lesson: --json takes no value, found "yes"$/],
  [["--rng", "numpy"], /^lesson: --rng must be one of sonde, torch, found "numpy"$/],
  [["--losses", "5"], /^lesson: --losses needs --json: tables have epochs, not steps$/],
  [["--losses", "0", "--json"], /^lesson: --losses must be a whole number of 1 or more, found "0"$/],
  [
    ["--seed", "4294967295", "--seeds", "2"],
    /^lesson: --seed and --seeds must give seeds from 0 to 4294967295, found --seed 4294967295 --seeds 2, whose last is 4294967296: begin lower, or take fewer$/,
  ],
  [
    ["--device", "webgpu", "--threads", "2"],
    /^lesson: --threads is for the cpu device, found --device webgpu: leave one of them out$/,
  ],
  [["list", "initialization"], /^lesson: "list" stands alone/],
];

Deno.test("lesson: a bad command line ends with code 2 and one line that names it", async (t) => {
  for (const [args, line] of mistakes) {
    await t.step(args.join(" "), async () => {
      const { code, stdout, stderr } = await task("lesson", args);
      assert.equal(stdout, "");
      assert.match(stderr.trimEnd(), line);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
      assert.equal(code, 2);
    });
  }
});

Deno.test("lesson: SONDE_DEVICE=webgpu takes no --threads either, unless --device says otherwise", async () => {
  const env = { SONDE_DEVICE: "webgpu" };
  const { code, stdout, stderr } = await task("lesson", ["--threads", "2"], { env });
  assert.equal(
    stderr.trimEnd(),
    "lesson: --threads is for the cpu device, found SONDE_DEVICE=webgpu: add --device cpu, or leave out --threads",
  );
  assert.deepEqual([code, stdout], [2, ""]);
  const chosen = await task("lesson", ["list", "--json", "--runs", "A4", "--device", "cpu", "--threads", "2"], { env });
  assert.deepEqual([chosen.code, chosen.lines.length], [0, 1], chosen.stderr);
});

Deno.test("readRequest(): the last seed that there is may be asked for", () => {
  assert.deepEqual(readRequest(["--seed", "4294967294", "--seeds", "2"]).seeds, [4294967294, 4294967295]);
});

Deno.test("readRequest(): defaults", () => {
  const request = readRequest([]);
  assert.deepEqual(request.lessons.map(({ lesson }) => lesson.name), ["initialization"]);
  assert.equal(request.dataset, "garments");
  assert.deepEqual(request.seeds, [1]);
  assert.equal(request.json, false);
  assert.equal(request.rng, undefined);
  assert.equal(readRequest(["--rng", "sonde"]).rng, undefined);
  assert.equal(readRequest(["--rng", "torch"]).rng, "torch");
});

Deno.test("readRequest(): options stand anywhere, with a space or an equals sign", () => {
  const request = readRequest(["--seed=1000", "initialization", "--seeds", "4", "--runs", "A4,A2", "--json"]);
  assert.deepEqual(request.seeds, [1000, 1001, 1002, 1003]);
  assert.deepEqual(request.lessons[0]!.runs.map((run) => run.id), ["A2", "A4"]);
  assert.equal(request.json, true);
});

Deno.test("readRequest(): runs without a lesson's name find their lessons; with one they must be its own", () => {
  const { lessons } = readRequest(["--runs", "C3,A4,C9a"]);
  assert.deepEqual(lessons.map(({ lesson, runs }) => [lesson.name, runs.map(({ id }) => id)]), [
    ["initialization", ["A4"]],
    ["batchnorm", ["C3", "C9a"]],
  ]);
  assert.throws(() => readRequest(["lsuv", "--runs", "C3"]), /Unknown run "C3" in --runs: allowed are B1, B2$/);
});
