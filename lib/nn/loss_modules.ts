/** Losses as modules, which hold their options: PyTorch's names. What they compute stands with the functions. */
import { checkOptions, type OptionNames, optionNames } from "../device/check_options.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  cosineEmbeddingLoss,
  type CosineEmbeddingLossOptions,
  tripletMarginLoss,
  type TripletMarginLossOptions,
} from "./distance_losses.ts";
import { crossEntropy, type CrossEntropyOptions, nllLoss, type NllLossOptions } from "./losses.ts";
import { Module } from "./module.ts";
import {
  binaryCrossEntropy,
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWithLogits,
  type BinaryCrossEntropyWithLogitsOptions,
  klDiv,
  type KlDivOptions,
} from "./probability_losses.ts";
import type { LossOptions } from "./reduction.ts";
import {
  huberLoss,
  type HuberLossOptions,
  l1Loss,
  mseLoss,
  smoothL1Loss,
  type SmoothL1LossOptions,
} from "./regression_losses.ts";

/**
 * What the losses share: their options, whose tensors move with the module as its buffers do.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const losses: nn.Loss<nn.LossOptions>[] = [new nn.MSELoss(), new nn.L1Loss()];
 * for (const loss of losses) console.log(await loss.call(tensor([1, 2]), tensor([1, 5])).item()); // 4.5, then 1.5
 * ```
 */
export abstract class Loss<O extends object> extends Module {
  readonly #options: O;

  /**
   * For losses of the library's kind; each makes its own.
   *
   * @param options what the loss's function takes
   * @param names the options that it has
   * @param tensors those of them that are tensors, by the names of their buffers in a state
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: O, names: OptionNames<O>, tensors: Readonly<Record<string, Tensor | undefined>> = {}) {
    super();
    checkOptions(new.target.name, options, names);
    this.#options = options;
    for (const [name, value] of Object.entries(tensors)) if (value !== undefined) this.registerBuffer(name, value);
  }

  /** The options, with the buffers where they are now. */
  protected options(tensors: Partial<O> = {}): O {
    return { ...this.#options, ...tensors };
  }
}

const REDUCTION = { reduction: 1 } as const, WEIGHT = { ...REDUCTION, weight: 1 } as const;

/**
 * Cross-entropy of logits and class numbers: {@linkcode crossEntropy} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const loss = new nn.CrossEntropyLoss({ labelSmoothing: 0.1 });
 * console.log(await loss.call(tensor([[0, 0]]), tensor([1], { dtype: "int32" })).item()); // 0.6931471824645996
 * ```
 */
export class CrossEntropyLoss extends Loss<CrossEntropyOptions> {
  /** The classes' weights. */
  declare weight: Tensor | undefined;

  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode CrossEntropyOptions}; a weight is a buffer of the module
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: CrossEntropyOptions = {}) {
    const names = optionNames<CrossEntropyOptions>({ ...WEIGHT, ignoreIndex: 1, labelSmoothing: 1 });
    super(options, names, { weight: options?.weight });
  }

  /** logits [n, classes, …] and targets [n, …] → 0-d, or [n, …] without reduction */
  forward(input: Tensor, target: Tensor): Tensor {
    return crossEntropy(input, target, this.options({ weight: this.weight }));
  }
}

/**
 * Negative log-likelihood: {@linkcode nllLoss} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.NLLLoss().call(tensor([[-0.5, -1]]), tensor([0], { dtype: "int32" })).item()); // 0.5
 * ```
 */
export class NLLLoss extends Loss<NllLossOptions> {
  /** The classes' weights. */
  declare weight: Tensor | undefined;

  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode NllLossOptions}; a weight is a buffer of the module
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: NllLossOptions = {}) {
    super(options, optionNames<NllLossOptions>({ ...WEIGHT, ignoreIndex: 1 }), { weight: options?.weight });
  }

  /** log-probabilities [n, classes, …] and targets [n, …] → 0-d, or [n, …] without reduction */
  forward(input: Tensor, target: Tensor): Tensor {
    return nllLoss(input, target, this.options({ weight: this.weight }));
  }
}

/**
 * Mean squared error: {@linkcode mseLoss} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.MSELoss().call(tensor([1, 2]), tensor([1, 4])).item()); // 2
 * ```
 */
export class MSELoss extends Loss<LossOptions> {
  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode LossOptions}
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: LossOptions = {}) {
    super(options, optionNames<LossOptions>(REDUCTION));
  }

  /** Two tensors of one shape → 0-d, or that shape without reduction */
  forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.options());
  }
}

/**
 * Mean absolute error: {@linkcode l1Loss} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.L1Loss().call(tensor([1, 2]), tensor([1, 4])).item()); // 1
 * ```
 */
export class L1Loss extends Loss<LossOptions> {
  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode LossOptions}
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: LossOptions = {}) {
    super(options, optionNames<LossOptions>(REDUCTION));
  }

  /** Two tensors of one shape → 0-d, or that shape without reduction */
  forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, this.options());
  }
}

/**
 * Smooth L1 loss: {@linkcode smoothL1Loss} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.SmoothL1Loss({ beta: 2 }).call(tensor([1]), tensor([2])).item()); // 0.25
 * ```
 */
export class SmoothL1Loss extends Loss<SmoothL1LossOptions> {
  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode SmoothL1LossOptions}
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: SmoothL1LossOptions = {}) {
    super(options, optionNames<SmoothL1LossOptions>({ ...REDUCTION, beta: 1 }));
  }

  /** Two tensors of one shape → 0-d, or that shape without reduction */
  forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, this.options());
  }
}

/**
 * Huber's loss: {@linkcode huberLoss} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.HuberLoss({ delta: 2 }).call(tensor([2]), tensor([5])).item()); // 4
 * ```
 */
export class HuberLoss extends Loss<HuberLossOptions> {
  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode HuberLossOptions}
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: HuberLossOptions = {}) {
    super(options, optionNames<HuberLossOptions>({ ...REDUCTION, delta: 1 }));
  }

  /** Two tensors of one shape → 0-d, or that shape without reduction */
  forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, this.options());
  }
}

/**
 * Binary cross-entropy of probabilities: {@linkcode binaryCrossEntropy} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * console.log(await new nn.BCELoss().call(tensor([0.5, 0.5]), tensor([0, 1])).item()); // 0.6931471824645996
 * ```
 */
export class BCELoss extends Loss<BinaryCrossEntropyOptions> {
  /** The elements' weights. */
  declare weight: Tensor | undefined;

  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode BinaryCrossEntropyOptions}; a weight is a buffer of the module
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: BinaryCrossEntropyOptions = {}) {
    super(options, optionNames<BinaryCrossEntropyOptions>(WEIGHT), { weight: options?.weight });
  }

  /** Probabilities and targets of one shape → 0-d, or that shape without reduction */
  forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, this.options({ weight: this.weight }));
  }
}

/**
 * Binary cross-entropy of logits: {@linkcode binaryCrossEntropyWithLogits} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const loss = new nn.BCEWithLogitsLoss({ posWeight: tensor([3]) });
 * console.log(await loss.call(tensor([0]), tensor([1])).item()); // about 2.079
 * ```
 */
export class BCEWithLogitsLoss extends Loss<BinaryCrossEntropyWithLogitsOptions> {
  /** The elements' weights. */
  declare weight: Tensor | undefined;
  /** What positive targets weigh; `pos_weight` in a state, as in PyTorch. */
  declare pos_weight: Tensor | undefined;

  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode BinaryCrossEntropyWithLogitsOptions}; both weights are buffers of the module
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: BinaryCrossEntropyWithLogitsOptions = {}) {
    const names = optionNames<BinaryCrossEntropyWithLogitsOptions>({ ...WEIGHT, posWeight: 1 });
    super(options, names, { weight: options?.weight, pos_weight: options?.posWeight });
  }

  /** Logits and targets of one shape → 0-d, or that shape without reduction */
  forward(input: Tensor, target: Tensor): Tensor {
    const weights = { weight: this.weight, posWeight: this.pos_weight };
    return binaryCrossEntropyWithLogits(input, target, this.options(weights));
  }
}

/**
 * Kullback–Leibler divergence: {@linkcode klDiv} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const loss = new nn.KLDivLoss({ reduction: "batchmean" });
 * console.log(await loss.call(tensor([[0.5, 0.5]]).log(), tensor([[1, 0]])).item()); // 0.6931471824645996
 * ```
 */
export class KLDivLoss extends Loss<KlDivOptions> {
  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode KlDivOptions}
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: KlDivOptions = {}) {
    super(options, optionNames<KlDivOptions>({ ...REDUCTION, logTarget: 1 }));
  }

  /** Logarithms of probabilities, and probabilities → 0-d, or that shape without reduction */
  forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, this.options());
  }
}

/**
 * Draws like pairs together: {@linkcode cosineEmbeddingLoss} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const loss = new nn.CosineEmbeddingLoss();
 * console.log(await loss.call(tensor([[1, 0]]), tensor([[0, 1]]), tensor([1])).item()); // 1
 * ```
 */
export class CosineEmbeddingLoss extends Loss<CosineEmbeddingLossOptions> {
  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode CosineEmbeddingLossOptions}
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: CosineEmbeddingLossOptions = {}) {
    super(options, optionNames<CosineEmbeddingLossOptions>({ ...REDUCTION, margin: 1 }));
  }

  /** Pairs [n, features] and targets [n] of 1 or −1 → 0-d, or [n] without reduction */
  forward(x: Tensor, y: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(x, y, target, this.options());
  }
}

/**
 * Draws anchors to positives and away from negatives: {@linkcode tripletMarginLoss} with its options.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const loss = new nn.TripletMarginLoss({ margin: 2 });
 * console.log(await loss.call(tensor([[0, 0]]), tensor([[0, 2]]), tensor([[1, 0]])).item()); // about 3
 * ```
 */
export class TripletMarginLoss extends Loss<TripletMarginLossOptions> {
  /**
   * The options are read at each call.
   *
   * @param options see {@linkcode TripletMarginLossOptions}
   * @throws {TypeError} for an option that it does not have
   */
  constructor(options: TripletMarginLossOptions = {}) {
    super(options, optionNames<TripletMarginLossOptions>({ ...REDUCTION, margin: 1, p: 1, eps: 1, swap: 1 }));
  }

  /** Three tensors [n, features] → 0-d, or [n] without reduction */
  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginLoss(anchor, positive, negative, this.options());
  }
}
