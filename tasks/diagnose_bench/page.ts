/** The parts of docs/diagnosis.md that the benchmark writes. */
import { RULES } from "../../lib/learner/diagnose.ts";
import { PROBLEMS } from "../../lib/learner/diagnose_problems.ts";
import { markdownTable } from "../page_section.ts";
import { line, type Score, summary, table } from "./score.ts";

/** Problems, what each means, and the rule with its source. */
export function rulesTable(): string {
  const rows = RULES.map(({ problem, rule }) => [problem, PROBLEMS[problem], rule.text, rule.source]);
  return markdownTable(["problem", "what it means", "reported for", "source"], rows);
}

const lines = (what: string, items: readonly string[]) =>
  items.length > 0 ? `${what}:\n\n${items.map((item) => `- ${item}`).join("\n")}` : `${what}: none.`;

/** The confusion table with the rates, and all misses and wrong alarms. */
export function benchmarkText(score: Score, how: string): string {
  return [
    how,
    summary(score).map((text) => `- ${text}`).join("\n"),
    markdownTable(...table(score)),
    lines("Missed", score.misses.map(line)),
    lines("Wrong alarms on healthy runs", score.healthy.alarmed.map(line)),
    lines("Did not train, and count as neither healthy nor ill", score.healthy.untrained.map(line)),
  ].join("\n\n");
}
