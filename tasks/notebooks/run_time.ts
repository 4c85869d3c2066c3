/**
 * How long a notebook runs, as it stands below its heading.
 *
 * @module
 */
import { type Notebook, sourceOf } from "./document.ts";

const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

const MEASURED = /^_Runs for about .*? on \w+ cores\b/m;

/** So many seconds in words, and no finer than another run could confirm. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 15) return "ten seconds";
  if (seconds < 45) return "half a minute";
  const minutes = Math.round(seconds / 60);
  return minutes < 2 ? "a minute" : `${WORDS[minutes] ?? minutes} minutes`;
}

/** A notebook whose first cell says how long it ran, where it has a line such as `_Runs for about two minutes on two cores. …_`. */
export function withRunTime(notebook: Notebook, seconds: number, cores: number): Notebook {
  const [first, ...rest] = notebook.cells;
  if (!first) return notebook;
  const said = `_Runs for about ${aboutSeconds(seconds)} on ${WORDS[cores] ?? cores} cores`;
  return { ...notebook, cells: [{ ...first, source: sourceOf(first).replace(MEASURED, () => said) }, ...rest] };
}
