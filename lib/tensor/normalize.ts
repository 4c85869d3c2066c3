/** Normalisation by a tensor's own moments, as functions of tensors. */
import { writingAs } from "../engine/storage.ts";
import { noGrad } from "../graph/context.ts";
import { sizeOf } from "../graph/shape.ts";
import { emaUpdate, moments as momentsNode, normalize as normalizeNode } from "../ops/normalisation.ts";
import { select } from "../ops/views.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";

/** Options of {@linkcode normalize}. */
export interface NormalizeOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number | undefined;
  /** Factor. Default: none. */
  weight?: TensorHandle | null | undefined;
  /** What is added. Default: none. */
  bias?: TensorHandle | null | undefined;
  /** The axis of `x` that weight and bias, of one axis, lie along. Default: they broadcast by the usual rule. */
  along?: number | undefined;
}

/** Row numbers of moments. */
const MEAN = 0, VARIANCE = 1;

/** Mean, biased variance and 1/√(variance + eps), which a normalisation measured. Without gradient. */
export class Moments {
  /**
   * @param tensor [3, …], the axes that were reduced with size 1
   * @param count elements that each of the moments is made of
   */
  constructor(readonly tensor: Tensor, readonly count: number) {}

  /** What turns the biased variance into the unbiased one. */
  get unbiased(): number {
    return this.count / (this.count - 1);
  }

  /** Mean and unbiased variance under another shape. */
  parts(shape: readonly number[]): { mean: Tensor; variance: Tensor } {
    const part = (row: number) => new Tensor(select(this.tensor.node(), row, shape));
    return { mean: part(MEAN), variance: part(VARIANCE).mul(this.unbiased) };
  }

  /** Moves running averages of mean and unbiased variance towards these: `average += momentum · (value − average)`, one node each. */
  emaUpdate_(mean: TensorHandle, variance: TensorHandle, momentum: number): void {
    const stats = this.tensor.node();
    const follow = (average: TensorHandle, row: number, scale: number) =>
      average.assign(emaUpdate(average.node(), stats, row, momentum, scale), "emaUpdate_");
    writingAs("the update of running averages", () =>
      noGrad(() => {
        follow(mean, MEAN, 1);
        follow(variance, VARIANCE, this.unbiased);
      }));
  }
}

/**
 * `(x − mean) / √(variance + eps) · weight + bias`, with the mean and biased variance of `x` over `axes` (sorted, from 0). The gradient
 * goes through mean and variance.
 *
 * Forward is one reduction and a pointwise chain, which fuses with its neighbours; so is backward.
 */
export function normalize(
  x: TensorHandle,
  axes: readonly number[],
  { eps = 1e-5, weight, bias, along = -1 }: NormalizeOptions = {},
): { y: Tensor; moments: Moments } {
  const node = x.node();
  const stats = noGrad(() => momentsNode(node, axes, eps));
  const y = normalizeNode(node, stats, axes, along, weight?.node(), bias?.node());
  return { y: new Tensor(y), moments: new Moments(new Tensor(stats), 3 * sizeOf(node.shape) / sizeOf(stats.shape)) };
}
