// Floats of 16 bits (IEEE 754 binary16), two to a word, little end first, made of integers: WGSL's own unpack2x16float may flush subnormal halves to zero,
// and what its pack2x16float makes of numbers beyond 65504 is left open.

// Half number i of those in a word, as the bits of a float32. Exponent and fraction move up 13 bits, and the exponent's bias grows by 112, of what is
// not finite once more; a subnormal half is a whole multiple of 2⁻²⁴.
fn widenedBits(word: u32, i: u32) -> u32 {
  let bits = word >> ((i & 1u) * 16u);
  let size = bits & 0x7fffu;
  let normal = (size << 13u) + select(0x38000000u, 0x70000000u, size > 0x7bffu);
  return select(normal, bitcast<u32>(f32(size) * 0x1p-24f), size < 0x400u) | ((bits & 0x8000u) << 16u);
}

fn halfOf(word: u32, i: u32) -> f32 {
  return bitcast<f32>(widenedBits(word, i));
}

// Four neighbours: number i of the fours in a vec4, which has two.
fn fourHalves(words: vec4<u32>, i: u32) -> vec4<f32> {
  let two = select(words.xy, words.zw, (i & 1u) != 0u);
  return vec4<f32>(halfOf(two.x, 0u), halfOf(two.x, 1u), halfOf(two.y, 0u), halfOf(two.y, 1u));
}

// The half nearest to the float32 of these bits, ties to even; from 65520 on it is infinite.
fn narrowedBits(bits: u32) -> u32 {
  let sign = (bits >> 16u) & 0x8000u;
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) {
    return sign | 0x7e00u;
  }
  if (size >= 0x477ff000u) {
    return sign | 0x7c00u;
  }
  if (size >= 0x38800000u) {
    return sign | ((size - 0x38000000u + 0xfffu + ((size >> 13u) & 1u)) >> 13u);
  }
  // Multiples of 2⁻²⁴; what is at most half of that is 0.
  if (size <= 0x33000000u) {
    return sign;
  }
  let fraction = (size & 0x7fffffu) | 0x800000u;
  let shift = 126u - (size >> 23u);
  return sign | ((fraction + (1u << (shift - 1u)) - 1u + ((fraction >> shift) & 1u)) >> shift);
}
