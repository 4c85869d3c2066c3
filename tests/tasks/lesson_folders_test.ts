/**
 * Folders that a lesson cannot write into are refused before it trains.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { task } from "./command.ts";
import { inFolder } from "../in_folder.ts";

const LESSON = ["--runs", "A4", "--device", "cpu", "--limit", "64", "--epochs", "1"];
const CLOSED = "Deno lets no program without all permissions into system folders such as /proc, /dev and /sys";

/** One line, and nothing trained. */
async function refused(args: readonly string[], line: string): Promise<void> {
  const { code, stdout, stderr } = await task("lesson", [...LESSON, ...args]);
  assert.equal(stderr.trimEnd(), `lesson: ${line}`);
  assert.deepEqual([code, stdout], [2, ""]);
}

for (const option of ["--out", "--resume", "--keep"]) {
  Deno.test(`lesson ${option}: a file, and what lies below one, is refused before anything is trained`, () =>
    inFolder(async (folder) => {
      const file = join(folder, "file"), below = join(file, "a", "b");
      await Deno.writeTextFile(file, "kept");
      const begin = `${option} must name a folder, found`;
      await refused(["--json", option, file], `${begin} "${file}", which is a file. Name another folder`);
      await refused(["--json", option, below], `${begin} "${below}": ${file} is a file. Name another folder`);
      assert.equal(await Deno.readTextFile(file), "kept");
    }));

  Deno.test({
    name: `lesson ${option}: where Deno lets nobody in, the remedy is another folder`,
    ignore: Deno.build.os !== "linux",
    fn: () =>
      inFolder(async (folder) => {
        const link = join(folder, "link");
        await Deno.symlink("/proc", link);
        for (const path of ["/proc/foo", "/dev/shm/foo", "/sys/foo", join(link, "foo")]) {
          await refused(
            ["--json", option, path],
            `${option} must name a folder, found "${path}": ${CLOSED}. Name another folder`,
          );
        }
      }),
  });
}

Deno.test("lesson --out: of several lessons each one's folder is looked at", () =>
  inFolder(async (folder) => {
    const file = join(folder, "batchnorm");
    await Deno.writeTextFile(file, "");
    await refused(
      ["--runs", "A4,C3", "--out", folder],
      `--out must name a folder, found "${folder}": ${file} is a file. Name another folder`,
    );
  }));

Deno.test("lesson --resume: what cannot be read is named", () =>
  inFolder(async (folder) => {
    const path = join(folder, "lesson.json");
    await Deno.mkdir(path);
    const { code, stdout, stderr } = await task("lesson", [...LESSON, "--json", "--resume", folder]);
    assert.ok(
      stderr.startsWith(`lesson: Cannot resume: ${path}, which says what the folder belongs to, cannot be read: `),
      stderr,
    );
    assert.match(stderr.trimEnd(), /\. Give --resume another folder$/);
    assert.deepEqual([code, stdout], [1, ""]);
  }));

Deno.test("lesson --keep: a store that takes no runs is told before anything is trained", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "sweep.db"), "not a database, but longer than a header ".repeat(20));
    const { code, stdout, stderr } = await task("lesson", [...LESSON, "--json", "--keep", folder]);
    assert.match(stderr, /^lesson: Cannot open the store .*the file is no SQLite database: choose another folder/);
    assert.deepEqual([code, stdout], [1, ""]);
  }));

Deno.test("lesson: a report that cannot be written is told before anything is trained", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/index.html`);
    const { code, stdout, stderr } = await task("lesson", [...LESSON, "--out", folder]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^lesson: Cannot write the report .*index\.html: .*there is a folder of that name/m);
  });
});
