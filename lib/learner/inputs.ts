/** Which tensors of a batch are the model's inputs, and which the loss's targets. */
import type { Batch } from "../data/dataset.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { TrainCB } from "./callbacks/train.ts";
import type { LearnerCore } from "./core.ts";

/** How many tensors of a batch the model gets: one, unless a {@linkcode TrainCB} gives it more. */
export const inputCount = (learn: LearnerCore): number => learn.find(TrainCB)?.inputs ?? 1;

/** What of a batch, by default the current one, the model gets. */
export const inputsOf = (learn: LearnerCore, batch: Batch = learn.batch): Tensor[] => batch.slice(0, inputCount(learn));

/** What of a batch, by default the current one, is left for the loss and for metrics. */
export const targetsOf = (learn: LearnerCore, batch: Batch = learn.batch): Tensor[] => batch.slice(inputCount(learn));
