/** Numbers out of bytes. */
import { NO_NUMBERS, type Node } from "../node.ts";
import { expectIndex, make } from "./make.ts";

/** Rows `index` of the byte matrix, times `scale` plus `shift`. */
export function takeBytes(bytes: Node, index: Node, scale: number, shift: number): Node {
  expectIndex("takeBytes", index);
  if (bytes.dtype !== "uint8") throw new TypeError(`Cannot takeBytes from a ${bytes.dtype} tensor: it takes uint8`);
  if (!isWhole(bytes)) {
    throw new TypeError("Cannot takeBytes from a part of a tensor: give all of it, and the rows wanted as the index");
  }
  return make("takeBytes", "float32", [index.shape[0]!, bytes.shape[1]!], [bytes, index], NO_NUMBERS, [scale, shift]);
}

/** Whether a node shows all bytes of its memory in their order: a word holds four, so that no kernel begins between two. */
function isWhole(node: Node): boolean {
  if (node.value || node.op === "source") return true;
  return (node.op === "reshape" || node.op === "detach") && isWhole(node.inputs[0]!);
}
