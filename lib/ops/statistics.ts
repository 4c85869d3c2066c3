/** Histograms, and statistics for telemetry. */
import { type Counting, counting, STATISTICS_HEAD } from "../device/steps/statistics.ts";
import { kernelOperation, result } from "../graph/emission.ts";
import { coalesce } from "../graph/layout.ts";
import { type Node, NONE, Operation } from "../graph/node.ts";
import { record } from "../graph/record.ts";
import { Axes, reduceOperands, without } from "./axes.ts";
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

const ANY_OTHER = new Operation<Axes>("anyOther", {
  gradient: "none",
  emptyGivesZeros: false,
  emit(to, node, { axes }) {
    const { input, output } = reduceOperands(to, node, axes) ?? {};
    if (!input || !output) return;
    to.push({ kernel: "anyOther", inputs: { input }, output, attributes: NONE, numbers: { rest: to.scalar(node, 0) } });
  },
});

/** Whether any element along `axes` (sorted, from 0), which disappear from the shape, is another number than `rest`. */
export function anyOther(x: Node, axes: readonly number[], rest: number): Node {
  const input = detach(cast(x, "float32"));
  return record(ANY_OTHER, "bool", without(x.shape, axes), [input], new Axes(axes), [rest]);
}

/** Counts in `bins` equal bins from `min` to `max`. */
export function histogram(x: Node, bins: number, min: number, max: number): Node {
  return record(HISTOGRAM, "float32", [bins], [cast(x, "float32")], NONE, [min, max]);
}

/** Moments and counts: `[mean, std, below, above, zeros, nonFinite, ...bins]`. */
export function statistics(x: Node, bins: number, min: number, max: number, absolute: boolean): Node {
  const input = detach(cast(x, "float32"));
  return record(STATISTICS, "float32", [STATISTICS_HEAD + bins], [input], absolute ? ABSOLUTE : SIGNED, [min, max]);
}
