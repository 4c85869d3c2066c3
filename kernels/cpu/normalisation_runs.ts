// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** The two sums of normalisation.ts of one output, whose elements lie in a run. */
import { scratch } from "./command";
import { addMoments, LARGE } from "./moment_sums";
import { addLanes, addOne, FOURTH, high, low, NEAR_SUMS, SECOND, THIRD } from "./normalisation_sums";
import { SQUARES } from "./statistics_places";

/** From so many elements on, joined vectors make up for a call. */
const LEAST = 512;

/** One output: n elements, `step` bytes apart. */
export function momentsRun(at: usize, n: i32, step: usize): void {
  const pivot = load<f64>(scratch, THIRD), pivots = f64x2.splat(pivot);
  if (step == 4) {
    let a = f64x2.splat(0), b = a, c = a, d = a;
    if (n >= LEAST) {
      const sums = scratch + NEAR_SUMS, most = n & ~15;
      memory.fill(sums, 0, SQUARES + 32);
      addMoments(sums, at, most, pivot);
      const both = f64x2.add(v128.load(sums, SQUARES), v128.load(sums, SQUARES + 16));
      if (f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1) < LARGE) {
        a = v128.load(sums), b = v128.load(sums, 16), c = v128.load(sums, SQUARES), d = v128.load(sums, SQUARES + 16);
        n -= most;
        at += <usize> most << 2;
      }
    }
    for (; n >= 4; n -= 4, at += 16) {
      const x = v128.load(at), left = f64x2.sub(low(x), pivots), right = f64x2.sub(high(x), pivots);
      a = f64x2.add(a, left);
      b = f64x2.add(b, right);
      c = f64x2.add(c, f64x2.mul(left, left));
      d = f64x2.add(d, f64x2.mul(right, right));
    }
    addLanes(scratch, a, b);
    addLanes(scratch + SECOND, c, d);
  }
  let sum: f64 = 0, squares: f64 = 0;
  for (; n > 0; n--, at += step) {
    const d = <f64> load<f32>(at) - pivot;
    sum += d;
    squares += d * d;
  }
  addOne(scratch, sum, squares);
}

/** One output: n elements of x and g, so many bytes apart. Products are rounded to 32 bits, as the pointwise half of a normalisation has them. */
export function sumsRun(x: usize, g: usize, n: i32, step: usize, stepG: usize): void {
  const mean = load<f32>(scratch, THIRD), scale = load<f32>(scratch, FOURTH);
  if (step == 4 && stepG == 4) {
    const means = f32x4.splat(mean), scales = f32x4.splat(scale);
    let a = f64x2.splat(0), b = a, c = a, d = a;
    for (; n >= 4; n -= 4, x += 16, g += 16) {
      const gs = v128.load(g), products = f32x4.mul(gs, f32x4.mul(f32x4.sub(v128.load(x), means), scales));
      a = f64x2.add(a, low(gs));
      b = f64x2.add(b, high(gs));
      c = f64x2.add(c, low(products));
      d = f64x2.add(d, high(products));
    }
    addLanes(scratch, a, b);
    addLanes(scratch + SECOND, c, d);
  }
  let sum: f64 = 0, products: f64 = 0;
  for (; n > 0; n--, x += step, g += stepG) {
    const y = load<f32>(g);
    sum += <f64> y;
    products += <f64> (y * ((load<f32>(x) - mean) * scale));
  }
  addOne(scratch, sum, products);
}
