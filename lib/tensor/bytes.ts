/** Numbers from a data set of bytes. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "./expect.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { sizeOf } from "../graph/shape.ts";
import { dequantizeGather as take } from "../ops/bytes.ts";
import { reshape } from "../ops/views.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";

const OPTIONS = optionNames<{ scale?: number; shift?: number }>({ scale: 1, shift: 1 });

/**
 * Rows `index` of a byte tensor [n, …] as float32: byte · scale + shift. A batch out of a data set that stays on the device as bytes.
 *
 * @param bytes [n, …], uint8
 * @param index rows, int32 [b]; one out of range is found on the device, and thrown at the next read
 * @param options `scale` (default 1) and `shift` (default 0)
 * @returns float32 [b, …]
 * @throws {ShapeError} if the axes do not fit, or rows are taken of none
 *
 * @example
 * ```ts
 * import { dequantizeGather, tensor } from "./mod.ts";
 * const bytes = tensor(new Uint8Array([0, 51, 102, 255]), { shape: [2, 2] });
 * console.log(await dequantizeGather(bytes, tensor([1], { dtype: "int32" }), { scale: 1 / 255 }).array()); // about [ [ 0.4, 1 ] ]
 * ```
 */
export function dequantizeGather(
  bytes: TensorHandle,
  index: TensorHandle,
  options: { scale?: number; shift?: number } = {},
): Tensor {
  checkOptions("dequantizeGather", options, OPTIONS);
  checkTensor("dequantizeGather", "bytes", bytes);
  checkTensor("dequantizeGather", "the index", index);
  if (bytes.ndim < 1 || index.ndim !== 1) {
    throw new ShapeError(
      `Cannot dequantizeGather from ${showShape(bytes.shape)} at ${
        showShape(index.shape)
      }: it takes [n, …] and [batch]`,
    );
  }
  const row = bytes.shape.slice(1);
  const flat = reshape(bytes.node(), [bytes.shape[0]!, sizeOf(row)]);
  const out = take(flat, index.node(), options.scale ?? 1, options.shift ?? 0);
  return new Tensor(reshape(out, [index.shape[0]!, ...row]));
}
