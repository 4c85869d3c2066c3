/**
 * Finds the code examples in docstrings and in Markdown.
 *
 * @module
 */

/** A runnable example. */
export interface Example {
  /** Where it stands: `lib/nn/conv2d.ts:29`. */
  readonly name: string;
  readonly code: string;
}

/** The ```` ```ts ```` blocks of a source file's docstrings, or of a Markdown file. */
export function examplesOf(path: string, text: string): Example[] {
  const fence = path.endsWith(".md") ? /^```ts\n([\s\S]*?)^```/gm : /^ *\* ```ts\n([\s\S]*?)^ *\* ```/gm;
  return [...text.matchAll(fence)].map((match) => ({
    name: `${path}:${text.slice(0, match.index).split("\n").length}`,
    code: withOwnNames(match[1]!.replace(/^ *\* ?/gm, (mark) => path.endsWith(".md") ? mark : ""), path, text),
  }));
}

/** As `deno test --doc` does: an example may use what its own file exports without importing it. */
function withOwnNames(code: string, path: string, text: string): string {
  const own = /^(import [^;]*;|(const|let|class|function) [^=(;]*)/gm;
  const known = code.match(own)?.join() ?? "";
  const mentions = (where: string, name: string) => new RegExp(`\\b${name}\\b`).test(where);
  const exported = text.matchAll(/^export (?:async )?(?:function|class|const|abstract class) (\w+)/gm);
  const names = [...new Set([...exported].map((match) => match[1]!))] // overloads have one name
    .filter((name) => mentions(code, name) && !mentions(known, name));
  return names.length === 0 ? code : `import { ${names.join(", ")} } from "./${path}";\n${code}`;
}

/** What an example's comments promise: the text behind `console.log(…); // …`, unless it is said to be a rough one. */
export function promises(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1]!);
}

/** Whether an output keeps a promise. A promise may open with "about", or go on in words after the value. */
export function keeps(output: string, promise: string): boolean {
  if (/^about /.test(promise)) return close(output, promise.replace(/^about /, ""));
  return squeeze(promise).startsWith(squeeze(output)) || close(output, promise);
}

const squeeze = (text: string) => text.replace(/["'\s]+/g, "");

/** The same text, its numbers equal to one in the thousand. */
function close(output: string, promise: string): boolean {
  const number = /-?\d+(\.\d+)?(e[-+]?\d+)?/g;
  const [found, wanted] = [output.match(number) ?? [], promise.match(number) ?? []];
  return squeeze(output.replace(number, "#")) === squeeze(promise.replace(number, "#")) &&
    found.every((text, i) => Math.abs(Number(text) - Number(wanted[i])) <= 1e-3 * Math.max(1, Math.abs(Number(text))));
}
