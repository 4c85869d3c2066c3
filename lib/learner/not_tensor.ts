/** What a loss function or a metric returned in place of a tensor, and what to do about it. */

/**
 * The end of an error's message about a function that had to return a tensor.
 *
 * @param what the function, as "a loss function"
 * @param found what it returned
 */
export function notTensor(what: string, found: unknown): string {
  if (found instanceof Promise) {
    found.catch(() => {}); // this error is the report: no second one as an unhandled rejection
    return `${what} is synchronous, it only records, found one that returns a Promise. Leave out async and await, ` +
      `and read values after the step`;
  }
  const number = typeof found === "number" ? ". Leave out item(): losses and metrics stay on the device" : "";
  return `${what} must return a 0-d tensor, found ${found === null ? "null" : typeof found}${number}`;
}
