/** Gradients as values: what `backward` adds to leaves, given back instead. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, isListLike, wrongKind } from "../device/expect.ts";
import { gradients } from "../engine/backward.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import { sameShape } from "../graph/shape.ts";
import { cast } from "../ops/pointwise.ts";
import { full } from "../ops/sources.ts";
import { checkTensor } from "./expect.ts";
import { Tensor } from "./tensor.ts";

/** Options of {@linkcode grad}. */
export interface GradOptions {
  /** Weights of the outputs' elements, one tensor of each output's shape. Default: 1 for an output of one element; others need theirs. */
  gradOutputs?: Tensor | readonly (Tensor | null)[];
  /** Record the gradients' own history, so that they can be differentiated again. Default: false. */
  createGraph?: boolean;
  /** Keep the history of values on the device, for another run through it. Default: that of `createGraph`. */
  retainGraph?: boolean;
  /** Give null for an input that no output depends on, rather than throw. Default: false. */
  allowUnused?: boolean;
}

/** One gradient for each of the inputs `I`; with `allowUnused`, it may be null. */
export type Gradients<I extends Tensor | readonly Tensor[], O extends GradOptions> = I extends readonly Tensor[]
  ? { [K in keyof I]: O extends { allowUnused: true } ? Tensor | null : Tensor }
  : [O extends { allowUnused: true } ? Tensor | null : Tensor];

const OPTIONS = optionNames<GradOptions>({ gradOutputs: 1, createGraph: 1, retainGraph: 1, allowUnused: 1 });

/**
 * The gradients of outputs with respect to inputs, which may be any tensors that the outputs were computed from, leaves or not. No `grad` of any leaf
 * changes. (PyTorch's `torch.autograd.grad`.) It records only what lies between; nothing runs.
 *
 * @param outputs a tensor, or several, whose gradients are added up
 * @param inputs a tensor, or several
 * @param options see {@linkcode GradOptions}
 * @returns one gradient for each input, of its shape
 * @throws {Error} if an output requires no gradients, or does not depend on an input
 * @throws {ShapeError} for an output of several elements without a weight, or one of another shape
 *
 * @example
 * ```ts
 * import { autograd, tensor } from "./mod.ts";
 * const x = tensor([1, 2], { requiresGrad: true });
 * const [dx] = autograd.grad(x.pow(3).sum(), x, { createGraph: true });
 * const [ddx] = autograd.grad(dx.sum(), x);
 * console.log(await dx.array(), await ddx.array()); // [ 3, 12 ] [ 6, 12 ]
 * console.log(x.grad); // null
 * ```
 */
export function grad<const I extends Tensor | readonly Tensor[], O extends GradOptions = GradOptions>(
  outputs: Tensor | readonly Tensor[],
  inputs: I,
  options?: O,
): Gradients<I, O>;
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): unknown {
  checkOptions("grad", options, OPTIONS);
  const roots = tensorsOf("the outputs", outputs), wanted = tensorsOf("the inputs", inputs);
  for (const [i, root] of roots.entries()) {
    if (!root.requiresGrad) {
      throw new Error(
        `Cannot take gradients of output ${i}, ${root}: nothing it is computed from requires gradients. Check requiresGrad and noGrad`,
      );
    }
  }
  const seeds = seedsOf(roots, options.gradOutputs);
  for (const [i, input] of wanted.entries()) if (!input.requiresGrad && !options.allowUnused) throw unused(i, input);
  const nodes = gradients(
    roots.map((root) => root.node()),
    seeds.map((seed) => cast(seed.node(), "float32")),
    wanted.map((input) => input.node()),
    options.createGraph,
    options.retainGraph,
  );
  return nodes.map((node, i) => {
    if (node) return new Tensor(node);
    if (!options.allowUnused) throw unused(i, wanted[i]!);
    return null;
  });
}

function tensorsOf(name: string, given: Tensor | readonly Tensor[]): readonly Tensor[] {
  if (given instanceof Tensor) return [given];
  checkList("grad", name, given, "a tensor or an array of tensors", (one) => one instanceof Tensor);
  if (given.length === 0) throw new RangeError(`Cannot run grad: ${name} must be one tensor at least, found none`);
  return given;
}

/** A weight for each output. */
function seedsOf(roots: readonly Tensor[], given: GradOptions["gradOutputs"]): Tensor[] {
  const weights: readonly (Tensor | null)[] = given === undefined
    ? roots.map(() => null)
    : given instanceof Tensor
    ? [given]
    : given;
  if (!isListLike(weights)) {
    throw wrongKind("grad", "gradOutputs", "a tensor, or an array with one for each output", weights);
  }
  if (weights.length !== roots.length) {
    throw new RangeError(
      `Cannot run grad: gradOutputs must have one tensor for each of ${roots.length} outputs, found ${weights.length}`,
    );
  }
  return roots.map((root, i) => {
    const weight = weights[i] ?? null;
    if (weight === null) {
      if (root.numel === 1) return new Tensor(full(root.device, "float32", root.shape, 1));
      throw new ShapeError(
        `Cannot take gradients of output ${i}, of shape ${
          showShape(root.shape)
        }: it is no scalar. Reduce it, e.g. with sum(), ` +
          `or give gradOutputs`,
        [root.shape],
      );
    }
    checkTensor("grad", `gradOutputs[${i}]`, weight);
    if (!sameShape(weight.shape, root.shape)) {
      throw new ShapeError(
        `Cannot weight output ${i}, of shape ${showShape(root.shape)}, by one of shape ${showShape(weight.shape)}`,
        [root.shape, weight.shape],
      );
    }
    return weight;
  });
}

const unused = (i: number, input: Tensor) =>
  new Error(
    `Cannot take gradients with respect to input ${i}, ${input}: ` +
      (input.requiresGrad
        ? `no output was computed from it as it is now, or a backward before this has let its history go (retainGraph keeps it)`
        : `it requires no gradients`) +
      `. allowUnused gives null for it`,
  );
