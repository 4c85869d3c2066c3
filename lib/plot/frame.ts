/**
 * What charts with a size of their own begin with.
 *
 * @module
 */
import { wrapped } from "./text_width.ts";
import type { Spec } from "./vega.ts";

/** The size of titles, in bold. */
export const TITLE_SIZE = 13;

/** A title in lines that are no wider than the picture. */
export function titleLines(title: string, width: number, size = TITLE_SIZE): string | string[] {
  const lines = title.split("\n").flatMap((line) => wrapped(line, width, size, true));
  return lines.length > 1 ? lines : title;
}

/** A picture of this size, into which everything fits, titles and labels too. */
export function frame(title: string | undefined, width: number, height: number, padding = 8): Spec {
  return {
    ...(title ? { title: titleLines(title, width - 2 * padding) } : {}),
    width,
    height,
    autosize: { type: "fit", contains: "padding" },
    padding,
  };
}
