/** Numbers stored in 16 bits: rounding to them, which is a kernel, and reading them as float32, which is a view. */
import { isGradEnabled } from "../graph/context.ts";
import { type Node, Operation } from "../graph/node.ts";
import { record } from "../graph/record.ts";

const HALF = new Operation("half", {
  gradient: "none",
  emit(to, node) {
    const out = to.define("float16", node.shape);
    to.copy(to.stored(node.inputs[0]!), out);
    to.assign(node, out);
  },
});

/** What reads this reads the halves themselves, where its kernel can: see `Emission.stored`. */
const WIDEN = new Operation("float", { gradient: "none", look: (input) => input, flow: "never" });

/** float32 `x` rounded to float16, row-major. */
export function half(x: Node): Node {
  if (x.requiresGrad && isGradEnabled()) {
    throw new Error(
      "Cannot convert a tensor that requires gradients to float16: 16 bits are for storage, and no gradient flows through them. " +
        "Take it under noGrad(() => …), or of detach()",
    );
  }
  return record(HALF, "float16", x.shape, [x]);
}

/** float16 `x` as float32. Moves no data. */
export function widen(x: Node): Node {
  return record(WIDEN, "float32", x.shape, [x]);
}
