/** What an optimiser does in place. None of it is differentiable. */
import { type Argument, type Node, NONE, Operation } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { sizeOf } from "../graph/shape.ts";
import { Writer } from "./expansion.ts";

const MOMENTUM_UPDATE = new Operation("momentumUpdate", {
  gradient: "undifferentiable",
  expand({ inputs: { length } }) {
    const gradient: Argument[] = length > 1 ? [{ input: 1 }] : [];
    const w = new Writer({ input: 0 }, { scalar: 0 }, { scalar: 1 }, ...gradient);
    const decayed = w.add("sub", w.add("add", w.add("mul", 0, 1), 2), 2);
    if (gradient.length) w.add("add", decayed, 3);
    return w;
  },
});

const SGD_STEP = new Operation("sgdStep", {
  gradient: "undifferentiable",
  expand() {
    const w = new Writer({ input: 0 }, { input: 1 }, { scalar: 0 });
    w.add("sub", 0, w.add("mul", 1, 2));
    return w;
  },
});

const UPDATE_RATIO = new Operation("updateRatio", {
  gradient: "undifferentiable",
  expand() {
    // Row 2 of moments is 1/√variance. In this order, as each element then takes two instructions of the cpu's: it joins the first two.
    const w = new Writer({ input: 0 }, { input: 1 }, { input: 2, row: 2 }, { scalar: 0 });
    w.add("mul", w.add("mul", w.add("sub", 0, 1), 2), 3);
    return w;
  },
});

/** `factor · velocity`, with what is below about `tiny · 6e-8` made 0, plus `gradient`: a velocity's next value. */
export function momentumUpdate(velocity: Node, factor: number, tiny: number, gradient?: Node): Node {
  const inputs = gradient ? [velocity, gradient] : [velocity];
  return record(MOMENTUM_UPDATE, "float32", velocity.shape, inputs, NONE, [factor, tiny]);
}

/** `x − rate · direction`: a parameter's next value. */
export function sgdStep(x: Node, direction: Node, rate: number): Node {
  return record(SGD_STEP, "float32", x.shape, [x, direction], NONE, [rate]);
}

/** `(after − before) / std(before)`, of a parameter, with the {@linkcode moments} of all that it was before. */
export function updateRatio(after: Node, before: Node, moments: Node): Node {
  const count = sizeOf(before.shape), unbiased = Math.sqrt((count - 1) / count);
  return record(UPDATE_RATIO, "float32", after.shape, [after, before, moments], NONE, [unbiased]);
}
