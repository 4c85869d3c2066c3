// Functions of int32 that raise the fault flag where int32 cannot hold their result.
//
// Definitions: OVERFLOW_ADD and its like, the functions' numbers for the flag; siteHere(); raise(), multiplyWide() of math.wgsl.

fn overflow(kernel: u32) {
  raise(siteHere(), i32(kernel), 0u);
}

fn magnitudeOf(a: i32) -> u32 {
  return bitcast<u32>(abs(a)); // right for −2³¹ too, which abs() leaves as it is
}

// The number with that magnitude (low word, high word) and sign.
fn withSign(magnitude: vec2<u32>, negative: bool, kernel: u32) -> i32 {
  if (magnitude.y != 0u || magnitude.x > select(0x7fffffffu, 0x80000000u, negative)) {
    overflow(kernel);
    return 0;
  }
  let value = bitcast<i32>(magnitude.x);
  return select(value, -value, negative);
}

fn addWithin(a: i32, b: i32, kernel: u32) -> i32 {
  let sum = a + b;
  // Both have the sign that the sum has not.
  if (((a ^ sum) & (b ^ sum)) < 0) {
    overflow(kernel);
  }
  return sum;
}

fn addInteger(a: i32, b: i32) -> i32 {
  return addWithin(a, b, OVERFLOW_ADD);
}

fn subInteger(a: i32, b: i32) -> i32 {
  let difference = a - b;
  if (((a ^ b) & (a ^ difference)) < 0) {
    overflow(OVERFLOW_SUB);
  }
  return difference;
}

fn mulInteger(a: i32, b: i32) -> i32 {
  return withSign(multiplyWide(magnitudeOf(a), magnitudeOf(b)), (a < 0) != (b < 0), OVERFLOW_MUL);
}

fn negInteger(a: i32) -> i32 {
  return withSign(vec2<u32>(magnitudeOf(a), 0u), a > 0, OVERFLOW_NEG);
}

fn absInteger(a: i32) -> i32 {
  return withSign(vec2<u32>(magnitudeOf(a), 0u), false, OVERFLOW_ABS);
}

// Of a negative power the whole part is left: 0 but for 1 and −1.
fn powInteger(a: i32, b: i32) -> i32 {
  if (b < 0) {
    return select(select(0, select(1, -1, (b & 1) == 1), a == -1), 1, a == 1);
  }
  let negative = a < 0 && (b & 1) == 1;
  var rest = u32(b);
  var square = magnitudeOf(a);
  var power = vec2<u32>(1u, 0u);
  loop {
    if ((rest & 1u) == 1u) {
      power = multiplyWide(power.x, square);
    }
    rest >>= 1u;
    if (rest == 0u || power.x == 0u) {
      break;
    }
    // A square that does not fit is a factor yet to come: no result that has it fits.
    let next = multiplyWide(square, square);
    if (next.y != 0u || next.x > 0x7fffffffu) {
      power.y = 1u;
      break;
    }
    square = next.x;
  }
  return withSign(power, negative, OVERFLOW_POW);
}

// a − b·⌊a / b⌋.
fn remainderInteger(a: i32, b: i32) -> i32 {
  if (b == 0) {
    overflow(OVERFLOW_REMAINDER);
    return 0;
  }
  if (b == -1) {
    return 0;
  }
  let m = a % b;
  return select(m, m + b, m != 0 && (m < 0) != (b < 0));
}

// What is left of a float when its fraction is cut off. By bits, because comparisons may assume that there is no NaN.
fn castInteger(x: f32) -> i32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) >= 0x4f000000u && bits != 0xcf000000u) {
    overflow(OVERFLOW_CAST);
    return 0;
  }
  return i32(x);
}
