/** Runs for tests of the live page. */
import { columnsSince, type LayerEntries } from "../../lib/live/columns.ts";
import { type LiveEvent, toFigure } from "../../lib/live/events.ts";

/** A run's beginning. */
export const begin = (run: string, facts: Readonly<Record<string, string>> = {}, title = "Net"): LiveEvent => ({
  kind: "run",
  run,
  title,
  started: "2026-01-01T00:00:00Z",
  epochs: 2,
  facts,
});

/** Numbers between 0 and 1 that look random, the same every time. */
export function noise(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/** Losses that fall and swing, with seven digits, and rates that rise and fall. */
export function curves(run: string, count: number, seed = 1): LiveEvent[] {
  const random = noise(seed), steps = Array.from({ length: count }, (_, i) => i);
  const points = (series: string, values: number[]): LiveEvent => ({
    kind: "points",
    run,
    series,
    from: 0,
    values: values.map(toFigure),
  });
  return [
    points("loss", steps.map((i) => 2.3 * Math.exp(-3 * i / count) + 0.2 + 0.3 * random())),
    points("lr", steps.map((i) => 0.1 * Math.sin(Math.PI * (i + 0.5) / count))),
  ];
}

/** The columns of a layer that was watched at so many batches, with 40 bins. */
export function layer(run: string, name: string, count: number, seed = 1): LiveEvent[] {
  const random = noise(seed), steps = Array.from({ length: count }, (_, i) => i);
  const bins = Array.from({ length: 40 }, (_, bin) => 60_000 * Math.exp(-bin / 4));
  const entries: LayerEntries = {
    name,
    steps,
    mean: steps.map(random),
    std: steps.map(random),
    zeros: steps.map(random),
    off: steps.map(random),
    counts: steps.map(() => bins.map((most) => Math.round(most * random()))),
  };
  return columnsSince(entries, 0, { run, of: "activations", range: [0, 10], absolute: true });
}
