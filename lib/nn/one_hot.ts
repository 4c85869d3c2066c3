/** Labels as rows. */
import { checkTensor } from "../tensor/expect.ts";
import { whole } from "../tensor/graph.ts";
import { ones, zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Each label as a row of zeros with a 1 at its place: […] → […, classes], int32. (In PyTorch the number of classes may be left out; that depends
 * on values.)
 *
 * @param labels int32, from 0
 * @param numClasses their number, at least 1
 * @throws {TypeError} for labels that are not int32; {@linkcode RangeError} unless the number is whole and at least 1;
 *   {@linkcode DeviceFaultError} at the next read, for a label out of range
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * console.log(await F.oneHot(tensor([2, 0], { dtype: "int32" }), 3).array()); // [ [ 0, 0, 1 ], [ 1, 0, 0 ] ]
 * ```
 */
export function oneHot(labels: Tensor, numClasses: number): Tensor {
  checkTensor("oneHot", "the labels", labels);
  whole("make oneHot rows", "the number of classes", numClasses, 1);
  const { device } = labels, places = labels.unsqueeze(-1);
  return zeros([...labels.shape, numClasses], { device }).scatterAdd(-1, places, ones(places.shape, { device })).int();
}
