/** Saves a fit while it runs. */
import { join } from "node:path";
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { found } from "../../device/expect.ts";
import { whole } from "../../tensor/graph.ts";
import { nullable, number, object } from "../../device/form.ts";
import { checkNumber } from "../../tensor/expect.ts";
import { checkWritable } from "../../tensor/files.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import { LAST } from "../checkpoint.ts";
import type { LearnerCore } from "../core.ts";
import { Monitor } from "../monitor.ts";

/** Options of {@linkcode CheckpointCB}. */
export interface CheckpointOptions {
  /** Save after every so many training batches of an epoch. Default: none within an epoch. */
  batches?: number;
  /** Save at the first batch that ends so many minutes after the last save. Default: not by time. */
  minutes?: number;
  /** Save after every so many epochs. Default: 1. */
  epochs?: number;
  /** How many older checkpoints stay beside the last, under a name with epoch and batch. Default: 0. */
  keep?: number;
  /** Also keep the one after the epoch whose validation was best by this column of {@linkcode MetricsCB}, as `best.safetensors`. Default: none. */
  best?: string;
  /** Which way is better. Default: lower for the loss, higher for anything else. */
  better?: "lower" | "higher";
}

const OPTIONS = optionNames<CheckpointOptions>({ batches: 1, minutes: 1, epochs: 1, keep: 1, best: 1, better: 1 });
const MEMORY = object({ best: nullable(number) });

/**
 * Saves checkpoints in a folder, from which `learn.load(folder)` and `learn.fit(n, { resume: true })` go on to the bit.
 *
 * Each is one file, written as a draft and then renamed: a process that is killed at any moment leaves the one before whole. `last.safetensors` is
 * the newest. A save waits for the device, and so does `best` at the end of each epoch.
 *
 * @example
 * ```ts
 * import { data, F, learner, nn, rand } from "./mod.ts";
 * const folder = await Deno.makeTempDir();
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1])), dls = data.DataLoaders.of(set, set, { batchSize: 16 });
 * const make = () =>
 *   learner.Learner.of(new nn.Linear(4, 1), dls).loss(F.mseLoss).callbacks([new learner.CheckpointCB(folder, { batches: 2 })]);
 * await make().fit(1);
 * const later = await make().load(folder); // in another process, perhaps
 * await later.fit(2, { resume: true });
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class CheckpointCB extends Callback {
  /** After all others, whose records are then complete. */
  static override order = 1000;
  readonly #options: Required<Omit<CheckpointOptions, "best" | "better">>;
  readonly #monitor: Monitor | undefined;
  #best: number | undefined;
  #savedAt = 0;
  #kept: string[] = [];
  /** Whether files of before count among those that are kept: those of a fit that goes on do. */
  #goesOn = false;

  /**
   * Writes nothing before the first batch.
   *
   * @param folder where to; made if it is not there
   * @throws {RangeError} for counts that are no whole numbers of at least 1 (`keep`: 0), or minutes that are not above 0
   */
  constructor(readonly folder: string, options: CheckpointOptions = {}) {
    super();
    checkOptions("CheckpointCB", options, OPTIONS);
    const { batches = Infinity, minutes = Infinity, epochs = 1, keep = 0, best, better } = options;
    if (batches !== Infinity) whole("save checkpoints", "batches", batches, 1);
    if (epochs !== Infinity) whole("save checkpoints", "epochs", epochs, 1);
    whole("save checkpoints", "keep", keep);
    checkNumber("run CheckpointCB", "minutes", minutes);
    if (better !== undefined && better !== "lower" && better !== "higher") {
      throw new RangeError(`Cannot make CheckpointCB: better is "lower" or "higher", found ${found(better)}`);
    }
    if (!(minutes > 0)) throw new RangeError(`Cannot save checkpoints every ${minutes} minutes: give a number above 0`);
    if (typeof folder !== "string" || folder === "") {
      throw new TypeError(
        `Cannot save checkpoints: give a folder's path, found ${folder === "" ? '""' : typeof folder}`,
      );
    }
    this.#options = { batches, minutes, epochs, keep };
    if (best !== undefined) {
      this.#monitor = new Monitor("keep the best", { monitor: best, ...better ? { better } : {} });
    }
  }

  /** Forgets the last fit, and clears drafts away that a killed process left; throws if no MetricsCB measures the column of the best. */
  override async beforeFit(learn: LearnerCore): Promise<void> {
    this.#best = undefined;
    this.#goesOn = false;
    this.#savedAt = performance.now();
    await this.clear();
    this.#monitor?.check(learn);
  }

  /** The best figure so far. */
  override saveState(): CallbackState {
    return { values: { best: this.#best ?? null } };
  }

  /** Takes it over. */
  override loadState(state: CallbackState): void {
    this.#best = valuesOf<{ best: number | null }>(this, state, MEMORY).best ?? undefined;
    this.#goesOn = true;
  }

  /** Training only: saves if it is time. */
  override async afterBatch(learn: LearnerCore): Promise<void> {
    if (!learn.training) return;
    const { batches, minutes } = this.#options, done = learn.iter + 1;
    const isTime = performance.now() - this.#savedAt >= minutes * 60_000;
    if (isTime || done % batches === 0) await this.#save(learn, `epoch-${pad(learn.epoch, 4)}-batch-${pad(done, 6)}`);
  }

  /** At the end of an epoch: saves if it is time, and keeps the best. */
  override async afterEpoch(learn: LearnerCore): Promise<void> {
    if (!learn.epochIsOver) return;
    const { epochs } = this.#options;
    const figure = await this.#monitor?.figure(learn);
    if (figure !== undefined && this.#monitor?.improves(figure, this.#best)) {
      this.#best = figure;
      await this.write(learn, "best.safetensors");
    }
    if ((learn.epoch + 1) % epochs === 0) {
      await this.#save(learn, `epoch-${pad(learn.epoch + 1, 4)}-batch-${pad(0, 6)}`);
    }
  }

  async #save(learn: LearnerCore, name: string): Promise<void> {
    const { keep } = this.#options;
    await this.write(learn, LAST);
    this.#savedAt = performance.now();
    if (keep === 0) return;
    if (this.#goesOn) this.#kept = await olderIn(this.folder);
    this.#goesOn = false;
    const file = `${name}.safetensors`;
    await this.write(learn, file);
    this.#kept = [...this.#kept.filter((other) => other !== file), file];
    for (const old of this.#kept.splice(0, this.#kept.length - keep)) {
      await Deno.remove(join(this.folder, old)).catch(() => {});
    }
  }

  /** Saves under a name. A subclass may keep it elsewhere than in the folder. */
  protected async write(learn: LearnerCore, file: string): Promise<void> {
    await learn.save(join(this.folder, file));
  }

  /** Clears away what a killed process left, as a fit begins. Throws if the folder cannot be written to: the first save may come hours later. */
  protected async clear(): Promise<void> {
    await checkWritable(join(this.folder, LAST));
    await clearDrafts(this.folder);
  }
}

const pad = (n: number, digits: number) => String(n).padStart(digits, "0");

/** Names of files in a folder; none if it is not there, as a subclass may keep them elsewhere. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Older checkpoints that are in a folder, in their order. */
async function olderIn(folder: string): Promise<string[]> {
  return (await namesIn(folder)).filter((name) => /^epoch-\d+-batch-\d+\.safetensors$/.test(name)).sort();
}

/** Removes what was being written when a process was killed. A folder belongs to one fit at a time. */
async function clearDrafts(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (/\.safetensors\.[0-9a-f]{8}\.tmp$/.test(name)) await Deno.remove(join(folder, name));
  }
}
