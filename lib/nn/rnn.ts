/** Recurrent layers: RNN, GRU, LSTM. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { found } from "../device/expect.ts";
import { GRU_CELL, LSTM_CELL, RELU_CELL, TANH_CELL } from "../tensor/cells.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { RECURRENT, Recurrent, type RecurrentOptions } from "./recurrent.ts";

/** Options of {@linkcode RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** What a unit does to its sum. Default: "tanh". */
  nonlinearity?: "tanh" | "relu";
}

const RNN_OPTIONS = optionNames<RNNOptions>({ ...RECURRENT, nonlinearity: 1 });

/**
 * A plain recurrent layer (Elman 1990), PyTorch's: h ← tanh(W_ih·x + b_ih + W_hh·h + b_hh).
 *
 * Inputs [t, n, inputSize] (or [n, t, inputSize], if `batchFirst`) give `[output, h]`: the last layer's hidden states at all times,
 * [t, n, directions · hiddenSize], and each layer's last one, [layers · directions, n, hiddenSize]. The state begins at 0, or at the second input.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const layer = new nn.RNN(10, 20, { nonlinearity: "relu", numLayers: 2 });
 * const [output, h] = layer.call(randn([5, 3, 10]));
 * console.log(output.shape, h.shape); // [ 5, 3, 20 ] [ 2, 3, 20 ]
 * ```
 */
export class RNN extends Recurrent<[output: Tensor, h: Tensor]> {
  /** What a unit does to its sum. */
  readonly nonlinearity: "tanh" | "relu";

  /**
   * Both sizes are whole numbers from 1.
   *
   * @param inputSize size of the input's last axis
   * @param hiddenSize units
   * @param options see {@linkcode RNNOptions}
   * @throws {RangeError} for other sizes, or a nonlinearity that is not known
   */
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    checkOptions(new.target.name, options, RNN_OPTIONS);
    const { nonlinearity = "tanh" } = options;
    if (nonlinearity !== "tanh" && nonlinearity !== "relu") {
      throw new RangeError(`Cannot make RNN: nonlinearity is "tanh" or "relu", found ${found(nonlinearity)}`);
    }
    super(nonlinearity === "tanh" ? TANH_CELL : RELU_CELL, inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }

  /** x [t, n, inputSize], and the first state if it is not 0 → outputs, and the last state */
  forward(x: Tensor, h?: Tensor): [output: Tensor, h: Tensor] {
    const [output, last] = this.run(x, [h]);
    return [output, last!];
  }
}

const GRU_OPTIONS = optionNames<RecurrentOptions>(RECURRENT);

/**
 * A layer of gated recurrent units (Cho and others 2014, https://arxiv.org/abs/1406.1078), PyTorch's:
 *
 *     r, z ← σ(W_ih·x + b_ih + W_hh·h + b_hh)
 *     n ← tanh(W_in·x + b_in + r·(W_hn·h + b_hn))
 *     h ← (1 − z)·n + z·h
 *
 * Inputs, outputs and states are those of {@linkcode RNN}.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * // The last output of each sequence, classified
 * const model = new nn.Sequential(
 *   new nn.GRU(10, 20, { batchFirst: true }),
 *   new nn.Lambda((output) => output.select(1, -1)),
 *   new nn.Linear(20, 3),
 * );
 * console.log(model.call(randn([8, 5, 10])).shape); // [ 8, 3 ]
 * ```
 */
export class GRU extends Recurrent<[output: Tensor, h: Tensor]> {
  /**
   * Both sizes are whole numbers from 1.
   *
   * @param inputSize size of the input's last axis
   * @param hiddenSize units
   * @param options see {@linkcode RecurrentOptions}
   * @throws {RangeError} for other sizes
   */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    checkOptions(new.target.name, options, GRU_OPTIONS);
    super(GRU_CELL, inputSize, hiddenSize, options);
  }

  /** x [t, n, inputSize], and the first state if it is not 0 → outputs, and the last state */
  forward(x: Tensor, h?: Tensor): [output: Tensor, h: Tensor] {
    const [output, last] = this.run(x, [h]);
    return [output, last!];
  }
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997), PyTorch's:
 *
 *     i, f, o ← σ(W_ih·x + b_ih + W_hh·h + b_hh),   g ← tanh(…)
 *     c ← f·c + i·g
 *     h ← o·tanh(c)
 *
 * Inputs [t, n, inputSize] (or [n, t, inputSize], if `batchFirst`) give `[output, h, c]`: the last layer's hidden states at all times,
 * [t, n, directions · hiddenSize], and each layer's last hidden state and cell, [layers · directions, n, hiddenSize]. Both begin at 0, or at the second
 * and third input, which come together.
 *
 * @example
 * ```ts
 * import { nn, randn } from "./mod.ts";
 * const layer = new nn.LSTM(10, 20, { numLayers: 2, bidirectional: true, batchFirst: true });
 * const [output, h, c] = layer.call(randn([3, 5, 10]));
 * console.log(output.shape, h.shape, c.shape); // [ 3, 5, 40 ] [ 4, 3, 20 ] [ 4, 3, 20 ]
 * const [next] = layer.call(randn([3, 1, 10]), h, c);
 * console.log(next.shape); // [ 3, 1, 40 ]
 * ```
 */
export class LSTM extends Recurrent<[output: Tensor, h: Tensor, c: Tensor]> {
  /**
   * Both sizes are whole numbers from 1.
   *
   * @param inputSize size of the input's last axis
   * @param hiddenSize units
   * @param options see {@linkcode RecurrentOptions}
   * @throws {RangeError} for other sizes
   */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    checkOptions(new.target.name, options, GRU_OPTIONS);
    super(LSTM_CELL, inputSize, hiddenSize, options);
  }

  /** x [t, n, inputSize], and the first hidden state and cell if they are not 0 → outputs, last hidden state and cell */
  forward(x: Tensor, h?: Tensor, c?: Tensor): [output: Tensor, h: Tensor, c: Tensor] {
    if (!h !== !c) {
      throw new TypeError(
        `Cannot run LSTM from ${h ? "a hidden state" : "a cell"} alone: give both, (x, h, c), or neither`,
      );
    }
    const [output, hidden, cell] = this.run(x, [h, c]);
    return [output, hidden!, cell!];
  }
}
