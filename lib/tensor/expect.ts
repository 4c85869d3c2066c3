/** What public functions say of arguments that are no tensors. */
import { found, wrongKind } from "../device/expect.ts";
import type { Node } from "../graph/node.ts";
import { TensorHandle } from "./handle.ts";

/** What to do about something that is no tensor. */
function remedy(value: unknown): string {
  if (value instanceof Promise) return ". Await it first";
  if (typeof value === "number" || typeof value === "boolean" || Array.isArray(value) || ArrayBuffer.isView(value)) {
    return ". tensor(…) makes one of it";
  }
  if (typeof value === "function") return ". Call it for what it makes";
  const looksLikeOne = typeof value === "object" && value !== null && ("shape" in value || "dims" in value);
  return looksLikeOne ? ". Tensors of other libraries are read first: tensor(values, { shape })" : "";
}

/** Throws unless an argument is a tensor. */
export function checkTensor(call: string, name: string, value: unknown): asserts value is TensorHandle {
  if (!(value instanceof TensorHandle)) throw wrongKind(call, name, "a tensor", value, remedy(value));
}

/** Throws unless an argument is a tensor, null or left out. */
export function checkTensorOrNone(call: string, name: string, value: unknown): void {
  if (value !== undefined && value !== null) checkTensor(call, name, value);
}

/**
 * Throws unless a gradient has the type of its tensor, and lies on its device: others are added to it in its own memory.
 *
 * @param attempt what is refused otherwise, such as "set a gradient"
 */
export function checkGradient(attempt: string, gradient: TensorHandle, tensor: TensorHandle): void {
  if (gradient.dtype !== tensor.dtype) {
    throw new TypeError(
      `Cannot ${attempt} of type ${gradient.dtype}: the tensor has ${tensor.dtype}. Convert with .float()`,
    );
  }
  if (gradient.device !== tensor.device) {
    throw new TypeError(
      `Cannot ${attempt} on ${gradient.device}: the tensor is on ${tensor.device}. Move it with await toDevice(…)`,
    );
  }
}

/** The node of an argument that must be a tensor. */
export function nodeOf(call: string, name: string, value: TensorHandle): Node {
  if (value instanceof TensorHandle) return value.node();
  throw wrongKind(call, name, "a tensor", value, remedy(value));
}

/**
 * Throws unless an argument, or a setting, is a number: texts and null would be taken for numbers, and what is none of these for NaN.
 *
 * @param attempt what is refused otherwise, such as "make ELU"
 */
export function checkNumber(attempt: string, name: string, value: unknown): void {
  if (typeof value === "number") return;
  const hint = value instanceof TensorHandle ? ". Read it first: await t.item()" : "";
  throw new TypeError(`Cannot ${attempt}: ${name} must be a number, found ${found(value)}${hint}`);
}

/** Throws unless an argument is what elements can be: a number, or a boolean. */
export function checkElement(call: string, name: string, value: unknown): void {
  if (typeof value !== "boolean") checkNumber(`run ${call}`, name, value);
}

/** One number or several, as a list. */
export function checkNumbers(call: string, name: string, value: number | readonly number[]): readonly number[] {
  const list = typeof value === "number" ? [value] : value;
  if (Array.isArray(list) && list.every((n) => typeof n === "number")) return list;
  throw wrongKind(call, name, "a number, or an array of numbers", value);
}
