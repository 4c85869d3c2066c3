/** Changes batches before the model sees them. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { checkFunction, checkList } from "../../device/expect.ts";
import type { Batch } from "../../data/dataset.ts";
import type { Device } from "../../device/device.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { nullable, number, object } from "../../device/form.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import type { LearnerCore } from "../core.ts";
import { DeviceCB } from "./device.ts";

/** When a {@linkcode BatchTransformCB} acts. */
export interface BatchTransformOptions {
  /** On training batches. Default: true. */
  onTrain?: boolean;
  /** On validation batches. Default: true. */
  onValid?: boolean;
}

const OPTIONS = optionNames<BatchTransformOptions>({ onTrain: 1, onValid: 1 });

/**
 * Replaces each batch by `fn(batch)`, computed on the device.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const brighter = new learner.BatchTransformCB(([x, y]) => [x!.mul(1.2).clampMax(1), y!], { onValid: false });
 * console.log(brighter.order === learner.DeviceCB.order + 1); // true
 * ```
 */
export class BatchTransformCB extends Callback {
  /** Once the batch is on its device. */
  static override order: number = DeviceCB.order + 1;
  /** Whether training batches are transformed. */
  readonly onTrain: boolean;
  /** Whether validation batches are transformed. */
  readonly onValid: boolean;

  /** Throws a TypeError for what is no function. `fn` gets the batch, inputs first, and returns the new one at once: it records, and cannot wait. */
  constructor(readonly fn: (batch: Batch) => Batch, options: BatchTransformOptions = {}) {
    super();
    checkOptions("BatchTransformCB", options, OPTIONS);
    checkFunction("BatchTransformCB", "its function", fn);
    const { onTrain = true, onValid = true } = options;
    this.onTrain = onTrain;
    this.onValid = onValid;
  }

  /** Replaces `learn.batch` by the result of `fn`; throws a TypeError if that is no array, as with an async `fn`. */
  override beforeBatch(learn: LearnerCore): void {
    if (!(learn.training ? this.onTrain : this.onValid)) return;
    const batch: unknown = this.fn(learn.batch);
    if (!Array.isArray(batch)) {
      const found = batch instanceof Promise ? "a Promise: it only records, and cannot wait" : typeof batch;
      throw new TypeError(`Cannot transform the batch: the function must return one, [x, y], found ${found}`);
    }
    learn.batch = batch;
  }
}

/** A mean and a standard deviation, as numbers, or as tensors that broadcast over the inputs, such as [3, 1, 1] for each channel. */
export interface Statistics {
  /** What is subtracted from the inputs. */
  readonly mean: number | Tensor;
  /** What the difference is divided by. A 0 is not caught: it gives infinities and NaN. */
  readonly std: number | Tensor;
}

const STATISTICS = optionNames<Statistics>({ mean: 1, std: 1 });

const MEMORY = object({ mean: nullable(number), std: nullable(number) });

/** Statistics that are given, or measured on the first batch that comes. */
class Figures {
  mean: number | Tensor | undefined;
  std: number | Tensor | undefined;

  constructor(from?: Statistics | Batch) {
    if (from instanceof Array) {
      checkList(
        "NormalizeCB",
        "the batch",
        from.length ? from : undefined,
        "a batch [x, …]",
        (t) => t instanceof Tensor,
      );
      this.#measure(from[0]!);
    } else if (from) {
      checkOptions("NormalizeCB", from, STATISTICS);
      ({ mean: this.mean, std: this.std } = from);
    }
    if (from && (this.mean === undefined || this.std === undefined)) {
      throw new TypeError("Cannot normalise: give { mean, std }, a batch [x, …], or nothing to go by the first batch");
    }
  }

  #measure(x: Tensor): void {
    this.mean ??= x.mean().keep();
    this.std ??= x.std().keep();
  }

  apply([x, ...rest]: Batch): Batch {
    this.#measure(x!);
    return [x!.sub(this.mean!).div(this.std!), ...rest];
  }

  async to(device: Device): Promise<void> {
    if (this.mean instanceof Tensor) this.mean = (await this.mean.toDevice(device)).keep();
    if (this.std instanceof Tensor) this.std = (await this.std.toDevice(device)).keep();
  }
}

/**
 * The callback that {@linkcode normalize} makes.
 *
 * @example
 * ```ts
 * import { NormalizeCB } from "./mod.ts";
 * const norm = new NormalizeCB({ mean: 0.286, std: 0.353 });
 * console.log(norm.mean, norm.std); // 0.286 0.353
 * ```
 */
export class NormalizeCB extends BatchTransformCB {
  /** Predictions are made by the figures of the training. */
  static override lasting = true;
  readonly #figures: Figures;

  /**
   * Acts on training and validation batches alike.
   *
   * @param from see {@linkcode normalize}
   * @throws {TypeError} for figures without a mean or without a deviation
   */
  constructor(from?: Statistics | Batch) {
    const figures = new Figures(from);
    super((batch) => figures.apply(batch));
    this.#figures = figures;
  }

  /** The figures, if they were measured. */
  override saveState(): CallbackState {
    const { mean, std } = this.#figures,
      number = (x: number | Tensor | undefined) => x instanceof Tensor ? null : x ?? null;
    const tensors = Object.entries({ mean, std }).filter((entry): entry is [string, Tensor] =>
      entry[1] instanceof Tensor
    );
    return { values: { mean: number(mean), std: number(std) }, tensors: Object.fromEntries(tensors) };
  }

  /** Takes them over. */
  override loadState(state: CallbackState): void {
    const { tensors = {} } = state;
    const { mean, std } = valuesOf<{ mean: number | null; std: number | null }>(this, state, MEMORY);
    this.#figures.mean = tensors.mean?.keep() ?? mean ?? undefined;
    this.#figures.std = tensors.std?.keep() ?? std ?? undefined;
  }

  /** What is subtracted; undefined until a batch was measured. */
  get mean(): number | Tensor | undefined {
    return this.#figures.mean;
  }

  /** What is divided by; undefined until a batch was measured. */
  get std(): number | Tensor | undefined {
    return this.#figures.std;
  }

  /** Moves figures that are tensors to the model's device. */
  override beforeFit(learn: LearnerCore): Promise<void> {
    return this.#figures.to(learn.model.device);
  }
}

/**
 * A callback that normalises the inputs of training and validation batches: (x − mean) / std.
 *
 * @param from the figures; or a batch to measure them on; or nothing, which measures the first batch that comes, and keeps to its figures
 *   in later fits. The figures are the mean and the (unbiased) standard deviation of all elements of the batch's first tensor.
 *
 * @example
 * ```ts
 * import { learner, tensor } from "./mod.ts";
 * const cb = learner.normalize([tensor([1, 2, 3]), tensor([0, 0, 1])]);
 * console.log(await (cb.fn([tensor([5])])[0]!).array()); // [ 3 ]
 * console.log(learner.normalize({ mean: 0.29, std: 0.35 }).mean); // 0.29
 * ```
 */
export function normalize(from?: Statistics | Batch): NormalizeCB {
  return new NormalizeCB(from);
}

/**
 * A batch transform that gives every input the shape [n, …shape].
 *
 * @example
 * ```ts
 * import { learner, zeros } from "./mod.ts";
 * const asImages = learner.viewTfm(1, 28, 28);
 * console.log(asImages([zeros([64, 784]), zeros([64])])[0]!.shape); // [ 64, 1, 28, 28 ]
 * console.log(new learner.BatchTransformCB(asImages).onValid); // true
 * ```
 */
export function viewTfm(...shape: number[]): (batch: Batch) => Batch {
  return ([x, ...rest]) => [x!.view(-1, ...shape), ...rest];
}
