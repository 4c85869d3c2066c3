/** Writes what the page's tests need into a folder: Sonde as `deno task bundle` makes it, the tests, and the trainings. */
import { BROWSER, bundle, endBundling } from "../../../tasks/bundle/bundle.ts";

const [folder] = Deno.args;
const at = (name: string) => new URL(name, import.meta.url);
const tests = {
  host: { ...BROWSER, deno: at("deno.ts") },
  replace: { "node:assert/strict": at("assert.ts"), "node:fs": at("deno.ts") },
};
const scripts = {
  sonde: await bundle(at("../../../tasks/bundle/entry.ts")),
  tests: await bundle(at("main.ts"), { ...tests, minify: false }),
  trainings: await bundle(at("trainings_page.ts")),
  lesson: await bundle(at("lesson.ts")),
  page: await bundle(at("../../../docs/try/page.ts")),
  train: await bundle(at("../../../docs/try/train.ts")),
};
await endBundling();
for (const [name, text] of Object.entries(scripts)) await Deno.writeTextFile(`${folder}/${name}.js`, text);
