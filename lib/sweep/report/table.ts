/**
 * The report's table: a row for each configuration, sorted by a click on a heading.
 *
 * @module
 */
import { formatFigure, formatSeconds, meanAndStd } from "../../plot/format.ts";
import { Html, html } from "../../plot/html.ts";
import { type Configuration, formatValue, spread } from "../groups.ts";

/** Rows at most; the exports have all. */
export const MOST_ROWS = 1000;

const STYLE = `
table.sort th{padding-right:1.4rem}
table.sort button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;white-space:nowrap}
table.sort button:hover,table.sort button:focus-visible{color:var(--sonde-ink)}
table.sort th[aria-sort=ascending] button::after{content:" ▲";font-size:.7em}
table.sort th[aria-sort=descending] button::after{content:" ▼";font-size:.7em}
.tall{max-height:36rem;overflow:auto}
.tall thead th{position:sticky;top:0;background:var(--card)}
`;

/** The script that sorts tables, once for a page. Numbers compare by what data-v says, words by their text; rows without a figure stay last. */
export const SORTING_SCRIPT = `
for (const table of document.querySelectorAll("table.sort")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.firstChild.addEventListener("click", () => {
    const down = head.ariaSort ? head.ariaSort !== "descending" : head.dataset.first === "descending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => { const { v } = row.cells[column].dataset; return v === undefined ? row.cells[column].textContent : v === "" ? NaN : +v; };
    const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]);
    rows.sort(([a], [b]) => a !== a ? (b !== b ? 0 : 1) : b !== b ? -1 : (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }));
}
`;

/** The style of tables that can be sorted, once for a page. */
export const SORTING_STYLE: Html = new Html(`<style>${STYLE}</style>`);

interface Cell {
  readonly text: string;
  /** What it is sorted by; absent for words. */
  readonly value?: number;
}

function figure(mean: number, std: number, n: number, of: number): Cell {
  const text = n === 0
    ? (of > 0 ? "NaN" : "")
    : n > 1
    ? `${formatFigure(mean)} ± ${formatFigure(std)}`
    : formatFigure(mean);
  return { text: n > 0 && n < of ? `${text} (${n} of ${of})` : text, value: mean };
}

function cells(group: Configuration, params: readonly string[], metrics: readonly string[]): Cell[] {
  const seconds = group.done.flatMap(({ seconds }) => seconds ?? []);
  const time = seconds.length > 0 ? meanAndStd(seconds).mean : NaN;
  return [
    ...params.map((name): Cell => {
      const value = group.params[name];
      return { text: formatValue(value), ...(typeof value === "number" ? { value } : {}) };
    }),
    ...metrics.map((name) => {
      const { mean, std, n } = spread(group.done, name);
      return figure(mean, std, n, group.done.length);
    }),
    { text: `${group.done.length} of ${group.trials.length}`, value: group.done.length },
    { text: Number.isNaN(time) ? "" : formatSeconds(time), value: time },
  ];
}

/**
 * A table of configurations in the order given: parameters, each metric as mean ± deviation over its seeds, how many are done, and time.
 *
 * @param sortedBy the metric that the order follows, and its direction
 */
export function sortableTable(
  groups: readonly Configuration[],
  params: readonly string[],
  metrics: readonly string[],
  sortedBy: { metric: string; goal: "max" | "min" },
): Html {
  const columns = [...params, ...metrics, "done", "time"];
  const rows = groups.slice(0, MOST_ROWS).map((group) => cells(group, params, metrics));
  // A column with a figure is sorted as figures; what has none in it then counts as missing.
  const numeric = columns.map((_, i) => rows.some((row) => row[i]!.value !== undefined));
  const side = (i: number) => numeric[i] ? ` class="n"` : "";
  const escape = (text: string) => String(html`${text}`);
  const heads = columns.map((column, i) => {
    const sorted = column === sortedBy.metric
      ? ` aria-sort="${sortedBy.goal === "max" ? "descending" : "ascending"}"`
      : "";
    const first = numeric[i] && metrics.includes(column) ? ` data-first="descending"` : "";
    return `<th scope="col"${side(i)}${sorted}${first}><button type="button">${escape(column)}</button></th>`;
  });
  const body = rows.map((row) =>
    `<tr>${
      row.map(({ text, value }, i) => {
        const key = !numeric[i]
          ? ""
          : ` data-v="${value === undefined || Number.isNaN(value) ? "" : Number(value.toPrecision(9))}"`;
        return `<td${side(i)}${key}>${escape(text)}</td>`;
      }).join("")
    }</tr>`
  );
  return new Html(
    `<div class="scroll tall"><table class="sort"><thead><tr>${heads.join("")}</tr></thead><tbody>${
      body.join("\n")
    }</tbody></table></div>`,
  );
}
