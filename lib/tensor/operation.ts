/** The types of operations that users define. */
import type { Floats } from "../device/custom_kernel.ts";
import type { TensorHandle } from "./handle.ts";
import type { Tensor } from "./tensor.ts";

export type { Floats } from "../device/custom_kernel.ts";

/** Shapes of the inputs and the numbers, each by its name. */
export type OperationSizes<I extends string, N extends string> =
  & { readonly [K in I]: readonly number[] }
  & { readonly [K in N]: number };

/** What a host implementation gets: the inputs' elements in row-major order, their shapes, `out` to fill, `outShape`, and the numbers. */
export type HostValues<I extends string, N extends string> =
  & { readonly [K in I]: ArrayLike<number> }
  & { readonly [K in `${I | "out"}Shape`]: readonly number[] }
  & { readonly [K in N]: number }
  & { readonly out: Floats };

/** What a `backward` gets: the inputs, the result `out`, the `gradient` of the result, all tensors, and the numbers. */
export type BackwardValues<I extends string, N extends string> =
  & { readonly [K in I | "out" | "gradient"]: Tensor }
  & { readonly [K in N]: number };

/** An operation to define; see {@linkcode defineOperation}. */
export interface OperationDefinition<I extends readonly string[] = readonly string[], N extends string = string> {
  /** What messages call it. Two operations may have the same. */
  readonly name: string;
  /** Names of the inputs, at least one. Names are those of WGSL: they begin with a small letter and go on with letters and digits. */
  readonly inputs: I;
  /** Names and defaults of numbers that may differ from call to call. Other numbers change nothing of what is compiled. Default: none. */
  readonly numbers?: { readonly [K in N]: number };
  /** The result's shape. It may throw a {@linkcode ShapeError}. Default: the first input's. */
  readonly shape?: (sizes: OperationSizes<I[number], NoInfer<N>>) => readonly number[];
  /** How often the WGSL is called. Default: once for each element of the result. */
  readonly invocations?: (sizes: OperationSizes<I[number], NoInfer<N>>) => number;
  /** Defines `fn kernel(i: u32)`. */
  readonly wgsl: string;
  /** The same on the CPU: fills `out`, of 32 bits on the cpu device and 64 on the reference device, and returns nothing. */
  readonly cpu: (values: HostValues<I[number], NoInfer<N>>) => void;
  /** Gradients of the inputs by their names, out of tensor operations; an input that is left out gets none. Default: not differentiable. */
  readonly backward?: (
    values: BackwardValues<I[number], NoInfer<N>>,
  ) => { readonly [K in I[number]]?: TensorHandle | undefined };
}

/** An operation that {@linkcode defineOperation} made: call it with its inputs, and perhaps other numbers than the defaults. */
export interface Operation<I extends readonly string[] = readonly string[], N extends string = string> {
  (...args: [...inputs: { [K in keyof I]: TensorHandle }, numbers?: { readonly [K in N]?: number }]): Tensor;
  /** What it was made of. */
  readonly definition: OperationDefinition<I, N>;
}

/** A definition without its types. */
export interface PlainDefinition extends Pick<OperationDefinition, "name" | "inputs" | "numbers" | "wgsl"> {
  readonly shape?: (sizes: Named) => unknown;
  readonly invocations?: (sizes: Named) => unknown;
  readonly cpu: (values: Named) => void;
  readonly backward?: (values: Named) => Named;
}

/** Anything by its name. */
export type Named = Record<string, unknown>;
