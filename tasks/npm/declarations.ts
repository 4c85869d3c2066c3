/** The types of a module and of all that it imports, as declaration files. */
import ts from "npm:typescript@5.9.3";
import { fileURLToPath } from "node:url";

/** As for Deno, with a page's names in the place of Deno's. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  declaration: true,
  emitDeclarationOnly: true,
  skipLibCheck: true,
};

/** What a declaration file imports from beside it. */
const IMPORTS = /(?<=(?:from |import\()")(\.[^"]*)\.(ts|js)(?=")/g;

/**
 * The declaration files that a module's own needs, by their paths from the root.
 *
 * @throws {Error} if one of them is missing
 */
export async function declarations(entry: URL, root: URL): Promise<Map<string, string>> {
  const path = (url: URL) => decodeURIComponent(url.href.slice(root.href.length));
  const made = new Map<string, string>();
  const program = ts.createProgram([fileURLToPath(entry)], { ...OPTIONS, rootDir: fileURLToPath(root), outDir: "/" });
  program.emit(undefined, (file, text) => made.set(file.replace(/^\//, ""), text));
  const found = new Map<string, string>(), open = [entry];
  for (const module of open) {
    const file = path(module).replace(/\.(ts|js)$/, ".d.ts");
    if (found.has(file)) continue;
    // A module in JavaScript has a declaration that was written by hand.
    const text = made.get(file) ?? await Deno.readTextFile(new URL(file, root));
    found.set(file, text.replaceAll(IMPORTS, "$1.js"));
    // Examples in comments import too.
    for (const [, name, ending] of text.replaceAll(/\/\*[^]*?\*\//g, "").matchAll(IMPORTS)) {
      open.push(new URL(`${name}.${ending}`, module));
    }
  }
  return found;
}
