/**
 * Writes dist/try: a static page on which visitors train a network. Not checked in, as most of it is the library again. With `--serve` it is
 * served on 127.0.0.1 with the headers that let threads share memory; any other host of static files will do, with one thread.
 *
 *     deno task try [--serve [--port 8000]]
 */
import { bundle, endBundling } from "./bundle/bundle.ts";
import { scriptCommandLine, scriptNumber, scriptUsage } from "./cli.ts";

const { values: { serve = false, port: given } } = scriptCommandLine("try", { serve: "flag", port: "value" });
const port = scriptNumber("try", "--port", given, { max: 65535 }) ?? 8000;
if (given !== undefined && !serve) scriptUsage("try", "--port goes with --serve");
const SOURCES = new URL("../docs/try/", import.meta.url), FOLDER = "dist/try";

const files = new Map([["index.html", await Deno.readTextFile(new URL("index.html", SOURCES))]]);
for (const name of ["page", "train"]) files.set(`${name}.js`, await bundle(new URL(`${name}.ts`, SOURCES)));
await endBundling();
await Deno.mkdir(FOLDER, { recursive: true });
for (const [name, text] of files) await Deno.writeTextFile(`${FOLDER}/${name}`, text);
console.log(`${FOLDER}: ${[...files.keys()].join(", ")}`);

/** The page and nothing else, isolated from other origins. */
function respond(request: Request): Response {
  const name = new URL(request.url).pathname.slice(1) || "index.html", text = files.get(name);
  return new Response(text ?? "There is no such file\n", {
    status: text === undefined ? 404 : 200,
    headers: {
      "content-type": `${name.endsWith(".js") ? "text/javascript" : "text/html"}; charset=utf-8`,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    },
  });
}

if (serve) Deno.serve({ hostname: "127.0.0.1", port }, respond);
