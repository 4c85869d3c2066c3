/** Exercises: their answers' code is found, runs in scopes of its own, and every notebook has some. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Notebook } from "../../tasks/notebooks/document.ts";
import { answersOf, executable } from "../../tasks/notebooks/exercises.ts";

const FOLDER = fileURLToPath(new URL("../../notebooks", import.meta.url));

const notebookOf = (...texts: string[]): Notebook => ({
  cells: texts.map((source) => ({ cell_type: "markdown", source, metadata: {} })),
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

const folded = (...codes: string[]) =>
  `**1.** Why?\n\n<details><summary>Answer</summary>\n\nSo.\n\n${
    codes.map((code) => `\`\`\`ts\n${code}\n\`\`\`\n`).join("\n")
  }\n</details>`;

Deno.test("answersOf(): the TypeScript in folded answers, in order, and none that stands elsewhere or is no TypeScript", () => {
  const open = "```ts\nnot.anAnswer();\n```";
  const shell = "<details>\n\n```sh\nls\n```\n\n</details>";
  const notebook = notebookOf(open, `${folded("one();", "two();\nthree();")}\n\n${folded("four();")}`, shell);
  assert.deepEqual(answersOf(notebook), [
    { number: 1, source: "one();" },
    { number: 2, source: "two();\nthree();" },
    { number: 3, source: "four();" },
  ]);
});

Deno.test("executable(): an answer's names are its own", () => {
  const [one, two] = answersOf(notebookOf(folded("const x = 1;", "const x = 2;")));
  assert.equal(new Function(`const x = 0; ${executable(one!)} ${executable(two!)} return x;`)(), 0);
});

Deno.test("each notebook has two or three exercises at its end, each with an answer whose code asserts something", () => {
  for (const { name } of Deno.readDirSync(FOLDER)) {
    if (!name.endsWith(".ipynb")) continue;
    const { cells } = JSON.parse(Deno.readTextFileSync(join(FOLDER, name))) as Notebook;
    const text = cells.filter(({ cell_type }) => cell_type === "markdown").map(({ source }) => [source].flat().join(""))
      .find((source) => source.startsWith("## Exercises\n"));
    assert.ok(text, `${name} has no cell of exercises`);
    const exercises = text.split(/^\*\*\d\.\*\* /m).slice(1);
    assert.ok(exercises.length === 2 || exercises.length === 3, `${name} has ${exercises.length} exercises`);
    for (const [i, exercise] of exercises.entries()) {
      const answers = answersOf(notebookOf(exercise));
      assert.ok(
        answers.some(({ source }) => /\bassert\b|\bclose\(/.test(source)),
        `${name}: the answer to exercise ${i + 1} asserts nothing`,
      );
    }
  }
});
