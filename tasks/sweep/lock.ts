/**
 * The lock file of a sweep's trials: which versions of packages they run with.
 *
 * The checkout's own lock is frozen. A plan may import packages that it does not have: the trials' lock begins as a copy of it, and lies beside
 * the store, so that trials that are run later, or again, get the same versions.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { explain } from "../../lib/sweep/database.ts";

const NAME = "deno.lock";
const CHECKOUT = fileURLToPath(new URL("../../deno.lock", import.meta.url));

const isFile = (path: string) => Deno.stat(path).then(({ isFile }) => isFile, () => false);

/** A lock file, at first under a name of its own: which folder it belongs into is known once the plan has been read. */
export class TrialsLock {
  #path: string;
  #provisional: boolean;

  private constructor(path: string, provisional: boolean) {
    this.#path = path;
    this.#provisional = provisional;
  }

  /** Where it lies now. */
  get path(): string {
    return this.#path;
  }

  /**
   * @param folder the sweep's, if that is known
   * @param parent where a provisional one lies
   */
  static async make(folder: string | undefined, parent: string): Promise<TrialsLock> {
    if (folder !== undefined && await isFile(join(folder, NAME))) return new TrialsLock(join(folder, NAME), false);
    const lock = new TrialsLock(join(parent, `.${crypto.randomUUID()}.lock`), true);
    try {
      await Deno.mkdir(parent, { recursive: true });
      await Deno.writeFile(lock.path, await Deno.readFile(CHECKOUT));
    } catch (error) {
      await lock.remove();
      throw explain(parent, "write into", error);
    }
    return lock;
  }

  /**
   * Puts it into the sweep's folder, unless there is one.
   *
   * @returns whether the one that is there has other versions than the one that was used so far
   */
  async moveTo(folder: string): Promise<boolean> {
    if (!this.#provisional) return false;
    const path = join(folder, NAME), mine = await Deno.readTextFile(this.#path);
    const there = await Deno.readTextFile(path).catch(() => undefined);
    if (there === undefined) await Deno.rename(this.#path, path);
    else await Deno.remove(this.#path);
    this.#path = path;
    this.#provisional = false;
    return there !== undefined && there !== mine;
  }

  /** Takes a provisional one away. */
  async remove(): Promise<void> {
    if (this.#provisional) await Deno.remove(this.#path).catch(() => {});
  }
}
