/**
 * The ledger as a page of Markdown.
 *
 * @module
 */
import { formatPair } from "../../lib/lessons/tables.ts";
import type { Lesson, Run } from "../../lib/lessons/types.ts";
import { deviation, FAILED, type Line, mean, type Outcome, outcome, phaseFigures } from "./figures.ts";
import { words } from "./words.ts";

const four = (x: number) => Number.isNaN(x) ? "–" : x.toFixed(4);

function cells({ seeds, failed, good, median, mean, std }: Outcome): string[] {
  if (!seeds) return ["–", "–", "–", "–"];
  return [String(seeds), String(failed), four(median), good.length > 1 ? `${four(mean)} ± ${four(std)}` : four(mean)];
}

function row(texts: readonly string[]): string {
  return `| ${texts.join(" | ")} |`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(columns), row(columns.map(() => "---")), ...rows.map(row)].join("\n");
}

/** The document's accuracy and loss after the last epoch, or the course's. */
function figure({ published, course }: Run): string {
  const last = published.at(-1);
  if (last) return formatPair([last.eval]);
  if (!course) return "–";
  return Number.isNaN(course.eval.accuracy) ? "(course: NaN)" : `(course: ${formatPair([course.eval])})`;
}

const HEAD = ["seeds", "failed", "median", "mean ± std"];

/** Runs that have figures, each with its own and PyTorch's. */
interface Reproduced {
  readonly run: Run;
  readonly own: Outcome;
  readonly torch: Outcome;
}

function section(lesson: Lesson, runs: readonly Reproduced[]): string {
  const rows = runs.map(({ run, own, torch }) => [
    `${run.id} ${run.title}`,
    figure(run),
    ...cells(own),
    ...cells(torch),
  ]);
  const columns = ["run", "published acc / loss", ...HEAD.map((head, i) => i ? head : `Sonde: ${head}`)];
  const said = runs.map(({ run, own, torch }) => `- **${run.id} ${run.title}.** ${words(run, own, torch)}`);
  return `## ${lesson.title}

${table([...columns, ...HEAD.map((head, i) => i ? head : `PyTorch: ${head}`)], rows)}

${said.join("\n")}`;
}

/** A run's accuracy / loss in one phase of one epoch, as mean ± deviation. */
function reproduced(lines: readonly Line[], run: Run, epoch: number, phase: Line["phase"]): string {
  const rows = phaseFigures(lines, run, epoch, phase);
  if (rows.length === 0) return "–";
  const text = (values: readonly number[]) => {
    const m = mean(values), s = deviation(values);
    if (Number.isNaN(m)) return "NaN";
    if (m >= 1e4) return m.toExponential(1).replace("e+", "e");
    return Number.isNaN(s)
      ? m.toFixed(3)
      : `${m.toFixed(3)} ± ${s < 1e4 ? s.toFixed(3) : s.toExponential(0).replace("e+", "e")}`;
  };
  return `${text(rows.map(({ accuracy }) => accuracy))} / ${text(rows.map(({ loss }) => loss))}`;
}

function epochs(lines: readonly Line[], runs: readonly Reproduced[]): string {
  const rows = runs.flatMap(({ run }) =>
    run.published.map((document, epoch) => [
      epoch === 0 ? run.id : "",
      String(epoch),
      formatPair([document.train]),
      reproduced(lines, run, epoch, "train"),
      formatPair([document.eval]),
      reproduced(lines, run, epoch, "eval"),
    ])
  );
  return table(["run", "epoch", "published train", "Sonde train", "published eval", "Sonde eval"], rows);
}

/**
 * The whole page.
 *
 * @param lessons all of them; runs without lines of Sonde's are left out
 * @param own Sonde's lines
 * @param torch PyTorch's lines
 */
export function ledgerPage(lessons: readonly Lesson[], own: readonly Line[], torch: readonly Line[]): string {
  const all = lessons.map((lesson) => ({
    lesson,
    runs: lesson.runs
      .map((run) => ({ run, own: outcome(own, run), torch: outcome(torch, run) }))
      .filter(({ own }) => own.seeds > 0),
  })).filter(({ runs }) => runs.length > 0);
  const devices = [...new Set(own.map(({ device }) => device))].join(", ");
  return `# Published, and reproduced

Made by \`deno task ledger\`. Accuracy on the evaluation images after the last epoch, on each document's own data. A published figure is
one seed on another machine; figures in brackets are the course's, where the document has none. A seed has *failed* if it ends below ${FAILED}:
the network did not learn, or became NaN; median and mean ± standard deviation are of the others. Sonde's device: ${devices}. PyTorch is version
1.13 on its CPU, the same set-up written out in \`tests/goldens/pytorch_lessons.py\`, with random numbers of its own: no seed of one
is a seed of the other.

A run with little spread is compared by means, which may be 0.01 apart, or 2.5 standard errors of their difference where that is more. A run
that depends on its seed is compared by the share of seeds that fail (Fisher's exact test) and by the median of the others.

${all.map(({ lesson, runs }) => section(lesson, runs)).join("\n\n")}

## Epoch by epoch

Accuracy / loss, published and as Sonde's mean ± standard deviation over the seeds that did not fail (over all where all did).

${epochs(own, all.flatMap(({ runs }) => runs))}
`;
}
