/** What lies about a mean. */
import { type Node, Operation } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { Writer } from "./expansion.ts";
import { binary, neg, sub, where } from "./pointwise.ts";
import { float } from "./sources.ts";
import { sumTo } from "./views.ts";

const CENTRED = new Operation("centred", {
  gradient(g, { inputs: [, mean] }) {
    const toMean = sumTo(neg(g), mean!.shape), zero = float(g, 0);
    return [g, where(binary("eq", sub(toMean, toMean), zero), toMean, zero)];
  },
  expand() {
    const w = new Writer({ input: 0 }, { input: 1 });
    w.add("sub", 0, 1);
    return w;
  },
});

/**
 * `x − mean`, `mean` being its own. What reaches the mean in the backward pass is next to nothing, and makes up for its rounding; beside
 * infinities it would be NaN, and is left out, as in PyTorch.
 */
export function centred(x: Node, mean: Node): Node {
  return record(CENTRED, "float32", x.shape, [x, mean]);
}
