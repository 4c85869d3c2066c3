/** What was recorded of a layer, and what a diagnosis is told of it. */
import type { WatchedLayer } from "./activation_charts.ts";
import type { ActivationFigures } from "./diagnosis.ts";
import type { Recorded } from "./statistics_record.ts";
import type { RecordedUnits } from "./unit_record.ts";

/** Which batches the entries of a record are of. */
export interface WatchedBatches {
  /** For each entry, which batch of its phase, training or validation, it is of: counted from 0 through all epochs. */
  readonly batches: readonly number[];
  /** For each entry, whether it is of a training batch. */
  readonly training: readonly boolean[];
}

/**
 * The statistics of one watched module or parameter: one entry for each batch in each field. Modules whose outputs are [n, units, …], always
 * with as many units, have those of their units too.
 */
export type LayerStatistics = WatchedLayer & Recorded & WatchedBatches & Partial<RecordedUnits>;

/** How values were counted. */
interface Counting {
  readonly bins: number;
  readonly range: readonly [number, number];
  readonly absolute: boolean;
}

/**
 * The bins around 0, first and last, and how far from 0 they reach; undefined if 0 lies in none, or not in the middle: then no distance
 * tells what is counted there. Of |x| all that is above 0 counts.
 *
 * @internal
 */
export function binsAtZero(
  { bins, range: [min, max], absolute }: Counting,
): { first: number; last: number; edge: number } | undefined {
  if (min > 0 || max < 0) return undefined;
  const width = (max - min) / bins, place = -min / width, near = Math.round(place);
  const onEdge = Math.abs(place - near) < 1e-6;
  const [first, last] = onEdge
    ? [Math.max(0, near - 1), Math.min(near, bins - 1)]
    : [Math.floor(place), Math.floor(place)];
  const below = place - first, above = last + 1 - place;
  if (!absolute && Math.abs(below - above) > 1e-6) return undefined;
  return { first, last, edge: above * width };
}

/** How many values each entry is of. */
export function elementsOf({ counts, below, above, nonFinite }: Recorded): number[] {
  return counts.map((row, i) => row.reduce((a, b) => a + b, below[i]! + above[i]! + nonFinite[i]!));
}

/** The figures of one layer: of its training batches, or of those of validation if no others were watched. */
export function figuresOf(layer: LayerStatistics, counting: Counting): ActivationFigures {
  const { name, kind, training, batches, zeros, counts, units, unitsOff, deadSince } = layer;
  const any = training.includes(true);
  const at = batches.map((_, i) => i).filter((i) => training[i] === any);
  const of = (values: ArrayLike<number>) => at.map((i) => values[i]!);
  const elements = elementsOf(layer), near = binsAtZero(counting);
  return {
    name: name ? `${name} (${kind})` : kind,
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
