/** The library asks of an error whether it is one of Deno's classes: a class that a bundle lacks would throw in the place of the error. */
import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Deno as node } from "../../tasks/bundle/node/deno.ts";

const ROOT = new URL("../../lib/", import.meta.url);

/** Classes of errors that files of the library name; sweeps and live pages are Deno's alone. */
async function named(folder: URL): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (["sweep", "live"].includes(entry.name)) continue;
    if (entry.isDirectory()) names.push(...await named(new URL(`${entry.name}/`, folder)));
    else if (/\.ts$/.test(entry.name)) {
      const text = await Deno.readTextFile(new URL(entry.name, folder));
      names.push(...Array.from(text.matchAll(/Deno\.errors\.(\w+)/g), ([, name]) => name!));
    }
  }
  return names;
}

Deno.test("tasks/bundle: Node's bundle has every class of errors that the library names", async () => {
  const names = new Set(await named(ROOT));
  assert.ok(names.size >= 3);
  assert.deepEqual([...names].filter((name) => !(name in node.errors)), []);
});

Deno.test("tasks/bundle: Node's errors count as Deno's by their codes", async () => {
  const folder = await Deno.makeTempDir(), file = join(folder, "file");
  try {
    await Deno.writeTextFile(file, "");
    const met = async (work: Promise<unknown>) => await work.then(() => undefined, (error) => error);
    const [missing, blocked, there] = [
      await met(readdir(join(folder, "none"))),
      await met(mkdir(join(file, "a", "b"), { recursive: true })),
      await met(mkdir(file)),
    ];
    const { NotFound, NotADirectory, AlreadyExists } = node.errors;
    assert.ok(missing instanceof NotFound && !(missing instanceof AlreadyExists));
    assert.ok(blocked instanceof NotADirectory && there instanceof AlreadyExists);
    assert.equal(new NotADirectory("why", { cause: blocked }).name, "NotADirectory");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
