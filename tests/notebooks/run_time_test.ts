/** The run time below a notebook's heading. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Notebook, sourceOf } from "../../tasks/notebooks/document.ts";
import { aboutSeconds, withRunTime } from "../../tasks/notebooks/run_time.ts";

const FOLDER = new URL("../../notebooks/", import.meta.url);

const notebook = (source: string): Notebook => ({
  cells: [{ cell_type: "markdown", source, metadata: {} }, { cell_type: "code", source: "1", metadata: {} }],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

Deno.test("aboutSeconds(): in words, no finer than half a minute", () => {
  const said = [0, 14, 15, 44, 45, 89, 90, 149, 150, 600, 660].map(aboutSeconds);
  assert.deepEqual(said, [
    ...["ten seconds", "ten seconds", "half a minute", "half a minute", "a minute", "a minute"],
    ...["two minutes", "two minutes", "three minutes", "ten minutes", "11 minutes"],
  ]);
});

Deno.test("withRunTime(): replaces what was said, in the first cell alone, and leaves the rest of the line", () => {
  const { cells: [first, second] } = withRunTime(
    notebook("# 1 · One\n\n_Runs for about two minutes on two cores. It is\nabout one thing._\n\nText."),
    20,
    4,
  );
  assert.equal(
    first!.source,
    "# 1 · One\n\n_Runs for about half a minute on four cores. It is\nabout one thing._\n\nText.",
  );
  assert.equal(second!.source, "1");
  assert.equal(withRunTime(notebook("# 1 · One"), 20, 2).cells[0]!.source, "# 1 · One");
});

Deno.test("every notebook says below its heading how long it runs", () => {
  for (const name of readdirSync(FOLDER).filter((name) => name.endsWith(".ipynb"))) {
    const { cells } = JSON.parse(readFileSync(fileURLToPath(new URL(name, FOLDER)), "utf8")) as Notebook;
    assert.match(sourceOf(cells[0]!), /^# \d\d · .+\n\n_Runs for about .+ on \w+ cores\. /, name);
  }
});
