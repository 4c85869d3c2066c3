/** Events as a compressed text that a page can have inside, with statistics thinned until they fit. */
import type { Column, ColumnsEvent, Figure, LiveEvent } from "./events.ts";
import { toFigure } from "./events.ts";

/** The longest text of events that a page has inside if thinning statistics can make it as short: with style and script it stays below 3 MB. */
export const LONGEST = 2_900_000;

/** Compresses a text: gzip, in base64. */
export async function compress(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer()), PIECE = 0x8000, pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  }
  return btoa(pieces.join(""));
}

/** The text again. Rejects what is none. */
export function decompress(packed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

/**
 * Events as a text that is no longer than that, as far as thinning statistics gets: neighbouring columns are joined, those of all layers, until
 * it is. Every loss stays.
 */
export async function pack(events: readonly LiveEvent[], longest: number = LONGEST): Promise<string> {
  let kept = joinColumns(events);
  while (true) {
    const packed = await compress(JSON.stringify(kept));
    const most = kept.reduce((most, event) => Math.max(most, event.kind === "columns" ? event.columns.length : 0), 0);
    if (packed.length <= longest || most <= 1) return packed;
    kept = kept.map((event) => event.kind === "columns" && event.columns.length > most / 2 ? halve(event) : event);
  }
}

/** With all columns of a layer in one event, since neighbours are to be joined. */
function joinColumns(events: readonly LiveEvent[]): LiveEvent[] {
  const layers = new Map<string, ColumnsEvent>(), rest: LiveEvent[] = [];
  for (const event of events) {
    if (event.kind !== "columns") {
      rest.push(event);
      continue;
    }
    const key = JSON.stringify([event.run, event.of, event.layer]), before = layers.get(key);
    const columns = before?.width === event.width ? before.columns.slice() : [];
    event.columns.forEach((column, i) => columns[event.from + i] = column);
    layers.set(key, { ...event, from: 0, columns });
  }
  return [...rest, ...layers.values()];
}

/** Half as many columns, each the average of two neighbours. */
export function halve(event: ColumnsEvent): ColumnsEvent {
  const { columns, width } = event;
  const halved = Array.from({ length: Math.ceil(columns.length / 2) }, (_, i) => {
    const [a, b] = [columns[2 * i]!, columns[2 * i + 1]];
    return b ? average(a, b) : a;
  });
  return { ...event, width: 2 * width, columns: halved };
}

function average(a: Column, b: Column): Column {
  const mean = (x: Figure, y: Figure) => toFigure((Number(x) + Number(y)) / 2);
  return {
    step: a.step,
    mean: mean(a.mean, b.mean),
    std: mean(a.std, b.std),
    zeros: mean(a.zeros, b.zeros),
    ...a.off === undefined || b.off === undefined ? {} : { off: mean(a.off, b.off) },
    counts: a.counts.map((count, bin) => Number(((count + b.counts[bin]!) / 2).toPrecision(3))),
  };
}
