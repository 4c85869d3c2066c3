/** What was recorded of a layer, and what a diagnosis is told of it. */
import type { WatchedBatches, WatchedLayer } from "./activation_charts.ts";
import type { ActivationFigures } from "./diagnosis.ts";
import { binsAtZero, elementsOf, type Recorded, type RecordOptions } from "./statistics_record.ts";
import type { RecordedUnits } from "./unit_record.ts";

/**
 * The statistics of one watched module or parameter: one entry for each batch in each field. Modules whose outputs are [n, units, …], always
 * with as many units, have those of their units too.
 */
export type LayerStatistics = WatchedLayer & Recorded & WatchedBatches & Partial<RecordedUnits>;

/** The figures of one layer: of its training batches, or of those of validation if no others were watched. */
export function figuresOf(layer: LayerStatistics, counting: Omit<RecordOptions, "chunk">): ActivationFigures {
  const { name, training, batches, zeros, counts, units, unitsOff, deadSince } = layer;
  const any = training.includes(true);
  const at = batches.map((_, i) => i).filter((i) => training[i] === any);
  const of = (values: ArrayLike<number>) => at.map((i) => values[i]!);
  const elements = elementsOf(layer), near = binsAtZero(counting);
  return {
    name,
    mean: of(layer.mean),
    std: of(layer.std),
    batches: of(batches),
    elements: of(elements),
    zeros: at.map((i) => zeros[i]! / elements[i]!),
    nonFinite: of(layer.nonFinite),
    ...near
      ? {
        small: at.map((i) => {
          const around = counts[i]!.subarray(near.first, near.last + 1).reduce((a, b) => a + b, 0);
          return (around - zeros[i]!) / elements[i]!;
        }),
        smallBelow: near.edge,
      }
      : {},
    ...units === undefined ? {} : {
      units,
      unitsOff: of(unitsOff!),
      // The first of these entries that is not before it; a unit that was off only in entries after the last of these is on.
      deadSince: deadSince!.map((since) => since < 0 ? -1 : at.findIndex((i) => i >= since)),
    },
  };
}
