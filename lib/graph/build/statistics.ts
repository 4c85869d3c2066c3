/** Histograms, and statistics for telemetry. */
import { NO_NUMBERS, type Node } from "../node.ts";
import { make } from "./make.ts";
import { cast } from "./pointwise.ts";
import { detach } from "./views.ts";

export function histogram(x: Node, bins: number, min: number, max: number): Node {
  return make("histogram", "float32", [bins], [cast(x, "float32")], NO_NUMBERS, [min, max]);
}

/** Moments and counts: `[mean, std, below, above, ...bins]`. */
export function statistics(x: Node, bins: number, min: number, max: number, absolute: boolean): Node {
  const node = detach(cast(x, "float32"));
  return make("statistics", "float32", [4 + bins], [node], [absolute ? 1 : 0], [min, max]);
}
