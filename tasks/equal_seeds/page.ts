/**
 * The page of equal seeds: tables of figures, and where runs part.
 *
 * @module
 */
import type { Lesson, Run } from "../../lib/lessons/types.ts";
import { compare, type Compared, type Distances, type Parted } from "./compare.ts";
import type { Recorded } from "./lines.ts";

/** A run and what was measured of it. */
export interface Measured {
  readonly run: Run;
  readonly compared: Compared;
  /** How many of the first steps were compared. */
  readonly count: number;
  /** Whether PyTorch's losses are all NaN or infinite. */
  readonly isLost: boolean;
}

const INTRO = `# Equal seeds

Sonde and PyTorch train the lessons' runs from equal seeds: the same weights and the same batches
([torch_random.md](torch_random.md)). What is left between them is rounding: both compute in 32-bit floats and add in
different orders. So does PyTorch with another number of threads. Differences grow with each step, faster where the rate is
high; the measure is therefore how far PyTorch is from itself.

All figures are relative differences of the training loss, the largest over the seeds and the steps, of Sonde and of
PyTorch with two threads from PyTorch with one. As threads change but a part of the sums, two more figures tell rounding
from faults: how far PyTorch moves when its first weights are *nudged*, each to the next 32-bit float above or below or not
at all, four times over; and how far both are from PyTorch's training in 64 bits, from the same weights.
`;

/** Runs of which {@linkcode SINGLE} tells. */
const STEPPED = ["A3", "A7", "C3"];

/** Measured by the two scripts that it names. */
const SINGLE = `
## Step by step

Where whole trainings part, single steps still tell: each from the state that Sonde had before it, against PyTorch's step from
there in 64 bits. Nine or ten steps of a run, seeds with Sonde's own numbers, the median and the largest: how far weights are off after
the step, as a share of the step's largest change; running means, in standard deviations; running variances, as a share.

| run | by | weights | running means | running variances |
| --- | --- | --- | --- | --- |
| A3, seed 4 | Sonde | 3e-6, 8e-6 | – | – |
| | PyTorch, 32 bits | 4e-6, 8e-6 | – | – |
| A7, seed 105 | Sonde | 5e-6, 3e-3 | 3e-8, 5e-8 | 7e-8, 8e-8 |
| | PyTorch, 32 bits | 5e-6, 3e-3 | 8e-8, 2e-7 | 7e-8, 9e-8 |
| C3, seed 2 | Sonde | 4e-6, 5e-6 | 9e-8, 1e-7 | 9e-8, 1e-7 |
| | PyTorch, 32 bits | 5e-6, 7e-6 | 1e-7, 1e-7 | 9e-8, 2e-7 |

The 3e-3 are a unit whose input is 0 but for rounding, on either side of its activation's kink. After each epoch,
PyTorch evaluates Sonde's state to the same accuracy and loss, to the four digits that were compared: seeds of A7 that end low do
so by their weights and averages, not by how they are evaluated. \`tests/goldens/same_start.ts\` and
\`pytorch_same_start.py\` compare any run with a constant rate so.
`;

const METHOD = `## How it was made

\`\`\`sh
deno task lesson --dataset published --runs RUNS --epochs 1 --rng torch --seed 0 --seeds 5 \\
  --device cpu --threads 1 --json --losses 20 > tests/goldens/equal_seeds_sonde.jsonl
cd tests/goldens
python3 pytorch_equal_seeds.py --runs RUNS --threads 1 > equal_seeds_torch.jsonl      # added to it: --threads 2, --double --steps, --nudges 4 --steps
cd ../..
deno task equal-seeds tests/goldens/equal_seeds_sonde.jsonl tests/goldens/equal_seeds_torch.jsonl
\`\`\`

C9a's rate depends on how many epochs there will be: it runs without \`--epochs 1\`, and so do A8 and A9, which goes on with
A8's model. Whole epochs take long: the second table has those runs and seeds of which they were made, and a run that is in
neither table was not compared. The lines that this page is made of are in \`tests/goldens/\`, with nine digits; a test
compares it with them.
`;

/** A figure in two digits; a dash for one that was not measured. */
export function figure(x: number | undefined): string {
  if (x === undefined) return "–";
  return x === 0 ? "0" : Number.isFinite(x) ? x.toExponential(1) : "∞";
}

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(heads), row(heads.map((_, i) => i === 0 ? "---" : "---:")), ...rows.map(row)].join("\n");
}

const cells = ({ sonde, threads, limit, nudged, sondeExact, exact }: Distances) =>
  [sonde, threads, limit, nudged, sondeExact, exact].map(figure);

/** How many seeds agree, of how many; a dash where the limit was not measured. */
const agreeing = (all: number, parted: number, { limit }: Distances) =>
  limit === undefined ? "–" : `${all - parted} of ${all}`;

/** What stands in place of differences between losses that are all NaN. */
const LOST = "NaN in both";

/**
 * For each run, how many seeds agree with PyTorch's of equal seeds over the first steps, and over the first epoch: `5 of 5, 4 of 5`.
 *
 * @param measured as {@linkcode measure} gives it
 */
export function agreements(measured: readonly Measured[]): Map<string, string> {
  return new Map(measured.map(({ run, compared }) => [
    run.id,
    [
      agreeing(compared.seeds.length, compared.parted.length, compared.steps),
      agreeing(compared.epochSeeds, compared.epochsParted.length, compared.epoch),
    ].join(", "),
  ]));
}

function stepsTable(measured: readonly Measured[]): string {
  const heads = [
    "run",
    "agree",
    "Sonde",
    "PyTorch, 2 threads",
    "limit",
    "PyTorch, nudged",
    "Sonde from 64 bits",
    "PyTorch from 64 bits",
  ];
  return table(
    heads,
    measured.filter(({ compared }) => compared.steps.sonde !== undefined).map(({ run, compared, isLost }) => [
      `${run.id} ${run.title}`,
      agreeing(compared.seeds.length, compared.parted.length, compared.steps),
      ...isLost ? [LOST, LOST, "–", "–", "–", "–"] : cells(compared.steps),
    ]),
  );
}

function epochTable(measured: readonly Measured[]): string {
  return table(
    ["run", "agree", "Sonde", "PyTorch, 2 threads", "limit", "PyTorch, nudged"],
    measured.filter(({ compared }) => compared.epoch.sonde !== undefined).map(({ run, compared }) => [
      `${run.id} ${run.title}`,
      agreeing(compared.epochSeeds, compared.epochsParted.length, compared.epoch),
      ...compared.epochsLost ? [LOST, "–", "–", "–"] : cells(compared.epoch).slice(0, 4),
    ]),
  );
}

const NOT_EXPLAINED = "**Not explained**", BY_STEPS = "Rounding, as single steps show (below)";

/** What is known of a parting: whose rounding it is, or how far PyTorch goes from its own way for as little. */
function reason(run: string, parted: Omit<Parted, "step">): string {
  const { sondeExact, exact, nudged } = parted, otherwise = STEPPED.includes(run) ? BY_STEPS : NOT_EXPLAINED;
  const said: string[] = [];
  if (sondeExact !== undefined && exact !== undefined) {
    said.push(`from the training in 64 bits Sonde is up to ${figure(sondeExact)} away, PyTorch ${figure(exact)}`);
  }
  if (nudged !== undefined) {
    said.push(`PyTorch moves by up to ${figure(nudged)} itself when its first weights change in their last bits`);
  }
  if (said.length === 0) return `${otherwise}.`;
  return `${isRounding(parted) ? "Rounding" : otherwise}: ${said.join("; ")}.`;
}

/** Whether as little as a last bit moves PyTorch as far, or Sonde is as near to the training in 64 bits. */
const isRounding = ({ apart, sondeExact, exact, nudged }: Omit<Parted, "step">) =>
  (sondeExact ?? Infinity) <= 2 * (exact ?? 0) || apart <= 2 * (nudged ?? 0);

/** The same of a first epoch: weights that rounding has parted in the first steps do not meet again. */
function epochReason(run: string, one: Omit<Parted, "step">, steps: readonly Parted[]): string {
  const before = steps.find(({ seed }) => seed === one.seed);
  return before && isRounding(before) && !isRounding(one)
    ? "The rounding that parts its first steps, above, goes on."
    : reason(run, one);
}

/** Which seeds part, and where. */
function partings(measured: readonly Measured[]): string {
  const lines = measured.flatMap(({ run, compared: { steps, epoch, parted, epochsParted } }) => [
    ...parted.map((one) =>
      `- ${run.id}, seed ${one.seed}: beyond ${figure(steps.limit)} at step ${one.step}, and up to ${
        figure(one.apart)
      } apart. ${reason(run.id, one)}`
    ),
    ...epochsParted.map((one) =>
      `- ${run.id}, seed ${one.seed}: the first epoch's losses are ${figure(one.apart)} apart, the limit is ${
        figure(epoch.limit)
      }. ${epochReason(run.id, one, parted)}`
    ),
  ]);
  return lines.length > 0 ? lines.join("\n") : "No run parts from PyTorch's by more than its limit.";
}

/** The page, as docs/equal_seeds.md has it. */
export function equalSeedsPage(measured: readonly Measured[]): string {
  const count = Math.max(...measured.map(({ count }) => count));
  return [
    INTRO,
    `## The first ${count} steps\n`,
    `The limit is 1e-4 or, where that is more, twice what PyTorch differs by from itself.\n`,
    stepsTable(measured),
    "\n## The first epoch's training loss\n",
    "The limit is twice what PyTorch differs by from itself. ∞: one of two became NaN, and the other did not.\n",
    epochTable(measured),
    "\n## Where runs part\n",
    partings(measured),
    SINGLE,
    METHOD,
  ].join("\n");
}

/** What was measured of each run that both have trained, in the lessons' order. */
export function measure(lessons: readonly Lesson[], known: Recorded): Measured[] {
  return lessons.flatMap(({ runs }) => runs).flatMap((run) => {
    const seeds = known.get(run.id);
    if (!seeds) return [];
    const compared = compare(seeds), torch = [...seeds.values()].flatMap(({ torch }) => torch ?? []);
    if (compared.seeds.length === 0) return [];
    const count = Math.max(...torch.map(({ losses }) => losses.length));
    return [{ run, compared, count, isLost: torch.every(({ losses }) => losses.every((loss) => loss === null)) }];
  });
}
