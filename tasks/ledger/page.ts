/**
 * The ledger as a page of Markdown.
 *
 * @module
 */
import { AVERAGE } from "../../lib/lessons/describe.ts";
import { publishedAt } from "../../lib/lessons/result.ts";
import { formatPair } from "../../lib/lessons/tables.ts";
import type { Lesson, Run } from "../../lib/lessons/types.ts";
import { compare, type Compared } from "./comparison.ts";
import { deviation, FAILED, mean, median, type Outcome, phaseFigures, TAIL } from "./figures.ts";
import { accuracyText, lossText, spreadText, table } from "./format.ts";
import type { Training } from "./lines.ts";
import { times } from "./times.ts";
import { webgpu } from "./webgpu.ts";
import { words } from "./words.ts";

/** What the page is made from. */
export interface Sources {
  /** Sonde's on the CPU. */
  readonly cpu: readonly Training[];
  readonly webgpu: readonly Training[];
  readonly pytorch: readonly Training[];
  /** By run: how many trainings from equal seeds agree with PyTorch's, as docs/equal_seeds.md says. Default: none were compared. */
  readonly equalSeeds?: ReadonlyMap<string, string>;
}

const COLUMNS = [
  "run",
  "by",
  "seeds",
  "failed",
  "accuracy: median",
  "mean ± std",
  "loss: median",
  `above ${TAIL}`,
  "largest",
  "equal seeds",
];

const meanText = (mean: number, std: number) =>
  Number.isNaN(std) ? accuracyText(mean) : `${accuracyText(mean)} ± ${accuracyText(std)}`;

function cells({ seeds, failed, median: middle, mean, std, losses, tail }: Outcome): string[] {
  const figures = [accuracyText(middle), meanText(mean, std)];
  figures.push(lossText(median(losses)), String(tail), lossText(losses.at(-1)!));
  return [String(seeds), String(failed), ...figures];
}

/** The document's accuracy and loss after the last epoch, or the course's. */
function documented({ published, course }: Run): string[] | undefined {
  const last = published.at(-1) ?? course;
  if (!last) return undefined;
  const { accuracy, loss } = last.eval;
  const [text, figure] = [Number.isNaN(accuracy) ? "NaN" : accuracy.toFixed(3), lossText(loss)];
  return [published.length ? "published" : "course", "1", "", text, "", figure, "", "", ""];
}

/** Accuracies where predictions are averaged, a row for the course and for each side that has some. */
function averages({ run: { setup: { average }, courseAverage }, own, torch }: Compared): string[][] {
  if (average === undefined) return [];
  const name = (by: string) => `${by}, ${AVERAGE[average]}`, rest = ["", "", "", ""];
  const side = (by: string, { averaged }: Outcome) =>
    averaged.length === 0 ? [] : [[
      ...[name(by), String(averaged.length), "", accuracyText(median(averaged))],
      ...[meanText(mean(averaged), deviation(averaged)), ...rest],
    ]];
  const course = courseAverage === undefined ? [] : [[name("course"), "1", "", courseAverage.toFixed(3), "", ...rest]];
  return [...course, ...side("Sonde", own), ...side("PyTorch", torch)];
}

function section(lesson: Lesson, runs: readonly Compared[], equalSeeds: ReadonlyMap<string, string>): string {
  const rows = runs.flatMap((compared) => {
    const { run, own, torch } = compared;
    const sides = [
      documented(run),
      own.seeds ? ["Sonde", ...cells(own), equalSeeds.get(run.id) ?? "–"] : undefined,
      torch.seeds ? ["PyTorch", ...cells(torch), ""] : undefined,
      ...averages(compared),
    ].filter((side) => side !== undefined);
    return sides.map((side, i) => [i ? "" : `${run.id} ${run.title}`, ...side]);
  });
  return `## ${lesson.title}

${table(COLUMNS, rows)}

${runs.map((compared) => `- **${compared.run.id} ${compared.run.title}.** ${words(compared)}`).join("\n")}`;
}

function epochs({ cpu, pytorch }: Sources, runs: readonly Compared[]): string {
  const rows = runs.flatMap(({ run }) =>
    Array.from({ length: run.setup.epochs }, (_, epoch) =>
      (["train", "eval"] as const).map((phase) => {
        const document = publishedAt(run, epoch);
        return [
          epoch === 0 && phase === "train" ? run.id : "",
          phase === "train" ? String(epoch) : "",
          phase,
          document ? formatPair([document[phase]]) : "–",
          spreadText(phaseFigures(cpu, run, epoch, phase)),
          spreadText(phaseFigures(pytorch, run, epoch, phase)),
        ];
      })).flat()
  );
  return `## Epoch by epoch

Accuracy / loss: published (or the course's, of the last epoch), and as the median with the least and the most of the seeds that did not fail
(of all where all did).

${table(["run", "epoch", "", "published", "Sonde", "PyTorch"], rows)}`;
}

/** The runs that have no lines, in a sentence; empty if all have. */
function missing(lessons: readonly Lesson[], runs: readonly Compared[]): string {
  const made = new Set(runs.map(({ run }) => run.id));
  const ids = lessons.flatMap((lesson) => lesson.runs).map(({ id }) => id).filter((id) => !made.has(id));
  return ids.length ? `\n\nNot run yet, and so without figures here: ${ids.join(", ")}.` : "";
}

/** How many seeds a side: `5 to 20`. */
function seeds(runs: readonly Compared[], side: "own" | "torch"): string {
  const counts = runs.map((run) => run[side].seeds).filter((count) => count > 0);
  if (counts.length === 0) return "no";
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least} to ${most}`;
}

/**
 * The whole page.
 *
 * @param lessons all of them; runs that Sonde has not trained are left out
 * @param sources the lines
 */
export function ledgerPage(lessons: readonly Lesson[], sources: Sources): string {
  const runs = compare(lessons, sources.cpu, sources.pytorch);
  const sections = lessons
    .map((lesson) => ({ lesson, runs: runs.filter((run) => run.lesson === lesson) }))
    .filter(({ runs }) => runs.length > 0)
    .map(({ lesson, runs }) => section(lesson, runs, sources.equalSeeds ?? new Map()));
  return `# Published, and reproduced

Made by \`deno task ledger\` from the lines in [docs/ledger/](ledger/), one for each seed of each run. Accuracy and loss on the evaluation images after the
last epoch, on each document's own data. A published figure is one seed on another machine; where the document has none, the course's
stands in its place. Sonde ran on the CPU, with ${
    seeds(runs, "own")
  } seeds a run; PyTorch is version 1.13 on its CPU, with ${seeds(runs, "torch")}: the same
set-ups written out in \`tests/goldens/pytorch_runs.py\`, with random numbers of its own, so that no seed of one is a seed of the other.

A seed has *failed* if it ends below an accuracy of ${FAILED}: the network did not learn, or became NaN. Median, mean and standard deviation of the accuracy are
of the others. Median and largest loss are of all seeds, NaN counting as the largest; *above ${TAIL}* counts the seeds that did not fail and whose
loss is above ${TAIL} all the same. *Equal seeds*: of how many seeds Sonde's training, from PyTorch's weights and batches, has PyTorch's losses, but for
rounding, in the first 20 steps, and over the first epoch; [equal_seeds.md](equal_seeds.md) has the limits, and says of each that has not, why.

A run with little spread is compared by its mean accuracies, which may be 0.01 apart, or 2.5 standard errors of their difference where that is more. A run
that depends on its seed is compared by the share of seeds that fail (Fisher's exact test) and by the median of the others. Losses, whose
means a single seed can decide, are compared by their ranks: Wilcoxon's rank-sum test over all seeds, two-sided and exact. Each p is
corrected for the number of runs tested (Holm) before a difference is called one.${missing(lessons, runs)}

${sections.join("\n\n")}

${epochs(sources, runs)}

${times(sources.cpu, sources.pytorch)}
${webgpu(lessons, sources)}`;
}
