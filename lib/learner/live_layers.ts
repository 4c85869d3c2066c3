/** Tells a live page of the layers that a fit's callbacks watch, and what a diagnosis of them finds, as late as reading them must be rare. */
import { columnsSince, everyEntry } from "../live/columns.ts";
import type { LiveEvent } from "../live/events.ts";
import { figuresOf, type LayerStatistics } from "./activation_figures.ts";
import { ActivationStats } from "./callbacks/activation_stats.ts";
import type { Callback } from "./callback.ts";
import { diagnose } from "./diagnose.ts";
import type { ActivationFigures, Finding } from "./diagnosis.ts";
import { elementsOf } from "./statistics_record.ts";

/** Records are read whole: of a fit's time, that may take one part in so many. */
const PART = 60;

/** What is watched in one fit. */
export class LiveLayers {
  readonly #watching: readonly ActivationStats[];
  /** How many entries of each layer were told. */
  readonly #told = new Map<string, number>();
  /** No reading before this time. */
  #next = 0;
  /** What was read last. */
  #read: readonly { readonly stats: ActivationStats; readonly layers: readonly LayerStatistics[] }[] = [];

  constructor(readonly run: string, callbacks: Iterable<Callback>) {
    this.#watching = [...callbacks].filter((cb) => cb instanceof ActivationStats);
  }

  /** Whether there is something to read, and it was not read lately. */
  get isDue(): boolean {
    return this.#watching.length > 0 && performance.now() >= this.#next;
  }

  /**
   * What is new. All reads are asked for before the promise is returned, so that between two steps none is split.
   *
   * @param curves losses and rates so far, for the diagnosis
   */
  async read(curves: { readonly losses: readonly number[]; readonly lrs: readonly number[] }): Promise<LiveEvent[]> {
    const { run } = this, began = performance.now();
    const read = await Promise.all(this.#watching.map(async (stats) => ({ stats, layers: await stats.stats() })));
    const events: LiveEvent[] = [], activations: ActivationFigures[] = [];
    this.#read = read;
    for (const { stats, layers } of read) {
      for (const layer of layers) {
        if (layer.mean.length === 0) continue;
        const key = `${stats.of} ${layer.name}`, entries = entriesOf(layer);
        events.push(...columnsSince(entries, this.#told.get(key) ?? 0, this.#facts(stats)));
        this.#told.set(key, entries.steps.length);
        if (stats.of === "activations") activations.push(figuresOf(layer, stats.counting));
      }
    }
    if (activations.length) {
      events.push({ kind: "findings", run, lines: linesOf(diagnose({ activations, ...curves }).findings) });
    }
    const now = performance.now();
    this.#next = now + PART * (now - began);
    return events;
  }

  #facts({ of, counting: { range, absolute } }: ActivationStats) {
    return { run: this.run, of, range, absolute };
  }

  /** Every entry of every layer, as it was read last. */
  *whole(): Generator<LiveEvent> {
    for (const { stats, layers } of this.#read) {
      for (const layer of layers) if (layer.mean.length) yield everyEntry(entriesOf(layer), this.#facts(stats));
    }
  }
}

/** Findings in words. */
export function linesOf(findings: readonly Finding[]): string[] {
  return findings.map(({ module, text, since, remedy }) =>
    `${module === null ? "" : `${module}: `}${text}${since === null ? "" : ` (since batch ${since})`}. ${remedy}`
  );
}

/** The entries of training, or of validation if no others were watched. */
function entriesOf({ training, batches, units, unitsOff, zeros, ...layer }: LayerStatistics) {
  const any = training.includes(true), elements = elementsOf({ zeros, ...layer });
  const at = batches.map((_, i) => i).filter((i) => training[i] === any);
  const of = (values: ArrayLike<number>) => at.map((i) => values[i]!);
  return {
    name: layer.name,
    steps: of(batches),
    mean: of(layer.mean),
    std: of(layer.std),
    zeros: at.map((i) => zeros[i]! / elements[i]!),
    off: unitsOff && units ? at.map((i) => unitsOff[i]! / units) : undefined,
    counts: at.map((i) => layer.counts[i]!),
  };
}
