/** Fills of tensors by a generator of PyTorch's kind, for the layers above. */
import type { HostArray } from "../../device/dtype.ts";
import { Tensor } from "../tensor.ts";
import { drawnData, ownPlace } from "./fill.ts";

/** Gives a tensor numbers that `draw` makes, in the order of its memory. */
export function drawInto(t: Tensor, draw: (length: number) => HostArray): Tensor {
  return t.copy_(new Tensor(drawnData(ownPlace(t), draw)));
}
