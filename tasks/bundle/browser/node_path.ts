/** Paths as on a Unix system: names of files that a page only passes on. */
export const join = (...parts: string[]): string => parts.filter(Boolean).join("/").replace(/\/{2,}/g, "/");

export const dirname = (path: string): string => path.replace(/\/?[^/]*$/, "") || (path.startsWith("/") ? "/" : ".");
