/** Node's hashes compute at once, a page's do not: a saved page that needs one is written elsewhere. */
export function createHash(): never {
  throw new Error("Cannot write a report in a browser");
}
