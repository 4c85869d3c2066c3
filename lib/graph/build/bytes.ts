/** Numbers out of bytes. */
import { NO_NUMBERS, type Node } from "../node.ts";
import { expectIndex, make } from "./make.ts";

/** Rows `index` of the byte matrix, times `scale` plus `shift`. */
export function takeBytes(bytes: Node, index: Node, scale: number, shift: number): Node {
  expectIndex("takeBytes", index);
  if (bytes.dtype !== "uint8") throw new TypeError(`Cannot takeBytes from a ${bytes.dtype} tensor: it takes uint8`);
  return make("takeBytes", "float32", [index.shape[0]!, bytes.shape[1]!], [bytes, index], NO_NUMBERS, [scale, shift]);
}
