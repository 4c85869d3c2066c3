/**
 * Pages: HTML whose every inserted text is escaped, in one file that needs no network.
 *
 * @module
 */
import { crypto } from "../device/builtins.ts";
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, checkObject, isText } from "../device/expect.ts";
import { type Align, isNumeric } from "./text.ts";
import { FONT, themeStyle } from "./theme.ts";

/**
 * HTML that may be inserted as it stands.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const name = "<b>";
 * console.log(`${plot.html`<p>${name} ${new plot.Html("<i>x</i>")}</p>`}`); // <p>&lt;b&gt; <i>x</i></p>
 * ```
 */
export class Html {
  /**
   * The text is trusted: nothing in it is escaped.
   *
   * @param text HTML
   */
  constructor(readonly text: string) {}
  /** The HTML as it stands. */
  toString(): string {
    return this.text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What {@linkcode html} takes between its strings: text is escaped, {@linkcode Html} and lists of it are not, undefined and false are nothing. */
export type Insert = Html | string | number | undefined | false | readonly Insert[];

function insert(value: Insert): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(insert).join("");
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/**
 * A template whose inserted strings are escaped, and whose {@linkcode Html} is not: `` html`<p>${text}</p>` ``.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const items = ["a & b", "c"].map((text) => plot.html`<li>${text}</li>`);
 * console.log(`${plot.html`<ul>${items}</ul>`}`); // <ul><li>a &amp; b</li><li>c</li></ul>
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: Insert[]): Html {
  checkList("html", "its template", strings, "a template: html`…`", isText);
  // The template's own indentation is for its reader.
  const raw = strings.map((text) => text.replace(/\n\s+/g, "\n"));
  return new Html(String.raw({ raw }, ...values.map(insert)));
}

/**
 * A table in HTML.
 *
 * @param columns titles
 * @param rows cells, as many as there are titles
 * @param align how each column stands; by default as in {@linkcode textTable}
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const table = plot.htmlTable(["run", "accuracy"], [["A<1>", "0.91"]]);
 * console.log(String(table).includes("A&lt;1&gt;</td>")); // true
 * ```
 */
export function htmlTable(
  columns: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
  align?: readonly Align[],
): Html {
  checkList("htmlTable", "columns", columns, "an array of names", isText);
  checkList("htmlTable", "rows", rows, "an array of rows, each an array of cells", Array.isArray);
  const numeric = columns.map((_, i) => align ? align[i] === "right" : isNumeric(rows.map((row) => String(row[i]))));
  const side = (i: number) =>
    numeric[i]
      ? html`
        class="n"
      `
      : html`
        style="text-align:left"
      `; // notebooks' own style sheets have everything on the right
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>${columns.map((column, i) => html`<th${side(i)}>${column}</th>`)}</tr>
        </thead>
        <tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td${side(i)}>${cell}</td>`)}</tr>`)}</tbody>
      </table>
    </div>
  `;
}

/** A shadow at an edge beyond which there is more; covers that scroll with the contents hide it at their ends. */
const SHADOWS = "background:" + [
  "linear-gradient(to right,var(--card) 40%,transparent) 0 0/2.5rem 100% no-repeat local",
  "linear-gradient(to left,var(--card) 40%,transparent) 100% 0/2.5rem 100% no-repeat local",
  "linear-gradient(to right,var(--edge),transparent) 0 0/.8rem 100% no-repeat scroll",
  "linear-gradient(to left,var(--edge),transparent) 100% 0/.8rem 100% no-repeat scroll",
  "var(--card)",
].join(",");

/** The style of a line above what a screen does not hold. */
export const hint = (of: string) =>
  `${of}::before{content:"wider than the screen: scroll \\2192";position:sticky;left:0;display:block;width:max-content;` +
  "margin:0 0 .4rem;font-size:.78rem;color:var(--sonde-muted)}";

const STYLE = `
*{box-sizing:border-box}
body{margin:0;font:15px/1.55 ${FONT};color:var(--sonde-ink);background:var(--ground)}
:root{--ground:#f5f6f8;--card:#fff;--edge:rgba(0,0,0,.2)}
@media(prefers-color-scheme:dark){:root{--ground:#12161b;--card:#1a2027;--edge:rgba(255,255,255,.22)}}
main{max-width:1180px;margin:0 auto;padding:2.5rem clamp(1rem,4vw,2.5rem) 3rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem;letter-spacing:-.01em}
h2{font-size:1.05rem;margin:2.4rem 0 .8rem}
h3{font-size:1rem;margin:0}
p{margin:.3rem 0;max-width:78ch;text-wrap:pretty}
.muted,figcaption,footer{color:var(--sonde-muted)}
.small,figcaption,footer{font-size:.85rem}
.grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr))}
.card{background:var(--card);border:1px solid var(--sonde-rule);border-radius:10px;padding:1rem 1.1rem;min-width:0}
.card>*+*{margin-top:.7rem}
figure{margin:0}
figure svg{display:block;width:100%;max-width:30rem;height:auto}
figure.whole svg{width:auto;max-width:100%}
.scroll figure.whole svg{max-width:none}
h3+.inside,.card+.card{margin-top:.8rem}
.inside+h3,p+h3{margin-top:1.4rem}
@media(max-width:600px){.inside{overflow-x:auto;${SHADOWS}}.inside figure.whole svg{max-width:none}${hint(".inside")}}
.grid>.card{margin-top:0}
.scroll{overflow-x:auto;${SHADOWS}}
table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}
.wide table{width:100%}
th{font-weight:500;color:var(--sonde-muted);text-align:left}
th,td{padding:.3rem 1.4rem .3rem 0;border-bottom:1px solid var(--sonde-rule);white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
tr:last-child td{border-bottom:0}
.n{text-align:right}
.chip{display:inline-block;width:.75em;height:.75em;border-radius:3px;margin-right:.45em;background:var(--hue)}
ul.keys{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.3rem;padding:0;margin:0 0 .8rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;margin:0;font-size:.9rem}
dt{color:var(--sonde-muted)}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
footer{margin-top:2.5rem}
`;

/** What a browser lets a page do: show its own style and pictures, run its own scripts, and reach nothing. */
function contentSecurityPolicy(scripts: readonly string[]): string {
  const hashes = scripts.map((text) => `'sha256-${crypto().createHash("sha256").update(text).digest("base64")}'`);
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    ...(hashes.length > 0 ? [`script-src ${hashes.join(" ")}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** What a page is made of. */
type PageParts = { title: string; body: Html; scripts?: readonly string[] };
const PAGE = optionNames<PageParts>({ title: 1, body: 1, scripts: 1 });

/**
 * A whole page as text, its style inside. Its content security policy lets it run the scripts that it is given here, known by their hashes, and no
 * others: a script that is in `body` does nothing.
 *
 * @param page.title for the browser's tab
 * @param page.body what it shows
 * @param page.scripts JavaScript that is run once the page is there. Default: none
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const text = plot.page({ title: "Two runs", body: plot.html`<h1>Two runs</h1>` });
 * console.log(text.startsWith("<!doctype html>")); // true
 * ```
 */
export function page(
  options: { title: string; body: Html; scripts?: readonly string[] },
): string {
  checkObject("page", "its argument", options, "an object { title, body }", ["title", "body"]);
  checkOptions("page", options, PAGE);
  const { title, body, scripts = [] } = options;
  checkList("page", "scripts", scripts, "an array of texts", isText);
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${new Html(contentSecurityPolicy(scripts))}">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <title>${title}</title>
        <link rel="icon" href="data:,">
        <style>${new Html(themeStyle() + STYLE)}</style>
      </head>
      <body>
        <main>${body}</main>
        ${scripts.map((text) => new Html(`<script>${text}</script>`))}
      </body>
    </html>
  `.text.trim() + "\n";
}
