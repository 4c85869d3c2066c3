/** Histograms, and statistics for telemetry. */
import { type Counting, counting, STATISTICS_HEAD } from "../device/steps/statistics.ts";
import { kernelOperation, result } from "../graph/emission.ts";
import { reduction } from "../device/steps/reductions.ts";
import { coalesce } from "../graph/layout.ts";
import { type Node, NONE, Operation } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { sizeOf } from "../graph/shape.ts";
import { without } from "./axes.ts";
import { cast } from "./pointwise.ts";
import { detach } from "./views.ts";

const HISTOGRAM = kernelOperation("histogram", { gradient: "none" });

const ABSOLUTE = counting({ absolute: true }), SIGNED = counting({ absolute: false });

/** Unlike a histogram's, its input may come with its axes merged: the order of elements does not matter. */
const STATISTICS = new Operation<Counting>("statistics", {
  gradient: "none",
  emit(to, node, attributes) {
    const input = to.ref(node.inputs[0]!), loops = coalesce(input.shape, [input.strides], 0);
    to.push({
      kernel: "statistics",
      inputs: { input: to.operand(input, loops.shape, loops.strides[0]!) },
      output: result(to, node),
      attributes,
      numbers: { min: to.scalar(node, 0), max: to.scalar(node, 1) },
    });
  },
});

/** A row of a table, whose other rows stay: its input beside the table. The row's number is bound at run time. */
const STATISTICS_ROW = new Operation<Counting>("statisticsRow", {
  gradient: "none",
  flow: "never",
  emit(to, node, attributes) {
    const [rows, x] = node.inputs as [Node, Node], input = to.ref(x), out = to.define("float32", node.shape);
    const loops = coalesce(input.shape, [input.strides], 0), width = node.shape[1]!;
    to.copy(to.ref(rows), out);
    to.assign(node, out);
    to.push({
      kernel: "statistics",
      inputs: { input: to.operand(input, loops.shape, loops.strides[0]!) },
      output: to.operand({ ...out, shape: [width], strides: [1], terms: [[to.scalar(node, 2), width]] }),
      attributes,
      numbers: { min: to.scalar(node, 0), max: to.scalar(node, 1) },
    });
  },
});

/**
 * Which units [n, units, …] are off: of a record [units + entries], first of each unit the last entry in which it was on, then of each entry how many
 * units were off.
 */
const UNITS_OFF = new Operation("unitsOff", {
  gradient: "none",
  flow: "never",
  emptyGivesZeros: false,
  emit(to, node) {
    const [record, x] = node.inputs as [Node, Node], { shape, strides } = to.ref(x), units = shape[1]!;
    const out = to.define("float32", node.shape), on = to.define("bool", [units]), off = to.define("float32", [units]);
    const lastOn = { ...out, shape: [units] }, entry = { ...out, shape: [], strides: [], offset: units };
    to.copy(to.ref(record), out);
    to.assign(node, out);
    if (units === 0) return;
    if (sizeOf(shape) === 0) to.fillConstant(on, 0);
    else {
      const kept = coalesce([units], [[strides[1]!], [1]], 0);
      const reduced = coalesce(without(shape, [1]), [without(strides, [1])], 0);
      const sizes = [...kept.shape, ...reduced.shape], steps = [...kept.strides[0]!, ...reduced.strides[0]!];
      to.push({
        kernel: "anyOther",
        inputs: { input: to.operand(to.ref(x), sizes, steps) },
        output: to.operand(on, kept.shape, kept.strides[1]!),
        attributes: NONE,
        numbers: { rest: to.scalar(node, 0) },
      });
    }
    to.push({
      kernel: "pointwise",
      shape: [units],
      inputs: [
        { kind: "tensor", operand: to.operand(on), dtype: "bool" },
        { kind: "scalar", slot: to.scalar(node, 1), dtype: "float32" },
        { kind: "tensor", operand: to.operand(lastOn), dtype: "float32" },
      ],
      code: [
        { op: "where", dtype: "float32", of: "float32", args: [0, 1, 2] },
        { op: "logicalNot", dtype: "bool", of: "bool", args: [0] },
        { op: "cast", dtype: "float32", of: "bool", args: [4] },
      ],
      outputs: [
        { operand: to.operand(lastOn), register: 3, dtype: "float32" },
        { operand: to.operand(off), register: 5, dtype: "float32" },
      ],
    });
    to.push({
      kernel: "reduce",
      inputs: { input: to.operand(off) },
      output: to.operand({ ...entry, terms: [[to.scalar(node, 1), 1]] }),
      attributes: SUM_ALL,
      numbers: {},
    });
  },
});

const SUM_ALL = reduction({ op: "sum", dtype: "float32", kept: 0 });

/** Counts in `bins` equal bins from `min` to `max`. */
export function histogram(x: Node, bins: number, min: number, max: number): Node {
  return record(HISTOGRAM, "float32", [bins], [cast(x, "float32")], NONE, [min, max]);
}

/** Moments and counts: `[mean, std, below, above, zeros, nonFinite, ...bins]`. */
export function statistics(x: Node, bins: number, min: number, max: number, absolute: boolean): Node {
  const input = detach(cast(x, "float32"));
  return record(STATISTICS, "float32", [STATISTICS_HEAD + bins], [input], absolute ? ABSOLUTE : SIGNED, [min, max]);
}

/** `rows`, of which row number `row` is the {@linkcode statistics} of `x`: in one node, as they are recorded at each step. */
export function statisticsRow(rows: Node, row: number, x: Node, min: number, max: number, absolute: boolean): Node {
  const inputs = [rows, cast(x, "float32")];
  return record(STATISTICS_ROW, "float32", rows.shape, inputs, absolute ? ABSOLUTE : SIGNED, [min, max, row]);
}

/** A record of units [units + entries] in which `entry` says which of the units of `x` [n, units, …] are nowhere another number than `rest`. */
export function unitsOff(into: Node, entry: number, x: Node, rest: number): Node {
  return record(UNITS_OFF, "float32", into.shape, [into, cast(x, "float32")], NONE, [rest, entry]);
}
