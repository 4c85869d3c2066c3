/** The one way to make a node: what builders share, with the checks of their operands. */
import type { Device } from "../device/device.ts";
import type { DType } from "../device/dtype.ts";
import { currentModulePath, isGradEnabled } from "./context.ts";
import { ShapeError, showShape } from "./errors.ts";
import { USED } from "./marks.ts";
import { type AnyOperation, type Attributes, NO_NODES, NO_NUMBERS, Node, NONE, type Operation } from "./node.ts";
import type { Shape } from "./shape.ts";
import { overflow, traceOf } from "./trace.ts";

/** Records an operation on `inputs`, of which there is at least one. Attributes may be left out only by operations that have none. */
export function record(op: Operation, dtype: DType, shape: Shape, inputs: readonly Node[]): Node;
export function record<A extends Attributes>(
  op: Operation<A>,
  dtype: DType,
  shape: Shape,
  inputs: readonly Node[],
  attributes: A,
  scalars?: readonly number[],
): Node;
export function record(
  op: AnyOperation,
  dtype: DType,
  shape: Shape,
  inputs: readonly Node[],
  attributes?: Attributes,
  scalars?: readonly number[],
): Node {
  return recordAny(op, dtype, shape, inputs, attributes, scalars);
}

function recordAny(
  op: AnyOperation,
  dtype: DType,
  shape: Shape,
  inputs: readonly Node[],
  attributes: Attributes = NONE,
  scalars: readonly number[] = NO_NUMBERS,
): Node {
  const device = inputs[0]!.device;
  let requiresGrad = false;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    if (input.device !== device) throw mixedDevices(op, device, input.device);
    if (input.requiresGrad) requiresGrad = true;
    input.marks |= USED;
  }
  if (dtype === "uint8" && !op.isView) throw storageOnly(op.name);
  requiresGrad = op.flow === "inputs" ? requiresGrad && dtype === "float32" && isGradEnabled() : op.flow === "always";
  // Losses may be kept by the hundred thousand: they share one list of no axes.
  if (shape.length === 0) shape = NO_NUMBERS;
  const node = new Node(device, op, dtype, shape, inputs, attributes, scalars, requiresGrad, currentModulePath());
  const trace = traceOf(device);
  if (requiresGrad) trace.open.push(node);
  if (!op.isView && trace.recorded.push(node) >= trace.limit) overflow.handle(device);
  return node;
}

/** Records the operation of `node` once more, on other inputs. */
export function recordAgain(node: Node, dtype: DType, inputs: readonly Node[]): Node {
  return recordAny(node.op, dtype, node.shape, inputs, node.attributes, node.scalars);
}

/** Records an operation without inputs. */
export function recordSource(
  device: Device,
  op: Operation,
  dtype: DType,
  shape: Shape,
  scalars: readonly number[],
): Node {
  return new Node(device, op, dtype, shape, NO_NODES, NONE, scalars, false, currentModulePath());
}

/** Four bytes share a word on devices: no kernel writes one alone. */
export function storageOnly(what: string): TypeError {
  return new TypeError(
    `Cannot ${what} into a uint8 tensor: bytes are only read. Make them from data (a Uint8Array), or use int32 or bool`,
  );
}

function mixedDevices(op: AnyOperation, a: Device, b: Device): TypeError {
  return new TypeError(
    `Cannot ${op.name} tensors on ${a} and ${b}: move one first, e.g. await t.toDevice(device("${a.name}"))`,
  );
}

export function expectFloat(op: string, ...nodes: readonly Node[]): void {
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

/** Throws if `count` indices or labels are to be looked up along an empty axis: none of them can be right, and no kernel would look. */
export function expectPlaces(op: string, shape: Shape, axis: number, count: number): void {
  if (shape[axis] !== 0 || count === 0) return;
  throw new ShapeError(
    `Cannot ${op} ${
      showShape(shape)
    } along axis ${axis}: that axis is empty, and ${count} indices or labels are looked up there`,
    [shape],
  );
}
