/** Pointwise operations of a few instructions, recorded as one node: what a number takes part in. */
import { type Node, NONE, Operation, type Rule } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { broadcastShapes } from "../graph/shape.ts";
import { Writer } from "./expansion.ts";
import { binary, div, mul, sub, where } from "./pointwise.ts";
import { float } from "./sources.ts";
import { sumTo } from "./views.ts";

/** Interpolation from that end which is nearer, as in PyTorch: with a weight of 1 the result is the end itself. */
function interpolation(name: string, expand: () => Writer): Operation {
  return new Operation(name, {
    gradient(g, node) {
      const [start, end] = node.inputs as [Node, Node], part = mul(g, float(g, node.scalars[0]!));
      return [
        start.requiresGrad ? sumTo(sub(g, part), start.shape) : undefined,
        end.requiresGrad ? sumTo(part, end.shape) : undefined,
      ];
    },
    expand,
  });
}

const LERP = interpolation("lerp", () => {
  const w = new Writer({ input: 0 }, { input: 1 }, { scalar: 0 });
  w.add("add", 0, w.add("mul", 2, w.add("sub", 1, 0)));
  return w;
});

const LERP_TO_END = interpolation("lerpToEnd", () => {
  const w = new Writer({ input: 0 }, { input: 1 }, { scalar: 1 });
  w.add("sub", 1, w.add("mul", 2, w.add("sub", 1, 0)));
  return w;
});

/** A square root whose gradient at 0 is 0: that of a length, which has no direction there. */
const LENGTH_ROOT = new Operation("root", {
  gradient(g, node) {
    const isZero = binary("eq", node, float(g, 0)), zero = float(g, 0);
    return [where(isZero, zero, div(g, mul(where(isZero, float(g, 1), node), float(g, 2))))];
  },
  expand() {
    const w = new Writer({ input: 0 });
    w.add("sqrt", 0);
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
  const shape = broadcastShapes("lerp", start.shape, end.shape);
  if (isNearStart(weight)) return record(LERP, "float32", shape, [start, end], NONE, [weight]);
  return record(LERP_TO_END, "float32", shape, [start, end], NONE, [weight, 1 - weight]);
}

/** Whether an interpolation begins at its start; else it goes back from its end. */
export const isNearStart = (weight: number): boolean => Math.abs(weight) < 0.5;

/** `√x`, the gradient being 0 where the root is. */
export function lengthRoot(x: Node): Node {
  return record(LENGTH_ROOT, "float32", x.shape, [x]);
}

/** `x` and at least `bound`, for float32; NaN passes. The gradient passes where `x` was within the bound, the bound included. */
export function clampMin(x: Node, bound: number): Node {
  return record(CLAMP_MIN, "float32", x.shape, [x], NONE, [bound]);
}

/** `x` and at most `bound`; otherwise as {@linkcode clampMin}. */
export function clampMax(x: Node, bound: number): Node {
  return record(CLAMP_MAX, "float32", x.shape, [x], NONE, [bound]);
}
