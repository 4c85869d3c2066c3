/** What a diagnosis records of modules that behave differently in training and in evaluation. */
import type { Batch } from "../data/dataset.ts";
import { type Form, list, natural, object, text } from "../device/form.ts";
import { BatchNorm1d, BatchNorm2d } from "../nn/batch_norm.ts";
import { Dropout } from "../nn/dropout.ts";
import type { Module } from "../nn/module.ts";
import { RunningNorm } from "../nn/running_norm.ts";
import { leaves } from "./diagnosis_modules.ts";
import type { ModeFigures } from "./diagnosis_records.ts";
import { samplesOf } from "./samples.ts";

/** Whether it takes its statistics from the samples of a batch. Running averages of several batches bear small ones. */
export function isBatchNorm(module: Module): boolean {
  return module instanceof BatchNorm1d || module instanceof BatchNorm2d || /^BatchNorm/.test(module.typeName);
}

/** Whether a module normalises, by its class or its class's name. */
export function isNorm(module: Module): boolean {
  return module instanceof RunningNorm || /Norm(\dd)?$/.test(module.typeName);
}

/** Whether a module's output depends on its mode. */
function hasMode(module: Module): boolean {
  if (module instanceof RunningNorm) return module.trackRunningStats;
  return module instanceof Dropout ? module.p > 0 : /BatchNorm/.test(module.typeName);
}

/** What of it stands in a checkpoint. */
export type SavedModes = readonly {
  readonly name: string;
  readonly samples: readonly number[];
  readonly inEvaluation: readonly number[];
}[];

/** Its form in a file. */
export const SAVED_MODES: Form = list(object({ name: text, samples: list(natural), inEvaluation: list(natural) }));

/** What grows of it. */
interface Kept {
  samples: number[];
  inEvaluation: number[];
}

/** Modes and batch sizes in training; nothing of it is on the device. */
export class ModeRecord {
  readonly #found: { module: Module; figures: ModeFigures & Kept }[];

  /** Finds the modules. */
  constructor(model: Module) {
    this.#found = leaves(model).filter(([, module]) => hasMode(module) || isBatchNorm(module)).map((
      [name, module],
    ) => ({
      module,
      figures: { name, batchNorm: isBatchNorm(module), samples: [], inEvaluation: [] },
    }));
  }

  /** Notes how they stand once the model has run on the batch. */
  push(batch: Batch, count: number): void {
    const samples = samplesOf(batch);
    for (const { module, figures } of this.#found) {
      figures.samples.push(samples);
      if (!module.training && hasMode(module)) figures.inEvaluation.push(count);
    }
  }

  /** All so far, for {@linkcode ModeRecord.fill}. */
  saved(): SavedModes {
    return this.#found.map(({ figures: { name, samples, inEvaluation } }) => ({
      name,
      samples: [...samples],
      inEvaluation: [...inEvaluation],
    }));
  }

  /** Goes on with what was noted before. @throws {RangeError} if that is of other modules */
  fill(saved: SavedModes): void {
    const names = (modules: readonly { readonly name: string }[]) => modules.map(({ name }) => name).join(", ");
    const there = names(saved), here = names(this.read());
    if (there !== here) {
      throw new RangeError(
        `Cannot go on with the record of modules with a mode: it is of ${there || "none"}, not of ${here || "none"}`,
      );
    }
    this.#found.forEach(({ figures }, i) => {
      figures.samples = [...saved[i]!.samples];
      figures.inEvaluation = [...saved[i]!.inEvaluation];
    });
  }

  /** What was noted. */
  read(): ModeFigures[] {
    return this.#found.map(({ figures }) => figures);
  }
}
