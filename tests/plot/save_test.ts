import assert from "node:assert/strict";
import { saveText } from "../../lib/plot/save.ts";

Deno.test("saveText(): makes folders, replaces files, leaves nothing half-written", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde-save-" });
  try {
    const path = `${folder}/a/b/page.html`;
    await saveText(path, "one");
    await saveText(path, "two");
    assert.equal(await Deno.readTextFile(path), "two");
    await Deno.mkdir(`${folder}/taken`);
    await assert.rejects(saveText(`${folder}/taken`, "text"));
    for (const below of [`${path}/x`, `${path}/x/y`]) {
      await assert.rejects(
        saveText(below, "text"),
        /Cannot write .*x.*: a file is in the place of .*Choose another path/,
      );
    }
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["a", "taken"]);
    assert.deepEqual([...Deno.readDirSync(`${folder}/a/b`)].map(({ name }) => name), ["page.html"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
