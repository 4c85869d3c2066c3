/** Predictions of a Learner's model for batches, as a validation would make them. */
import { Tensor } from "../tensor/tensor.ts";
import { cat } from "../tensor/combine.ts";
import { flush, noGrad } from "../tensor/graph.ts";
import type { Batch } from "../data/dataset.ts";
import { checkBatches } from "./batch_check.ts";
import { Callback } from "./callback.ts";
import { NormalizeCB } from "./callbacks/batch_transform.ts";
import { LearnerCore } from "./core.ts";
import { CancelBatchException } from "./exceptions.ts";
import { targetsOf } from "./inputs.ts";
import { saveModes } from "./modes.ts";
import { notTensor } from "./not_tensor.ts";
import type { Batches } from "./parts.ts";
import { generatorsOf } from "./saved_state.ts";
import { isAbsent } from "./try_out.ts";

/** Runs the Learner's own `predict`, which may be overridden; a callback that takes the verb over comes later, and so goes before. */
class Own extends Callback {
  static override order = -Infinity;
  constructor(readonly learn: LearnerCore, readonly verb: () => void) {
    super();
  }
  predict(fit: LearnerCore): void {
    const { learn } = this;
    learn.batch = fit.batch;
    this.verb.call(learn);
    fit.preds = learn.preds;
  }
}

/** Takes predictions and targets once all others have seen them, and ends the batch before its loss. */
class Gather extends Callback {
  static override order = Infinity;
  readonly batches: Batch[] = [];

  override beforeFit(): void {
    this.batches.length = 0;
  }

  override afterPredict(learn: LearnerCore): void {
    const { preds } = learn, targets = targetsOf(learn);
    if (!(preds instanceof Tensor)) throw new TypeError(`Cannot use the predictions: ${notTensor("predict", preds)}`);
    this.batches.push([preds, ...targets].map((t) => t!.detach().keep()));
    throw new CancelBatchException();
  }
}

/** What predictions put aside, and put back. */
const FIELDS = ["batch", "preds"] as const;

/**
 * Predictions for all batches, and their targets, in the order in which they come.
 *
 * @param verb the Learner's own `predict`
 * @param what names the batches in errors
 */
export async function predictions(
  learn: LearnerCore,
  verb: () => void,
  batches: Batches | undefined,
  what: string,
): Promise<[preds: Tensor, ...targets: Tensor[]]> {
  if (learn.running) throw new Error("Cannot predict during a fit: its predictions are learn.preds. Await it first");
  if (batches === undefined) throw new TypeError(`Cannot predict: ${what} is not there. Give a DataLoader`);
  checkBatches(what, batches);
  const taking = learn.cbs.filter((cb) => !isAbsent(cb));
  for (const cb of taking) {
    if (cb instanceof NormalizeCB && (cb.mean === undefined || cb.std === undefined)) {
      throw new Error(
        "Cannot predict: normalize() has measured nothing yet. Fit or load a checkpoint first, or give it { mean, std }",
      );
    }
  }
  const gather = new Gather();
  const fit = new LearnerCore(learn.model, { valid: batches }, learn.options.lossFunc ?? ((preds) => preds), {
    cbs: [new Own(learn, verb), ...taking, gather],
  });
  const fields = FIELDS.map((name) => [name, learn[name]] as const);
  const states = [...generatorsOf([learn.model, batches, ...taking])].map((g) => [g, g.state] as const);
  const restoreModes = saveModes(learn.model);
  try {
    await fit.fit(1, { train: false });
  } finally {
    restoreModes();
    for (const [generator, state] of states) generator.state = state;
    Object.assign(learn, Object.fromEntries(fields));
  }
  if (!fit.epochIsOver) throw new Error(`Cannot predict: it was cancelled after ${gather.batches.length} batches`);
  const [first] = gather.batches;
  const parts = first!.map((_, i) => gather.batches.map((batch) => batch[i]!));
  const whole = noGrad(() => parts.map((all) => (all.length === 1 ? all[0]! : cat(all)).keep()));
  flush(learn.model.device);
  return whole as [Tensor, ...Tensor[]];
}
