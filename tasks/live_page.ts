/** Writes lib/live/page_script.ts: the script of the live page, joined into one text from pages/live/; `--check` compares. */
import { parseArgs } from "node:util";
import { bundle, endBundling } from "./bundle/bundle.ts";

const { values: { check } } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const file = new URL("../lib/live/page_script.ts", import.meta.url);
const script = await bundle(new URL("../pages/live/main.ts", import.meta.url), { keepNames: false });
await endBundling();
if (/<\/script|<!--/i.test(script)) {
  throw new Error("Cannot put the script into a page: it has an end of a script in it");
}
const text = "/** The script of the live page. Made by `deno task live-page` from pages/live/: change it there. */\n" +
  `// deno-fmt-ignore-file\nexport const SCRIPT: string = ${JSON.stringify(script)};\n`;
if (!check) await Deno.writeTextFile(file, text);
else if (await Deno.readTextFile(file) !== text) {
  console.error("lib/live/page_script.ts is not what its sources give: run deno task live-page, and commit it");
  Deno.exit(1);
}
