/**
 * What `deno task sweep` and `deno task worker` were asked for.
 *
 * @module
 */
import { messageOf } from "../../lib/sweep/errors.ts";
import { parseServers, publicUrl } from "../../lib/sweep/nats/address.ts";
import type { OnChange } from "../../lib/sweep/store.ts";
import { readCommandLine, UsageError, wholeNumber } from "../cli.ts";
import { readDevice } from "../device_options.ts";

/** The text of `deno task sweep --help`. */
export const SWEEP_USAGE = `Usage: deno task sweep PLAN.ts [options]

Runs the trials of a plan that are not finished yet, and writes a report.

  --out DIR         the sweep's folder (default out/sweep-NAME, with the plan's name)
  --workers N       worker processes (default: one a core; one on a GPU; with --nats none)
  --threads N       threads of each worker on the cpu (default 1)
  --device NAME     auto (default), cpu, webgpu or reference
  --trusted         the plan's code may do all that you may: faster on the cpu, but nothing bounds its WebAssembly
  --nats URL,…      hand the trials out over NATS JetStream (the servers of a cluster, if it is one); see deno task worker
  --keep            go on although plan or code changed, and keep the finished trials
  --fresh           begin anew: forget what is in the folder
  --retry           run failed trials again
  --live [PORT]     show the sweep on a page, on http://127.0.0.1:PORT/, while it runs (without PORT on a free one)
  --json            one JSON object a line on stdout as each trial ends, and nothing else; a report only with --out`;

/** The text of `deno task worker --help`. */
export const WORKER_USAGE = `Usage: deno task worker PLAN.ts --nats URL [options]

Runs trials for a sweep that another machine coordinates with deno task sweep PLAN.ts --nats URL, until there are no more.
PLAN.ts and the code must be the same on both.

  --nats URL,…      the NATS server, or the servers of a cluster
  --workers N       worker processes (default: one a core; one on a GPU)
  --threads N       threads of each worker on the cpu (default 1)
  --device NAME     auto (default), cpu, webgpu or reference
  --trusted         the plan's code may do all that you may: faster on the cpu, but nothing bounds its WebAssembly`;

/** What both have. */
export interface WorkerRequest {
  /** The plan file, as it was given. */
  readonly path: string;
  readonly workers: number | undefined;
  /** Of each worker; undefined if it was not said. */
  readonly threads: number | undefined;
  readonly device: "auto" | "cpu" | "webgpu" | "reference" | undefined;
  readonly nats: string | undefined;
  /** Whether trials run without checks of WebAssembly's memory. */
  readonly trusted: boolean;
}

/** A command line of `deno task sweep` that made sense. */
export interface SweepRequest extends WorkerRequest {
  readonly out: string | undefined;
  readonly onChange: OnChange;
  readonly retry: boolean;
  readonly json: boolean;
  /** The port of the live page, 0 for a free one; undefined without a page. */
  readonly live: number | undefined;
}

const SHARED = {
  workers: "value",
  threads: "value",
  device: "value",
  nats: "value",
  trusted: "flag",
  help: "flag",
} as const;

/** The one plan file that a command line names. */
function planFile(names: readonly string[]): string {
  const [path] = names;
  if (path === undefined) {
    throw new UsageError("PLAN.ts is missing: name the file of a plan, such as tasks/sweeps/first.ts");
  }
  if (names.length > 1) throw new UsageError(`Only one plan is run at a time, found ${names.join(" ")}`);
  return path;
}

/** The address of a server or of several; what is no address may hold a password, and is not shown. */
function server(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    parseServers(text);
    return text;
  } catch (error) {
    throw new UsageError(`--nats must be an address: ${messageOf(error)}; found ${publicUrl(text)}`);
  }
}

function shared(
  values: { readonly [K in "workers" | "threads" | "device" | "nats"]?: string } & { readonly trusted?: true },
  names: readonly string[],
): WorkerRequest {
  const { device, threads } = readDevice(values, ["auto", "cpu", "webgpu", "reference"]);
  return {
    workers: wholeNumber("--workers", values.workers, { min: 1, max: 1024 }),
    threads,
    device,
    nats: server(values.nats),
    trusted: values.trusted ?? false,
    path: planFile(names),
  };
}

/**
 * Reads the arguments of `deno task sweep`; undefined for a call for help.
 *
 * @throws {UsageError} naming the argument that is wrong and what is allowed
 */
export function readSweepRequest(args: readonly string[]): SweepRequest | undefined {
  const { values, names } = readCommandLine(args, {
    out: "value",
    ...SHARED,
    keep: "flag",
    fresh: "flag",
    retry: "flag",
    json: "flag",
    live: "number",
  });
  if (values.help) return undefined;
  if (values.out === "") throw new UsageError(`--out must name a folder, found ""`);
  if (values.keep && values.fresh) throw new UsageError("--keep and --fresh exclude each other: say one of them");
  return {
    ...shared(values, names),
    out: values.out,
    onChange: values.keep ? "keep" : values.fresh ? "fresh" : "refuse",
    retry: values.retry ?? false,
    json: values.json ?? false,
    live: wholeNumber("--live", values.live, { max: 65535 }),
  };
}

/**
 * Reads the arguments of `deno task worker`; undefined for a call for help.
 *
 * @throws {UsageError} naming the argument that is wrong and what is allowed
 */
export function readWorkerRequest(args: readonly string[]): WorkerRequest & { readonly nats: string } | undefined {
  const { values, names } = readCommandLine(args, SHARED);
  if (values.help) return undefined;
  const request = shared(values, names);
  if (request.nats === undefined) {
    throw new UsageError("--nats is missing: name the server, such as --nats nats://host:4222");
  }
  return { ...request, nats: request.nats };
}
