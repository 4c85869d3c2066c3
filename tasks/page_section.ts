/**
 * Parts of pages in docs/ that a task writes: they stand between comments with their name.
 *
 * @module
 */

/** A table in Markdown. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  return [columns, columns.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");
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
