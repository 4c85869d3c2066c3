/** Ctrl-C, counted. */

/** Milliseconds within which signals are one keystroke's. */
const SAME = 200;

/**
 * A counter of Ctrl-C, to be called at each SIGINT: which keystroke it is, from 1, or 0 for one that was counted before. A terminal's Ctrl-C
 * goes to the whole group of processes, and `deno task` passes its own on: one keystroke may come twice.
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
