/** The parts of docs/diagnosis.md that the benchmark writes. */
import { RULES } from "../../lib/learner/diagnose.ts";
import { PROBLEMS } from "../../lib/learner/diagnose_problems.ts";
import { line, type Score, summary, table } from "./score.ts";

const cell = (text: string) => text.replaceAll("|", "\\|");

const markdown = (columns: readonly string[], rows: readonly (readonly string[])[]) =>
  [columns, columns.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

/** Problems, what each means, and the rule with its source. */
export function rulesTable(): string {
  const rows = RULES.map(({ problem, rule }) => [problem, PROBLEMS[problem], rule.text, rule.source]);
  return markdown(["problem", "what it means", "reported for", "source"], rows);
}

const lines = (what: string, items: readonly string[]) =>
  items.length > 0 ? `${what}:\n\n${items.map((item) => `- ${item}`).join("\n")}` : `${what}: none.`;

/** The confusion table with the rates, and all misses and wrong alarms. */
export function benchmarkText(score: Score, how: string): string {
  return [
    how,
    summary(score).map((text) => `- ${text}`).join("\n"),
    markdown(...table(score)),
    lines("Missed", score.misses.map(line)),
    lines("Wrong alarms on healthy runs", score.healthy.alarmed.map(line)),
    lines("Did not train, and count as neither healthy nor ill", score.healthy.untrained.map(line)),
  ].join("\n\n");
}

/** Puts a text between the markers of its name. @throws {RangeError} for a page without them */
export function replaceSection(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`],
    from = page.indexOf(begin),
    to = page.indexOf(end);
  if (from < 0 || to < from) throw new RangeError(`Cannot write ${name}: the page has no ${begin} before ${end}`);
  return `${
    page.slice(0, from + begin.length)
  }\n<!-- deno-fmt-ignore-start -->\n\n${text}\n\n<!-- deno-fmt-ignore-end -->\n${page.slice(to)}`;
}
