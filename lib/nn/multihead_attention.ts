/** Attention with several heads. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { where } from "../tensor/combine.ts";
import { zeros } from "../tensor/create.ts";
import { checkTensor, checkTensorOrNone } from "../tensor/expect.ts";
import { ShapeError, showShape } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { attentionWeights, checkMaskType } from "./attention.ts";
import { checkCount } from "./check.ts";
import { checkShare, dropout } from "./dropout.ts";
import { xavierUniform_, zeros_ } from "./init.ts";
import { drawnFrom, LAYER_OPTIONS, type LayerOptions, onDevice } from "./layer_options.ts";
import { Linear, linear } from "./linear.ts";
import { Module } from "./module.ts";
import { type Parameter, parameter } from "./parameter.ts";

/** Options of {@linkcode MultiheadAttention}. */
export interface MultiheadAttentionOptions extends LayerOptions {
  /** While training, the fraction of the weights that is dropped. Default: 0. */
  dropout?: number;
  /** Whether inputs and outputs are [batch, tokens, width] rather than [tokens, batch, width]. Default: false. */
  batchFirst?: boolean;
  /** Whether each token sees itself and those before it alone. (PyTorch asks for it at the call.) Default: false. */
  causal?: boolean;
}

const OPTIONS = optionNames<MultiheadAttentionOptions>({ ...LAYER_OPTIONS, dropout: 1, batchFirst: 1, causal: 1 });

/** Options of {@linkcode MultiheadAttention.attend}. */
export interface AttendOptions {
  /** [batch, s]; of bools, true hides a key of that sample; of floats, it is added to the scores. Default: none. */
  keyPaddingMask?: Tensor | null;
  /** [l, s], or [batch · heads, l, s]; of bools, true hides a key from a query; of floats, it is added to the scores. Default: none. */
  attnMask?: Tensor | null;
}

const ATTEND = optionNames<AttendOptions>({ keyPaddingMask: 1, attnMask: 1 });

/**
 * Attention with several heads (Vaswani and others 2017, https://arxiv.org/abs/1706.03762), PyTorch's: query, key and value each go through a linear
 * layer, are cut into heads, attend, and go through another one together.
 *
 * `in_proj_weight` [3 · embedDim, embedDim] has the three layers' weights one above the other, and `in_proj_bias` their biases; `out_proj` is the last
 * one. Names and first values are PyTorch's: Xavier uniform, ±1/√embedDim, biases 0.
 *
 * @example
 * ```ts
 * import { nn, randn, tensor } from "./mod.ts";
 * const attention = new nn.MultiheadAttention(16, 4, { batchFirst: true, causal: true });
 * const x = randn([2, 3, 16]);
 * console.log(attention.call(x).shape); // [ 2, 3, 16 ]
 * const padding = tensor([[false, false, false], [false, false, true]]);
 * const { weights } = attention.attend(x, x, x, { keyPaddingMask: padding });
 * console.log(weights.shape, await weights.select(0, 1).select(2, 2).sum().item()); // [ 2, 4, 3, 3 ] 0
 * ```
 */
export class MultiheadAttention extends Module {
  /** The weights of query, key and value, one above the other, [3 · embedDim, embedDim]. */
  declare in_proj_weight: Parameter;
  /** Their biases, [3 · embedDim]; null without. */
  declare in_proj_bias: Parameter | null;
  /** What the heads' results go through together. */
  readonly out_proj: Linear;
  /** The fraction of the weights that is dropped while training. */
  readonly dropout: number;
  /** Whether inputs and outputs are [batch, tokens, width]. */
  readonly batchFirst: boolean;
  /** Whether each token sees itself and those before it alone. */
  readonly causal: boolean;

  /**
   * The heads share the width evenly.
   *
   * @param embedDim width of the inputs and of the output
   * @param numHeads divides it
   * @param options see {@linkcode MultiheadAttentionOptions}
   * @throws {RangeError} for sizes that are no whole numbers from 1, or heads that do not divide the width
   */
  constructor(readonly embedDim: number, readonly numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    checkOptions("MultiheadAttention", options, OPTIONS);
    checkCount("MultiheadAttention", "embedDim", embedDim);
    checkCount("MultiheadAttention", "numHeads", numHeads);
    if (embedDim % numHeads !== 0) {
      throw new RangeError(
        `Cannot make MultiheadAttention: ${numHeads} heads do not share a width of ${embedDim} evenly`,
      );
    }
    const { dropout = 0, batchFirst = false, causal = false, bias = true } = options;
    checkShare("make MultiheadAttention", dropout);
    [this.dropout, this.batchFirst, this.causal] = [dropout, batchFirst, causal];
    const shape = [3 * embedDim], on = onDevice(options);
    this.registerParameter("in_proj_weight", parameter(zeros([...shape, embedDim], on)));
    this.registerParameter("in_proj_bias", bias ? parameter(zeros(shape, on)) : null);
    this.out_proj = new Linear(embedDim, embedDim, { bias, ...on, ...drawnFrom(options) });
    xavierUniform_(this.in_proj_weight, drawnFrom(options));
    if (this.out_proj.bias) zeros_(this.out_proj.bias);
  }

  /**
   * query [l, n, embedDim], key and value [s, n, embedDim] (or [n, l, …], if `batchFirst`) → [l, n, embedDim]. The key is the query, and the value the
   * key, unless given; `keyPaddingMask` [n, s] hides keys where it is true. For weights, and other masks, see {@linkcode MultiheadAttention.attend}.
   */
  forward(query: Tensor, key: Tensor = query, value: Tensor = key, keyPaddingMask?: Tensor): Tensor {
    return this.attend(query, key, value, keyPaddingMask ? { keyPaddingMask } : {}).output;
  }

  /**
   * As the forward, with masks, and the heads' weights beside the output. It runs no hooks of this module: {@linkcode Module.call} does.
   *
   * @returns the output, and weights [n, heads, l, s] before anything is dropped
   * @throws {ShapeError} for inputs or masks that do not fit; {@linkcode TypeError} for a mask of whole numbers
   */
  attend(query: Tensor, key: Tensor, value: Tensor, options: AttendOptions = {}): { output: Tensor; weights: Tensor } {
    checkOptions("attend", options, ATTEND);
    const [q, k, v] = [query, key, value].map((x, i) => this.#heads(x, i)) as [Tensor, Tensor, Tensor];
    this.#checkSizes(query, key, value);
    const attnMask = this.#mask(options, [q.shape[0]!, q.shape[2]!, k.shape[2]!]);
    const weights = attentionWeights("MultiheadAttention", q, k, v, {
      ...attnMask ? { attnMask } : {},
      isCausal: this.causal,
    });
    const kept = dropout(weights, { p: this.dropout, training: this.training });
    const joined = kept.matmul(v).permute(this.batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]);
    return { output: this.out_proj.call(joined.flatten(2)), weights };
  }

  /** Input 0, 1 or 2 through its part of the projection, [n, heads, tokens, width of a head]. */
  #heads(x: Tensor, which: number): Tensor {
    const { embedDim, numHeads, batchFirst, in_proj_weight: weight, in_proj_bias: bias } = this;
    checkTensor("MultiheadAttention", `input ${which}`, x);
    if (x.ndim !== 3 || x.shape[2] !== embedDim) {
      throw new ShapeError(
        `Cannot run MultiheadAttention on ${showShape(x.shape)}: it takes [${
          batchFirst ? "batch, tokens" : "tokens, batch"
        }, ${embedDim}]`,
        [x.shape],
      );
    }
    const part = (t: Tensor) => t.narrow(0, which * embedDim, embedDim);
    const y = linear(x, part(weight), bias && part(bias));
    const cut = y.view(x.shape[0]!, x.shape[1]!, numHeads, embedDim / numHeads);
    return cut.permute(batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3]);
  }

  /** Throws unless all inputs are of one batch, and each key has a value. A batch of one sample would broadcast over the others. */
  #checkSizes(query: Tensor, key: Tensor, value: Tensor): void {
    const [batch, tokens] = this.batchFirst ? [0, 1] as const : [1, 0] as const;
    const isOneBatch = [key, value].every((x) => x.shape[batch] === query.shape[batch]);
    if (isOneBatch && key.shape[tokens] === value.shape[tokens]) return;
    const [of, what] = isOneBatch ? ["tokens", "key and value"] : ["samples", "query, key and value"];
    throw new ShapeError(
      `Cannot run MultiheadAttention on a query ${showShape(query.shape)}, a key ${showShape(key.shape)} and a value ${
        showShape(value.shape)
      }: ${what} must have as many ${of}, on axis ${isOneBatch ? tokens : batch}`,
      [query.shape, key.shape, value.shape],
    );
  }

  /** Both masks as one that is added to scores [n, heads, l, s]. */
  #mask({ keyPaddingMask, attnMask }: AttendOptions, [n, l, s]: [number, number, number]): Tensor | undefined {
    checkTensorOrNone("attend", "keyPaddingMask", keyPaddingMask);
    checkTensorOrNone("attend", "attnMask", attnMask);
    const parts: Tensor[] = [];
    if (keyPaddingMask) {
      this.#checkMask("keyPaddingMask", keyPaddingMask, [[n, s]]);
      parts.push(added(keyPaddingMask).view(n, 1, 1, s));
    }
    if (attnMask) {
      this.#checkMask("attnMask", attnMask, [[l, s], [n * this.numHeads, l, s]]);
      parts.push(attnMask.ndim === 2 ? added(attnMask) : added(attnMask).view(n, this.numHeads, l, s));
    }
    return parts.length === 2 ? parts[0]!.add(parts[1]!) : parts[0];
  }

  #checkMask(name: string, mask: Tensor, shapes: readonly (readonly number[])[]): void {
    checkMaskType("MultiheadAttention", name, mask);
    if (shapes.some((shape) => showShape(shape) === showShape(mask.shape))) return;
    throw new ShapeError(
      `Cannot attend with ${name} of shape ${showShape(mask.shape)}: it takes ${shapes.map(showShape).join(" or ")}`,
      [mask.shape],
    );
  }
}

/** What a mask adds to scores: minus infinity where it hides. */
function added(mask: Tensor): Tensor {
  return mask.dtype === "bool" ? where(mask, -Infinity, zeros([], { device: mask.device })) : mask;
}
