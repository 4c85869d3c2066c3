/** Pointwise operations of a few instructions, recorded as one node: what a number takes part in. */
import { type Node, NONE, Operation, type Rule } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { broadcastShapes } from "../graph/shape.ts";
import { Writer } from "./expansion.ts";
import { binary, mul, sub, where } from "./pointwise.ts";
import { float } from "./sources.ts";
import { sumTo } from "./views.ts";

const LERP = new Operation("lerp", {
  gradient(g, node) {
    const [start, end] = node.inputs as [Node, Node], part = mul(g, float(g, node.scalars[0]!));
    return [
      start.requiresGrad ? sumTo(sub(g, part), start.shape) : undefined,
      end.requiresGrad ? sumTo(part, end.shape) : undefined,
    ];
  },
  expand() {
    const w = new Writer({ input: 0 }, { input: 1 }, { scalar: 0 });
    w.add("add", 0, w.add("mul", 2, w.add("sub", 1, 0)));
    return w;
  },
});

/** `g` where the input was within the bound. */
const within = (op: "ge" | "le"): Rule => (g, { inputs: [x], scalars: [bound] }) => [
  where(binary(op, x!, float(g, bound!)), g, float(g, 0)),
];

/** A bound that is a number. */
function bounded(name: string, op: "maximum" | "minimum", comparison: "ge" | "le"): Operation {
  return new Operation(name, {
    gradient: within(comparison),
    expand() {
      const w = new Writer({ input: 0 }, { scalar: 0 });
      w.add(op, 0, 1);
      return w;
    },
  });
}

const CLAMP_MIN = bounded("clampMin", "maximum", "ge");
const CLAMP_MAX = bounded("clampMax", "minimum", "le");

/** `start + weight · (end − start)`, for float32 and a weight that is a number. */
export function lerp(start: Node, end: Node, weight: number): Node {
  return record(LERP, "float32", broadcastShapes("lerp", start.shape, end.shape), [start, end], NONE, [weight]);
}

/** `x` and at least `bound`, for float32; NaN passes. The gradient passes where `x` was within the bound, the bound included. */
export function clampMin(x: Node, bound: number): Node {
  return record(CLAMP_MIN, "float32", x.shape, [x], NONE, [bound]);
}

/** `x` and at most `bound`; otherwise as {@linkcode clampMin}. */
export function clampMax(x: Node, bound: number): Node {
  return record(CLAMP_MAX, "float32", x.shape, [x], NONE, [bound]);
}
