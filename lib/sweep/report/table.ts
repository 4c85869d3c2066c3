/**
 * The report's table: a row for each configuration, sorted by a click on a heading.
 *
 * @module
 */
import { hint, Html, html } from "../../plot/html.ts";
import type { Analysis } from "../analysis.ts";
import type { Configuration } from "../groups.ts";
import { cellsOf, writersOf } from "./cells.ts";

/** Rows at most; the exports have all. */
export const MOST_ROWS = 1000;

const STYLE = `
table.sort th{padding:0}
table.sort button{font:inherit;color:inherit;background:none;border:0;padding:.3rem 1.4rem .3rem 0;width:100%;text-align:inherit;cursor:pointer;white-space:nowrap}
table.sort th:last-child button{padding-right:0}
table.sort button:hover,table.sort button:focus-visible{color:var(--sonde-ink);background:var(--sonde-rule)}
table.sort th[aria-sort=ascending] button::after{content:" ▲";font-size:.7em}
table.sort th[aria-sort=descending] button::after{content:" ▼";font-size:.7em}
${hint(".scroll.more")}
.scroll figure.fill{min-width:var(--least);max-width:var(--most)}
.scroll figure.fill svg{width:100%;max-width:none;height:auto}
.card+.grid{margin-top:1rem}
.tall{max-height:36rem;overflow:auto}
.tall thead th{position:sticky;top:0;background:var(--card)}
`;

/** The script that sorts tables and marks what is wider than its card, once for a page. Numbers compare by what data-v says, words by their text; rows without a figure stay last. */
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
const watch = new ResizeObserver((entries) => {
  for (const { target } of entries) target.classList.toggle("more", target.scrollWidth > target.clientWidth + 1);
});
for (const box of document.querySelectorAll(".scroll")) watch.observe(box);
`;

/** The style of tables that can be sorted, once for a page. */
export const SORTING_STYLE: Html = new Html(`<style>${STYLE}</style>`);

/**
 * A table of configurations in the order given: parameters, each metric as mean ± deviation over its seeds, how many are done, and time.
 *
 * @param groups the analysis' cells, in order
 */
export function sortableTable(groups: readonly Configuration[], analysis: Analysis): Html {
  const { params, metrics, metric, goal } = analysis;
  const columns = [...params, ...metrics, "done", "time"];
  const shown = groups.slice(0, MOST_ROWS);
  const writers = writersOf(shown, metrics);
  const rows = shown.map((group) => cellsOf(group, analysis, writers));
  // A column with a figure is sorted as figures; what has none in it then counts as missing.
  const numeric = columns.map((_, i) => rows.some((row) => row[i]!.value !== undefined));
  const side = (i: number) => numeric[i] ? ` class="n"` : "";
  const escape = (text: string) => String(html`${text}`);
  const heads = columns.map((column, i) => {
    // A parameter may be called as a metric is: columns are known by their place.
    const isMetric = i >= params.length && i < params.length + metrics.length;
    const sorted = isMetric && column === metric ? ` aria-sort="${goal === "max" ? "descending" : "ascending"}"` : "";
    const first = numeric[i] && isMetric ? ` data-first="descending"` : "";
    return `<th scope="col"${side(i)}${sorted}${first}><button type="button">${escape(column)}</button></th>`;
  });
  const body = rows.map((row) =>
    `<tr>${
      row.map(({ text, value }, i) => {
        const key = !numeric[i] ? "" : ` data-v="${value === undefined || Number.isNaN(value) ? "" : value}"`;
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
