/** Where in a user's program something was asked for. */

/** The library as it stands in stacks: its folder, or the one file of a bundle. */
const LIBRARY = import.meta.url.replace(/graph\/caller\.ts$/, "");

/** The place of the first frame of a stack that is neither the library's nor the runtime's, such as `file:///home/ada/train.ts:12:20`. */
export function userPlace(stack: string | undefined): string | undefined {
  for (const line of stack?.split("\n") ?? []) {
    const place = /(?:\(|at (?:async )?)((?:file|https?|data|blob):[^()]*?:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place && !place.startsWith(LIBRARY)) return place;
  }
  return undefined;
}
