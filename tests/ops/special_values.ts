/** Every pointwise operation, alone in a step, on every pair of special values. */
import type { DType } from "../../lib/device/dtype.ts";
import { POINTWISE, POINTWISE_OPS, type PointwiseFunction, type PointwiseOp } from "../../lib/device/pointwise.ts";
import { scalarFunction } from "../../lib/device/reference/scalar.ts";
import { type Choices, hostArray, type ProgramBuilder } from "../device/programs.ts";

const FLOATS = [
  NaN,
  Infinity,
  -Infinity,
  0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  3,
  -3,
  100,
  -100,
  1e30,
  -1e30,
  1e-30,
  1e-6,
  -1e-6,
];
const WHOLE = [0, 1, -1, 2, -3, 7, 100, -100, 2 ** 31 - 1, -(2 ** 31), 65537, 2 ** 24 + 1];
const TYPES: readonly DType[] = ["float32", "int32", "bool"];

const FOR_WHOLE: ReadonlySet<PointwiseOp> = new Set<PointwiseOp>([
  ...["copy", "neg", "abs", "sign", "logicalNot", "add", "sub", "mul", "maximum", "minimum", "where"] as const,
  ...["pow", "remainder", "floor", "ceil", "round", "relu"] as const,
  ...["eq", "ne", "lt", "le", "gt", "ge", "logicalAnd", "logicalOr", "logicalXor"] as const,
]);
const FOR_TRUTH: ReadonlySet<PointwiseOp> = new Set<PointwiseOp>([
  ...["copy", "logicalNot", "eq", "ne", "logicalAnd", "logicalOr", "logicalXor", "where"] as const,
  ...["add", "mul", "maximum", "minimum"] as const,
]);

/** Adds one step for each operation and type it takes. Pairs whose result int32 cannot hold give way to (1, 1). */
export function specialProgram(builder: ProgramBuilder, choices: Choices): string {
  const lists: { readonly [K in DType]?: readonly number[] } = {
    float32: [...FLOATS, choices.normal(), 10 * choices.normal(), 1e4 * choices.normal()].map(Math.fround),
    int32: [...WHOLE, choices.int(-1e9, 1e9)],
    bool: [0, 1],
  };
  for (const of of TYPES) {
    const list = lists[of]!, n = list.length ** 2;
    const bind = (pick: (i: number) => number) => {
      const data = hostArray(of, n);
      for (let i = 0; i < n; i++) data[i] = pick(i);
      return { kind: "tensor" as const, operand: builder.dense(of, [n], data), dtype: of };
    };
    const first = (i: number) => list[i % list.length]!, second = (i: number) => list[Math.floor(i / list.length)]!;
    const all = [bind(first), bind(second)] as const;
    const flags = builder.dense("bool", [n], Int32Array.from({ length: n }, () => choices.int(0, 1)));
    const condition = { kind: "tensor" as const, operand: flags, dtype: "bool" as const };
    const add = (op: PointwiseOp, dtype: DType) => {
      let fits = true;
      const compute = scalarFunction({ op, dtype, of }, () => fits = false);
      const odd = new Set<number>();
      for (let i = 0; i < n; i++, fits = true) {
        compute(first(i), second(i), 0);
        if (!fits) odd.add(i);
      }
      const fitting = (pick: (i: number) => number) => bind((i) => odd.has(i) ? 1 : pick(i));
      const [x, y] = odd.size ? [fitting(first), fitting(second)] : all;
      const inputs = op === "where" ? [condition, x, y] : [x, y];
      const args = inputs.map((_, i) => i); // operations of one argument leave the second alone
      const operand = builder.dense(dtype, [n], hostArray(dtype, n).fill(dtype === "bool" ? 0 : -99));
      builder.step({
        kernel: "pointwise",
        shape: [n],
        inputs,
        code: [{ op, dtype, of, args: args.slice(0, POINTWISE[op].arity) }],
        outputs: [{ operand, register: inputs.length, dtype }],
      });
    };
    for (const op of POINTWISE_OPS) {
      if (op === "cast") TYPES.forEach((dtype) => add(op, dtype));
      else if (of === "float32" || (of === "int32" ? FOR_WHOLE : FOR_TRUTH).has(op)) {
        const { predicate }: PointwiseFunction = POINTWISE[op];
        add(op, predicate ? "bool" : of);
      }
    }
  }
  return `${builder.steps.length} steps`;
}
