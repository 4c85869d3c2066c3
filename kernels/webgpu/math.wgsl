// Scalar functions that WGSL lacks, or leaves too loose. Appended to every module that calls one of them.
//
// WGSL lets an implementation assume that NaN and infinity never occur, and bounds the error of sin, cos and of log near 1 only
// absolutely. These follow IEEE 754 and C instead: NaN is found by its bits, and each function is accurate to a few units in the last
// place. Sources: Cephes single precision (sin, cos), Payne and Hanek 1983 (reduction of large angles), N. Juffa's erff (public, Stack
// Overflow 35148198), Taylor series for the rest.

// Bit patterns live in variables, because a constant expression may not be NaN or infinite.
var<private> infinityBits: u32 = 0x7f800000u;
var<private> nanBits: u32 = 0x7fc00000u;

fn infinity() -> f32 {
  return bitcast<f32>(infinityBits);
}

fn nan() -> f32 {
  return bitcast<f32>(nanBits);
}

fn isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn isInfinite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u;
}

// The larger argument; NaN if either is NaN.
fn maximumOf(a: f32, b: f32) -> f32 {
  return select(select(a, b, a < b), b, isNan(b));
}

// The smaller argument; NaN if either is NaN.
fn minimumOf(a: f32, b: f32) -> f32 {
  return select(select(a, b, b < a), b, isNan(b));
}

// x − x: 0, or NaN where x is not finite. (Compilers take it to be 0, and a division by it to be anything.)
fn zeroOf(x: f32) -> f32 {
  return select(0.0, nan(), (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u);
}

// x itself, by a way that compilers cannot see through: no buffer has 2³¹ elements. Metal's take sums and products in any order, and would
// join a constant's parts, which are taken off one by one so that each step is exact.
fn held(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) ^ (arrayLength(&heap) >> 31u));
}

// e^x = e^r · 2^n with r in [−ln 2 / 2, ln 2 / 2]: the platform's exp alone errs in proportion to x. ln 2 is taken off in two parts.
fn expOf(x: f32) -> f32 {
  if (isNan(x)) {
    return x;
  }
  let c = clamp(x, -104.0, 89.0);
  let n = round(c * 1.442695040888963);
  let r = held(c - n * 0.693359375) + n * 2.12194440e-4;
  // 2^n in two factors, because n may lie beyond the exponents of normal numbers.
  let half = i32(n) >> 1u;
  let first = bitcast<f32>((half + 127) << 23u);
  let second = bitcast<f32>((i32(n) - half + 127) << 23u);
  return held(exp(r) * first) * second;
}

// e^x − 1, by its Taylor series near 0.
fn expm1Of(x: f32) -> f32 {
  if (abs(x) < 0.5) {
    var s = 1.0 / 362880.0;
    s = s * x + 1.0 / 40320.0;
    s = s * x + 1.0 / 5040.0;
    s = s * x + 1.0 / 720.0;
    s = s * x + 1.0 / 120.0;
    s = s * x + 1.0 / 24.0;
    s = s * x + 1.0 / 6.0;
    s = s * x + 0.5;
    return s * x * x + x;
  }
  return expOf(x) - 1.0;
}

// ln(1 + x) for |x| < 0.5, as 2·artanh(x / (2 + x)).
fn log1pSeries(x: f32) -> f32 {
  let s = x / (2.0 + x);
  let z = s * s;
  var t = 1.0 / 17.0;
  t = t * z + 1.0 / 15.0;
  t = t * z + 1.0 / 13.0;
  t = t * z + 1.0 / 11.0;
  t = t * z + 1.0 / 9.0;
  t = t * z + 1.0 / 7.0;
  t = t * z + 1.0 / 5.0;
  t = t * z + 1.0 / 3.0;
  return 2.0 * (s + s * z * t);
}

// ln x; −∞ at 0, NaN below.
fn logOf(x: f32) -> f32 {
  if (isNan(x) || x < 0.0) {
    return nan();
  }
  // By bits: comparisons may take subnormal numbers to be 0.
  let bits = bitcast<u32>(x) & 0x7fffffffu;
  if (bits == 0u) {
    return -infinity();
  }
  if (isInfinite(x)) {
    return x;
  }
  if (bits < 0x800000u) {
    return select(log(f32(bits)) - 103.27892990343185, nan(), bitcast<u32>(x) > bits); // x = bits · 2^-149
  }
  if (abs(x - 1.0) < 0.5) {
    return log1pSeries(x - 1.0);
  }
  return log(x);
}

// log2 x, from the bits: the exponent, plus the logarithm of a mantissa in [√½, √2). Exact at powers of two.
fn log2Of(x: f32) -> f32 {
  if (isNan(x) || x < 0.0) {
    return nan();
  }
  if ((bitcast<u32>(x) & 0x7fffffffu) == 0u) {
    return -infinity();
  }
  if ((bitcast<u32>(x) >> 31u) == 1u) {
    return nan(); // subnormal
  }
  if (isInfinite(x)) {
    return x;
  }
  let parts = partsOf(bitcast<u32>(x));
  let upper = parts.mantissa > 0xb504f3u; // √2·2²³
  let mantissa = f32(parts.mantissa) * select(0x1p-23f, 0x1p-24f, upper);
  return f32(parts.exponent - select(127, 126, upper)) + log1pSeries(mantissa - 1.0) * 1.44269504;
}

fn log1pOf(x: f32) -> f32 {
  if (abs(x) < 0.5) {
    return log1pSeries(x);
  }
  return logOf(1.0 + x);
}

// tanh x = −m / (2 + m) with m = e^(−2|x|) − 1: never overflows.
fn tanhOf(x: f32) -> f32 {
  if (isNan(x)) {
    return x;
  }
  let m = expm1Of(-2.0 * abs(x));
  let t = -m / (2.0 + m);
  return select(t, -t, x < 0.0);
}

// 1 / (1 + e^(−x)), from e^(−|x|), which never overflows.
fn sigmoidOf(x: f32) -> f32 {
  if (isNan(x)) {
    return x;
  }
  let e = expOf(-abs(x));
  return select(1.0, e, x < 0.0) / (1.0 + e);
}

fn erfOf(x: f32) -> f32 {
  let t = abs(x);
  let s = x * x;
  if (isNan(x)) {
    return x;
  }
  if (t > 4.0) {
    return sign(x);
  }
  if (t > 0.927734375) {
    var r = fma(-1.72853470e-5, t, 3.83197126e-4);
    let u = fma(-3.88396438e-3, t, 2.42546219e-2);
    r = fma(r, s, u);
    r = fma(r, t, -1.06777877e-1);
    r = fma(r, t, -6.34846687e-1);
    r = fma(r, t, -1.28717512e-1);
    r = fma(r, t, -t);
    r = 1.0 - expOf(r);
    return select(r, -r, x < 0.0);
  }
  var r = -5.96761703e-4;
  r = fma(r, s, 4.99119423e-3);
  r = fma(r, s, -2.67681349e-2);
  r = fma(r, s, 1.12819925e-1);
  r = fma(r, s, -3.76125336e-1);
  r = fma(r, s, 1.28379166e-1);
  return fma(r, x, x);
}

// The 64-bit product, low and high word, from products of 16-bit halves.
fn multiplyWide(a: u32, b: u32) -> vec2<u32> {
  let a0 = a & 0xffffu;
  let a1 = a >> 16u;
  let b0 = b & 0xffffu;
  let b1 = b >> 16u;
  let low = a0 * b0;
  let middle = a1 * b0 + (low >> 16u);
  let other = a0 * b1 + (middle & 0xffffu);
  return vec2<u32>(a * b, a1 * b1 + (middle >> 16u) + (other >> 16u));
}

// x = y + q·π/2 with y in [−π/4, π/4] and q modulo 4.
struct Reduced {
  y: f32,
  q: i32,
}

// π/2 is taken off in three parts, whose products with a small q are exact.
fn reduceSmall(x: f32) -> Reduced {
  let q = round(x * 0.636619772367581);
  let y = held(held(x - q * 1.5703125) - q * 4.837512969970703e-4) - q * 7.549789954891882e-8;
  return Reduced(y, i32(q));
}

// 1 / 2π, binary point first.
var<private> turns: array<u32, 7> =
  array<u32, 7>(0x28be60dbu, 0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u, 0x4f10e410u, 0x7f9458eau);

// Payne and Hanek: the fraction of x / 2π from the 96 bits of 1 / 2π that matter for x; |x| ≥ 1.
fn reduceLarge(x: f32) -> Reduced {
  let bits = bitcast<u32>(x);
  let mantissa = ((bits & 0x7fffffu) | 0x800000u) << 8u;
  let exponent = ((bits >> 23u) & 0xffu) - 126u;
  let word = exponent >> 5u;
  let shift = exponent & 31u;
  var high = select(0u, turns[max(word, 1u) - 1u], word > 0u);
  var middle = turns[word];
  var low = turns[word + 1u];
  if (shift > 0u) {
    high = (high << shift) | (middle >> (32u - shift));
    middle = (middle << shift) | (low >> (32u - shift));
    low = (low << shift) | (turns[word + 2u] >> (32u - shift));
  }
  let tail = multiplyWide(mantissa, low).y;
  let product = multiplyWide(mantissa, middle);
  let lower = product.x + tail;
  let upper = product.y + mantissa * high + select(0u, 1u, lower < tail);
  // Two bits of quarter turns; what follows them is the fraction, rounded to the nearest quarter.
  let quarter = (upper + 0x20000000u) >> 30u;
  let fraction = bitcast<i32>(upper - (quarter << 30u));
  let y = (f32(fraction) * 0x1p-30 + f32(lower) * 0x1p-62) * 1.5707963267948966;
  let negative = x < 0.0;
  return Reduced(select(y, -y, negative), select(i32(quarter), -i32(quarter), negative));
}

// sin(x + quarter·π/2); polynomials on [−π/4, π/4].
fn sinQuarter(x: f32, quarter: i32) -> f32 {
  if (isNan(x) || isInfinite(x)) {
    return nan();
  }
  var reduced = reduceSmall(x);
  if (abs(x) > 8192.0) {
    reduced = reduceLarge(x);
  }
  let y = reduced.y;
  let z = y * y;
  let s = ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * y + y;
  let c = ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
  let turn = (reduced.q + quarter) & 3;
  let value = select(s, c, (turn & 1) == 1);
  return select(value, -value, turn >= 2);
}

fn sinOf(x: f32) -> f32 {
  return sinQuarter(x, 0);
}

fn cosOf(x: f32) -> f32 {
  return sinQuarter(x, 1);
}

// a^b as C's powf: small integral exponents by repeated squaring, which is nearly exact; the others by e^(b ln|a|).
fn powOf(a: f32, b: f32) -> f32 {
  if (b == 0.0 || a == 1.0) {
    return 1.0;
  }
  if (isNan(a) || isNan(b)) {
    return nan();
  }
  let integral = floor(b) == b;
  if (integral && abs(b) <= 64.0) {
    var n = u32(abs(b));
    var square = a;
    var power = 1.0;
    while (n > 0u) {
      if ((n & 1u) == 1u) {
        power *= square;
      }
      square *= square;
      n >>= 1u;
    }
    return select(power, 1.0 / power, b < 0.0);
  }
  if (b == 0.5 && a >= 0.0) {
    return sqrt(a);
  }
  if (isInfinite(b) && abs(a) == 1.0) {
    return 1.0;
  }
  if (a < 0.0 && !integral && !isInfinite(a)) {
    return nan();
  }
  let power = expOf(b * logOf(abs(a)));
  let odd = integral && abs(b) < 16777216.0 && (i32(b) & 1) == 1;
  return select(power, -power, odd && a < 0.0);
}

// Mantissa, with its leading bit, and exponent of a positive number by its bits; subnormal numbers too.
struct Parts {
  mantissa: u32,
  exponent: i32,
}

fn partsOf(bits: u32) -> Parts {
  if (bits >= 0x800000u) {
    return Parts((bits & 0x7fffffu) | 0x800000u, i32(bits >> 23u));
  }
  let shift = countLeadingZeros(bits) - 8u;
  return Parts(bits << shift, 1 - i32(shift));
}

// C's fmodf, exact: long division of the mantissas, one bit a turn.
fn fmodOf(a: f32, b: f32) -> f32 {
  let aBits = bitcast<u32>(a) & 0x7fffffffu;
  let bBits = bitcast<u32>(b) & 0x7fffffffu;
  let sign = bitcast<u32>(a) & 0x80000000u;
  if (bBits == 0u || bBits > 0x7f800000u || aBits >= 0x7f800000u) {
    return nan();
  }
  if (aBits < bBits) {
    return a;
  }
  let divisor = partsOf(bBits);
  var rest = partsOf(aBits);
  while (rest.exponent > divisor.exponent) {
    rest.mantissa = (rest.mantissa - select(0u, divisor.mantissa, rest.mantissa >= divisor.mantissa)) << 1u;
    rest.exponent--;
  }
  rest.mantissa -= select(0u, divisor.mantissa, rest.mantissa >= divisor.mantissa);
  if (rest.mantissa == 0u) {
    return bitcast<f32>(sign);
  }
  let shift = countLeadingZeros(rest.mantissa) - 8u;
  let exponent = rest.exponent - i32(shift);
  let mantissa = rest.mantissa << shift;
  let normal = (mantissa & 0x7fffffu) | (u32(exponent) << 23u);
  return bitcast<f32>(sign | select(mantissa >> u32(1 - exponent), normal, exponent > 0));
}

// The remainder with the sign of b.
fn remainderOf(a: f32, b: f32) -> f32 {
  let m = fmodOf(a, b);
  return select(m, m + b, m != 0.0 && (m < 0.0) != (b < 0.0));
}
