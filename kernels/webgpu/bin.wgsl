// The bin of a number that a histogram counts; shared by histogram and statistics.

// The bin of x in [low, high]: trunc((x − low) / (high − low) · bins), each operation rounded to the nearest float32, in that order;
// x = high falls in the last bin. WGSL's division may be 2.5 units of the last place off, which decides the bin of a number on an edge: a
// position that near one is computed again by quotient(). Right wherever high − low is a normal number of float32.
fn binOf(x: f32, low: f32, high: f32, bins: u32) -> u32 {
  let distance = abs(x - low); // −0 − 0 is −0
  let range = high - low;
  var position = distance / range * f32(bins);
  if (abs(position - round(position)) <= position * 0x1p-20) {
    position = quotient(distance, range) * f32(bins);
  }
  return min(u32(position), bins - 1u);
}

// a / b rounded to nearest, ties to even, of finite numbers 0 ≤ a ≤ b that are normal or 0. Divides the significands as integers, a byte of
// the quotient at a time. A quotient below the normal numbers is 0: no bin is so narrow.
fn quotient(a: f32, b: f32) -> f32 {
  let aBits = bitcast<u32>(a);
  let bBits = bitcast<u32>(b);
  var exponent = i32(aBits >> 23u) - i32(bBits >> 23u);
  var rest = (aBits & 0x7fffffu) | 0x800000u;
  let divisor = (bBits & 0x7fffffu) | 0x800000u;
  if (rest < divisor) {
    rest <<= 1u;
    exponent--;
  }
  if (aBits < 0x800000u || exponent < -126) {
    return 0.0;
  }
  // 1 ≤ rest / divisor < 2: the first bit of the quotient is 1; 24 more follow, of which the last only rounds.
  rest -= divisor;
  var digits = 1u;
  for (var i = 0; i < 3; i++) {
    rest <<= 8u;
    let digit = rest / divisor;
    digits = (digits << 8u) | digit;
    rest -= digit * divisor;
  }
  let significand = digits >> 1u;
  let up = (digits & 1u) == 1u && (rest != 0u || (significand & 1u) == 1u);
  // Adding, not or-ing: rounding up may carry into the exponent, as it should.
  return bitcast<f32>((u32(exponent + 126) << 23u) + significand + select(0u, 1u, up));
}
