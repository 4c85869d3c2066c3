/** What the emissions of several operations share: operand layouts, results, and operations that are one kernel. */
import type { Operand } from "../device/operand.ts";
import { SIGNATURES, type Step } from "../device/steps/mod.ts";
import type { Signature } from "../device/steps/step.ts";
import { channelsLast, isDense, sameLayout } from "./layout.ts";
import { type Emission, type Node, Operation, type Ref, type Traits } from "./node.ts";
import { rowMajor } from "./shape.ts";

/** How a kernel wants an operand to lie. */
export type Wanted = (to: Emission, ref: Ref) => Ref;

/** As it lies, with any strides. */
export const strided: Wanted = (_, ref) => ref;

/** Row-major without gaps. */
export const dense: Wanted = (to, ref) => to.dense(ref);

/** An image with its channels innermost. */
export const image: Wanted = (to, ref) => to.dense(ref, channelsLast(ref.shape));

/** A new value for `node`, and its operand. */
export function result(to: Emission, node: Node, strides: readonly number[] = rowMajor(node.shape)): Operand {
  const out = to.define(node.dtype, node.shape, strides);
  to.assign(node, out);
  return to.operand(out);
}

/** The layout of pooled images, and of their gradient: channels innermost if `input` has them there. */
export function imagesLike(node: Node, input: Ref): number[] {
  const isChannelsLast = isDense(input.shape, input.strides) &&
    sameLayout(input.shape, input.strides, channelsLast(input.shape)) &&
    !sameLayout(input.shape, input.strides, rowMajor(input.shape));
  return isChannelsLast ? channelsLast(node.shape) : rowMajor(node.shape);
}

type Signatures = typeof SIGNATURES;

/** A tuple of nodes, one for each of a kernel's inputs. */
type Nodes<I extends readonly string[]> = { readonly [K in keyof I]: Node };

/** Gradients of a kernel's inputs, in their order. */
type Gradients<I extends readonly string[]> = { readonly [K in keyof I]: Node | undefined };

/** A kernel's gradient rule: it knows its inputs by their number, and its attributes by their names. */
export type KernelRule<S> = S extends Signature<infer I, infer A, string>
  ? (g: Node, inputs: Nodes<I>, attributes: A, out: Node) => Gradients<I>
  : never;

/** The attributes of a kernel, and of the operation that is that kernel. */
type AttributesOf<S> = S extends Signature<readonly string[], infer A, string> ? A : never;

/** What makes an operation that is one kernel, whose attributes and numbers are the kernel's. */
export interface KernelParts<S> extends Omit<Traits, "gradient"> {
  readonly gradient: KernelRule<S> | "none" | "undifferentiable";
  /** How each input is to lie. Default: as it lies. */
  readonly operands?: readonly Wanted[];
  /** Which inputs the kernel reads itself where they are stored as float16. Default: none, and it gets copies in float32. */
  readonly halves?: readonly boolean[];
  /** The layout of the result, given how the first input lies. Default: row-major. */
  readonly output?: (node: Node, first: Ref) => number[];
}

/** An operation that is one kernel. Names of inputs and numbers are those of the kernel's signature. */
export function kernelOperation<K extends keyof Signatures>(
  kernel: K,
  parts: KernelParts<Signatures[K]>,
): Operation<AttributesOf<Signatures[K]>> {
  const { inputs: names, numbers = [] }: Signature = SIGNATURES[kernel];
  const { gradient, operands = [], halves = [], output } = parts;
  const { emptyGivesZeros = true, flow = "inputs" } = parts;
  return new Operation<AttributesOf<Signatures[K]>>(kernel, {
    emptyGivesZeros,
    flow,
    // The one place where a rule, whose types follow from its kernel's signature, meets a node of any operation.
    gradient: typeof gradient === "string"
      ? gradient
      : (g, node, attributes) => (gradient as KernelRule<Signature>)(g, node.inputs, attributes, node),
    emit(to, node, attributes) {
      const refs = node.inputs.map((input, i) =>
        (operands[i] ?? strided)(to, halves[i] ? to.stored(input) : to.ref(input))
      );
      const inputs = Object.fromEntries(refs.map((ref, i) => [names[i], to.operand(ref)]));
      const out = result(to, node, output?.(node, refs[0]!));
      const slots = Object.fromEntries(numbers.map((name, i) => [name, to.scalar(node, i)]));
      to.push({ kernel, inputs, output: out, attributes, numbers: slots } as Step);
    },
  });
}
