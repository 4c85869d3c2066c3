/** What many layers do to the scale of their input, on plain arrays. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { normalFrom } from "../../nn/host_random.ts";
import { defaultGenerator } from "../../tensor/random.ts";

/** Options of {@linkcode products}. */
export interface ProductsOptions {
  /** Factor on the matrices' standard normal numbers. */
  scale: number;
  /** Put a ReLU after each product. Default: false. */
  relu?: boolean;
  /** How many products. Default: 50. */
  layers?: number;
  /** Rows of the input. Default: 200. */
  rows?: number;
  /** Columns of the input, and size of the square matrices. Default: 100. */
  size?: number;
  /** Standard normal numbers. Default: from the default generator, which `setSeed` sets. */
  normal?: () => number;
}

/** Mean and standard deviation after each product. */
export interface LayerScale {
  /** The mean of all elements. */
  readonly mean: number;
  /** Their standard deviation. */
  readonly std: number;
}

const PRODUCTS = optionNames<ProductsOptions>({ scale: 1, relu: 1, layers: 1, rows: 1, size: 1, normal: 1 });

/**
 * Multiplies a normal input [rows, size] by one random matrix after the other, in float32: a network of bare linear layers. The deviation
 * grows by scale·√size in each. At scale 1 it overflows to NaN before the fiftieth, at 0.01 it vanishes, at 1/√size it stays; with a ReLU
 * half of the second moment is lost in each, and √(2/size) makes up for it.
 *
 * @returns the figures after each product
 *
 * @example
 * ```ts
 * import { lessons, setSeed } from "./mod.ts";
 * setSeed(1);
 * for (const scale of [1, 0.01]) console.log(lessons.foundations.products({ scale }).at(-1)!.std);
 * const { std } = lessons.foundations.products({ scale: 0.1, layers: 10 }).at(-1)!;
 * console.log(std > 0.5 && std < 2); // true
 * ```
 */
export function products(options: ProductsOptions): LayerScale[] {
  checkOptions("products", options, PRODUCTS);
  const { scale, relu = false, layers = 50, rows = 200, size = 100 } = options;
  const normals = normalsFrom(options.normal);
  let x = Float32Array.from(normals(rows * size));
  return Array.from({ length: layers }, () => {
    const w = Float32Array.from(normals(size * size), (z) => z * scale);
    x = matmul(x, w, rows, size, size);
    if (relu) x = x.map((value) => value < 0 ? 0 : value); // NaN stays
    return scaleOf(x);
  });
}

/** Makes so many standard normal numbers: by what an option gives, else from the default generator, of PyTorch's kind as `torch.randn`. */
function normalsFrom(given: (() => number) | undefined): (count: number) => ArrayLike<number> & Iterable<number> {
  const { torch } = defaultGenerator;
  if (torch && !given) return (count) => torch.normal(count);
  const one = given ?? normalFrom(defaultGenerator.uniforms());
  return (count) => Float64Array.from({ length: count }, one);
}

/** a [n, k] times b [k, m], row-major, in float32. */
function matmul(a: Float32Array, b: Float32Array, n: number, k: number, m: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      const factor = a[i * k + j]!;
      for (let l = 0; l < m; l++) out[i * m + l]! += factor * b[j * m + l]!;
    }
  }
  return out;
}

function scaleOf(x: Float32Array): LayerScale {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return { mean, std: Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (x.length - 1)) };
}

/** Options of {@linkcode xavierMoments}. */
export interface XavierMomentsOptions {
  /** How often a product is drawn. Default: 100. */
  draws?: number;
  /** Outputs of a product. Default: 512. */
  rows?: number;
  /** Inputs of a product. Default: 100. */
  columns?: number;
  /** Standard normal numbers. Default: from the default generator, which `setSeed` sets. */
  normal?: () => number;
}

const XAVIER_MOMENTS = optionNames<XavierMomentsOptions>({ draws: 1, rows: 1, columns: 1, normal: 1 });

/**
 * The step in the derivation of Xavier's initialization, by drawing: the product of a normal matrix [rows, columns] and a normal vector has
 * mean 0 and second moment `columns`, as each of its elements sums so many products of mean 0 and second moment 1. So weights of
 * deviation 1/√columns keep the scale. With one row and one column it is the product of two numbers.
 *
 * @returns mean and mean square of the outputs, over all draws
 *
 * @example
 * ```ts
 * import { lessons, setSeed } from "./mod.ts";
 * setSeed(1);
 * const { square } = lessons.foundations.xavierMoments();
 * console.log(Math.abs(square - 100) < 5); // true
 * ```
 */
export function xavierMoments(options: XavierMomentsOptions = {}): { mean: number; square: number } {
  checkOptions("xavierMoments", options, XAVIER_MOMENTS);
  const { draws = 100, rows = 512, columns = 100 } = options, normals = normalsFrom(options.normal);
  let sum = 0, squares = 0;
  for (let draw = 0; draw < draws; draw++) {
    const x = Array.from(normals(columns)), w = normals(rows * columns);
    for (let row = 0; row < rows; row++) {
      const y = x.reduce((total, value, i) => total + value * w[row * columns + i]!, 0);
      sum += y;
      squares += y * y;
    }
  }
  return { mean: sum / (draws * rows), square: squares / (draws * rows) };
}
