/** Recurrent cells: one step of each kind, and the step's gradients. Formulas and orders of gates are PyTorch's. */
import { concat } from "../ops/concat.ts";
import { Tensor } from "./tensor.ts";

/** What a step leaves: the next state, hidden first, and what its gradients need. */
export interface Step {
  readonly state: readonly Tensor[];
  readonly saved: readonly Tensor[];
}

/** Gradients of a step: of the input's part, of the product with the hidden state, and what reaches the states before it in other ways. */
export interface StepGradients {
  readonly input: Tensor;
  readonly product: Tensor;
  readonly hidden?: Tensor;
  readonly cell?: Tensor;
}

/** A kind of cell, of h units. */
export interface Cell {
  readonly name: string;
  /** Parts of h that the input's part and the product have. */
  readonly gates: number;
  /** How many tensors the state has. */
  readonly states: 1 | 2;
  /** From the input's part [n, gates · h], the product of the hidden state with its weight [n, gates · h], and the state, of [n, h] each. */
  step(input: Tensor, product: Tensor, state: readonly Tensor[]): Step;
  /** From the gradients of the next hidden state and, of two states, of the next cell. */
  back(saved: readonly Tensor[], hidden: Tensor, cell: Tensor | undefined): StepGradients;
}

/** Tensors joined along an axis, in one pass. */
export function joined(parts: readonly Tensor[], axis: number): Tensor {
  return parts.length === 1 ? parts[0]! : new Tensor(concat(parts.map((part) => part.node()), axis));
}

/** The gates of [n, count · h]. */
function gatesOf(x: Tensor, count: number): Tensor[] {
  const size = x.shape[1]! / count;
  return Array.from({ length: count }, (_, i) => x.narrow(1, i * size, size));
}

/** y·(1 − y), the slope of the logistic function that gave y. */
const logisticSlope = (y: Tensor) => y.mul(y.neg().add(1));
/** 1 − y², the slope of the tanh that gave y. */
const tanhSlope = (y: Tensor) => y.square().neg().add(1);

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; with forget gates, Gers and others 2000):
 *
 *     i, f, o = σ(…),  g = tanh(…),   c ← f·c + i·g,   h ← o·tanh(c)
 */
export const LSTM_CELL: Cell = {
  name: "lstm",
  gates: 4,
  states: 2,
  step(input, product, [, c]) {
    const [i, f, g, o] = gatesOf(input.add(product), 4) as [Tensor, Tensor, Tensor, Tensor];
    const into = i.sigmoid(), keep = f.sigmoid(), fresh = g.tanh(), out = o.sigmoid();
    const cell = keep.mul(c!).add(into.mul(fresh)), shown = cell.tanh();
    return { state: [out.mul(shown), cell], saved: [into, keep, fresh, out, shown, c!] };
  },
  back(saved, hidden, cell) {
    const [into, keep, fresh, out, shown, before] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    const inner = hidden.mul(out).mul(tanhSlope(shown)), c = cell ? cell.add(inner) : inner;
    const gates = joined([
      c.mul(fresh).mul(logisticSlope(into)),
      c.mul(before).mul(logisticSlope(keep)),
      c.mul(into).mul(tanhSlope(fresh)),
      hidden.mul(shown).mul(logisticSlope(out)),
    ], 1);
    return { input: gates, product: gates, cell: c.mul(keep) };
  },
};

/**
 * Gated recurrent unit (Cho and others 2014), in the form whose reset gate acts on the product, as in PyTorch:
 *
 *     r, z = σ(…),   n = tanh(x_n + r·p_n),   h ← (1 − z)·n + z·h
 */
export const GRU_CELL: Cell = {
  name: "gru",
  gates: 3,
  states: 1,
  step(input, product, [h]) {
    const [xr, xz, xn] = gatesOf(input, 3) as [Tensor, Tensor, Tensor];
    const [pr, pz, pn] = gatesOf(product, 3) as [Tensor, Tensor, Tensor];
    const reset = xr.add(pr).sigmoid(), keep = xz.add(pz).sigmoid(), fresh = xn.add(reset.mul(pn)).tanh();
    return { state: [fresh.add(keep.mul(h!.sub(fresh)))], saved: [reset, keep, fresh, pn, h!] };
  },
  back(saved, hidden) {
    const [reset, keep, fresh, pn, before] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const n = hidden.mul(keep.neg().add(1)).mul(tanhSlope(fresh));
    const r = n.mul(pn).mul(logisticSlope(reset)), z = hidden.mul(before.sub(fresh)).mul(logisticSlope(keep));
    return { input: joined([r, z, n], 1), product: joined([r, z, n.mul(reset)], 1), hidden: hidden.mul(keep) };
  },
};

function plainCell(name: string, act: (x: Tensor) => Tensor, slope: (y: Tensor) => Tensor): Cell {
  return {
    name,
    gates: 1,
    states: 1,
    step(input, product) {
      const h = act(input.add(product));
      return { state: [h], saved: [h] };
    },
    back([h], hidden) {
      const gradient = hidden.mul(slope(h!));
      return { input: gradient, product: gradient };
    },
  };
}

/** h ← tanh(…) (Elman 1990). */
export const TANH_CELL: Cell = plainCell("rnnTanh", (x) => x.tanh(), tanhSlope);
/** h ← max(0, …). */
export const RELU_CELL: Cell = plainCell("rnnRelu", (x) => x.relu(), (y) => y.gt(0).float());
