/**
 * What a worker process may do: read files, fetch published data sets and keep them in the user's cache. Nothing else.
 *
 * @module
 */
import { userCache } from "../../lib/data/places.ts";
import { PUBLISHED } from "../../lib/data/published.ts";

/** The environment variables that the library reads. */
const VARIABLES = ["SONDE_DATA", "SONDE_DEBUG", "SONDE_DEVICE", "HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"];

/** Where the publishers' addresses lead on to. */
const REDIRECTED = ["raw.githubusercontent.com"];

/** Deno's options for a worker process. */
export async function workerFlags(): Promise<string[]> {
  const hosts = Object.values(PUBLISHED).flatMap(({ sources }) => sources.map((source) => new URL(source).hostname));
  const { folder } = await userCache();
  return [
    "--allow-read",
    `--allow-env=${VARIABLES.join(",")}`,
    `--allow-net=${[...new Set([...hosts, ...REDIRECTED])].join(",")}`,
    ...(folder ? [`--allow-write=${folder.replaceAll(",", ",,")}`] : []),
  ];
}
