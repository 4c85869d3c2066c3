/**
 * Exercises: the code in their folded answers runs, as that of the cells does.
 *
 * @module
 */
import { type Notebook, sourceOf } from "./document.ts";

/** A block of code in an answer. */
export interface Answer {
  /** Which it is among all blocks of the notebook's answers, counted from 1. */
  readonly number: number;
  /** The block as it stands in the notebook. */
  readonly source: string;
}

const DETAILS = /<details>([^]*?)<\/details>/g;
const BLOCK = /^```(?:ts|typescript)\n([^]*?)^```$/gm;

/** The blocks of TypeScript in a notebook's folded answers, in order. */
export function answersOf({ cells }: Notebook): Answer[] {
  const texts = cells.filter(({ cell_type }) => cell_type === "markdown").map(sourceOf);
  const folded = texts.flatMap((text) => Array.from(text.matchAll(DETAILS), ([, inside]) => inside!));
  const blocks = folded.flatMap((inside) => Array.from(inside.matchAll(BLOCK), ([, source]) => source!.trimEnd()));
  return blocks.map((source, i) => ({ number: i + 1, source }));
}

/**
 * The code that is executed for an answer, after all cells of its notebook. Each has a scope of its own: it may use what cells have declared, may
 * declare the same names again, and cannot lean on another answer.
 */
export const executable = ({ source }: Answer): string => `{\n${source}\n}`;
