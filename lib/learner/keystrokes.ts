/** Counts Ctrl-C. */

/** Signals within this many milliseconds come from one keystroke. */
const SAME = 200;

/**
 * A counter of Ctrl-C, to be called at each SIGINT. It returns the number of the keystroke, from 1, or 0 if the keystroke was counted
 * before: a terminal sends Ctrl-C to the whole process group, and `deno task` passes its own on, so one keystroke may arrive twice.
 */
export function keystrokes(): () => number {
  let count = 0, last = -Infinity;
  return () => {
    const now = performance.now();
    if (now - last < SAME) return 0;
    last = now;
    return ++count;
  };
}
