/**
 * Sonde and PyTorch in turn, and what the comparison looks like.
 *
 * @module
 */
import { markdownTable } from "../page_section.ts";
import { textTable } from "../../lib/plot/text.ts";
import type { Workload } from "./networks.ts";
import type { Measured } from "./training.ts";

/** Steps per second of both sides, block by block. */
export interface Comparison {
  readonly workload: Workload;
  readonly sonde: readonly number[];
  readonly pytorch: readonly number[];
}

/** How long both sides are left alone between blocks, in milliseconds: threads that wait for work spin for a while. */
const PAUSE = 200;

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

/**
 * Measures a workload on both sides, a block of one and a block of the other, and begins with the other side each time.
 *
 * @param seconds how long a block takes
 */
export async function compare(
  sonde: Measured,
  pytorch: Measured,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Comparison> {
  for (const side of [sonde, pytorch]) {
    await pause();
    await side.warmUp(seconds);
  }
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 ? [sonde, pytorch] : [pytorch, sonde]) {
      await pause();
      await side.block();
    }
  }
  const rates = ({ times }: Measured) => times.map((time) => 1 / time);
  return { workload: sonde.workload, sonde: rates(sonde), pytorch: rates(pytorch) };
}

/** The middle value, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** How many times as fast Sonde was, round by round. */
export const ratios = ({ sonde, pytorch }: Comparison): number[] => sonde.map((rate, round) => rate / pytorch[round]!);

/** A number with three digits that count. */
const brief = (value: number) => value >= 100 ? value.toFixed(0) : value.toPrecision(3);

const spread = (values: readonly number[]) => `${brief(Math.min(...values))} to ${brief(Math.max(...values))}`;

const COLUMNS = [
  "workload",
  "PyTorch, steps/s",
  "least to most",
  "Sonde, steps/s",
  "least to most",
  "ratio",
  "least to most",
];

function row(comparison: Comparison): string[] {
  const { workload, sonde, pytorch } = comparison, ratio = ratios(comparison);
  const pair = (values: readonly number[]) => [brief(median(values)), spread(values)];
  return [
    workload.name,
    ...pair(pytorch),
    ...pair(sonde),
    median(ratio).toFixed(2),
    `${Math.min(...ratio).toFixed(2)} to ${Math.max(...ratio).toFixed(2)}`,
  ];
}

/** The comparison for a terminal. */
export const comparisonText = (all: readonly Comparison[]): string => textTable(COLUMNS, all.map(row)).join("\n");

/** What a comparison was made with. */
export interface Circumstances {
  readonly processor: string;
  readonly threads: number;
  readonly deno: string;
  readonly pytorch: string;
  readonly rounds: number;
  /** Of a block. */
  readonly seconds: number;
  /** Whether WebAssembly's memory was unchecked. */
  readonly unchecked: boolean;
}

/** The comparison for docs/speed.md. */
export function comparisonPage(all: readonly Comparison[], made: Circumstances): string {
  const { processor, threads, deno, pytorch, rounds, seconds, unchecked } = made;
  const memory = unchecked ? "under the task's flags" : "with checks of memory (`SONDE_V8=,--wasm-bounds-checks`)";
  const how =
    `${processor}, ${
      threads === 1 ? "one thread" : `${threads} threads`
    } each; Deno ${deno} ${memory}, PyTorch ${pytorch}. ` +
    `Medians of ${rounds} blocks of about ${seconds} s, taken in turn; a ratio is that of a round's two blocks.`;
  return `${how}\n\n${markdownTable(COLUMNS, all.map(row))}`;
}
