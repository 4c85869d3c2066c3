/**
 * The fits of a trial that are kept while they run: tried again, the trial goes on from there.
 *
 * A trial's function runs from its beginning each time, and with the same seed comes to the same fit with the same Learner. That one then takes
 * over what was kept. Fits before it run again.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { checkOptions, optionNames } from "../device/check_options.ts";
import { CheckpointCB } from "../learner/callbacks/checkpoint.ts";
import type { LearnerCore } from "../learner/core.ts";
import { MAX_CHECKPOINT, MAX_MESSAGE } from "./boundary/patterns.ts";
import type { TrialCheckpoint } from "./checkpoint.ts";
import { messageOf } from "./errors.ts";
import type { TrialFitOptions } from "./plan.ts";

const OPTIONS = optionNames<TrialFitOptions>({ train: 1, valid: 1, lr: 1, cbs: 1, minutes: 1, batches: 1 });

/** Characters that a row of metrics by step may take in a message, roughly. */
const ROW = 300;

/** What of a trial is kept besides the Learner. */
export interface Surroundings {
  /** All of it as it stands; waits for charts that are being drawn. */
  save(): Promise<Omit<TrialCheckpoint, "fit" | "learner">>;
  /** Puts it back. */
  restore(checkpoint: TrialCheckpoint): Promise<void>;
  log(line: string): void;
  /** Hands a checkpoint over to whoever keeps it. */
  send(checkpoint: TrialCheckpoint): void;
  readonly signal: AbortSignal;
}

/** Hands checkpoints over instead of writing them, and none at the end: what comes of the fit is then in the trial's hands. */
class TrialCheckpoints extends CheckpointCB {
  /** Whether the fit has come to a batch. */
  begun = false;
  readonly #keep: (learn: LearnerCore) => Promise<void>;
  readonly #begin: (learn: LearnerCore) => void;

  constructor(
    options: { minutes: number; batches: number },
    keep: (learn: LearnerCore) => Promise<void>,
    begin: (learn: LearnerCore) => void,
  ) {
    super("the trial's", { ...options, epochs: Infinity });
    this.#keep = keep;
    this.#begin = begin;
  }

  override beforeBatch(learn: LearnerCore): void {
    if (!this.begun) this.#begin(learn);
    this.begun = true;
  }

  protected override async write(learn: LearnerCore): Promise<void> {
    await this.#keep(learn);
  }

  protected override async clear(): Promise<void> {}
}

/** All fits of one attempt at a trial. */
export class TrialFits {
  /** Why what an earlier attempt kept is of no use. */
  problem: string | undefined;
  readonly #earlier: TrialCheckpoint | null;
  readonly #around: Surroundings;
  #count = 0;
  #running = false;
  #told = false;

  /** @param earlier what an earlier attempt kept */
  constructor(earlier: TrialCheckpoint | null, around: Surroundings) {
    this.#earlier = earlier;
    this.#around = around;
  }

  async fit(learn: LearnerCore, epochs: number, options: TrialFitOptions): Promise<void> {
    checkOptions("fit", options, OPTIONS);
    if (this.#running) throw new Error("Cannot fit: another fit of this trial is going on. Await it first");
    const { minutes = options.batches === undefined ? 1 : Infinity, batches = Infinity, cbs = [], ...others } = options;
    const number = this.#count++, earlier = this.#earlier, resume = earlier?.fit === number;
    const around = this.#around, { signal } = around;
    const checkpoints = new TrialCheckpoints(
      { minutes, batches },
      // A fit before the one that is gone on with would take its checkpoint's place.
      async (learn) => earlier && number < earlier.fit ? undefined : await this.#keep(learn, number),
      (learn) => {
        const where = learn.training ? `batch ${learn.iter}` : "its validation";
        if (resume) around.log(`goes on in epoch ${learn.epoch} with ${where}, counted from 0`);
      },
    );
    const stop = () => learn.stop();
    signal.addEventListener("abort", stop);
    this.#running = true;
    try {
      if (resume) {
        await learn.load(Buffer.from(earlier.learner, "base64"));
        await around.restore(earlier);
      }
      await learn.fit(epochs, { ...others, cbs: [...cbs, checkpoints], resume });
    } catch (error) {
      if (resume && !checkpoints.begun) this.problem = messageOf(error);
      throw error;
    } finally {
      this.#running = false;
      signal.removeEventListener("abort", stop);
    }
  }

  async #keep(learn: LearnerCore, fit: number): Promise<void> {
    const bytes = await learn.checkpoint(), around = await this.#around.save();
    const learner = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
    const size = around.artefacts.reduce((sum, { data }) => sum + data.length + ROW, learner.length) +
      ROW * around.steps.length;
    if (learner.length <= MAX_CHECKPOINT && size < MAX_MESSAGE) return this.#around.send({ ...around, fit, learner });
    if (!this.#told) {
      this.#around.log(
        `no checkpoint is kept: it would be of ${
          Math.round(bytes.length / 1e6)
        } MB, with what the trial kept and reported of ${Math.round(size * 3 / 4e6)} MB; at most ${
          Math.round(MAX_CHECKPOINT * 3 / 4e6)
        } and ${Math.round(MAX_MESSAGE * 3 / 4e6)} are`,
      );
    }
    this.#told = true;
  }
}
