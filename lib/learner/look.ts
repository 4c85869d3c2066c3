/** Runs a model on a Learner's data without training: nothing stays changed. */
import type { Batch } from "../data/dataset.ts";
import type { Module } from "../nn/module.ts";
import { noGrad } from "../tensor/graph.ts";
import { checkBatch } from "./batch_check.ts";
import { BatchTransformCB, NormalizeCB } from "./callbacks/batch_transform.ts";
import type { LearnerCore } from "./core.ts";
import { saveModes } from "./modes.ts";
import type { Batches } from "./parts.ts";
import { generatorsOf } from "./saved_state.ts";

/** Runs `fn` without gradients and with the model in evaluation mode; puts modes back. `fn` only records. */
export function inEvaluation<T>(model: Module, fn: () => T): T {
  const restoreModes = saveModes(model);
  try {
    model.eval();
    return noGrad(fn);
  } finally {
    restoreModes();
  }
}

/**
 * The batches of a loader as the Learner's model sees them in validation: on the model's device, and changed by the batch transforms. Random
 * generators stand afterwards where they stood, so that a later fit is the same with and without a look.
 */
export async function* seenBatches(learn: LearnerCore, batches: Batches): AsyncGenerator<Batch> {
  if (learn.running) throw new Error("Cannot look at batches during a fit: await it first");
  const states = [...generatorsOf([learn.model, learn.dls, batches])].map((generator) =>
    [generator, generator.state] as const
  );
  const transforms = learn.cbs.filter((cb) => cb instanceof BatchTransformCB)
    // It would measure its figures on this batch, and keep them.
    .filter((cb) => !(cb instanceof NormalizeCB && cb.mean === undefined))
    .toSorted((a, b) => a.order - b.order);
  const { training } = learn;
  const own = learn.batch;
  try {
    for await (const raw of batches) {
      checkBatch("valid", raw);
      const { device } = learn.model;
      learn.batch = await Promise.all(raw.map((t) => t.toDevice(device)));
      learn.training = false;
      noGrad(() => transforms.forEach((cb) => cb.beforeBatch(learn)));
      yield learn.batch;
    }
  } finally {
    learn.training = training;
    learn.batch = own;
    for (const [generator, state] of states) generator.state = state;
  }
}

/** The first batch that {@linkcode seenBatches} has, of validation or else of training data. */
export async function seenBatch(learn: LearnerCore): Promise<Batch> {
  const batches = learn.dls.valid ?? learn.dls.train;
  if (!batches) throw new TypeError("Cannot look at a batch: dls has neither valid nor train");
  for await (const batch of seenBatches(learn, batches)) return batch;
  throw new RangeError("Cannot look at a batch: there is none");
}
