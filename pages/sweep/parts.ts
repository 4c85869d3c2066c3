/** Small parts of the page. */
/// <reference lib="dom" />

/** An element with a class and a text. */
export function make(tag: string, className = "", text = ""): HTMLElement {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

/** A button. */
export function button(text: string, act: () => void): HTMLElement {
  const element = make("button", "", text);
  element.onclick = act;
  return element;
}

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

/** A table under a heading; a note below it. */
export function table(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly CellText[])[],
  note = "",
): HTMLElement {
  const section = make("section"), scroll = make("div", "scroll tall"), element = make("table");
  const head = make("thead"), body = make("tbody"), names = make("tr");
  names.append(...columns.map((name) => Object.assign(make("th", "", name), { scope: "col" })));
  head.append(names);
  body.append(...rows.map((cells) => {
    const row = make("tr");
    row.append(
      ...cells.map((cell) => typeof cell === "string" ? make("td", "", cell) : make("td", cell.className, cell.text)),
    );
    return row;
  }));
  element.append(head, body);
  scroll.tabIndex = 0; // so that keys scroll it
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", title);
  scroll.append(element);
  section.append(make("h2", "", title), scroll);
  if (note) section.append(make("p", "read", note));
  return section;
}
