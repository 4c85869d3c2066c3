/**
 * What each task may do once it knows what it was asked for, and what a trial may do.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { DataName } from "../lib/data/catalogue.ts";
import { userCache } from "../lib/data/places.ts";
import { PUBLISHED } from "../lib/data/published.ts";
import { environmentVariable } from "../lib/device/environment.ts";
import type { Permissions } from "./flags.ts";

/** The repository's root. */
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The environment variables that the library reads. */
export const VARIABLES = [
  "SONDE_DATA",
  "SONDE_DEBUG",
  "SONDE_DEVICE",
  "DENO_V8_FLAGS",
  "HOME",
  "XDG_CACHE_HOME",
  "LOCALAPPDATA",
];

/** Those that hold a NATS server's credentials, or name files that do. */
const NATS_FILES = ["NATS_CREDS", "NATS_NKEY", "NATS_CA", "NATS_CERT", "NATS_KEY"];
export const NATS_VARIABLES = [...NATS_FILES, "NATS_USER", "NATS_PASSWORD", "NATS_TOKEN"];

/** Where the publishers' addresses lead on to. */
const REDIRECTED = ["raw.githubusercontent.com"];

/** Reading data sets, and fetching those that are nowhere on this machine into the user's cache. */
async function data(names: readonly Exclude<DataName, "garments">[]): Promise<Permissions> {
  const named = environmentVariable("SONDE_DATA");
  if (names.length === 0) return {};
  if (named) return { read: [resolve(named)] };
  const { folder } = await userCache();
  const missing = names.filter((name) =>
    !folder || Object.values(PUBLISHED[name].files).some(({ file }) => !existsSync(join(folder, name, file)))
  );
  const read = folder ? [folder] : [];
  if (missing.length === 0) return { read };
  const hosts = missing.flatMap((name) => PUBLISHED[name].sources.map((source) => new URL(source).hostname));
  return { read, write: read, net: [...new Set([...hosts, ...REDIRECTED])] };
}

/**
 * A task that writes into folders of its own, and may load data sets.
 *
 * @param live the port on this machine where it serves a live page, if it does
 */
export async function lessonPermissions(
  folders: readonly string[],
  names: readonly Exclude<DataName, "garments">[],
  live?: number,
): Promise<Permissions> {
  const { read = [], write = [], net: publishers = [] } = await data(names);
  const net = [...publishers, ...live === undefined ? [] : [`127.0.0.1:${live}`]];
  const own = folders.map((folder) => resolve(folder));
  return { read: [...own, ...read], write: [...own, ...write], net, env: VARIABLES };
}

/** A task that reads a sweep's folder and writes into it. */
export function reportPermissions(folder: string): Permissions {
  return { read: [resolve(folder)], write: [resolve(folder)], env: ["SONDE_DEBUG"] };
}

/** What lists runs reads their folder; a page is written where it is asked for. */
export function runsPermissions(
  { folder, html }: { readonly folder: string; readonly html: string | undefined },
): Permissions {
  const written = html === undefined ? [] : [dirname(resolve(html))];
  return { read: [resolve(folder), ...written], write: written, env: ["SONDE_DEBUG"] };
}

/** What writes a kernel for Jupyter, into the kernel's own folder. */
export function jupyterPermissions(folder: string): Permissions {
  return { read: [folder], write: [folder], env: ["SONDE_DEBUG"] };
}

/**
 * A coordinator, or a machine's worker: it starts processes, and reaches the NATS servers that it was given.
 *
 * @param folder the sweep's
 * @param servers hosts with ports
 * @param live the port on this machine where it serves a live page, if it does
 */
export function sweepPermissions(folder: string, servers: readonly string[], live?: number): Permissions {
  const secrets = NATS_FILES.map((name) => environmentVariable(name)).filter((path) => path !== undefined);
  const own = resolve(folder);
  return {
    read: [own, join(ROOT, "deno.lock"), ...(servers.length > 0 ? secrets.map((path) => resolve(path)) : [])],
    write: [own],
    net: [...servers, ...live === undefined ? [] : [`127.0.0.1:${live}`]],
    env: servers.length > 0 ? [...VARIABLES, ...NATS_VARIABLES] : VARIABLES,
    run: [Deno.execPath()],
  };
}

/**
 * A trial: reads the checkout, the plan with the local modules that it names, and the data sets. What is on this machine is not fetched, and
 * then there is no network.
 *
 * @param plan address of the plan file
 */
export async function trialPermissions(plan: URL): Promise<Permissions> {
  const { localModules } = await import("../lib/sweep/code.ts");
  const { files, hosts } = await localModules(plan, ROOT);
  const outside = files.filter((file) =>
    relative(ROOT, file).startsWith("..") || dirname(relative(ROOT, file)) === file
  );
  const { read = [], write = [], net = [] } = await data(["mnist", "fashion-mnist"]);
  return { read: [ROOT, ...outside, ...read], write, net, env: VARIABLES, imports: hosts };
}
