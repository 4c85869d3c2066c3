/**
 * Cells by seeds: a randomised-block analysis, the seed being the block.
 *
 * @module
 */

/** Values of cells on the same seeds: `values[cell][seed]`. */
export type Matrix = readonly (readonly number[])[];

/** The largest part of a table without gaps that whole seeds and whole cells make. */
export interface Block {
  /** Indices of cells. */
  readonly cells: readonly number[];
  /** Indices of seeds. */
  readonly seeds: readonly number[];
}

/**
 * Cells that have a value on all of some seeds, and those seeds: of the seeds with most values first, as many as make the most values.
 *
 * @param values NaN where there is none
 * @param needed a cell that must be among them
 */
export function completeBlock(values: Matrix, needed?: number): Block {
  const seeds = (values[0] ?? []).map((_, s) => s).filter((s) =>
    needed === undefined || !Number.isNaN(values[needed]![s]!)
  );
  const counts = seeds.map((s) => values.reduce((sum, cell) => sum + (Number.isNaN(cell[s]!) ? 0 : 1), 0));
  const order = seeds.map((s, i) => [s, counts[i]!] as const).sort(([a, m], [b, n]) => n - m || a - b).map(([s]) => s);
  let best: Block = { cells: [], seeds: [] }, left = values.map((_, c) => c);
  for (const [i, seed] of order.entries()) {
    left = left.filter((c) => !Number.isNaN(values[c]![seed]!));
    if (left.length * (i + 1) > best.cells.length * best.seeds.length) {
      best = { cells: left, seeds: order.slice(0, i + 1).sort((a, b) => a - b) };
    }
  }
  return best;
}

/** What remains between cells once every seed's mean is taken out. */
export interface BlockAnalysis {
  readonly means: readonly number[];
  /** The mean square of what neither cell nor seed explains, and its degrees of freedom. */
  readonly residual: number;
  readonly df: number;
  /** The standard error of a difference of two cells. */
  readonly error: number;
}

/** The analysis of a table without gaps. */
export function analyseBlocks(values: Matrix): BlockAnalysis {
  const cells = values.length, seeds = values[0]?.length ?? 0;
  const means = values.map((cell) => cell.reduce((sum, value) => sum + value, 0) / seeds);
  const mean = means.reduce((sum, value) => sum + value, 0) / cells;
  let squares = 0;
  for (let s = 0; s < seeds; s++) {
    const ofSeed = values.reduce((sum, cell) => sum + cell[s]!, 0) / cells;
    for (let c = 0; c < cells; c++) squares += (values[c]![s]! - means[c]! - ofSeed + mean) ** 2;
  }
  const df = (cells - 1) * (seeds - 1);
  const residual = df > 0 ? squares / df : NaN;
  return { means, residual, df, error: Math.sqrt(2 * residual / seeds) };
}
