/** Two runs side by side: what differs between them, and by how much. */
import type { ShownRun } from "../../lib/live/page_model.ts";
import { format } from "./scale.ts";

/** A name for each run that no other has: its title, with its beginning or a number where others are called the same. */
export function labelsOf(runs: readonly ShownRun[]): Map<string, string> {
  const labels = new Map<string, string>(), taken = new Map<string, number>();
  const count = (title: string) => runs.filter(({ facts }) => facts.title === title).length;
  for (const { facts: { run, title, started } } of runs) {
    const label = count(title) > 1 ? `${title}, ${started.replace("T", " ").slice(0, 19)}` : title;
    const before = taken.get(label) ?? 0;
    taken.set(label, before + 1);
    labels.set(run, before ? `${label} (${before + 1})` : label);
  }
  return labels;
}

/** A fact in both runs. */
export interface FactPair {
  readonly name: string;
  readonly a: string;
  readonly b: string;
  readonly differs: boolean;
}

/** The facts of two runs; those that differ first. */
export function factPairs(a: ShownRun, b: ShownRun): FactPair[] {
  const all = ({ facts: { started, epochs, facts } }: ShownRun): Readonly<Record<string, string>> => ({
    ...facts,
    epochs: String(epochs),
    started,
  });
  const [ofA, ofB] = [all(a), all(b)],
    fact = (facts: Readonly<Record<string, string>>, name: string) => Object.hasOwn(facts, name) ? facts[name]! : "–";
  const pairs = [...new Set([...Object.keys(ofA), ...Object.keys(ofB)])].map((name) => {
    const [first, second] = [fact(ofA, name), fact(ofB, name)];
    return { name, a: first, b: second, differs: first !== second };
  });
  return pairs.toSorted((x, y) => Number(y.differs) - Number(x.differs));
}

/** For each phase of each epoch its figures in both runs, and their difference, as cells with the names of their columns. */
export function figurePairs(a: ShownRun, b: ShownRun): { columns: string[]; rows: string[][] } {
  const names = [...new Set([...a.rows, ...b.rows].flatMap(({ figures }) => Object.keys(figures)))];
  const keyOf = ({ epoch, phase }: { epoch: number; phase: string }) => `${epoch} ${phase}`;
  const ofB = new Map(b.rows.map((row) => [keyOf(row), row])), ofA = new Map(a.rows.map((row) => [keyOf(row), row]));
  const rows = [...new Map([...ofA, ...ofB]).values()].map(({ epoch, phase }) => {
    const key = keyOf({ epoch, phase });
    const cells = names.flatMap((name) => {
      const [first, second] = [ofA, ofB].map((rows) => rows.get(key)?.figures[name]);
      const both = first !== undefined && second !== undefined;
      return [first, second, both ? Number(first) - Number(second) : undefined]
        .map((value) => format(value === undefined ? undefined : Number(value)));
    });
    return [String(epoch), phase, ...cells];
  });
  return { columns: ["epoch", "phase", ...names.flatMap((name) => [`${name}, A`, "B", "A − B"])], rows };
}

/** What one series is above another, step by step, as far as both go. */
export function difference(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.min(a.length, b.length) }, (_, i) => a[i]! - b[i]!);
}

/** For each step the mean of those around it, as many as that or fewer at the ends; what is not finite is left out. */
export function smooth(values: readonly number[], width: number): number[] {
  const half = width >> 1, sums = [0], counts = [0];
  for (const value of values) {
    const isFinite = Number.isFinite(value);
    sums.push(sums.at(-1)! + (isFinite ? value : 0));
    counts.push(counts.at(-1)! + Number(isFinite));
  }
  return values.map((_, i) => {
    const from = Math.max(0, i - half), to = Math.min(values.length, i + half + 1);
    return (sums[to]! - sums[from]!) / (counts[to]! - counts[from]!);
  });
}
