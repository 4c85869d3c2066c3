/**
 * Writes docs/ledger.md: published figures beside reproduced ones, and beside PyTorch's on the same set-up.
 *
 *     deno task ledger                      # the page anew from docs/ledger/*.jsonl
 *     deno task ledger --missing out/more   # commands for trainings that it lacks
 *     deno task ledger out/more             # their lines into docs/ledger/, and the page
 *
 * @module
 */
import { lessons } from "../lib/lessons/catalogue.ts";
import { readCommandLine, runTask, UsageError } from "./cli.ts";
import { equalSeeds } from "./ledger/equal_seeds.ts";
import { compactText, merged, parseLines, type Training } from "./ledger/lines.ts";
import { ledgerPage, type Sources } from "./ledger/page.ts";
import { wanted } from "./ledger/wanted.ts";

const DEVICES = ["cpu", "webgpu", "pytorch"] as const;
const fileOf = (device: keyof Sources) => new URL(`../docs/ledger/${device}.jsonl`, import.meta.url);

async function read(path: string | URL): Promise<Training[]> {
  const name = path instanceof URL ? path.pathname.split("/").slice(-3).join("/") : path;
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(`Cannot read ${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  return parseLines(text, name);
}

await runTask("ledger", async () => {
  const { names, values } = readCommandLine(Deno.args, { missing: "value" });
  const [cpu, webgpu, pytorch] = await Promise.all(DEVICES.map((device) => read(fileOf(device))));
  let sources: Sources = { cpu: cpu!, webgpu: webgpu!, pytorch: pytorch!, equalSeeds: await equalSeeds() };
  if (values.missing !== undefined) {
    if (names.length) {
      throw new UsageError(`--missing names the file for new lines, and stands alone, found ${names[0]}`);
    }
    for (const command of wanted(lessons, sources, values.missing)) console.log(command);
    return;
  }
  for (const name of names) {
    const more = await read(name);
    const odd = more.find(({ device }) => !(DEVICES as readonly string[]).includes(device));
    if (odd) throw new Error(`${name}: lines are of ${DEVICES.join(", ")}, found ${odd.device}`);
    const [ownCpu, ownWebgpu, ownPytorch] = DEVICES.map((device) =>
      merged([...sources[device], ...more.filter((training) => training.device === device)])
    );
    sources = { ...sources, cpu: ownCpu!, webgpu: ownWebgpu!, pytorch: ownPytorch! };
  }
  if (names.length) {
    for (const device of DEVICES) await Deno.writeTextFile(fileOf(device), compactText(sources[device]));
  }
  await Deno.writeTextFile(new URL("../docs/ledger.md", import.meta.url), ledgerPage(lessons, sources));
});
