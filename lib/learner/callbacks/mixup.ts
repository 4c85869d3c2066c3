/** Mixes the samples of a batch. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import type { Batch } from "../../data/dataset.ts";
import { where } from "../../tensor/combine.ts";
import { arange, tensor } from "../../tensor/create.ts";
import { Generator, generatorOr } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { betaFrom } from "../beta.ts";
import { Callback } from "../callback.ts";
import type { LearnerCore } from "../core.ts";
import { inputCount } from "../inputs.ts";
import { TrainCB } from "./train.ts";

/** Options of {@linkcode MixUpCB} and {@linkcode CutMixCB}. */
export interface MixOptions {
  /** How even the shares are: they are drawn from Beta(alpha, alpha). Default: 0.4; for CutMixCB 1, any share is as likely as another. */
  alpha?: number;
  /** Source of shares and partners. Default: the default generator, which `setSeed` sets. */
  generator?: Generator;
}

const OPTIONS = optionNames<MixOptions>({ alpha: 1, generator: 1 });

/**
 * The base of what mixes each sample of a training batch with another one: the loss is then that with its own targets, times its share, and that with the
 * other's, times the rest. A subclass says how inputs are mixed.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const mix: learner.MixCB = new learner.MixUpCB({ alpha: 0.2 });
 * console.log(mix.alpha); // 0.2
 * ```
 */
export abstract class MixCB extends Callback {
  /** After what transforms batches, and after TrainCB, whose loss it takes over. */
  static override order: number = TrainCB.order + 1;
  /** How even the shares are. */
  readonly alpha: number;
  /** Source of shares and partners; undefined is the default generator. */
  readonly generator: Generator | undefined;
  #share = 1;
  #others: readonly Tensor[] | undefined;

  /** Throws a RangeError unless `alpha` is above 0. */
  constructor(options: MixOptions, alpha: number) {
    super();
    checkOptions(new.target.name, options, OPTIONS);
    this.alpha = options.alpha ?? alpha;
    this.generator = options.generator === undefined ? undefined : generatorOr(options.generator);
    if (typeof this.alpha !== "number") {
      throw new TypeError(`Cannot mix with an alpha of ${typeof this.alpha}: it is a number`);
    }
    if (!(this.alpha > 0 && this.alpha < Infinity)) {
      throw new RangeError(`Cannot mix with an alpha of ${this.alpha}: it must be above 0`);
    }
  }

  /** Mixes inputs [n, …] with those of other samples; returns what came of it, and the share that is each sample's own. */
  protected abstract mix(
    x: Tensor,
    other: Tensor,
    share: number,
    uniform: () => number,
  ): { mixed: Tensor; share: number };

  /** The batch that it mixes belongs to one fit. */
  override get ofOneFit(): boolean {
    return true;
  }

  /** Throws for models of several inputs. */
  override beforeFit(learn: LearnerCore): void {
    this.#others = undefined;
    if (inputCount(learn) > 1) {
      throw new Error(`Cannot mix batches by ${this.name}: the model has several inputs, and it mixes the first alone`);
    }
  }

  /** Training only: mixes the batch's inputs. Its targets stay, so that metrics compare with the greater share's. */
  override beforeBatch(learn: LearnerCore): void {
    this.#others = undefined;
    if (!learn.training) return;
    const generator = generatorOr(this.generator), uniform = generator.uniforms();
    const [x, ...targets] = learn.batch as [Tensor, ...Tensor[]];
    const order = tensor(generator.permutation(x.shape[0]!), { dtype: "int32", device: x.device });
    const drawn = betaFrom(uniform, this.alpha), other = (t: Tensor) => t.indexSelect(0, order);
    const { mixed, share } = this.mix(x, other(x), Math.max(drawn, 1 - drawn), uniform);
    this.#share = share;
    this.#others = targets.map(other);
    learn.batch = [mixed, ...targets];
  }

  /** Of a mixed batch the loss with both targets, each times its share. */
  getLoss(learn: LearnerCore): void {
    learn.getLoss();
    if (!this.#others) return;
    const own: Batch = learn.batch, loss = learn.batchLoss;
    learn.batch = [own[0]!, ...this.#others];
    learn.getLoss();
    learn.batchLoss = loss.mul(this.#share).add(learn.batchLoss.mul(1 - this.#share));
    learn.batch = own;
  }
}

/**
 * Mixup (Zhang and others 2017, https://arxiv.org/abs/1710.09412): inputs are share · own + (1 − share) · another's, with one share a batch.
 *
 * @example
 * ```ts
 * import { data, F, learner, nn, randint, randn } from "./mod.ts";
 * const set = new data.TensorDataset(randn([64, 4]), randint(0, 3, [64]));
 * const learn = learner.Learner.of(new nn.Linear(4, 3), data.DataLoaders.of(set, set)).loss(F.crossEntropy);
 * await learn.callbacks([new learner.MixUpCB()]).fit(1);
 * ```
 */
export class MixUpCB extends MixCB {
  /** See {@linkcode MixOptions}; alpha is 0.4 by default. */
  constructor(options: MixOptions = {}) {
    super(options, 0.4);
  }

  /** share · x + (1 − share) · other. */
  protected override mix(x: Tensor, other: Tensor, share: number): { mixed: Tensor; share: number } {
    return { mixed: other.lerp(x, share), share };
  }
}

/**
 * CutMix (Yun and others 2019, https://arxiv.org/abs/1905.04899): a rectangle of each image [n, c, h, w] is another's, at the same place in the whole
 * batch; the share is that of the pixels.
 *
 * @example
 * ```ts
 * import { data, F, learner, nn, randint, randn } from "./mod.ts";
 * const set = new data.TensorDataset(randn([64, 1, 8, 8]), randint(0, 3, [64]));
 * const model = new nn.Sequential(new nn.Flatten(), new nn.Linear(64, 3));
 * const learn = learner.Learner.of(model, data.DataLoaders.of(set, set)).loss(F.crossEntropy);
 * await learn.callbacks([new learner.CutMixCB()]).fit(1);
 * ```
 */
export class CutMixCB extends MixCB {
  /** See {@linkcode MixOptions}; alpha is 1 by default. */
  constructor(options: MixOptions = {}) {
    super(options, 1);
  }

  /** x, but for a rectangle of about 1 − share of its pixels, which is other's. */
  protected override mix(
    x: Tensor,
    other: Tensor,
    share: number,
    uniform: () => number,
  ): { mixed: Tensor; share: number } {
    if (x.ndim !== 4) {
      throw new RangeError(
        `Cannot cut inputs [${x.shape.join(", ")}]: they must be images [batch, channels, height, width]`,
      );
    }
    const [h, w] = x.shape.slice(2) as [number, number], side = Math.sqrt(1 - share);
    const span = (size: number) => {
      const half = Math.round(size * side) / 2, centre = uniform() * size;
      return [Math.max(0, Math.round(centre - half)), Math.min(size, Math.round(centre + half))] as const;
    };
    const rows = span(h), columns = span(w);
    // Numbers say where the rectangle is, so that all batches share one plan.
    const within = (size: number, [from, to]: readonly [number, number]) => {
      const place = arange(0, size, 1, { device: x.device });
      return place.ge(from).logicalAnd(place.lt(to));
    };
    const cut = within(h, rows).unsqueeze(1).logicalAnd(within(w, columns));
    const area = (rows[1] - rows[0]) * (columns[1] - columns[0]);
    return { mixed: where(cut, other, x), share: 1 - area / (h * w) };
  }
}
