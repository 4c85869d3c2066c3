/** Reads what was saved: a page, the statistics beside it, or what a page gave as JSON. Whoever opens a file may have taken the wrong one. */
import { type Form, like, list, natural, object, oneOf, optional, record, text } from "../device/form.ts";
import type { LiveEvent } from "./events.ts";
import { decompress } from "./packing.ts";

const finite = like("a finite number", Number.isFinite);
const figure = like(
  "a number",
  (value) => Number.isFinite(value) || ["NaN", "Infinity", "-Infinity"].includes(value as string),
);
const phase = oneOf(["train", "valid"]);

const column = object({
  step: natural,
  mean: figure,
  std: figure,
  zeros: figure,
  off: optional(figure),
  counts: list(finite),
});

/** What each kind of event is made of. */
const FORMS: Readonly<Record<LiveEvent["kind"], Form>> = {
  run: object({ kind: text, run: text, title: text, started: text, epochs: natural, facts: record(text) }),
  points: object({ kind: text, run: text, series: text, from: natural, values: list(figure) }),
  row: object({ kind: text, run: text, step: natural, epoch: natural, phase, figures: record(figure) }),
  progress: object({
    kind: text,
    run: text,
    epoch: natural,
    phase,
    batch: natural,
    batches: optional(natural),
    speed: optional(finite),
    left: optional(finite),
  }),
  columns: object({
    kind: text,
    run: text,
    layer: text,
    of: text,
    width: natural,
    from: natural,
    range: list(finite, 2),
    absolute: oneOf([true, false]),
    columns: list(column),
  }),
  findings: object({ kind: text, run: text, lines: list(text) }),
  finished: object({ kind: text, run: text, how: oneOf(["done", "ended early"]) }),
};

/** What is wrong with an event; undefined if nothing is. */
function problemOf(event: unknown): string | undefined {
  const kind: unknown = Object(event).kind;
  if (typeof kind !== "string" || !Object.hasOwn(FORMS, kind)) {
    return `kind: expected one of ${Object.keys(FORMS).join(", ")}, found ${JSON.stringify(kind) ?? "none"}`;
  }
  return FORMS[kind as LiveEvent["kind"]](event);
}

/** Data as events. @throws {TypeError} for what are none */
export function parseEvents(data: unknown): LiveEvent[] {
  if (!Array.isArray(data)) throw new TypeError("Cannot read runs: expected a list of events");
  data.forEach((event: unknown, i) => {
    const problem = problemOf(event);
    if (problem) throw new TypeError(`Cannot read runs: event ${i}: ${problem}`);
  });
  return data as LiveEvent[];
}

/** The place of a page's events. */
const INSIDE = /<script id="events"[^>]*>([^<]*)<\/script>/;

/**
 * The events in a saved page, in a list of them as JSON, or in lines of JSON.
 *
 * @throws {TypeError} for a text that is none of them
 */
export async function readSaved(content: string): Promise<LiveEvent[]> {
  const packed = INSIDE.exec(content)?.[1];
  if (packed === "") throw new TypeError("Cannot read runs: this page has none inside. Save it with its button");
  let data: unknown;
  try {
    if (packed !== undefined) data = JSON.parse(await decompress(packed));
    else if (content.trimStart().startsWith("[")) data = JSON.parse(content);
    else data = content.split("\n").filter((line) => line.trim() !== "").map((line): unknown => JSON.parse(line));
  } catch (error) {
    throw new TypeError("Cannot read runs: expected a saved page, or JSON that a page or a fit has written", {
      cause: error,
    });
  }
  return parseEvents(data);
}
