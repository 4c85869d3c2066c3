/** What the recurrent layers have in common: parameters by layers and directions, and the way through them. */
import { optionNames } from "../device/check_options.ts";
import { type Cell, joined } from "../tensor/cells.ts";
import { ones, zeros } from "../tensor/create.ts";
import { checkTensor } from "../tensor/expect.ts";
import { ShapeError, showShape } from "../tensor/graph.ts";
import { scan } from "../tensor/scan.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount } from "./check.ts";
import { checkShare, dropout } from "./dropout.ts";
import { uniform_ } from "./fill.ts";
import { drawnFrom, LAYER_OPTIONS, type LayerOptions, onDevice } from "./layer_options.ts";
import { linear } from "./linear.ts";
import { Module } from "./module.ts";
import { isParameter, type Parameter, parameter } from "./parameter.ts";
import { pyBool, pyFloat } from "./repr.ts";

/** Options of the recurrent layers. */
export interface RecurrentOptions extends LayerOptions {
  /** Layers, each on the outputs of the one before. Default: 1. */
  numLayers?: number;
  /** Whether inputs and outputs are [batch, time, …] rather than [time, batch, …]. States never are. Default: false. */
  batchFirst?: boolean;
  /** While training, the fraction of each layer's outputs that is dropped, but for the last's. Default: 0. */
  dropout?: number;
  /** Whether a second cell runs from the last time to the first; outputs then have both, side by side. Default: false. */
  bidirectional?: boolean;
}

/** Their names. */
export const RECURRENT = optionNames<RecurrentOptions>({
  ...LAYER_OPTIONS,
  numLayers: 1,
  batchFirst: 1,
  dropout: 1,
  bidirectional: 1,
});

/**
 * The base of {@linkcode RNN}, {@linkcode GRU} and {@linkcode LSTM}.
 *
 * Parameters are, for each layer k, `weight_ih_lk` [gates · hiddenSize, size of its inputs], `weight_hh_lk` [gates · hiddenSize, hiddenSize],
 * `bias_ih_lk` and `bias_hh_lk` [gates · hiddenSize]; those of the way back end in `_reverse`. All start uniform in ±1/√hiddenSize. Names, order and
 * first values are PyTorch's.
 *
 * @example
 * ```ts
 * import { nn } from "./mod.ts";
 * const layer: nn.Recurrent = new nn.GRU(4, 8, { bidirectional: true });
 * console.log(layer.hiddenSize, Object.keys(layer.stateDict()).length); // 8 8
 * ```
 */
export abstract class Recurrent<Out extends readonly Tensor[] = readonly Tensor[]> extends Module<Out> {
  /** How many layers there are. */
  readonly numLayers: number;
  /** Whether inputs and outputs are [batch, time, …]. */
  readonly batchFirst: boolean;
  /** The fraction of outputs between layers that is dropped while training. */
  readonly dropout: number;
  /** Whether it runs both ways. */
  readonly bidirectional: boolean;
  readonly #hasBias: boolean;
  readonly #cell: Cell;

  /**
   * For the layers.
   *
   * @param cell what runs
   * @param inputSize size of the input's last axis
   * @param hiddenSize units of the state
   * @param options see {@linkcode RecurrentOptions}
   * @internal
   */
  constructor(
    cell: Cell,
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: RecurrentOptions,
  ) {
    super();
    const { numLayers = 1, bias = true, batchFirst = false, dropout = 0, bidirectional = false } = options;
    for (const [name, value] of Object.entries({ inputSize, hiddenSize, numLayers })) {
      checkCount(this.typeName, name, value);
    }
    checkShare(`make ${this.typeName}`, dropout);
    this.#cell = cell;
    this.numLayers = numLayers;
    this.#hasBias = bias;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.bidirectional = bidirectional;
    const rows = cell.gates * hiddenSize, bound = 1 / Math.sqrt(hiddenSize);
    for (let layer = 0; layer < numLayers; layer++) {
      for (const suffix of this.#suffixes(layer)) {
        const columns = layer === 0 ? inputSize : hiddenSize * this.#directions;
        const shapes = {
          weight_ih: [rows, columns],
          weight_hh: [rows, hiddenSize],
          ...bias ? { bias_ih: [rows], bias_hh: [rows] } : {},
        };
        for (const [name, shape] of Object.entries(shapes)) {
          const values = uniform_(zeros(shape, onDevice(options)), -bound, bound, drawnFrom(options));
          this.registerParameter(`${name}_${suffix}`, parameter(values));
        }
      }
    }
  }

  get #directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** Ends of the names of a layer's parameters, one for each direction. */
  #suffixes(layer: number): string[] {
    return [`l${layer}`, ...this.bidirectional ? [`l${layer}_reverse`] : []];
  }

  #parameter(name: string): Parameter {
    const value: unknown = Reflect.get(this, name);
    if (isParameter(value)) return value;
    throw new TypeError(`Cannot run ${this.typeName}: its field "${name}" is no parameter any more`);
  }

  /** Outputs, and the last state of each kind, [numLayers · directions, n, hiddenSize]. */
  protected run(x: Tensor, given: readonly (Tensor | undefined)[]): [output: Tensor, ...last: Tensor[]] {
    const axis = this.batchFirst ? 1 : 0, cell = this.#cell;
    this.#check(x, given);
    const n = x.shape[1 - axis]!, last: Tensor[][] = [];
    const initial = (which: number) =>
      Array.from(
        { length: cell.states },
        (_, k) => given[k]?.select(0, which) ?? zeros([n, this.hiddenSize], { device: x.device }),
      );
    let y = x;
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0) y = this.#dropped(y);
      const ways = this.#suffixes(layer).map((suffix, way) => {
        const own = this.#ofDirection(y, suffix);
        return scan(cell, { ...own, state: initial(layer * this.#directions + way) }, { axis, reverse: way === 1 });
      });
      for (const one of ways) last.push(one.last);
      y = joined(ways.map(({ output }) => output), 2);
    }
    const states = Array.from({ length: cell.states }, (_, k) => joined(last.map((one) => one[k]!.unsqueeze(0)), 0));
    return [y, ...states];
  }

  /** What a layer passes on. Masks are drawn time by time whichever axis comes first, as PyTorch's are. */
  #dropped(y: Tensor): Tensor {
    const { dropout: p, training, batchFirst } = this;
    if (p === 0 || !training || !batchFirst) return dropout(y, { p, training });
    const [n, times, size] = y.shape as [number, number, number];
    return y.mul(dropout(ones([times, n, size], { device: y.device }), { p }).transpose(0, 1));
  }

  /** The input's part of the gates for all times at once, and what the hidden state is multiplied by. */
  #ofDirection(x: Tensor, suffix: string): { input: Tensor; weight: Tensor; bias: Tensor | undefined } {
    const own = (name: string) => this.#parameter(`${name}_${suffix}`);
    const weight = own("weight_hh"), into = own("weight_ih");
    if (!this.#hasBias) return { input: linear(x, into), weight, bias: undefined };
    // The reset gate acts on the product and its bias; elsewhere, both biases are one sum.
    if (this.#cell.name === "gru") return { input: linear(x, into, own("bias_ih")), weight, bias: own("bias_hh") };
    return { input: linear(x, into, own("bias_ih").add(own("bias_hh"))), weight, bias: undefined };
  }

  #check(x: Tensor, given: readonly (Tensor | undefined)[]): void {
    const { typeName, inputSize, hiddenSize, batchFirst } = this;
    checkTensor(typeName, "the input", x);
    if (x.ndim !== 3 || x.shape[2] !== inputSize || x.numel === 0) {
      throw new ShapeError(
        `Cannot run ${typeName} on ${showShape(x.shape)}: it takes [${
          batchFirst ? "batch, time" : "time, batch"
        }, ${inputSize}], none of them 0`,
        [x.shape],
      );
    }
    const wanted = [this.numLayers * this.#directions, x.shape[batchFirst ? 0 : 1]!, hiddenSize];
    for (const state of given) {
      if (state === undefined || showShape(state.shape) === showShape(wanted)) continue;
      throw new ShapeError(
        `Cannot run ${typeName} from a state of shape ${showShape(state.shape)}: it takes ${
          showShape(wanted)
        }, [layers · directions, batch, units]`,
        [state.shape],
      );
    }
  }

  /** Its settings as PyTorch prints them: `4, 8, num_layers=2, batch_first=True`. */
  override extraRepr(): string {
    const { inputSize, hiddenSize, numLayers, batchFirst, dropout, bidirectional } = this;
    return [
      `${inputSize}, ${hiddenSize}`,
      ...numLayers === 1 ? [] : [`num_layers=${numLayers}`],
      ...this.#hasBias ? [] : [`bias=${pyBool(false)}`],
      ...batchFirst ? [`batch_first=${pyBool(true)}`] : [],
      ...dropout === 0 ? [] : [`dropout=${pyFloat(dropout)}`],
      ...bidirectional ? [`bidirectional=${pyBool(true)}`] : [],
    ].join(", ");
  }
}
