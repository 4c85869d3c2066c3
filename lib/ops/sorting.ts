/** The order of numbers. */
import { ordering } from "../device/steps/sorting.ts";
import { kernelOperation } from "../graph/emission.ts";
import type { Node } from "../graph/node.ts";
import { record } from "../graph/record.ts";

const ARGSORT = kernelOperation("argsort", { gradient: "none" });

/** The places of the numbers of each row of a matrix in their order, int32. Equal numbers keep theirs; NaN is the largest. */
export function argsort(x: Node, descending: boolean): Node {
  return record(ARGSORT, "int32", x.shape, [x], ordering({ dtype: x.dtype, descending }));
}
