/** Host data to graph nodes. */
import { type Device, deviceOr } from "../device/device.ts";
import { type DType, dtypeNamed, type HostArray } from "../device/dtype.ts";
import { fitsInt32 } from "../device/scalar_math.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { checkRank, checkSizes, sizeOf } from "../graph/shape.ts";
import { data as upload } from "../ops/sources.ts";

/** Numbers or booleans in nested arrays of even lengths. */
export type NestedInput = number | boolean | readonly NestedInput[];

/** Shape, type and place of data. */
export interface DataOptions {
  /** Default: from the data; flat typed arrays have one axis. */
  shape?: readonly number[];
  /** Default: bool for booleans, int32 and uint8 for their typed arrays, else float32. */
  dtype?: DType;
  /** Default: {@linkcode defaultDevice}. */
  device?: Device;
}

/** A source node with the given data. */
export function fromData(data: NestedInput | HostArray, options: DataOptions): Node {
  const own = ArrayBuffer.isView(data) ? [data.length] : shapeOf(data), shape = options.shape ?? own;
  checkSizes("make a tensor", shape);
  const flat: number[] | HostArray = ArrayBuffer.isView(data) ? data : flatten(data, own.length);
  if (sizeOf(shape) !== flat.length) {
    throw new ShapeError(
      `Cannot make a tensor of shape ${showShape(shape)} from ${flat.length} elements: it takes ${sizeOf(shape)}`,
      [shape],
    );
  }
  const dtype = dtypeNamed(options.dtype ?? typeOf(data));
  const device = deviceOr(options.device);
  return upload(device, dtype, [...shape], convert(flat, dtype, device.kind === "reference"));
}

function typeOf(data: NestedInput | HostArray): DType {
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Uint8Array) return "uint8";
  if (ArrayBuffer.isView(data)) return "float32";
  let first: NestedInput | undefined = data;
  while (Array.isArray(first)) first = first[0];
  return typeof first === "boolean" ? "bool" : "float32";
}

function shapeOf(data: NestedInput): number[] {
  const shape: number[] = [];
  const above = new Set<NestedInput>();
  for (let level: NestedInput | undefined = data; Array.isArray(level); level = level[0]) {
    if (above.has(level)) throw new TypeError("Cannot make a tensor from an array that contains itself");
    above.add(level);
    shape.push(level.length);
    checkRank("make a tensor", shape.length);
  }
  const check = (level: NestedInput, axis: number): void => {
    const isArray = Array.isArray(level);
    if (isArray !== axis < shape.length || (isArray && level.length !== shape[axis])) {
      throw new ShapeError(
        `Cannot make a tensor from uneven arrays: expected shape ${
          showShape(shape)
        }, and one part at depth ${axis} differs`,
      );
    }
    if (isArray) { for (const part of level) check(part, axis + 1); }
    else if (typeof level !== "number" && typeof level !== "boolean") {
      throw new TypeError(`Cannot make a tensor from ${typeof level}: elements are numbers or booleans`);
    }
  };
  check(data, 0);
  return shape;
}

/** The elements of arrays nested `depth` deep. */
function flatten(data: NestedInput, depth: number): number[] {
  return Array.isArray(data) ? (data.flat(depth) as (number | boolean)[]).map(Number) : [Number(data)];
}

const fitsByte = (x: number): boolean => x > -1 && x < 256;

/** The data, each of which the type holds once its fraction is cut off. */
function fitting<T extends ArrayLike<number>>(data: T, fits: (x: number) => boolean, dtype: DType, range: string): T {
  for (let i = 0; i < data.length; i++) {
    if (!fits(data[i]!)) {
      throw new RangeError(
        `Cannot make a tensor of type ${dtype} from ${
          data[i]
        }, element ${i}: it holds whole numbers from ${range}. Use float32`,
      );
    }
  }
  return data;
}

function convert(data: number[] | HostArray, dtype: DType, exact: boolean): HostArray {
  const given: unknown = data;
  if (given instanceof BigInt64Array || given instanceof BigUint64Array) {
    throw new TypeError(
      "Cannot make a tensor from BigInts: elements are numbers or booleans. Array.from(data, Number) makes numbers of them",
    );
  }
  switch (dtype) {
    case "float16":
    case "float32":
      if (exact) return data instanceof Float64Array ? data : Float64Array.from(data);
      return data instanceof Float32Array ? data : Float32Array.from(data);
    case "int32":
      if (data instanceof Int32Array) return data;
      return Int32Array.from(
        data instanceof Uint8Array ? data : fitting(data, fitsInt32, "int32", "−2147483648 to 2147483647"),
      );
    case "uint8":
      return data instanceof Uint8Array ? data : Uint8Array.from(fitting(data, fitsByte, "uint8", "0 to 255"));
    case "bool":
      return Uint8Array.from(data, (x) => Number(x !== 0));
  }
}
