/** Tensors one after the other, each copied once to its place, however many there are. */
import { Attributes } from "../device/attributes.ts";
import { naturalLayout } from "../graph/layout.ts";
import { type Node, Operation } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { slice } from "./views.ts";

/** The axis along which parts lie one after the other. */
class Along extends Attributes {
  readonly key: readonly number[];

  constructor(readonly axis: number) {
    super();
    this.key = [axis];
  }
}

const CONCAT = new Operation<Along>("concat", {
  gradient(g, { inputs }, { axis }) {
    let start = 0;
    return inputs.map(({ shape }) => {
      const starts = shape.map((_, i) => i === axis ? start : 0);
      start += shape[axis]!;
      return slice(g, starts, shape.map(() => 1), shape);
    });
  },
  emptyGivesZeros: false,
  emit(to, node, { axis }) {
    const out = to.define(node.dtype, node.shape, naturalLayout(node.shape, []));
    let start = 0;
    for (const input of node.inputs) {
      const { shape } = input, place = { ...out, shape, offset: out.offset + start * out.strides[axis]! };
      if (input.op.isNumber && !input.value) to.fillWith(input, place);
      else to.copy(to.stored(input), place);
      start += shape[axis]!;
    }
    to.assign(node, out);
  },
});

/** `parts`, at least one, of one type and of equal sizes along all axes but `axis`. */
export function concat(parts: readonly Node[], axis: number): Node {
  const [first] = parts as readonly [Node, ...Node[]];
  const size = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  return record(CONCAT, first.dtype, first.shape.map((n, i) => i === axis ? size : n), parts, new Along(axis));
}
