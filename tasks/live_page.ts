/** Writes the scripts of live pages, each joined into one text from a folder of pages/; `--check` compares. */
import { bundle, endBundling } from "./bundle/bundle.ts";
import { scriptCommandLine } from "./cli.ts";

const { values: { check = false } } = scriptCommandLine("live-page", { check: "flag" });

/** What each page's script is made from, and where it goes. */
const SCRIPTS = [
  { from: "pages/live/", to: "lib/live/page_script.ts", of: "the live page" },
  { from: "pages/sweep/", to: "lib/sweep/live/page_script.ts", of: "a sweep's live page" },
];

for (const { from, to, of } of SCRIPTS) {
  const file = new URL(`../${to}`, import.meta.url);
  const script = await bundle(new URL(`../${from}main.ts`, import.meta.url), { keepNames: false });
  if (/<\/script|<!--/i.test(script)) {
    throw new Error("Cannot put the script into a page: it has an end of a script in it");
  }
  const text = `/** The script of ${of}. Made by \`deno task live-page\` from ${from}: change it there. */\n` +
    `// deno-fmt-ignore-file\nexport const SCRIPT: string = ${JSON.stringify(script)};\n`;
  if (!check) await Deno.writeTextFile(file, text);
  else if (await Deno.readTextFile(file) !== text) {
    console.error(`${to} is not what its sources give: run deno task live-page, and commit it`);
    Deno.exitCode = 1;
  }
}
await endBundling();
