/** Bounds on gradients, for loops written by hand. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkIterable } from "../device/expect.ts";
import { fullLike, tensor } from "../tensor/create.ts";
import { checkTensor } from "../tensor/expect.ts";
import { noGrad } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Options of {@linkcode clipGradNorm}. */
export interface ClipGradNormOptions {
  /** Which norm: 2 for the root of the sum of squares, Infinity for the greatest size, any p above 0 for (Σ|g|ᵖ)^(1/p). Default: 2. */
  normType?: number;
}

const OPTIONS = optionNames<ClipGradNormOptions>({ normType: 1 });

/**
 * Scales all gradients down together if their norm is above a bound, as PyTorch's `clip_grad_norm_`:
 *
 *     g ← g · min(1, maxNorm / (norm + 1e-6))
 *
 * The norm is over all elements of all gradients. It is computed on the device, and nothing waits for it: read it when you like. Call it between
 * `backward()` and `step()`; in a Learner, `GradientClip` does.
 *
 * @param params a parameter, or several; those without a gradient are left out
 * @param maxNorm the bound, above 0
 * @param options see {@linkcode ClipGradNormOptions}
 * @returns the norm before, a 0-d tensor; 0 if there are no gradients
 * @throws {RangeError} unless bound and `normType` are above 0; {@linkcode TypeError} for what are no parameters
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const w = tensor([0, 0], { requiresGrad: true }).keep();
 * w.mul(tensor([3, 4])).sum().backward();
 * const norm = optim.clipGradNorm([w], 1);
 * console.log(await norm.item(), await w.grad!.array()); // about 5 [ 0.6, 0.8 ]
 * ```
 */
export function clipGradNorm(
  params: Tensor | Iterable<Tensor>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Tensor {
  checkOptions("clipGradNorm", options, OPTIONS);
  const { normType = 2 } = options;
  for (const [name, value] of Object.entries({ maxNorm, normType })) checkAbove0("clipGradNorm", name, value);
  const all = parametersOf("clipGradNorm", params);
  return noGrad(() => {
    const gradients = all.flatMap((p) => p.borrowGrad() ?? []);
    if (gradients.length === 0) return tensor(0, all[0] ? { device: all[0].device } : {});
    const norm = normOf(gradients, normType);
    const factor = fullLike(norm, maxNorm).div(norm.add(1e-6)).clampMax(1);
    for (const g of gradients) g.mul_(factor);
    return norm;
  });
}

function normOf(gradients: readonly Tensor[], p: number): Tensor {
  const joined = (part: (g: Tensor) => Tensor, join: (a: Tensor, b: Tensor) => Tensor) =>
    gradients.map(part).reduce(join);
  if (p === Infinity) return joined((g) => g.abs().max(), (a, b) => a.maximum(b));
  if (p === 2) return joined((g) => g.square().sum(), (a, b) => a.add(b)).sqrt();
  return joined((g) => g.abs().pow(p).sum(), (a, b) => a.add(b)).pow(1 / p);
}

/**
 * Limits every element of every gradient to [−clipValue, clipValue], as PyTorch's `clip_grad_value_`. Call it between `backward()` and `step()`.
 *
 * @param params a parameter, or several; those without a gradient are left out
 * @param clipValue the bound, above 0
 * @throws {RangeError} unless the bound is above 0; {@linkcode TypeError} for what are no parameters
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const w = tensor([0, 0], { requiresGrad: true }).keep();
 * w.mul(tensor([3, -0.5])).sum().backward();
 * optim.clipGradValue([w], 1);
 * console.log(await w.grad!.array()); // [ 1, -0.5 ]
 * ```
 */
export function clipGradValue(params: Tensor | Iterable<Tensor>, clipValue: number): void {
  checkAbove0("clipGradValue", "clipValue", clipValue);
  const all = parametersOf("clipGradValue", params);
  noGrad(() => {
    for (const p of all) {
      const gradient = p.borrowGrad();
      if (gradient) gradient.copy_(gradient.clamp(-clipValue, clipValue));
    }
  });
}

function checkAbove0(what: string, name: string, value: unknown): void {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot run ${what}: ${name} must be a number, found ${typeof value}`);
  }
  if (!(value > 0)) throw new RangeError(`Cannot run ${what}: ${name} must be above 0, found ${value}`);
}

function parametersOf(what: string, params: Tensor | Iterable<Tensor>): Tensor[] {
  if (params instanceof Tensor) return [params];
  checkIterable(what, "the parameters", params, "parameters, such as model.parameters()");
  const all = [...params];
  for (const p of all) checkTensor(what, "each parameter", p);
  return all;
}
