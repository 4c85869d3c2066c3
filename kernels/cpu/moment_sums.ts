// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Sums of numbers and of their squares, in 64 bits, in a loop whose vectors V8 joins. */
import { madd64 } from "./relaxed";
import { SQUARES } from "./statistics_places";
import { firstPlus, lastPlus, lowerHalves, upperHalves } from "./widen";

/** A sum of squares that none of |x| < 2⁹⁵ reaches, and every one with what `firstPlus` gives for a number that is not finite. */
export const LARGE: f64 = 1.5692754338466701e57;

/**
 * Adds Σd and Σd², d = x − pivot, of n elements in a row, a multiple of 16, to the four lanes of each at `sums` and behind it. What is not finite counts
 * as some number of at least 2¹²⁸: whoever finds a sum of squares of LARGE has to sum in another way.
 */
export function addMoments(sums: usize, at: usize, n: i32, pivot: f64): void {
  const less = f64x2.splat(-pivot), nothing = f64x2.splat(0);
  let a = v128.load(sums), b = v128.load(sums, 16), c = v128.load(sums, SQUARES), d = v128.load(sums, SQUARES + 16);
  let e = nothing, f = nothing, g = nothing, h = nothing, i = nothing, j = nothing, k = nothing, l = nothing;
  let m = nothing, o = nothing, v = nothing, w = nothing;
  let sl: v128, su: v128, tl: v128, tu: v128, p: v128, q: v128, r: v128, t: v128;
  // Neighbouring vectors are treated alike, one after the other, so that engines can join them.
  for (const end = at + (<usize> n << 2); at < end; at += 64) {
    p = v128.load(at), q = v128.load(at, 16), r = v128.load(at, 32), t = v128.load(at, 48);
    sl = lowerHalves(p), tl = lowerHalves(q), su = upperHalves(p), tu = upperHalves(q);
    p = firstPlus(sl, su, less), q = firstPlus(tl, tu, less);
    a = f64x2.add(a, p), b = f64x2.add(b, q), c = madd64(p, p, c), d = madd64(q, q, d);
    p = lastPlus(sl, su, less), q = lastPlus(tl, tu, less);
    e = f64x2.add(e, p), f = f64x2.add(f, q), g = madd64(p, p, g), h = madd64(q, q, h);
    sl = lowerHalves(r), tl = lowerHalves(t), su = upperHalves(r), tu = upperHalves(t);
    p = firstPlus(sl, su, less), q = firstPlus(tl, tu, less);
    i = f64x2.add(i, p), j = f64x2.add(j, q), k = madd64(p, p, k), l = madd64(q, q, l);
    p = lastPlus(sl, su, less), q = lastPlus(tl, tu, less);
    m = f64x2.add(m, p), o = f64x2.add(o, q), v = madd64(p, p, v), w = madd64(q, q, w);
  }
  a = f64x2.add(f64x2.add(a, e), f64x2.add(i, m)), b = f64x2.add(f64x2.add(b, f), f64x2.add(j, o));
  c = f64x2.add(f64x2.add(c, g), f64x2.add(k, v)), d = f64x2.add(f64x2.add(d, h), f64x2.add(l, w));
  v128.store(sums, a);
  v128.store(sums, b, 16);
  v128.store(sums, c, SQUARES);
  v128.store(sums, d, SQUARES + 16);
}
