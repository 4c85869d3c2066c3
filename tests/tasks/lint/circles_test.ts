import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { circles, describeCircle, importGraph } from "../../../tasks/lint/circles.ts";
import { importVisitor } from "../../../tasks/lint/imports.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Reports every import by its source. Run by Deno's own parser, which tests alone can call. */
const listImports: Deno.lint.Plugin = {
  name: "list",
  rules: {
    imports: { create: (context) => importVisitor((node, source) => context.report({ node, message: source })) },
  },
};

function importsOf(file: string, text: string): string[] {
  return Deno.lint.runPlugin(listImports, file, text).map(({ message }) => message);
}

/** The circles of files in a temporary folder, each in a sentence. */
function circlesOf(files: Record<string, string>): string[] {
  const folder = Deno.makeTempDirSync();
  try {
    for (const [path, text] of Object.entries(files)) {
      Deno.mkdirSync(join(folder, path, ".."), { recursive: true });
      Deno.writeTextFileSync(join(folder, path), text);
    }
    return circles(importGraph(folder, ["."], importsOf)).map(describeCircle);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("imports run in no circle, types included", () => {
  const found = circles(
    importGraph(ROOT, ["lib", "tasks", "mod.ts", "notebooks/setup.ts", "notebooks/sweep_report.ts"], importsOf),
  );
  assert.deepEqual(found.map(describeCircle), [], "Move what both need into a file of its own that imports neither");
});

for (
  const [form, source] of [
    ["import", `import { a } from "../a.ts";`],
    ["import of some types", `import { type A } from "../a.ts";`],
    ["import type", `import type { A } from "../a.ts";`],
    ["import for its effect", `import "../a.ts";`],
    ["import with attributes", `import a from "../a.ts" with { type: "text" };`],
    ["export from", `export { a } from "../a.ts";`],
    ["export type from", `export type { A } from "../a.ts";`],
    ["export *", `export * from "../a.ts";`],
    ["export * as", `export * as a from "../a.ts";`],
    ["dynamic import", `export const a = async () => (await import("../a.ts")).a;`],
    ["dynamic import of a template", "export const a = () => import(`../a.ts`);"],
    ["type of an import", `export type A = import("../a.ts").A;`],
    ["type of a module", `export type Module = typeof import("../a.ts");`],
    ["type of an import among parameters", `export function f(a: Map<string, import("../a.ts").A[]>) { return a; }`],
  ] as const
) {
  Deno.test(`circles: found through ${form}`, () => {
    assert.deepEqual(circlesOf({ "a.ts": `import { b } from "./sub/b.ts";`, "sub/b.ts": source }), [
      "a.ts → sub/b.ts → a.ts (2 files: a.ts, sub/b.ts)",
    ]);
  });
}

Deno.test("circles: a chain is as short as it can be, and all files of a circle are named", () => {
  const files = {
    "a.ts": `import "./b.ts"; import "./c.ts";`,
    "b.ts": `import "./c.ts";`,
    "c.ts": `import "./a.ts"; import "./d.ts";`,
    "d.ts": ``,
  };
  assert.deepEqual(circlesOf(files), ["a.ts → c.ts → a.ts (3 files: a.ts, b.ts, c.ts)"]);
});

Deno.test("circles: separate ones are told apart, and a file that imports itself is one", () => {
  const files = {
    "a.ts": `import "./b.ts";`,
    "b.ts": `import "./a.ts"; import "./c.ts";`,
    "c.ts": `import "./d.ts"; import "./c.ts";`,
    "d.ts": `import "./e.ts"; export * from "./f.ts";`,
    "e.ts": `import "./d.ts";`,
    "f.ts": `import "./e.ts";`,
  };
  assert.deepEqual(circlesOf(files), [
    "d.ts → e.ts → d.ts (3 files: d.ts, e.ts, f.ts)",
    "a.ts → b.ts → a.ts (2 files: a.ts, b.ts)",
    "c.ts → c.ts (1 file: c.ts)",
  ]);
});

Deno.test("circles: none where files only share what they import, or name each other in comments and texts", () => {
  const files = {
    "a.ts": `import "./b.ts"; import "./c.ts"; import "node:path"; import "npm:vega@6";`,
    "b.ts":
      `import "./c.ts"; // import "./a.ts"\n/** {@link import("./a.ts")} */ export const text = 'import "./a.ts"';`,
    "c.ts": `export const url = new URL("./a.ts", "file:///");`,
  };
  assert.deepEqual(circlesOf(files), []);
});
