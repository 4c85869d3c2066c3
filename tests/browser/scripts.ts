/** The bundles that pages load, made by a process of its own: esbuild is in the lock of the tasks. */
import assert from "node:assert/strict";

const NAMES = ["sonde", "tests", "trainings", "lesson", "page", "train"];

/** The texts of page/make.ts by the paths that they are served at. */
export async function makeScripts(): Promise<Record<string, string>> {
  const folder = await Deno.makeTempDir();
  try {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      // deno-fmt-ignore
      args: [
        "run", "--no-check", "--frozen", "--lock=tasks/deno.lock", "--no-prompt", "--allow-read", `--allow-write=${folder}`,
        "tests/browser/page/make.ts", folder,
      ],
      cwd: new URL("../../", import.meta.url),
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const texts = await Promise.all(NAMES.map((name) => Deno.readTextFile(`${folder}/${name}.js`)));
    return Object.fromEntries(NAMES.map((name, i) => [`/${name}.js`, texts[i]!]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
