/** The one way to make a computed node: what builders share, with the checks of their operands. */
import type { Device } from "../../device/device.ts";
import type { DType } from "../../device/dtype.ts";
import { currentModulePath, isGradEnabled } from "../context.ts";
import { NO_NODES, NO_NUMBERS, Node } from "../node.ts";
import { isView, type Op } from "../ops.ts";
import { ownOperation } from "../own.ts";
import type { Shape } from "../shape.ts";
import { traceOf } from "../trace.ts";

/** What recording does when a trace grows past its limit; set by flush.ts, which this file cannot import. */
export const selfFlush: { run: ((device: Device) => void) | undefined } = { run: undefined };

export function make(
  op: Op,
  dtype: DType,
  shape: Shape,
  inputs: readonly Node[],
  ints: readonly number[],
  scalars: readonly number[],
): Node {
  const device = inputs[0]!.device;
  let requiresGrad = false;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    if (input.device !== device) {
      throw mixedDevices(op === "own" ? ownOperation({ ints }).kernel.name : op, device, input.device);
    }
    if (input.requiresGrad) requiresGrad = true;
    input.used = true;
  }
  if (dtype === "uint8" && !isView(op)) throw storageOnly(op);
  requiresGrad = requiresGrad && dtype === "float32" && isGradEnabled();
  const node = new Node(device, op, dtype, shape, inputs, ints, scalars, requiresGrad, currentModulePath());
  const trace = traceOf(device);
  if (requiresGrad) trace.open.push(node);
  if (!isView(op) && trace.recorded.push(node) >= trace.limit) selfFlush.run?.(device);
  return node;
}

export function makeSource(device: Device, op: Op, dtype: DType, shape: Shape, scalars: readonly number[]): Node {
  if (dtype === "uint8" && op !== "source") throw storageOnly(op);
  return new Node(device, op, dtype, shape, NO_NODES, NO_NUMBERS, scalars, false, currentModulePath());
}

/** Four bytes share a word on devices: no kernel writes one alone. */
function storageOnly(op: Op): TypeError {
  return new TypeError(
    `Cannot ${op} into a uint8 tensor: bytes are only read. Make them from data (a Uint8Array), or use int32 or bool`,
  );
}

function mixedDevices(op: string, a: Device, b: Device): TypeError {
  return new TypeError(
    `Cannot ${op} tensors on ${a} and ${b}: move one first, e.g. await t.toDevice(device("${a.name}"))`,
  );
}

export function expectFloat(op: string, ...nodes: Node[]): void {
  for (const node of nodes) {
    if (node.dtype !== "float32") {
      throw new TypeError(`Cannot ${op} a ${node.dtype} tensor: it takes float32. Convert with .float()`);
    }
  }
}

export function expectIndex(op: string, index: Node): void {
  if (index.dtype !== "int32") {
    throw new TypeError(`Cannot ${op} with a ${index.dtype} index: it must be int32. Convert with .int()`);
  }
}

/** Type two operands meet at: float32 if either is, else int32. */
export function promote(op: string, a: Node, b: Node): DType {
  if (a.dtype === "uint8" || b.dtype === "uint8") {
    throw new TypeError(`Cannot ${op} uint8 tensors: bytes are for storage. Convert with .float() or .int()`);
  }
  return a.dtype === "float32" || b.dtype === "float32" ? "float32" : "int32";
}
