/** Initial values in patterns: the identity as a matrix or as a convolution, and mostly zeros. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { tensor } from "../tensor/create.ts";
import { checkTensor } from "../tensor/expect.ts";
import { noGrad, ShapeError, showShape, whole } from "../tensor/graph.ts";
import { generatorOr } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type FillOptions, normal_ } from "./fill.ts";
import { fillFrom, normalFrom } from "./host_random.ts";

/**
 * Fills a matrix with the identity: 1 on the diagonal, 0 elsewhere. A linear layer then passes on as many inputs as it has outputs.
 *
 * @throws {ShapeError} unless it has two axes
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * console.log(await nn.init.eye_(zeros([2, 3])).array()); // [ [ 1, 0, 0 ], [ 0, 1, 0 ] ]
 * ```
 */
export function eye_(t: Tensor): Tensor {
  checkTensor("eye_", "the first argument", t);
  if (t.ndim !== 2) throw new ShapeError(`Cannot make ${showShape(t.shape)} an identity: it takes two axes`, [t.shape]);
  const columns = t.shape[1]!;
  return fillFrom(t, Float64Array.from({ length: t.numel }, (_, i) => Number(Math.floor(i / columns) === i % columns)));
}

/** Options of {@linkcode dirac_}. */
export interface DiracOptions {
  /** Groups of output channels, each of which passes on the first inputs. Default: 1. */
  groups?: number;
}

const DIRAC = optionNames<DiracOptions>({ groups: 1 });

/**
 * Fills the weight of a convolution, [out, in, ...window], so that it passes on its inputs, as many as there are outputs: 1 at the window's centre where
 * output and input channel have the same number, 0 elsewhere.
 *
 * @throws {ShapeError} unless it has three to five axes; {@linkcode RangeError} if the groups do not divide the outputs
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * console.log(await nn.init.dirac_(zeros([2, 2, 3])).array()); // [ [ [ 0, 1, 0 ], [ 0, 0, 0 ] ], [ [ 0, 0, 0 ], [ 0, 1, 0 ] ] ]
 * ```
 */
export function dirac_(t: Tensor, options: DiracOptions = {}): Tensor {
  checkOptions("dirac_", options, DIRAC);
  checkTensor("dirac_", "the first argument", t);
  const { groups = 1 } = options;
  whole("fill by dirac_", "groups", groups, 1);
  if (t.ndim < 3 || t.ndim > 5) {
    throw new ShapeError(
      `Cannot fill ${showShape(t.shape)} by dirac_: it takes [out, in, ...window] of three to five axes`,
      [
        t.shape,
      ],
    );
  }
  const [out, inputs, ...window] = t.shape as [number, number, ...number[]];
  if (out % groups !== 0) {
    throw new RangeError(`Cannot fill by dirac_: ${groups} groups do not divide ${out} outputs evenly`);
  }
  const taps = window.reduce((product, size) => product * size, 1);
  const centre = window.reduce((place, size) => place * size + Math.floor(size / 2), 0);
  const data = new Float64Array(t.numel), each = out / groups;
  for (let group = 0; group < groups; group++) {
    for (let d = 0; d < Math.min(each, inputs); d++) data[((group * each + d) * inputs + d) * taps + centre] = 1;
  }
  return fillFrom(t, data);
}

/** Options of {@linkcode sparse_}. */
export interface SparseOptions extends FillOptions {
  /** Fraction of each column that is 0, rounded up to whole elements. */
  sparsity: number;
  /** Deviation of the others. Default: 0.01. */
  std?: number;
}

const SPARSE = optionNames<SparseOptions>({ sparsity: 1, std: 1, generator: 1 });

/**
 * Fills a matrix with normal numbers, and sets the same fraction of each column, at random places, to 0. (Martens 2010,
 * https://icml.cc/Conferences/2010/papers/458.pdf.) Drawn on the host.
 *
 * @throws {ShapeError} unless it has two axes; {@linkcode RangeError} unless `sparsity` lies in [0, 1]
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * const w = nn.init.sparse_(zeros([10, 3]), { sparsity: 0.65 });
 * console.log(await w.eq(0).sum(0).array()); // [ 7, 7, 7 ]
 * ```
 */
export function sparse_(t: Tensor, options: SparseOptions): Tensor {
  checkOptions("sparse_", options, SPARSE);
  checkTensor("sparse_", "the first argument", t);
  const { sparsity, std = 0.01 } = options;
  if (t.ndim !== 2) throw new ShapeError(`Cannot make ${showShape(t.shape)} sparse: it takes two axes`, [t.shape]);
  if (typeof sparsity !== "number") {
    throw new TypeError(`Cannot run sparse_: sparsity must be a number, found ${typeof sparsity}`);
  }
  if (!(sparsity >= 0 && sparsity <= 1)) {
    throw new RangeError(`Cannot run sparse_: sparsity must lie in [0, 1], found ${sparsity}`);
  }
  const [rows, columns] = t.shape as [number, number], zeros = Math.ceil(sparsity * rows);
  const generator = generatorOr(options.generator);
  // PyTorch's kind fills a tensor in the order of its memory.
  const data = generator.torch ? undefined : drawn(t.numel, std, generator.uniforms());
  if (!data) normal_(t, 0, std, { generator });
  const isZero = new Uint8Array(t.numel);
  for (let column = 0; column < columns; column++) {
    for (const row of generator.permutation(rows).subarray(0, zeros)) isZero[row * columns + column] = 1;
  }
  if (data) return fillFrom(t, data.map((value, i) => isZero[i] ? 0 : value));
  return noGrad(() => t.copy_(t.maskedFill(tensor(isZero, { dtype: "bool", shape: t.shape, device: t.device }), 0)));
}

function drawn(count: number, std: number, uniform: () => number): Float64Array {
  const normal = normalFrom(uniform);
  return Float64Array.from({ length: count }, () => std * normal());
}
