/**
 * Writes docs/ledger.md: published figures beside reproduced ones, and beside PyTorch's on the same set-up.
 *
 *     deno task lesson initialization --dataset fashion-mnist --seed 1000 --seeds 20 --json > out/sonde.jsonl
 *     deno task ledger out/sonde.jsonl tests/goldens/pytorch_lessons.jsonl
 *
 * @module
 */
import { lessons } from "../lib/lessons/catalogue.ts";

/** The line of `deno task lesson --json`. */
interface Line {
  readonly run: string;
  readonly seed: number;
  readonly device: string;
  readonly dataset: string;
  readonly epoch: number;
  readonly phase: "train" | "eval";
  readonly accuracy: number | null;
}

/** Final eval accuracies below this are failed runs: the network did not learn. */
const FAILED = 0.5;

const mean = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
const deviation = (xs: readonly number[]) =>
  Math.sqrt(xs.reduce((a, x) => a + (x - mean(xs)) ** 2, 0) / (xs.length - 1));

function median(xs: readonly number[]): number {
  const sorted = [...xs].sort((a, b) => a - b), half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Eval accuracy of each seed's last epoch. */
function finals(lines: readonly Line[], run: string): number[] {
  const last = new Map<number, Line>();
  for (const line of lines) {
    if (line.run === run && line.phase === "eval" && (last.get(line.seed)?.epoch ?? -1) < line.epoch) {
      last.set(line.seed, line);
    }
  }
  return [...last.values()].map((line) => line.accuracy ?? 0);
}

function cells(values: readonly number[]): string[] {
  if (!values.length) return ["–", "–", "–", "–"];
  const good = values.filter((x) => x >= FAILED);
  const spread = good.length > 1
    ? `${mean(good).toFixed(4)} ± ${deviation(good).toFixed(4)}`
    : good[0]?.toFixed(4) ?? "–";
  return [String(values.length), `${values.length - good.length}`, good.length ? median(good).toFixed(4) : "–", spread];
}

async function readLines(path: string): Promise<Line[]> {
  return (await Deno.readTextFile(path)).trim().split("\n").map((line) => JSON.parse(line) as Line);
}

const [ownPath, torchPath] = Deno.args;
if (!ownPath || !torchPath) {
  console.error("ledger: give two files of JSON lines, Sonde's and PyTorch's. See the head of tasks/ledger.ts");
  Deno.exit(2);
}
const own = await readLines(ownPath), torch = await readLines(torchPath);
const rows: string[] = [];
for (const lesson of lessons) {
  for (const run of lesson.runs) {
    const values = finals(own, run.id);
    if (!values.length) continue;
    const published = run.published.at(-1)!.eval.accuracy;
    rows.push(
      `| ${run.id} ${run.title} | ${published.toFixed(3)} | ${
        [...cells(values), ...cells(finals(torch, run.id))].join(" | ")
      } |`,
    );
  }
}
await Deno.writeTextFile(
  new URL("../docs/ledger.md", import.meta.url),
  `# Published, and reproduced

Accuracy on the evaluation images after the last epoch, on each document's own data. The published figure is one seed. A run has *failed* if it ends
below ${FAILED}; median and mean ± standard deviation are of the others. Device: ${
    [...new Set(own.map((l) => l.device))].join(", ")
  }; PyTorch 1.13 on its CPU, with seeds of its own.

| run | published | seeds | failed | median | mean ± std | PyTorch: seeds | failed | median | mean ± std |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

A1 and A2 depend on the seed, here as in PyTorch: with default or Kaiming weights and inputs that are not normalised, many networks are still
on their first plateau when the run ends. A3 and A4 now and then diverge to NaN at this rate, in PyTorch as here.
`,
);
