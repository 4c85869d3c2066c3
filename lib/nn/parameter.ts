/** Parameters: the tensors of a module that training changes. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A leaf tensor that a {@linkcode Module} lists among its parameters and an optimiser updates. Made by {@linkcode parameter}. */
export type Parameter = Tensor & {
  /** Never set; it keeps a test by {@linkcode isParameter} from ruling tensors out. */
  readonly brand?: "parameter";
};

const OPTIONS = optionNames<{ requiresGrad?: boolean }>({ requiresGrad: 1 });
const known = new WeakSet<Tensor>();

/**
 * Makes a trainable parameter out of a tensor's value: a leaf with memory of its own, which requires gradients and survives every step.
 * Held in a field of a {@linkcode Module}, it is found there by `parameters()`, as PyTorch's `nn.Parameter` is.
 *
 * @param data its first value, of any shape, float32
 * @param options `requiresGrad` (default true): false makes a frozen parameter
 * @returns a leaf of `data`'s shape
 * @throws {TypeError} if `data` is not a float tensor
 *
 * @example
 * ```ts
 * import { nn, ones, type Tensor, zeros } from "./mod.ts";
 * class Affine extends nn.Module {
 *   mult = nn.parameter(ones([8, 1, 1]));
 *   add = nn.parameter(zeros([8, 1, 1]));
 *   forward(x: Tensor): Tensor {
 *     return x.mul(this.mult).add(this.add);
 *   }
 * }
 * console.log([...new Affine().parameters()].length); // 2
 * ```
 */
export function parameter(data: Tensor, options: { requiresGrad?: boolean } = {}): Parameter {
  checkOptions("parameter", options, OPTIONS);
  const { requiresGrad = true } = options;
  if (!(data instanceof Tensor)) {
    throw new TypeError(`Cannot make a parameter of ${typeof data}: give a tensor, such as zeros([3])`);
  }
  if (data.dtype !== "float32") {
    throw new TypeError(
      `Cannot make a parameter of a ${data.dtype} tensor: only float32 has gradients. Use registerBuffer for state`,
    );
  }
  const made = data.detach().clone().requiresGrad_(requiresGrad).keep();
  known.add(made);
  return made;
}

/**
 * Whether a value was made by {@linkcode parameter}.
 *
 * @example
 * ```ts
 * import { nn, ones } from "./mod.ts";
 * const layer = new nn.Linear(2, 3);
 * console.log(nn.isParameter(layer.weight), nn.isParameter(ones([3, 2]))); // true false
 * ```
 */
export function isParameter(value: unknown): value is Parameter {
  return value instanceof Tensor && known.has(value);
}
