/** One batch as the model sees it. */
import { checkLearner } from "./check_learner.ts";
import type { Batch } from "../data/dataset.ts";
import { Callback } from "./callback.ts";
import { CancelFitException } from "./exceptions.ts";
import type { Learner } from "./learner.ts";
import { tryOut } from "./try_out.ts";

/** Takes the batch that all others have worked on, and ends the fit. */
class TakeBatch extends Callback {
  static override order = Infinity;
  batch: Batch | undefined;

  override beforeBatch(learn: Learner): void {
    this.batch = learn.batch.map((t) => t.keep());
    throw new CancelFitException();
  }
}

/**
 * The first training batch of a Learner as its model sees it, after all callbacks that change batches or move them to a device. Nothing
 * is trained, and generators stand afterwards where they stood: the next fit begins with this batch.
 *
 * A `normalize()` that has no figures yet takes them from this batch, as in a fit. Callbacks that record, show, watch, schedule or stop
 * take no part.
 *
 * @throws {TypeError} if the Learner has no training data, or its model no parameters
 *
 * @example
 * ```ts
 * import { data, learner, nn, randint, randn } from "./mod.ts";
 * const set = new data.TensorDataset(randn([64, 4]).mul(3), randint(0, 2, [64]));
 * const dls = data.DataLoaders.of(set, set, { batchSize: 32 });
 * const learn = learner.Learner.of(new nn.Linear(4, 2), dls).loss(nn.functional.crossEntropy).normalize();
 * const [x, y] = await learner.getBatch(learn);
 * console.log(x!.shape, y!.shape, await x!.std().item()); // about [ 32, 4 ] [ 32 ] 1
 * ```
 */
export async function getBatch(learn: Learner): Promise<Batch> {
  checkLearner("getBatch", learn);
  if (learn.running) throw new Error("Cannot take a batch during a fit: it is learn.batch");
  const taker = new TakeBatch();
  await tryOut(learn, 1, [taker]);
  if (!taker.batch) {
    throw new RangeError("Cannot take a batch: dls.train has none, or a callback ended the fit before it");
  }
  return taker.batch;
}
