/** Predictions that are averaged over several views of each sample. */
import { type Augmentation, randomFlip } from "../data/augment.ts";
import type { Batch } from "../data/dataset.ts";
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkFunction, checkList, checkObject } from "../device/expect.ts";
import { stack } from "../tensor/combine.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Learner } from "./learner.ts";
import type { Batches } from "./parts.ts";

/** Options of {@linkcode tta}. */
export interface TtaOptions {
  /** The batches to predict, in the same order each time. Default: the Learner's validation batches. */
  readonly batches?: Batches;
  /** What changes a batch into another view of it; each is used once. Default: mirrored left to right. */
  readonly views?: readonly Augmentation[];
  /** Whether the batches as they are count as a view. Default: true. */
  readonly plain?: boolean;
  /** What is averaged, of the model's outputs [n, classes]. Default: probabilities, by softmax over the last axis. */
  readonly activation?: (outputs: Tensor) => Tensor;
}

const OPTIONS = optionNames<TtaOptions>({ batches: 1, views: 1, plain: 1, activation: 1 });

const mirrored: Augmentation = randomFlip({ p: 1 });

/**
 * Test-time augmentation: the mean of a classifier's probabilities over several views of each sample, as a validation computes them (see
 * {@linkcode Learner.getPreds}).
 *
 * @returns the mean, and the batches' targets
 *
 * @example
 * ```ts
 * import { data, F, Learner, learner, nn, rand, randint } from "./mod.ts";
 * const set = new data.TensorDataset(rand([64, 1, 8, 8]), randint(0, 3, [64]));
 * const model = new nn.Sequential(new nn.Flatten(), new nn.Linear(64, 3));
 * const learn = Learner.of(model, data.DataLoaders.of(set, set)).loss(F.crossEntropy);
 * await learn.fit(1);
 * const [probabilities, targets] = await learner.tta(learn);
 * const accuracy = probabilities.argmax(1).eq(targets!).float().mean();
 * console.log(probabilities.shape, await accuracy.item() <= 1); // [ 64, 3 ] true
 * ```
 */
export async function tta(
  learn: Learner,
  options: TtaOptions = {},
): Promise<[probabilities: Tensor, ...targets: Tensor[]]> {
  checkObject("tta", "its first argument", learn, "a Learner", ["getPreds"]);
  checkOptions("tta", options, OPTIONS);
  const { batches = learn.dls.valid, views = [mirrored], plain = true, activation = (x: Tensor) => x.softmax(-1) } =
    options;
  checkList("tta", "views", views, "an array of functions from batch to batch");
  views.forEach((view, i) => checkFunction("tta", `view ${i}`, view));
  checkFunction("tta", "activation", activation);
  if (!plain && views.length === 0) throw new RangeError("Cannot average no view: give views, or leave plain on");
  if (batches === undefined) throw new TypeError("Cannot predict: dls.valid is not there. Give batches");
  const all: Tensor[] = [], seen = plain ? [undefined, ...views] : views;
  let targets: Tensor[] = [];
  for (const view of seen) {
    const [outputs, ...rest] = await learn.getPreds(view ? viewed(batches, view) : batches);
    all.push(activation(outputs));
    targets = rest;
  }
  return [stack(all).mean(0), ...targets];
}

/** The batches, each changed as it comes. */
function viewed(batches: Batches, view: Augmentation): Batches {
  const found = {
    batches, // in sight, so that a loader's generator is put back where it stood
    async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
      for await (const batch of batches) yield view(batch);
    },
  };
  return found;
}
