/**
 * What charts with a size of their own begin with.
 *
 * @module
 */
import type { Spec } from "./vega.ts";

/** A picture of this size, into which everything fits, titles and labels too. */
export function frame(title: string | undefined, width: number, height: number, padding = 8): Spec {
  return {
    ...(title ? { title } : {}),
    width,
    height,
    autosize: { type: "fit", contains: "padding" },
    padding,
  };
}
