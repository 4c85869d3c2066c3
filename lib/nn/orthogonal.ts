/** Weights whose rows, or columns, are orthogonal. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { ShapeError, showShape } from "../tensor/graph.ts";
import { generatorOr } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { FillOptions } from "./fill.ts";
import { fillFrom, normalFrom } from "./host_random.ts";

/** Options of {@linkcode orthogonal_}. */
export interface OrthogonalOptions extends FillOptions {
  /** Factor on the orthonormal values. Default: 1. */
  gain?: number;
}

const OPTIONS = optionNames<OrthogonalOptions>({ gain: 1, generator: 1 });

/**
 * Fills a weight with a random (semi-)orthogonal matrix: as [first axis, all others], its rows, or its columns if there are more rows, are
 * orthogonal and of length `gain`. It preserves the length of what it is multiplied with, forward and backward.
 *
 * (Saxe, McClelland and Ganguli 2013, https://arxiv.org/abs/1312.6120; as PyTorch's orthogonal_, the Q of a normal matrix's QR
 * decomposition with R's diagonal positive, so that all orientations are equally likely.) Computed on the host in 64-bit floats.
 *
 * @throws {ShapeError} if the tensor has fewer than two axes
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * const w = nn.init.orthogonal_(zeros([3, 5]));
 * console.log(await w.matmul(w.t()).sum().item()); // about 3
 * ```
 */
export function orthogonal_(t: Tensor, options: OrthogonalOptions = {}): Tensor {
  checkOptions("orthogonal_", options, OPTIONS);
  checkTensor("orthogonal_", "the first argument", t);
  const { gain = 1, generator } = options;
  if (t.ndim < 2) throw new ShapeError(`Cannot make ${showShape(t.shape)} orthogonal: it takes two axes or more`);
  const rows = t.shape[0]!, columns = rows ? t.numel / rows : 0;
  const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
  const source = generatorOr(generator), matrix = source.torch?.normal(rows * columns);
  const normal = matrix ? undefined : normalFrom(source.uniforms());
  // PyTorch's kind draws the whole matrix in row-major order.
  const step = rows < columns ? [columns, 1] : [1, columns];
  const vectors = Array.from(
    { length: count },
    (_, i) => Float64Array.from({ length }, normal ?? ((_, k) => matrix![i * step[0]! + k * step[1]!]!)),
  );
  orthonormalize(vectors);
  const at = rows < columns
    ? (i: number) => vectors[Math.floor(i / columns)]![i % columns]!
    : (i: number) => vectors[i % columns]![Math.floor(i / columns)]!;
  return fillFrom(t, Float64Array.from({ length: t.numel }, (_, i) => gain * at(i)));
}

/** Orthonormalises vectors in place, by Gram and Schmidt; twice, since one pass loses digits where vectors are nearly parallel. */
function orthonormalize(vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, i) => {
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of vectors.slice(0, i)) {
        const projection = dot(vector, earlier);
        for (let k = 0; k < vector.length; k++) vector[k]! -= projection * earlier[k]!;
      }
      const norm = Math.sqrt(dot(vector, vector));
      for (let k = 0; k < vector.length; k++) vector[k]! /= norm;
    }
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
