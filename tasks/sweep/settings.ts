/**
 * What the first process of a sweep's task finds out for the second, which may not look for itself.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseServers } from "../../lib/sweep/nats/address.ts";
import { UsageError } from "../cli.ts";
import { checkOwnFlags } from "../v8_check.ts";
import type { WorkerRequest } from "./request.ts";

/** The plan, and how its trials are run. */
export interface WorkerSettings {
  /** The plan file's address. */
  readonly plan: string;
  /** Deno's permissions for the trials. */
  readonly flags: readonly string[];
  /** V8's flags for them. */
  readonly v8: string;
}

/** The address of the plan file. */
function planAddress(path: string): URL {
  try {
    if (Deno.statSync(path).isFile) return pathToFileURL(resolve(path));
  } catch { // as if it were a folder
  }
  throw new UsageError(`No plan at ${path}: name the file of a plan, such as tasks/sweeps/first.ts`);
}

/**
 * Starts the second process.
 *
 * @param main its module
 * @param folder what it may write into
 * @returns its exit code
 */
export async function startSweepTask(
  main: URL,
  request: WorkerRequest & { readonly live?: number | undefined },
  folder: string,
): Promise<number> {
  const plan = planAddress(request.path);
  const [{ startAgain, v8Flags }, { flags }, { sweepPermissions, trialPermissions }] = await Promise.all([
    import("../start.ts"),
    import("../flags.ts"),
    import("../permissions.ts"),
  ]);
  const v8 = v8Flags(request.trusted);
  if (request.trusted) await checkOwnFlags(v8); // other trials do not run under them
  const servers = request.nats === undefined ? [] : parseServers(request.nats).map(({ host }) => host);
  const settings: WorkerSettings = {
    plan: plan.href,
    flags: flags(await trialPermissions(plan)),
    v8,
  };
  return await startAgain(main, sweepPermissions(folder, servers, request.live), [
    JSON.stringify(settings),
    ...Deno.args,
  ]);
}

/** In the second process: its settings, and the arguments as they were given. */
export function readSettings(): { readonly settings: WorkerSettings; readonly args: readonly string[] } {
  const [settings, ...args] = Deno.args;
  return { settings: JSON.parse(settings ?? "null") as WorkerSettings, args };
}
