/** `deno task notebooks`, on notebooks made for it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { type Outcome, ROOT, run, task } from "../tasks/command.ts";
import { missing, python } from "./jupyter.ts";

/** Runs the task in a folder with these notebooks, each a list of cells: Markdown if it begins with #, else code. */
async function inFolder(
  notebooks: Record<string, string[]>,
  fn: (run: (...args: string[]) => Promise<Outcome>, path: (name: string) => string) => Promise<void>,
): Promise<void> {
  const cwd = await Deno.makeTempDir();
  const path = (name: string) => join(cwd, "notebooks", `${name}.ipynb`);
  try {
    await Deno.mkdir(join(cwd, "notebooks"));
    for (const [name, sources] of Object.entries(notebooks)) {
      const cells = sources.map((source) =>
        source.startsWith("#")
          ? { cell_type: "markdown", source, metadata: {} }
          : { cell_type: "code", source, metadata: {}, outputs: [] }
      );
      await Deno.writeTextFile(path(name), JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    }
    const permissions = ["--allow-read=notebooks", "--allow-write=notebooks", "--allow-run=python3,/usr/bin/python3"];
    const script = join(ROOT, "tasks/notebooks.ts");
    await fn((...args) => run(["run", "--no-prompt", "--no-lock", ...permissions, script, ...args], { cwd }), path);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test({
  name: `notebooks: a failure names notebook, cell and error, the others run, and what failed is not stored${missing}`,
  ignore: !python,
  fn: () =>
    inFolder(
      { "01_bad": ["1 + 1", `throw new RangeError("no such thing")`, "3"], "02_good": ["4 * 4"] },
      async (run, path) => {
        const before = await Deno.readTextFile(path("01_bad"));
        const { code, stdout } = await run("--write");
        assert.equal(code, 1);
        assert.match(
          stdout,
          /^01_bad: FAILED, 2 cells, [\d.]+ s; slowest: cell \d, [\d.]+ s\n01_bad: code cell 2 failed\n {4}throw new RangeError/,
        );
        assert.match(
          stdout,
          /RangeError: no such thing\n[^]*02_good: ok, 1 cells, [\d.]+ s; slowest: cell 1, [\d.]+ s\n$/,
        );
        assert.equal(await Deno.readTextFile(path("01_bad")), before);
        const good = JSON.parse(await Deno.readTextFile(path("02_good")));
        assert.deepEqual(good.cells[0].outputs[0].data, { "text/plain": ["16"] });
      },
    ),
});

Deno.test({
  name: `notebooks: --check names the version that wrote, and fails when code or setup.ts was changed since${missing}`,
  ignore: !python,
  fn: () =>
    inFolder({ "01_one": [`console.log("hello");`, "await Promise.resolve(7)"] }, async (run, path) => {
      const ok = `01_one: ok, made by version ${config.version}\n`;
      assert.deepEqual(await run("--write", "01").then(({ code }) => code), 0);
      assert.deepEqual(await run("--check").then(({ code, stdout }) => [code, stdout]), [0, ok]);
      const setup = path("01_one").replace("01_one.ipynb", "setup.ts");
      await Deno.writeTextFile(setup, "export const one = 1;");
      assert.deepEqual(await run("--check").then(({ code, stdout }) => [code, stdout]), [
        1,
        "01_one: setup.ts was changed since it was executed. Run deno task notebooks --write 01_one\n",
      ]);
      await Deno.remove(setup);
      const text = await Deno.readTextFile(path("01_one"));
      await Deno.writeTextFile(path("01_one"), text.replace("hello", "goodbye"));
      const { code, stdout } = await run("--check");
      assert.equal(code, 1);
      assert.match(stdout, /^01_one: its (code|outputs) w.*Run deno task notebooks --write 01_one\n$/);
    }),
});

Deno.test({
  name: `notebooks: answers run after all cells, and see them; one that fails is named; none is stored${missing}`,
  ignore: !python,
  fn: () => {
    const answer = (code: string) => `<details><summary>Answer</summary>\n\n\`\`\`ts\n${code}\n\`\`\`\n\n</details>\n`;
    const exercises = (...codes: string[]) => `## Exercises\n\n${codes.map(answer).join("\n")}`;
    const title = "# One\n\n_Runs for about nine hours on two cores. A test._";
    const fails = `const late = await Promise.resolve(1);\nif (late < 2) throw new RangeError("too small");`;
    return inFolder(
      {
        "01_right": [
          title,
          exercises("if (late !== 7) throw 1; const late2 = 0;", "const late2 = 1;"),
          "const late = 7; late",
        ],
        "02_wrong": ["1", exercises("2", fails), "3"],
      },
      async (run, path) => {
        const { code, stdout } = await run("--write");
        assert.equal(code, 1);
        assert.match(stdout, /^01_right: ok, 1 cells, 2 answers, /m);
        assert.match(stdout, /^02_wrong: FAILED, 2 cells, 2 answers/m);
        assert.match(stdout, /^02_wrong: the code of answer 2 failed\n {4}const late = [^]*RangeError: too small/m);
        const { cells } = JSON.parse(await Deno.readTextFile(path("01_right")));
        assert.match(cells[0].source.join(""), /^_Runs for about ten seconds on \w+ cores\. A test\._$/m);
        assert.equal(cells[1].outputs, undefined);
        assert.deepEqual(cells[2].outputs[0].data, { "text/plain": ["7"] });
      },
    );
  },
});

Deno.test(
  "notebooks: a cell that takes too long, or ends the kernel, is told" + missing,
  { ignore: !python },
  () =>
    inFolder(
      { "01_long": ["await new Promise(() => setInterval(() => {}, 1e3))"], "02_exit": ["Deno.exit(3)"] },
      async (run) => {
        const { code, stdout } = await run("--longest", "3");
        assert.equal(code, 1);
        assert.match(stdout, /01_long: code cell 1 failed\n.*\n {2}it took longer than 3 s\n/);
        assert.match(stdout, /02_exit: code cell 1 failed\n {4}Deno.exit\(3\)\n {2}(the kernel ended|.*exit)/);
      },
    ),
);

Deno.test("notebooks: a bad argument is named, with what is allowed", async () => {
  const unknown = await task("notebooks", ["99"]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /^notebooks: Unknown notebook "99": allowed are 00_start_here/);
  const both = await task("notebooks", ["--write", "--check"]);
  assert.equal(both.code, 2);
  assert.match(both.stderr, /--write and --check exclude each other/);
  assert.match((await task("notebooks", ["--help"])).stdout, /^Usage: deno task notebooks/);
});

Deno.test("notebooks --check: what is no notebook is named, with the place in it, and the others are checked", () =>
  inFolder({ "01_one": ["1"], "02_two": ["2"], "03_three": ["3"], "04_four": ["4"] }, async (run, path) => {
    await Deno.writeTextFile(path("01_one"), "{");
    await Deno.writeTextFile(path("02_two"), "null");
    await Deno.writeTextFile(
      path("03_three"),
      JSON.stringify({
        cells: [{ cell_type: "code", source: 1, metadata: {} }],
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5,
      }),
    );
    const { code, stdout } = await run("--check");
    assert.equal(code, 1);
    assert.match(stdout, /^01_one: Cannot use notebooks\/01_one\.ipynb: expected JSON, found \{ /m);
    assert.match(stdout, /^02_two: Cannot use notebooks\/02_two\.ipynb: expected Object, found null$/m);
    assert.match(
      stdout,
      /^03_three: Cannot use notebooks\/03_three\.ipynb: cells\.0\.source: expected \(string \| Array\), found 1$/m,
    );
    assert.match(stdout, /^04_four: it was never executed\./m);
  }));
