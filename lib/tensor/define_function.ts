/** Functions of tensors with gradients of their own, composed of operations that there are. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkFunction, checkObject, checkText, found, isListLike } from "../device/expect.ts";
import { isGradEnabled, noGrad } from "../graph/context.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { sameShape } from "../graph/shape.ts";
import { composed, composedOperation } from "../ops/composed.ts";
import { checkGradient } from "./expect.ts";
import { Tensor } from "./tensor.ts";

/** What a {@linkcode FunctionDefinition}'s backward gives: gradients by the places of the arguments; of one, it may be alone. */
export type FunctionGradients = Tensor | readonly (Tensor | null | undefined)[];

/** A function with a gradient of its own. `A` are its arguments: tensors, and anything else. */
export interface FunctionDefinition<A extends readonly unknown[]> {
  /** What messages call it. */
  readonly name: string;
  /** Computes the result. It runs without gradients. */
  readonly forward: (...args: A) => Tensor;
  /**
   * Computes the gradients of the arguments that are tensors, each of its argument's shape, from the gradient of the result, the result, and the
   * arguments. Null, or nothing, is no gradient.
   */
  readonly backward: (gradient: Tensor, output: Tensor, ...args: A) => FunctionGradients;
}

const DEFINITION = optionNames<FunctionDefinition<[]>>({ name: 1, forward: 1, backward: 1 });

/**
 * Makes a function of tensors whose gradient is what `backward` says, rather than that of the operations in `forward`. (PyTorch's
 * `torch.autograd.Function`.) Both are written in tensor operations, so that it works on every device, is fused and planned with the rest, and its
 * gradient can be differentiated in turn. For a kernel of your own there is {@linkcode defineOperation}.
 *
 * What `backward` needs it takes from its arguments, or computes again.
 *
 * @returns a function of the same arguments as `forward`
 * @throws {TypeError} if a part is missing. The function throws a TypeError if `forward` gives no tensor, and from `backward()` if `backward` gives
 * anything but gradients; a ShapeError if one is not of its argument's shape
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from "./mod.ts";
 * // Rounds; gradients pass as if it did not (Bengio, Léonard and Courville 2013), but no further than `limit`.
 * const rounded = autograd.defineFunction({
 *   name: "rounded",
 *   forward: (x: Tensor, _limit: number) => x.round(),
 *   backward: (gradient, _output, _x, limit) => [gradient.clamp(-limit, limit)],
 * });
 * const x = tensor([0.4, 1.6], { requiresGrad: true });
 * const y = rounded(x, 2);
 * y.mul(tensor([1, 5])).sum().backward();
 * console.log(await y.array(), await x.grad!.array()); // [ 0, 2 ] [ 1, 2 ]
 * ```
 */
export function defineFunction<A extends readonly unknown[]>(
  definition: FunctionDefinition<A>,
): (...args: A) => Tensor {
  checkObject("defineFunction", "the definition", definition, "an object { name, forward, backward }");
  checkOptions("defineFunction", definition, DEFINITION);
  const { name, forward, backward } = definition;
  checkText("defineFunction", "the definition's name", name);
  checkFunction("defineFunction", "the definition's forward", forward);
  checkFunction("defineFunction", "the definition's backward", backward);
  /** Arguments by the node of the result. */
  const given = new WeakMap<Node, A>();

  const op = composedOperation(name, (g, node) => {
    const inputs = node.inputs.slice(1).map((input) => new Tensor(input)), args = given.get(node)!;
    let next = 0;
    const seen = args.map((arg) => arg instanceof Tensor ? inputs[next++]! : arg) as unknown as A;
    const parts = gradientsOf(name, backward(new Tensor(g), new Tensor(node), ...seen), seen);
    return seen.flatMap((arg, i) => arg instanceof Tensor ? [parts[i]] : []);
  });

  return (...args: A): Tensor => {
    const output: unknown = noGrad(() => forward(...args));
    if (!(output instanceof Tensor)) {
      throw new TypeError(`Cannot run ${name}: its forward must give a tensor, found ${found(output)}`);
    }
    const inputs = args.filter((arg) => arg instanceof Tensor);
    if (!isGradEnabled() || !inputs.some((input) => input.requiresGrad)) return output;
    const node = composed(op, output.node(), inputs.map((input) => input.node()));
    given.set(node, args);
    return new Tensor(node);
  };
}

/** The nodes of what a backward gave, by the places of the arguments. */
function gradientsOf(name: string, parts: unknown, args: readonly unknown[]): (Node | undefined)[] {
  const list: unknown = parts instanceof Tensor ? [parts] : parts;
  if (!isListLike(list)) {
    throw new TypeError(
      `Cannot use what the backward of ${name} gave: it must be a tensor, or an array of them by the places of the arguments, found ${
        found(parts)
      }`,
    );
  }
  return args.map((arg, i) => {
    const part: unknown = (list as readonly unknown[])[i];
    if (part === undefined || part === null) return undefined;
    const problem = (wanted: string) =>
      `Cannot use what the backward of ${name} gave for argument ${i}: it must be ${wanted}, found ${
        part instanceof Tensor ? `one of shape ${showShape(part.shape)}` : found(part)
      }`;
    if (!(arg instanceof Tensor)) throw new TypeError(problem("nothing, as that is no tensor"));
    if (!(part instanceof Tensor)) throw new TypeError(problem("a tensor"));
    if (!sameShape(part.shape, arg.shape)) {
      throw new ShapeError(problem(`a tensor of shape ${showShape(arg.shape)}`), [arg.shape, part.shape]);
    }
    if (arg.dtype === "float32") checkGradient(`use what the backward of ${name} gave for argument ${i},`, part, arg);
    return part.node();
  });
}
