/** Plain fills: each sets a tensor in place, outside gradients, and returns it. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { noGrad } from "../tensor/graph.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Options of plain random fills. */
export interface FillOptions {
  /** Source of the numbers. Default: the default generator. */
  generator?: Generator;
}

/** Their names. */
export const FILL = optionNames<FillOptions>({ generator: 1 });

/**
 * Fills a tensor with normal numbers.
 *
 * @param t any shape, changed in place
 * @param mean default 0
 * @param std default 1
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * const t = nn.init.normal_(zeros([10_000]), 3, 0.1);
 * console.log(Math.abs(await t.mean().item() - 3) < 0.01); // true
 * ```
 */
export function normal_(t: Tensor, mean = 0, std = 1, options: FillOptions = {}): Tensor {
  checkOptions("normal_", options, FILL);
  checkTensor("normal_", "the first argument", t);
  return noGrad(() => t.normal_(mean, std, options));
}

/**
 * Fills a tensor with uniform numbers in [a, b).
 *
 * @param t any shape, changed in place
 * @param a default 0
 * @param b default 1
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * const t = nn.init.uniform_(zeros([100]), -1, 1);
 * console.log(await t.min().item() >= -1, await t.max().item() < 1); // true true
 * ```
 */
export function uniform_(t: Tensor, a = 0, b = 1, options: FillOptions = {}): Tensor {
  checkOptions("uniform_", options, FILL);
  checkTensor("uniform_", "the first argument", t);
  return noGrad(() => t.uniform_(a, b, options));
}

/**
 * Fills a tensor with one value. The value is a run-time number: no plan depends on it.
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * console.log(await nn.init.constant_(zeros([2]), 7).array()); // [ 7, 7 ]
 * ```
 */
export function constant_(t: Tensor, value: number): Tensor {
  checkTensor("constant_", "the first argument", t);
  return noGrad(() => t.fill_(value));
}

/**
 * Fills a tensor with 0.
 *
 * @example
 * ```ts
 * import { nn } from "./mod.ts";
 * const layer = new nn.Linear(2, 3);
 * console.log(await nn.init.zeros_(layer.bias!).array()); // [ 0, 0, 0 ]
 * ```
 */
export function zeros_(t: Tensor): Tensor {
  checkTensor("zeros_", "the first argument", t);
  return constant_(t, 0);
}

/**
 * Fills a tensor with 1.
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * console.log(await nn.init.ones_(zeros([2])).array()); // [ 1, 1 ]
 * ```
 */
export function ones_(t: Tensor): Tensor {
  checkTensor("ones_", "the first argument", t);
  return constant_(t, 1);
}
