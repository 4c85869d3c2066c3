/**
 * Charts in words, for those who do not see them.
 *
 * @module
 */
import { figureFormat } from "./figures.ts";

/** Lines that are described one by one. */
const MOST = 8;

/** One line. */
interface Described {
  readonly label: string;
  readonly values: ArrayLike<number>;
}

/** `train from 2.310 to 0.452`; from the first finite value to the last. */
function course({ label, values }: Described, write: (value: number) => string): string {
  const finite = Array.from(values).filter(Number.isFinite), name = label || "a line";
  if (finite.length === 0) return `${name} without a value`;
  const [first, last] = [write(finite[0]!), write(finite.at(-1)!)];
  return finite.length === 1 ? `${name} at ${first}` : `${name} from ${first} to ${last}`;
}

/** What a chart of lines shows: its title, its axes, and where each line begins and ends. */
export function described(title: string | undefined, axes: string, lines: readonly Described[]): string {
  const shown = lines.slice(0, MOST);
  const ends = shown.flatMap(({ values }) => [values[0] ?? NaN, values[values.length - 1] ?? NaN]);
  const write = figureFormat(ends);
  const courses = shown.map((line) => course(line, write));
  if (lines.length > MOST) courses.push(`and ${lines.length - MOST} more lines`);
  const before = title?.toLowerCase() === axes.toLowerCase() ? title : [title, axes].filter(Boolean).join(". ");
  return `${before}: ${courses.join("; ") || "no lines"}`;
}
