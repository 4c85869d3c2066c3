/**
 * Folders that a command line or the environment names: looked at before any work is done for them.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { messageOf } from "../lib/sweep/errors.ts";
import { UsageError } from "./cli.ts";

/** A folder that somebody named. */
export interface NamedFolder {
  /** The option or variable, as a message begins with it. */
  readonly name: string;
  /** What it was given. */
  readonly value: string;
  /** The folder that is wanted of it. Default: the value itself. */
  readonly path?: string;
  /** What to do about a folder that will not do. Default: to name another. */
  readonly remedy?: string;
}

/**
 * Makes sure that a folder is there, or could be made: that neither it nor anything above it is a file, and that Deno lets programs in.
 *
 * It needs the permission to read all files.
 *
 * @throws {UsageError} naming the option or variable, what is there, and the remedy
 */
export function checkFolder({ name, value, path = value, remedy = "Name another folder" }: NamedFolder): void {
  const fault = (what: string) => new UsageError(`${name} must name a folder, found "${value}"${what}. ${remedy}`);
  const wanted = resolve(path);
  for (let at = wanted;; at = dirname(at)) {
    try {
      // A link may lead to where Deno lets nobody in.
      const { isDirectory, isFile } = Deno.statSync(Deno.realPathSync(at));
      if (isDirectory) return;
      const kind = isFile ? "a file" : "not a folder";
      throw fault(at === resolve(value) ? `, which is ${kind}` : `: ${at} is ${kind}`);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (error instanceof Deno.errors.NotCapable) {
        throw fault(
          `: Deno lets no program without all permissions into system folders such as /proc, /dev and /sys`,
        );
      }
      const isAbsent = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
      if (!isAbsent || dirname(at) === at) throw fault(`: ${messageOf(error)}`);
    }
  }
}
