/** Notebooks as they are stored. */
import assert from "node:assert/strict";
import { svgImage } from "../../lib/plot/notebook.ts";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import {
  codeCells,
  type Library,
  mismatch,
  MOST_BYTES,
  type Notebook,
  sourceOf,
  store,
} from "../../tasks/notebooks/document.ts";
import { ledger } from "../../notebooks/setup.ts";

const FOLDER = fileURLToPath(new URL("../../notebooks", import.meta.url));
const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb"));
const read = (name: string) => JSON.parse(Deno.readTextFileSync(join(FOLDER, name))) as Notebook;

const library: Library = { setup: Deno.readTextFileSync(join(FOLDER, "setup.ts")), version: config.version };

Deno.test("every notebook's outputs are those of its code, of setup.ts and of this version, of reasonable size, and of a run without errors", async () => {
  assert.ok(names.length > 0);
  for (const name of names) {
    const notebook = read(name);
    assert.equal(await mismatch(notebook, library), undefined, `run deno task notebooks --write ${name.slice(0, -6)}`);
    assert.ok(Deno.statSync(join(FOLDER, name)).size <= MOST_BYTES, name);
    for (const { execution_count, outputs } of codeCells(notebook)) {
      assert.ok(execution_count, name);
      assert.ok(outputs!.every(({ output_type }) => output_type !== "error"), name);
    }
    const shown = JSON.stringify(notebook.cells.map(({ outputs }) => outputs));
    assert.doesNotMatch(
      shown,
      /file:\/\/\/|application\/vnd|\\u001b/,
      `${name}: an output has a path, a format or colours that belong to one run`,
    );
  }
});

Deno.test("every notebook begins with one import to change, asserts to its end, and links to notebooks that exist", () => {
  for (const name of names) {
    const { cells } = read(name);
    const code = cells.filter(({ cell_type }) => cell_type === "code").map(sourceOf);
    assert.match(code[0]!, /^import \* as sonde from "\.\/setup\.ts"; \/\/ or "https:\/\/HOST\//, name);
    assert.ok(code.slice(-4).some((source) => source.includes("assert")), `${name}: the last cells assert nothing`);
    const text = cells.filter(({ cell_type }) => cell_type === "markdown").map(sourceOf).join("\n");
    for (const [, target] of text.matchAll(/\]\(([^)#]+\.ipynb)/g)) {
      assert.ok(names.includes(target!), `${name} links to ${target}`);
    }
  }
});

Deno.test("what notebooks show of the ledger is what docs/ledger.md says", async () => {
  let seen = 0;
  for (const name of names) {
    for (const cell of codeCells(read(name))) {
      const ids = /(?:^|\n)await ledger\((.*)\);\s*$/.exec(sourceOf(cell))?.[1];
      if (!ids) continue;
      const now = await ledger(...JSON.parse(`[${ids}]`)) as Record<symbol, () => Record<string, string>>;
      const shown = cell.outputs!.find(({ output_type }) => output_type === "execute_result")!.data!["text/markdown"];
      const expected = now[Symbol.for("Jupyter.display")]!()["text/markdown"];
      assert.equal([shown].flat().join(""), expected, `run deno task notebooks --write ${name.slice(0, -6)}`);
      seen++;
    }
  }
  assert.ok(seen > 10, `${seen} cells`);
});

Deno.test("the version of which notebooks are stored is the newest that CHANGELOG.md has, once it has one", () => {
  const changelog = Deno.readTextFileSync(fileURLToPath(new URL("../../CHANGELOG.md", import.meta.url)));
  const [newest = config.version] = Array.from(
    changelog.matchAll(/^## (\d+\.\d+\.\d+\S*)/gm),
    ([, version]) => version,
  );
  assert.equal(newest, config.version, "CHANGELOG.md's newest version is not deno.json's");
});

const ground: Library = { setup: "export const one = 1;", version: "1.2.3" };

const notebook = (): Notebook => ({
  cells: [
    { cell_type: "markdown", source: ["# Title"], metadata: { collapsed: true } },
    { cell_type: "code", source: "1 + 1", metadata: { execution: { started: "today" } }, outputs: [] },
    { cell_type: "code", source: "1 + 1", metadata: {}, outputs: [] },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

Deno.test("store(): outputs without times, places and formats that say the same again; streams in one piece; lasting ids", async () => {
  const svg = {
    "image/svg+xml": "<svg/>",
    "application/vnd.vegalite.v5+json": {},
    "text/plain": "at file:///here/lib",
  };
  const stored = await store(
    notebook(),
    new Map([
      [1, [
        { output_type: "stream", name: "stdout", text: "one\n" },
        { output_type: "stream", name: "stdout", text: "two\n" },
        { output_type: "execute_result", data: svg, execution_count: 17, metadata: {}, transient: {} },
      ]],
      [2, []],
    ]),
    ground,
    "file:///here/",
  );
  const [title, first, second] = stored.cells;
  assert.deepEqual(title!.metadata, {});
  assert.deepEqual(first!.outputs, [
    { output_type: "stream", name: "stdout", text: ["one\n", "two\n"] },
    {
      output_type: "execute_result",
      execution_count: 1,
      data: {
        "text/html": [String(svgImage("<svg/>", "at lib"))],
        "text/plain": ["at lib"],
      },
      metadata: {},
    },
  ]);
  assert.deepEqual([first!.execution_count, second!.execution_count, first!.metadata], [1, 2, {}]);
  assert.equal(new Set(stored.cells.map(({ id }) => id)).size, 3);
  assert.equal(await mismatch(stored, ground), undefined);
  const again = await store(stored, new Map([[1, first!.outputs!], [2, []]]), ground, "file:///here/");
  assert.deepEqual(again, stored);
});

Deno.test("mismatch(): tells changed code, outputs and setup.ts, another version, and a notebook that never ran", async () => {
  assert.equal(await mismatch(notebook(), ground), "it was never executed");
  const changed = async (change: (stored: Notebook) => void, now: Partial<Library> = {}) => {
    const outputs = new Map([[1, [{ output_type: "stream" as const, name: "stdout", text: "2" }]]]);
    const stored = await store(notebook(), outputs, ground, "x");
    change(stored);
    return await mismatch(stored, { ...ground, ...now });
  };
  assert.equal(await changed(() => {}), undefined);
  assert.equal(
    await changed(({ cells }) => cells[2] = { ...cells[2]!, source: "1 + 2" }),
    "its code was changed since it was executed",
  );
  assert.equal(await changed(({ cells }) => cells[1]!.outputs = []), "its outputs were changed by something else");
  assert.equal(await changed(({ cells }) => cells[0] = { ...cells[0]!, source: "# Another title" }), undefined);
  assert.equal(await changed(() => {}, { setup: "" }), "setup.ts was changed since it was executed");
  assert.equal(
    await changed(() => {}, { version: "1.3.0" }),
    "its outputs were made by version 1.2.3 of the library, and this is 1.3.0",
  );
  assert.equal(
    await changed(({ metadata }) => {
      const { code, outputs } = metadata.sonde!;
      metadata.sonde = { code, outputs };
    }),
    "it does not say which setup.ts and which version of the library made its outputs",
  );
});
