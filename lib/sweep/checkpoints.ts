/**
 * Where trials that are running stand, in a folder of the coordinator's or of a machine's worker: for another attempt, if this one is lost.
 *
 * Trials themselves write nothing. What one sends has the form of a checkpoint, counts only for the trial that its worker runs, and becomes one file
 * under that trial's identity. A lock beside it sees to it that only one attempt at a time has it; the operating system gives the lock back however
 * its holder ends.
 *
 * @module
 */
import { join } from "node:path";
import { writeWhole } from "../tensor/files.ts";
import { trialCheckpoint } from "./boundary/checkpoint.ts";
import { parseJson } from "./boundary/parse.ts";
import { IDENTITY, MAX_MESSAGE } from "./boundary/patterns.ts";
import type { TrialCheckpoint } from "./checkpoint.ts";
import { messageOf } from "./errors.ts";
import { canonical, digest } from "./identity.ts";

/** The folder in the sweep's folder. */
export const CHECKPOINTS = "checkpoints";

/** Told of what goes wrong with a trial's checkpoint; the trial goes on without it. */
export type CheckpointLog = (line: string, trial: string | null) => void;

const isMissing = (error: unknown) => error instanceof Deno.errors.NotFound;

/** What stands at a path itself, not behind it; undefined if nothing does. */
async function look(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A folder of checkpoints. */
export class Checkpoints {
  readonly #folder: string;
  readonly #code: string;
  readonly #log: CheckpointLog;

  /**
   * Makes nothing before the first checkpoint.
   *
   * @param folder the sweep's
   * @param code the identity of the code: what other code left is of no use
   */
  constructor(folder: string, code: string, log: CheckpointLog) {
    this.#folder = join(folder, CHECKPOINTS);
    this.#code = code;
    this.#log = log;
  }

  /** That of one trial, for one attempt. */
  of(trial: string): KeptTrial {
    return new KeptTrial(this.#folder, trial, this.#code, this.#log);
  }

  /** Removes those of all other trials, but for what is in another's hands. Without any the folder goes too. */
  async keepOnly(trials: ReadonlySet<string>): Promise<void> {
    try {
      if (!(await look(this.#folder))?.isDirectory) return;
      const found = new Set<string>();
      for await (const { name } of Deno.readDir(this.#folder)) found.add(name.slice(0, 32));
      for (const trial of found) {
        if (!IDENTITY.test(trial) || trials.has(trial)) continue;
        const kept = this.of(trial);
        if (await kept.hold()) await kept.end(true);
      }
      await Deno.remove(this.#folder).catch(() => {});
    } catch (error) {
      this.#log(`Cannot clear ${this.#folder}: ${messageOf(error)}`, null);
    }
  }
}

/** The checkpoint of one trial, in the hands of one attempt. */
export class KeptTrial {
  readonly #folder: string;
  readonly #trial: string;
  readonly #code: string;
  readonly #log: CheckpointLog;
  #lock: Deno.FsFile | undefined;
  /** Why nothing is kept; it was said. */
  #without = false;
  #ended = false;
  #writing: Promise<void> | undefined;
  #next: TrialCheckpoint | undefined;

  constructor(folder: string, trial: string, code: string, log: CheckpointLog) {
    if (!IDENTITY.test(trial)) {
      throw new RangeError(`Cannot keep a checkpoint of ${trial}: expected a trial's identity`);
    }
    this.#folder = folder;
    this.#trial = trial;
    this.#code = code;
    this.#log = log;
  }

  get #path(): string {
    return join(this.#folder, `${this.#trial}.checkpoint`);
  }

  get #lockPath(): string {
    return join(this.#folder, `${this.#trial}.lock`);
  }

  /** Goes on without, and says why once. */
  #giveUp(why: string): void {
    if (!this.#without) this.#log(why, this.#trial);
    this.#without = true;
  }

  /** Takes the lock; false if another has it. @throws {Error} if the folder is not as it was made */
  async hold(): Promise<boolean> {
    if (this.#lock) return true;
    await Deno.mkdir(this.#folder, { recursive: true });
    // A folder that somebody else made must not lead out of itself.
    if (!(await look(this.#folder))?.isDirectory) throw new Error(`${this.#folder} is a link, and no folder`);
    for (;;) {
      const there = await look(this.#lockPath);
      if (there && !there.isFile) throw new Error(`${this.#lockPath} is no file`);
      const file = await Deno.open(this.#lockPath, { create: true, write: true, read: true });
      if (!await file.tryLock(true)) {
        file.close();
        return false;
      }
      // Whoever had it may have removed it in between: then it keeps nobody out.
      const [mine, now] = [await file.stat(), await look(this.#lockPath)];
      if (now && mine.ino === now.ino) {
        this.#lock = file;
        return true;
      }
      file.close();
    }
  }

  /** What an earlier attempt kept; null if there is nothing that can be used. */
  async read(): Promise<TrialCheckpoint | null> {
    try {
      const found = await look(this.#path);
      if (!found) return null;
      if (!await this.#hold()) return null;
      if (!found.isFile || found.size > MAX_MESSAGE) throw new Error("it is no file, or too long");
      const text = await Deno.readTextFile(this.#path), end = text.indexOf("\n"), body = text.slice(end + 1);
      if (text.slice(0, end) !== this.#head(body)) {
        throw new Error("it is damaged, or other code left it");
      }
      return parseJson(trialCheckpoint, body, "it");
    } catch (error) {
      if (!isMissing(error)) {
        this.#log(`begins anew: what an earlier attempt kept cannot be used: ${messageOf(error)}`, this.#trial);
      }
      return null;
    }
  }

  /** Takes the lock, or gives up. */
  async #hold(): Promise<boolean> {
    const held = await this.hold();
    if (!held) this.#giveUp("keeps no checkpoint: another worker is running this trial, and keeps one");
    return held;
  }

  /** The first line: whose it is, and what the rest must be. */
  #head(body: string): string {
    return canonical({ trial: this.#trial, code: this.#code, digest: digest(body) });
  }

  /** Keeps it. Of those that come while one is being written, the last is written next. */
  keep(checkpoint: TrialCheckpoint): void {
    if (this.#without || this.#ended) return;
    this.#next = checkpoint;
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#next && !this.#without) {
        const body = JSON.stringify(this.#next);
        this.#next = undefined;
        if (await this.#hold()) {
          await writeWhole(this.#path, new TextEncoder().encode(`${this.#head(body)}\n${body}`));
        }
      }
    } catch (error) {
      this.#giveUp(`keeps no checkpoint: ${messageOf(error)}`);
    } finally {
      this.#writing = undefined;
    }
  }

  /** Lets go of it, once nothing is being written. @param remove whether it is of no more use */
  async end(remove: boolean): Promise<void> {
    this.#ended = true;
    await this.#writing;
    const lock = this.#lock;
    if (!lock) return;
    try {
      for await (const { name } of Deno.readDir(this.#folder)) {
        const draft = name.startsWith(`${this.#trial}.checkpoint.`);
        if (draft || (remove && name === `${this.#trial}.checkpoint`)) await Deno.remove(join(this.#folder, name));
      }
      await Deno.remove(this.#lockPath);
    } catch (error) {
      if (!isMissing(error)) this.#log(`Cannot clear its checkpoint away: ${messageOf(error)}`, this.#trial);
    } finally {
      this.#lock = undefined;
      lock.close();
    }
  }
}
