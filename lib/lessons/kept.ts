/**
 * What runs leave in a folder, so that another process can go on with them.
 *
 * Each run and seed has a folder of its own. While it trains, `last.safetensors` is its newest checkpoint; once it has ended, `trained.safetensors`
 * is its model and `result.json` its figures, and the checkpoint is gone.
 *
 * @module
 */
import { join } from "node:path";
import { CheckpointCB } from "../learner/callbacks/checkpoint.ts";
import { Checkpoint, LAST } from "../learner/checkpoint.ts";
import type { LearnerCore } from "../learner/core.ts";
import { fromJson, toJson } from "../learner/json.ts";
import type { Module } from "../nn/module.ts";
import { writeWhole } from "../tensor/files.ts";
import { resultOf } from "./kept_form.ts";
import type { SeedResult } from "./result.ts";
import type { Run } from "./types.ts";

const isThere = (path: string) => Deno.stat(path).then(({ isFile }) => isFile, () => false);

/** Saves as {@linkcode CheckpointCB} does, but for the end of the fit: what comes of that is kept in another form. */
class RunCheckpoints extends CheckpointCB {
  override async afterEpoch(learn: LearnerCore): Promise<void> {
    if (learn.epoch + 1 < learn.epochs) await super.afterEpoch(learn);
  }
}

/** One run with one seed. */
export class KeptRun {
  constructor(readonly folder: string, readonly minutes: number) {}

  /** A callback that saves checkpoints by time, and after each epoch but the last. */
  checkpoints(): RunCheckpoints {
    return new RunCheckpoints(this.folder, { minutes: this.minutes });
  }

  /** Whether there is a checkpoint to go on from. */
  isBegun(): Promise<boolean> {
    return isThere(join(this.folder, LAST));
  }

  /** What came of it; undefined if it has not ended. @throws {RangeError} if the file is not as one was written */
  async result(): Promise<SeedResult | undefined> {
    const path = join(this.folder, "result.json");
    if (!await isThere(path)) return undefined;
    const text = await Deno.readTextFile(path);
    const fail = (problem: string): never => {
      throw new RangeError(`Cannot read ${path}: ${problem}. Remove it, and the run is trained again`);
    };
    let value: unknown;
    try {
      value = fromJson(text);
    } catch {
      fail("it is no JSON");
    }
    return resultOf(value, fail);
  }

  /** Keeps model and figures of a run that has ended, in this order: figures stand for all of it. */
  async finish(learn: LearnerCore, result: SeedResult): Promise<void> {
    await learn.save(join(this.folder, "trained.safetensors"));
    await writeWhole(join(this.folder, "result.json"), new TextEncoder().encode(toJson(result)));
    await Deno.remove(join(this.folder, LAST)).catch(() => {});
  }

  /** Gives a model that was made alike the values and the gradients that the training left. */
  async restore(model: Module): Promise<void> {
    (await Checkpoint.read(join(this.folder, "trained.safetensors"), model)).restoreModel(model);
  }
}

/** All runs of one folder. */
export class KeptRuns {
  /** @param minutes between two checkpoints of a run */
  constructor(readonly folder: string, readonly minutes: number) {}

  of({ id }: Run, seed: number): KeptRun {
    return new KeptRun(join(this.folder, `${id}-seed-${seed}`), this.minutes);
  }
}
