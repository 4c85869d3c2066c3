/** From bytes to numbers: a batch out of a data set that stays on the device as bytes. */
import { dense, kernelOperation } from "../graph/emission.ts";
import { type Node, NONE } from "../graph/node.ts";
import { expectIndex, expectPlaces, record } from "../graph/record.ts";
import { showsAll } from "./views.ts";

const DEQUANTIZE_GATHER = kernelOperation("dequantizeGather", { operands: [dense], gradient: "none" });

/** Rows `index` of the byte matrix, times `scale` plus `shift`. */
export function dequantizeGather(bytes: Node, index: Node, scale: number, shift: number): Node {
  expectIndex("dequantizeGather", index);
  if (bytes.dtype !== "uint8") {
    throw new TypeError(`Cannot dequantizeGather from a ${bytes.dtype} tensor: it takes uint8`);
  }
  if (!isWhole(bytes)) {
    throw new TypeError(
      "Cannot dequantizeGather from a part of a tensor: give all of it, and the rows wanted as the index",
    );
  }
  expectPlaces("dequantizeGather from", bytes.shape, 0, index.shape[0]!);
  const shape = [index.shape[0]!, bytes.shape[1]!];
  return record(DEQUANTIZE_GATHER, "float32", shape, [bytes, index], NONE, [scale, shift]);
}

/** Whether a node shows all bytes of its memory in their order: a word holds four, so that no kernel begins between two. */
function isWhole(node: Node): boolean {
  while (!node.value && node.inputs.length) {
    if (!showsAll(node)) return false;
    node = node.inputs[0]!;
  }
  return true;
}
