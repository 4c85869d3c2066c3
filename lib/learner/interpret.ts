/** Where a trained model is wrong. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkLearner } from "./check_learner.ts";
import type { Batch } from "../data/dataset.ts";
import type { Chart } from "../plot/chart.ts";
import { figureFormat } from "../plot/figures.ts";
import { confusionMatrix } from "../plot/confusion.ts";
import { showImages } from "../plot/images.ts";
import { crossEntropy } from "../nn/losses.ts";
import { cat } from "../tensor/combine.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Learner } from "./learner.ts";
import { checkBatches } from "./batch_check.ts";
import { inputsOf, targetsOf } from "./inputs.ts";
import { inEvaluation, seenBatches } from "./look.ts";
import type { Batches } from "./parts.ts";

/** What {@linkcode interpret} goes by. */
export interface InterpretOptions {
  /** The batches to look at. Default: the Learner's validation batches. */
  readonly batches?: Batches;
  /** Names of the classes. Default: their numbers. */
  readonly classes?: readonly string[];
}

/** One sample and what the model makes of it. */
export interface Judged {
  /** Its place in the batches' order. */
  readonly index: number;
  /** Its class number. */
  readonly actual: number;
  /** The class number that the model gives it: that of the greatest score. */
  readonly predicted: number;
  /** Cross-entropy. */
  readonly loss: number;
}

const CONFUSION = optionNames<{ title?: string }>({ title: 1 });
const TOP_LOSSES = optionNames<{ columns?: number; size?: number }>({ columns: 1, size: 1 });

/**
 * Predictions of a classifier over a loader: see {@linkcode interpret}.
 *
 * @example
 * ```ts
 * import { Interpretation, rand } from "./mod.ts";
 * const samples = [
 *   { index: 0, actual: 1, predicted: 1, loss: 0.1 },
 *   { index: 1, actual: 0, predicted: 1, loss: 2.3 },
 * ];
 * const seen = new Interpretation(samples, ["cat", "dog"], () => Promise.resolve(rand([1, 1, 8, 8])));
 * console.log(seen.matrix, seen.topLosses(1)[0]!.index); // [ [ 0, 1 ], [ 0, 1 ] ] 1
 * ```
 */
export class Interpretation {
  /**
   * For {@linkcode interpret}, which fills it.
   *
   * @param samples all that were looked at, in order
   * @param classes their classes' names
   * @param fetch the inputs of samples, by their places in ascending order
   */
  constructor(
    readonly samples: readonly Judged[],
    readonly classes: readonly string[],
    readonly fetch: (indices: readonly number[]) => Promise<Tensor>,
  ) {}

  /** How many samples of each actual class (row) were taken for which (column). */
  get matrix(): number[][] {
    const counts = this.classes.map(() => this.classes.map(() => 0));
    for (const { actual, predicted } of this.samples) counts[actual]![predicted]!++;
    return counts;
  }

  /** The confusion matrix, drawn. */
  confusion(options: { title?: string } = {}): Chart {
    checkOptions("confusion", options, CONFUSION);
    const { title = "Actual and predicted classes" } = options;
    return confusionMatrix(this.matrix, { title, classes: this.classes });
  }

  /** The `k` samples with the greatest losses, worst first; a loss that is not a number is the worst of all. */
  topLosses(k = 9): Judged[] {
    const depth = (loss: number) => Number.isNaN(loss) ? Infinity : loss;
    return this.samples.toSorted((a, b) => depth(b.loss) - depth(a.loss) || a.index - b.index).slice(0, k);
  }

  /** The images of {@linkcode Interpretation.topLosses}, each titled by the predicted class, and below it the actual one and the loss. */
  async plotTopLosses(
    k = 9,
    options: { columns?: number; size?: number } = {},
  ): Promise<Chart> {
    checkOptions("plotTopLosses", options, TOP_LOSSES);
    const { columns = Math.ceil(Math.sqrt(k)), size = 112 } = options;
    const worst = this.topLosses(k);
    const order = worst.map(({ index }) => index).toSorted((a, b) => a - b);
    const images = await this.fetch(order);
    const sorted = cat(worst.map(({ index }) => images.narrow(0, order.indexOf(index), 1)));
    const write = figureFormat(worst.map(({ loss }) => loss));
    const name = (i: number) => this.classes[i] ?? String(i);
    return await showImages(sorted, {
      title: "Greatest losses: predicted, and below it actual and loss",
      titles: worst.map(({ predicted, actual, loss }) => `${name(predicted)}\n${name(actual)}, ${write(loss)}`),
      columns,
      size,
    });
  }
}

const OPTIONS = optionNames<InterpretOptions>({ batches: 1, classes: 1 });

/**
 * Runs a Learner's classifier over a loader, in evaluation mode, and keeps what it made of each sample: for a confusion matrix and the greatest
 * losses. Nothing of the Learner changes. The samples are numbered in the loader's order; to draw the greatest losses the loader is gone through
 * again, so it must give the same order twice, as those of validation do.
 *
 * @throws {TypeError} if there is nothing to look at
 * @throws {RangeError} if the batches have no sample
 *
 * @example
 * ```ts
 * import { data, learner, nn, randint, randn } from "./mod.ts";
 * const set = new data.TensorDataset(randn([64, 4]), randint(0, 2, [64]));
 * const learn = new learner.Learner(new nn.Linear(4, 2), data.DataLoaders.of(set, set));
 * const seen = await learner.interpret(learn, { classes: ["cat", "dog"] });
 * console.log(seen.matrix.flat().reduce((a, b) => a + b), seen.topLosses(3).length); // 64 3
 * ```
 */
export async function interpret(learn: Learner, options: InterpretOptions = {}): Promise<Interpretation> {
  checkOptions("interpret", options, OPTIONS);
  checkLearner("interpret", learn);
  const { batches = learn.dls.valid } = options;
  if (!batches) throw new TypeError("Cannot interpret: dls has no valid. Give { batches }");
  checkBatches("batches", batches);
  const samples: Judged[] = [];
  let classCount = 0;
  for await (const batch of seenBatches(learn, batches)) {
    const { losses, predicted, actual, width } = await judge(learn, batch);
    classCount = Math.max(classCount, width);
    losses.forEach((loss, i) =>
      samples.push({ index: samples.length, loss, predicted: predicted[i]!, actual: actual[i]! })
    );
  }
  if (samples.length === 0) {
    throw new RangeError(
      "Cannot interpret: the batches have no sample. Are they those of an iterator that is used up?",
    );
  }
  const classes = options.classes ?? Array.from({ length: classCount }, (_, i) => String(i));
  if (classes.length !== classCount) {
    throw new RangeError(`Cannot name ${classCount} classes with ${classes.length} names`);
  }
  return new Interpretation(samples, classes, (indices) => fetch(learn, batches, indices));
}

async function judge(learn: Learner, batch: Batch) {
  const { model } = learn, [y] = targetsOf(learn, batch);
  const [losses, predicted, width] = inEvaluation(model, () => {
    const scores = model.call(...inputsOf(learn, batch));
    return [crossEntropy(scores, y!, { reduction: "none" }), scores.argmax(1), scores.shape[1]!] as const;
  });
  const [l, p, a] = await Promise.all([losses.toTypedArray(), predicted.toTypedArray(), y!.toTypedArray()]);
  return { losses: [...l], predicted: [...p], actual: [...a], width };
}

/** Inputs by their places in the loader's order, as the model sees them. */
async function fetch(learn: Learner, batches: Batches, indices: readonly number[]): Promise<Tensor> {
  const found: Tensor[] = [];
  let start = 0;
  for await (const [x] of seenBatches(learn, batches)) {
    const end = start + x!.shape[0]!;
    for (const index of indices) {
      if (index >= start && index < end) found.push(x!.narrow(0, index - start, 1).clone().keep());
    }
    start = end;
  }
  if (found.length !== indices.length) {
    throw new RangeError(
      `Cannot show ${indices.length} samples: gone through again, the batches have only ${start} samples. ` +
        `Give a loader that begins anew each time`,
    );
  }
  return cat(found);
}
