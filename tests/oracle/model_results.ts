/** What operations that make a tensor give: its shape, how large its elements may be, and what their gradients need. */
import { broadcast, type Shape, sizeOf } from "./model_shapes.ts";
import type { Operand, Variable } from "./model_state.ts";
import type { Instruction } from "./program.ts";

/** The result of an operation. */
export interface Result {
  readonly shape: Shape;
  readonly inputs: Variable[];
  readonly bound: number;
  /** Whether its gradient rule reads inputs and result. Default: true. */
  readonly saves?: boolean;
  /** Whether elements may be equal even if those of the inputs are not. Default: false. */
  readonly ties?: boolean;
  /** Inputs whose gradient is defined; all unless told. */
  readonly differentiable?: Variable[];
  /** A part of the computation, of one element, is stored by itself: whether the result can still be had is not known. Default: false. */
  readonly hasSinglePart?: boolean;
  /** PyTorch gives a row-major result whatever the inputs' layout. */
  readonly rowMajor?: boolean;
}

/** Instructions that compute a tensor from tensors. */
export type Computing = Instruction & {
  op: "unary" | "number" | "binary" | "lerp" | "where" | "reduce" | "matmul" | "softmax" | "join";
};

/** The result of an instruction on `x` and its other operands; undefined if it is not allowed. */
export function resultOf(i: Computing, x: Variable, operand: Operand): Result | undefined {
  const { bound } = x.contents;
  switch (i.op) {
    case "unary":
      return unary(i, x);
    case "number":
      return number(i, x);
    case "binary": {
      const y = operand(i.y), shape = y && broadcast(x.shape, y.shape);
      if (!y || !shape) return undefined;
      const other = y.contents.bound;
      return {
        shape,
        inputs: [x, y],
        bound: i.f === "mul" ? bound * other : i.f === "safeDiv" ? bound * 2 : bound + other + 0.1,
        saves: i.f !== "add" && i.f !== "sub",
        hasSinglePart: ["safeDiv", "minimum", "maximum"].includes(i.f) && sizeOf(y.shape) === 1,
        ties: x.contents === y.contents,
      };
    }
    case "lerp": {
      const y = operand(i.y), shape = y && broadcast(x.shape, y.shape);
      if (!y || !shape) return undefined;
      return {
        shape,
        inputs: [x, y],
        bound: Math.max(bound, y.contents.bound) * (1 + 2 * Math.abs(i.value)),
        saves: false,
        ties: x.contents === y.contents,
      };
    }
    case "where": {
      const y = operand(i.y), z = operand(i.z);
      const inner = y && z && broadcast(y.shape, z.shape), shape = inner && broadcast(x.shape, inner);
      if (!shape) return undefined;
      return {
        shape,
        inputs: [x, y, z],
        bound: Math.max(y.contents.bound, z.contents.bound),
        ties: true,
        differentiable: [y, z],
      };
    }
    case "reduce":
      return reduce(i, x);
    case "matmul": {
      const y = operand(i.y);
      if (!y || x.shape.length !== 2 || y.shape.length !== 2 || x.shape[1] !== y.shape[0]) return undefined;
      return {
        shape: [x.shape[0]!, y.shape[1]!],
        inputs: [x, y],
        bound: bound * y.contents.bound * Math.max(1, x.shape[1]!),
        rowMajor: true,
        ties: x.shape[1] === 0 || x.contents === y.contents,
      };
    }
    case "softmax": {
      if (i.dim >= x.shape.length || bound > 8) return undefined;
      return { shape: x.shape, inputs: [x], bound: i.f === "softmax" ? 1 : 2 * bound + 5, ties: bound > 4 };
    }
    case "join":
      return join(i, x, operand(i.y));
  }
}

function unary({ f }: Instruction & { op: "unary" }, x: Variable): Result {
  const { bound } = x.contents;
  const bounded = f === "tanh" || f === "sigmoid" || f === "sin" || f === "cos" || f === "erf";
  const saturates = (f === "tanh" || f === "sigmoid" || f === "erf") && bound > 2;
  const b = bounded
    ? 1
    : f === "square"
    ? bound ** 2
    : f === "exp"
    ? Math.exp(bound)
    : f === "safeSqrt"
    ? Math.sqrt(bound ** 2 + 0.5)
    : f === "safeLog"
    ? Math.max(0.7, Math.log(bound ** 2 + 0.5))
    : bound + 0.137;
  return { shape: x.shape, inputs: [x], bound: b, saves: f !== "neg", ties: saturates || f === "shiftedRelu" };
}

function number({ f, value }: Instruction & { op: "number" }, x: Variable): Result | undefined {
  const { bound, ties } = x.contents, v = Math.abs(value);
  if (f === "leakyRelu" && ties) return undefined;
  if (f === "div" && v < 0.2) return undefined;
  const b = f === "mul" || f === "leakyRelu"
    ? bound * Math.max(v, f === "mul" ? 0 : 1)
    : f === "div"
    ? bound / v
    : f === "add" || f === "sub" || f === "rsub"
    ? bound + v
    : Math.max(bound, v);
  const clamps = f === "clampMax" || f === "clampMin";
  return { shape: x.shape, inputs: [x], bound: b, saves: f === "leakyRelu" || clamps, ties: clamps };
}

function reduce({ f, dims, keepdim }: Instruction & { op: "reduce" }, x: Variable): Result | undefined {
  const { bound, ties } = x.contents;
  const axes = dims.length ? dims : x.shape.map((_, axis) => axis);
  if (axes.some((axis) => axis >= x.shape.length)) return undefined;
  const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
  if (count === 0 && f !== "sum") return undefined;
  if (f === "var" && (count < 2 || bound > 7)) return undefined;
  if ((f === "max" || f === "min") && ties) return undefined;
  const shape = keepdim
    ? x.shape.map((n, axis) => axes.includes(axis) ? 1 : n)
    : x.shape.filter((_, axis) => !axes.includes(axis));
  const b = f === "sum"
    ? bound * count
    : f === "var"
    ? 2 * bound ** 2 * 2
    : f === "logsumexp"
    ? bound + Math.log(count)
    : bound;
  return { shape, inputs: [x], bound: b, saves: f !== "sum" && f !== "mean", ties: count === 0 };
}

function join({ f, dim }: Instruction & { op: "join" }, x: Variable, y: Variable | undefined): Result | undefined {
  if (!y || x.shape.length !== y.shape.length) return undefined;
  // PyTorch sends an empty gradient back to an empty part; Sonde leaves the part out.
  if (
    sizeOf(x.shape) * sizeOf(y.shape) === 0 &&
    (x.contents.current.requiresGrad || y.contents.current.requiresGrad)
  ) return undefined;
  const common = {
    inputs: [x, y],
    bound: Math.max(x.contents.bound, y.contents.bound),
    saves: false,
    rowMajor: true,
    ties: x.contents === y.contents,
  };
  if (f === "stack") {
    if (dim > x.shape.length || x.shape.join() !== y.shape.join()) return undefined;
    return { ...common, shape: [...x.shape.slice(0, dim), 2, ...x.shape.slice(dim)] };
  }
  if (dim >= x.shape.length || x.shape.some((n, axis) => axis !== dim && n !== y.shape[axis])) return undefined;
  return { ...common, shape: x.shape.map((n, axis) => axis === dim ? n + y.shape[axis]! : n) };
}
