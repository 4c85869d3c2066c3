/** Elements as they lie on the device: 4-byte words, but uint8 and float16, which are packed. */
import type { DType, HostArray } from "../dtype.ts";
import { byteLength } from "../dtype.ts";
import { fromHalves, toHalves } from "../half.ts";

/** The bytes to write for `data`; a multiple of 4. */
export function toDevice(dtype: DType, data: HostArray): Uint8Array<ArrayBuffer> {
  const whole = wholeArray(dtype, data);
  // WebGPU takes no shared memory.
  const copy = whole.buffer instanceof ArrayBuffer && whole.byteLength % 4 === 0
    ? undefined
    : byteLength(dtype, data.length);
  if (copy === undefined) return new Uint8Array(whole.buffer as ArrayBuffer, whole.byteOffset, whole.byteLength);
  const bytes = new Uint8Array(copy);
  bytes.set(new Uint8Array(whole.buffer, whole.byteOffset, whole.byteLength));
  return bytes;
}

function wholeArray(dtype: DType, data: HostArray): HostArray {
  switch (dtype) {
    case "float32":
      return data instanceof Float32Array ? data : Float32Array.from(data);
    case "int32":
      return data instanceof Int32Array ? data : Int32Array.from(data);
    case "bool":
      return Int32Array.from(data as ArrayLike<number>, (x) => x !== 0 ? 1 : 0);
    case "float16":
      return new Uint8Array(toHalves(data).buffer);
    case "uint8":
      return data instanceof Uint8Array ? data : Uint8Array.from(data);
  }
}

/** A copy of the elements that begin at `place` of a mapped buffer. */
export function fromDevice(
  { dtype, elements }: { dtype: DType; elements: number },
  mapped: ArrayBuffer,
  place: number,
): HostArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(mapped, place, elements).slice();
    case "int32":
      return new Int32Array(mapped, place, elements).slice();
    case "bool":
      return Uint8Array.from(new Int32Array(mapped, place, elements));
    case "float16":
      return fromHalves(new Uint16Array(mapped, place, elements));
    case "uint8":
      return new Uint8Array(mapped, place, elements).slice();
  }
}
