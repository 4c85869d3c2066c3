/** Embedding: rows of a trained table, by number. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { where } from "../tensor/combine.ts";
import { zeros } from "../tensor/create.ts";
import { noGrad, ShapeError, showShape, whole } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount } from "./check.ts";
import { normal_ } from "./fill.ts";
import { drawnFrom, type LayerOptions, onDevice } from "./layer_options.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";

/** Row `index` of `rows`, which may count from the end, from 0. */
function rowNumber(what: string, index: number, rows: number): number {
  const row = whole(what, "paddingIdx", index, -rows, rows - 1);
  return row < 0 ? row + rows : row;
}

/** Options of {@linkcode embedding}. */
export interface EmbeddingFunctionOptions {
  /** A row that gets no gradient; negative numbers count from the end. Default: none. */
  paddingIdx?: number | undefined;
}

const FUNCTION = optionNames<EmbeddingFunctionOptions>({ paddingIdx: 1 });

/**
 * Rows of `weight`: input int32 of any shape, weight [rows, dim] → [...input's shape, dim].
 *
 * Gradients of a row that was taken several times are added in the order of `input`, so that they are the same every time.
 *
 * @throws {TypeError} if `input` is not int32. A number out of range is found on the device, and thrown at the next read
 * @throws {ShapeError} if `weight` is no matrix
 * @throws {RangeError} if `paddingIdx` is no row
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const table = tensor([[0, 0], [1, 10], [2, 20]]);
 * const rows = nn.functional.embedding(tensor([2, 1], { dtype: "int32" }), table);
 * console.log(await rows.array()); // [ [ 2, 20 ], [ 1, 10 ] ]
 * ```
 */
export function embedding(input: Tensor, weight: Tensor, options: EmbeddingFunctionOptions = {}): Tensor {
  checkOptions("embedding", options, FUNCTION);
  checkTensor("embedding", "the input", input);
  checkTensor("embedding", "the weight", weight);
  const { paddingIdx } = options;
  if (weight.ndim !== 2) {
    throw new ShapeError(`Cannot take embedding rows of ${showShape(weight.shape)}: it takes a table [rows, dim]`);
  }
  if (input.dtype !== "int32") {
    throw new TypeError(
      `Cannot take embedding rows by ${input.dtype} numbers: they must be int32. Convert with .int()`,
    );
  }
  const numbers = input.reshape(-1), [rows, dim] = weight.shape as [number, number];
  let taken = weight.indexSelect(0, numbers);
  if (paddingIdx !== undefined) {
    const isPadding = numbers.eq(rowNumber("take embedding rows", paddingIdx, rows)).unsqueeze(1);
    taken = where(isPadding, taken.detach(), taken);
  }
  return taken.view(...input.shape, dim);
}

/** Options of {@linkcode Embedding}. */
export interface EmbeddingOptions extends Omit<LayerOptions, "bias"> {
  /** A row that starts as zeros and gets no gradient; negative numbers count from the end. Default: none. */
  paddingIdx?: number;
}

const LAYER = optionNames<EmbeddingOptions>({ device: 1, generator: 1, paddingIdx: 1 });

/**
 * A trained table of vectors, taken by number: int32 of any shape → [...shape, embeddingDim].
 *
 * The table, `weight` [numEmbeddings, embeddingDim], starts standard normal, as in PyTorch.
 *
 * @example
 * ```ts
 * import { nn, tensor } from "./mod.ts";
 * const layer = new nn.Embedding(10, 3, { paddingIdx: 0 });
 * console.log(layer.call(tensor([[1, 2, 0, 0]], { dtype: "int32" })).shape); // [ 1, 4, 3 ]
 * ```
 */
export class Embedding extends Module {
  /** The trained table, [numEmbeddings, embeddingDim]. */
  declare weight: Parameter;
  /** The row that gets no gradient, counted from 0. */
  readonly paddingIdx: number | undefined;

  /**
   * Both sizes are whole numbers from 1.
   *
   * @param numEmbeddings rows of the table
   * @param embeddingDim length of a row
   * @param options see {@linkcode EmbeddingOptions}
   * @throws {RangeError} for other sizes; {@linkcode TypeError} for what is no number
   */
  constructor(readonly numEmbeddings: number, readonly embeddingDim: number, options: EmbeddingOptions = {}) {
    super();
    checkOptions("Embedding", options, LAYER);
    checkCount("Embedding", "numEmbeddings", numEmbeddings);
    checkCount("Embedding", "embeddingDim", embeddingDim);
    const { paddingIdx } = options;
    this.paddingIdx = paddingIdx === undefined ? undefined : rowNumber("make Embedding", paddingIdx, numEmbeddings);
    this.registerParameter("weight", parameter(zeros([numEmbeddings, embeddingDim], onDevice(options))));
    normal_(this.weight, 0, 1, drawnFrom(options));
    const padding = this.paddingIdx;
    if (padding !== undefined) noGrad(() => this.weight.select(0, padding).zero_());
  }

  /** input int32 [...] → [..., embeddingDim] */
  forward(input: Tensor): Tensor {
    const { paddingIdx } = this;
    return embedding(input, this.weight, paddingIdx === undefined ? {} : { paddingIdx });
  }

  /** Its settings as PyTorch prints them: `10, 3, padding_idx=0`. */
  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, paddingIdx } = this;
    return `${numEmbeddings}, ${embeddingDim}${paddingIdx === undefined ? "" : `, padding_idx=${paddingIdx}`}`;
  }
}
