/**
 * A recurrent cell run over time.
 *
 * Its gradient is written out: one loop backwards, then one product for the weight's gradient over all times. Differentiating the loop step by step
 * would make a product a step for it, and for each step a gradient as large as all times together. Gradients that are themselves differentiated go
 * the slow way.
 */
import { gradients } from "../engine/backward.ts";
import { isGradEnabled, noGrad } from "../graph/context.ts";
import type { Node, Operation } from "../graph/node.ts";
import { composed, composedOperation } from "../ops/composed.ts";
import { alias } from "../ops/views.ts";
import { type Cell, GRU_CELL, joined, LSTM_CELL, RELU_CELL, type Step, TANH_CELL } from "./cells.ts";
import { Tensor } from "./tensor.ts";

/** How a scan runs. */
export interface ScanOptions {
  /** The axis of time: 0 or 1. The other of the two is that of the batch. */
  readonly axis: 0 | 1;
  /** From the last time to the first. */
  readonly reverse: boolean;
}

/** What goes into a scan. */
export interface ScanInputs {
  /** The input's part of all gates at all times, [t, n, gates · h] or [n, t, gates · h]: products and biases. */
  readonly input: Tensor;
  /** What the hidden state is multiplied by, [gates · h, h]. */
  readonly weight: Tensor;
  /** What is added to that product, [gates · h]; not needed where it could be added to the input's part. */
  readonly bias: Tensor | undefined;
  /** The state before the first step, [n, h] each. */
  readonly state: readonly Tensor[];
}

/** The gradients of results, each of which remembers what its steps left. */
const backwards = new WeakMap<Node, (g: Node, node: Node) => readonly (Node | undefined)[]>();

const OPERATIONS = new Map<Cell, Operation>(
  [LSTM_CELL, GRU_CELL, TANH_CELL, RELU_CELL].map((
    cell,
  ) => [cell, composedOperation(cell.name, (g, node) => backwards.get(node)!(g, node))]),
);

/**
 * Runs `cell` over all times.
 *
 * @returns hidden states [t, n, h] (or [n, t, h]) and the last state, [n, h] each
 */
export function scan(cell: Cell, inputs: ScanInputs, options: ScanOptions): { output: Tensor; last: Tensor[] } {
  const { axis, reverse } = options, times = inputs.input.shape[axis]!;
  const packed = run(cell, inputs, options);
  const output = cell.states === 1 ? packed : packed.narrow(axis, 0, times);
  const hidden = output.select(axis, reverse ? 0 : times - 1);
  return { output, last: cell.states === 1 ? [hidden] : [hidden, packed.select(axis, times)] };
}

/** Hidden states by their times; of two states, the last cell behind them. */
function run(cell: Cell, inputs: ScanInputs, options: ScanOptions): Tensor {
  const given = [inputs.input, inputs.weight, ...inputs.bias ? [inputs.bias] : [], ...inputs.state];
  if (!isGradEnabled() || !given.some((t) => t.requiresGrad)) return forward(cell, inputs, options).packed;
  const { packed, steps } = noGrad(() => forward(cell, inputs, options));
  const node = composed(OPERATIONS.get(cell)!, packed.node(), given.map((t) => t.node()));
  const named = (nodes: readonly Node[]): ScanInputs => {
    const [input, weight, ...others] = nodes.map((one) => new Tensor(one)) as [Tensor, Tensor, ...Tensor[]];
    const bias = inputs.bias && others.shift();
    return { input, weight, bias, state: others };
  };
  // The inputs are taken from the node: a parameter may have been written to since.
  backwards.set(node, (g, { inputs: [, ...own] }) => {
    if (!isGradEnabled()) return backward(cell, named(own), options, steps, new Tensor(g)).map((t) => t?.node());
    const nodes = own.map(alias); // of their own: what one input owes to another is not counted here
    return gradients([forward(cell, named(nodes), options).packed.node()], [g], nodes, true);
  });
  return new Tensor(node);
}

/** The times in the order in which they run. */
function order({ input }: Pick<ScanInputs, "input">, { axis, reverse }: ScanOptions): number[] {
  const times = [...Array(input.shape[axis]!).keys()];
  return reverse ? times.reverse() : times;
}

function forward(cell: Cell, inputs: ScanInputs, options: ScanOptions): { packed: Tensor; steps: Step[] } {
  const { input, weight, bias } = inputs, { axis } = options;
  const turned = weight.t(), steps: Step[] = [], hidden: Tensor[] = [];
  let { state } = inputs;
  for (const t of order(inputs, options)) {
    const product = state[0]!.matmul(turned);
    const step = cell.step(input.select(axis, t), bias ? product.add(bias) : product, state);
    steps.push(step);
    hidden[t] = (state = step.state)[0]!;
  }
  const all = cell.states === 1 ? hidden : [...hidden, state[1]!];
  return { packed: joined(all.map((h) => h.unsqueeze(axis)), axis), steps };
}

/** Gradients of input, weight, bias if there is one, and states. */
function backward(
  cell: Cell,
  { weight, bias, state, ...inputs }: ScanInputs,
  options: ScanOptions,
  steps: readonly Step[],
  g: Tensor,
): (Tensor | undefined)[] {
  const { axis } = options, times = order(inputs, options);
  const parts: Tensor[] = [], products: Tensor[] = [], before: Tensor[] = [];
  let hidden: Tensor | undefined, cells = cell.states === 2 ? g.select(axis, times.length) : undefined;
  for (let k = times.length - 1; k >= 0; k--) {
    const t = times[k]!, own = g.select(axis, t);
    const found = cell.back(steps[k]!.saved, hidden ? own.add(hidden) : own, cells);
    parts[t] = found.input.unsqueeze(axis);
    products[t] = found.product === found.input ? parts[t] : found.product.unsqueeze(axis);
    before[t] = (k > 0 ? steps[k - 1]!.state[0]! : state[0]!).unsqueeze(axis);
    const back = found.product.matmul(weight);
    hidden = found.hidden ? back.add(found.hidden) : back;
    cells = found.cell;
  }
  const input = joined(parts, axis), product = products[0] === parts[0] ? input : joined(products, axis);
  const flat = (x: Tensor) => x.reshape(-1, x.shape[2]!);
  const ofWeight = flat(product).t().matmul(flat(joined(before, axis)));
  return [input, ofWeight, ...bias ? [product.sum([0, 1])] : [], hidden, ...cells ? [cells] : []];
}
