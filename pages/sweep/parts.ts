/** Small parts of the page. */
/// <reference lib="dom" />

import { make } from "../live/dom.ts";

/** Puts figures with their names into a list. */
export function setFigures(list: HTMLElement, figures: Readonly<Record<string, string>>): void {
  list.replaceChildren(
    ...Object.entries(figures).map(([name, value]) => {
      const group = make("div");
      group.append(make("dt", "", name), make("dd", "", value));
      return group;
    }),
  );
}

/** A cell's text, and its class. */
export type CellText = string | { readonly text: string; readonly className: string };

/** Whether a cell begins as no figure does. */
const isWord = (cell: CellText | undefined) =>
  typeof cell === "string" && !/^(–|NaN|-?Infinity|-?\d.*)?$/.test(cell) || typeof cell === "object";

/** A table under a heading, and a note below it. It stays, and with it how far it was scrolled, while its rows change. */
export class Table {
  readonly element: HTMLElement = make("section");
  readonly #head = make("thead");
  readonly #body = make("tbody");
  readonly #note = make("p", "read");

  constructor(title: string) {
    const scroll = make("div", "scroll tall"), table = make("table");
    scroll.tabIndex = 0; // so that keys scroll it
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", title);
    table.append(this.#head, this.#body);
    scroll.append(table);
    this.element.append(make("h2", "", title), scroll, this.#note);
  }

  /** Shows these rows. */
  show(columns: readonly CellText[], rows: readonly (readonly CellText[])[], note: string): void {
    const names = make("tr"), words = columns.map((_, i) => rows.some((cells) => isWord(cells[i])));
    const cell = (tag: string, of: CellText, i: number) => {
      const { text, className } = typeof of === "string" ? { text: of, className: "" } : of;
      return make(tag, words[i] ? `words ${className}`.trimEnd() : className, text);
    };
    names.append(...columns.map((name, i) => Object.assign(cell("th", name, i), { scope: "col" })));
    this.#head.replaceChildren(names);
    this.#body.replaceChildren(...rows.map((cells) => {
      const row = make("tr");
      row.append(...cells.map((of, i) => cell("td", of, i)));
      return row;
    }));
    this.#note.textContent = note;
    this.#note.hidden = !note;
  }
}
