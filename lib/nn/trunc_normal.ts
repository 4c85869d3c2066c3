/** Truncated normal numbers. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { erf, noGrad } from "../tensor/graph.ts";
import { generatorOr } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { drawInto } from "../tensor/torch_random/draw.ts";
import type { TorchRandom } from "../tensor/torch_random/torch_random.ts";
import type { FillOptions } from "./fill.ts";
import { erfinv, fillFrom, normalFrom } from "./host_random.ts";

/** Options of {@linkcode truncNormal_}. */
export interface TruncNormalOptions extends FillOptions {
  /** Mean of the distribution before it is cut. Default: 0. */
  mean?: number;
  /** Its standard deviation. Default: 1. */
  std?: number;
  /** Least value. Default: −2. */
  a?: number;
  /** Greatest value. Default: 2. */
  b?: number;
}

/** Beyond this many standard deviations from the mean, the density is too small to matter in float32, beside that of the mean. */
const FAR = 14;

const OPTIONS = optionNames<TruncNormalOptions>({ mean: 1, std: 1, a: 1, b: 1, generator: 1 });

/**
 * Fills a tensor with normal numbers of mean `mean` and deviation `std` that lie in [a, b]; a and b are values, not deviations. The
 * numbers left in have a smaller deviation: 0.88 of `std` for bounds at ±2·std.
 *
 * The distribution is exact also where most of it is cut off (PyTorch's trunc_normal_ warns there). Drawn on the host, by rejection. From a
 * generator of PyTorch's kind it comes as there, with the same limits: by the inverse of the distribution function, from 24 bits a number.
 *
 * @throws {RangeError} unless a < b and std > 0
 *
 * @example
 * ```ts
 * import { nn, zeros } from "./mod.ts";
 * const weight = nn.init.truncNormal_(zeros([100, 100]), { std: 0.02, a: -0.04, b: 0.04 });
 * console.log(await weight.abs().max().item() <= 0.04); // true
 * ```
 */
export function truncNormal_(t: Tensor, options: TruncNormalOptions = {}): Tensor {
  checkOptions("truncNormal_", options, OPTIONS);
  checkTensor("truncNormal_", "the first argument", t);
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  const generator = generatorOr(options.generator);
  if (!(std > 0 && std < Infinity)) throw new RangeError(`Cannot draw with a deviation of ${std}: std must be above 0`);
  if (!(a < b)) throw new RangeError(`Cannot draw from [${a}, ${b}]: a must be below b`);
  if (generator.torch) return fillLikeTorch(t, generator.torch, { mean, std, a, b });
  const draw = between((a - mean) / std, (b - mean) / std, generator.uniforms());
  const data = Float64Array.from({ length: t.numel }, () => Math.max(a, Math.min(b, mean + std * draw())));
  return fillFrom(t, data);
}

/** Standard normal numbers from [low, high]. */
function between(low: number, high: number, uniform: () => number): () => number {
  const likeliest = Math.max(low, Math.min(high, 0));
  const normal = normalFrom(uniform);
  if (low < 0 && high > 0 && high - low > Math.sqrt(2 * Math.PI)) {
    return () => {
      for (;;) {
        const z = normal();
        if (z >= low && z <= high) return z;
      }
    };
  }
  // Uniform candidates, kept as often as their density says, from where that is as great a share of the likeliest value's: out in the tail it
  // falls the faster the farther out it is, and nearly all candidates from a wider range would be thrown away.
  const far = FAR ** 2 / (Math.hypot(likeliest, FAR) + Math.abs(likeliest));
  const [from, to] = [Math.max(low, likeliest - far), Math.min(high, likeliest + far)];
  return () => {
    for (;;) {
      const z = from + (to - from) * uniform();
      if (uniform() < Math.exp((likeliest - z) * (likeliest + z) / 2)) return z;
    }
  };
}

/** As `trunc_normal_` of PyTorch. */
function fillLikeTorch(
  t: Tensor,
  torch: TorchRandom,
  { mean, std, a, b }: Required<Omit<TruncNormalOptions, "generator">>,
): Tensor {
  const share = (x: number) => (1 + erf((x - mean) / std / Math.SQRT2)) / 2, { fround } = Math;
  const factor = fround(std * Math.SQRT2), center = fround(mean), least = fround(a), greatest = fround(b);
  const value = (u: number) => fround(fround(fround(erfinv(u)) * factor) + center);
  return noGrad(() =>
    drawInto(
      t,
      (n) =>
        torch.uniform(n, 2 * share(a) - 1, 2 * share(b) - 1).map((u) => Math.min(greatest, Math.max(least, value(u)))),
    )
  );
}
