/** What the page's parts are made with. */
/// <reference lib="dom" />
import { hueName, sample, strokeOf } from "./looks.ts";

/** An element with a class and a text. */
export function make(tag: string, className = "", text = ""): HTMLElement {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

/** A button. */
export function button(text: string, act: () => void): HTMLElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.onclick = act;
  return element;
}

/**
 * Shows these elements in a parent, in this order, whichever came first, and none of its others. Those that stand in it are not moved, so that
 * whichever has the focus keeps it.
 */
export function arrange(parent: HTMLElement, shown: readonly HTMLElement[]): void {
  for (const child of parent.children) (child as HTMLElement).hidden = !shown.includes(child as HTMLElement);
  let next = parent.firstElementChild as HTMLElement | null;
  for (const element of shown) {
    while (next?.hidden) next = next.nextElementSibling as HTMLElement | null;
    if (next === element) next = element.nextElementSibling as HTMLElement | null;
    else parent.insertBefore(element, next);
  }
}

/** Sets a text if it is another: a screen reader would say the same again, and the page would be laid out anew. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A section with a heading and a table. The first cell of a row is its heading. @param marked rows that stand out */
export function table(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  marked: (row: number) => boolean = () => false,
): HTMLElement {
  const section = make("section"), scroll = make("div", "scroll"), element = make("table");
  const head = make("thead"), body = make("tbody"), names = make("tr");
  const isText = columns.map((_, i) =>
    i === 0 || rows.some((cells) => !/^(–|NaN|[-\d.]*(e-?\d+)?|.*Infinity)$/.test(cells[i]!))
  );
  const classOf = (i: number) => isText[i] ? "words" : "";
  names.append(...columns.map((name, i) => Object.assign(make("th", classOf(i), name), { scope: "col" })));
  head.append(names);
  body.append(...rows.map(([first = "", ...cells], i) => {
    const row = make("tr", marked(i) ? "marked" : "");
    row.append(
      Object.assign(make("th", "words", first), { scope: "row" }),
      ...cells.map((cell, i) => make("td", classOf(i + 1), cell)),
    );
    return row;
  }));
  element.append(head, body);
  scroll.append(element);
  scroll.tabIndex = 0; // so that keys can scroll it
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", title);
  section.append(make("h2", "", title), scroll);
  return section;
}

/** A square in a line's colour, beside its name; of a line with gaps, a sample of it. */
export function colorKey(hue: number, isDashed = false): HTMLElement {
  const key = make("span", "key"), stroke = strokeOf(hue, isDashed);
  // Set by script: the page's policy knows no style in HTML.
  key.style.background = sample(stroke, `var(--sonde-${hueName(hue)})`);
  if (stroke.length > 0) Object.assign(key.style, { width: "2.4em", height: ".25em", verticalAlign: "middle" });
  return key;
}

/** Hands a text to the browser as a file. */
export function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

let palette: CSSStyleDeclaration | undefined;
const known = new Map<string, string>();

/** A colour of the page's style. */
export function color(name: string): string {
  palette ??= getComputedStyle(document.documentElement);
  let value = known.get(name);
  if (value === undefined) known.set(name, value = palette.getPropertyValue(`--sonde-${name}`).trim());
  return value;
}

/** Calls back whenever the system's colours change. */
export function onColors(act: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    known.clear();
    act();
  });
}
