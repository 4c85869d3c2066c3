// Counter-based random numbers, of philox.wgsl.
//
// One invocation computes the block of four numbers with counter [block, 0, counterLow, counterHigh] and key [seedLow, seedHigh].
// uniform: (x >>> 8) · 2⁻²⁴. normal: Box–Muller of lanes (0, 1) and (2, 3), r = √(−2 ln(((x₀ >>> 8) + 1) · 2⁻²⁴)), φ = 2π · (x₁ >>> 8) · 2⁻²⁴.
//
// Parameters: output (dense, float32), numbers, count (of blocks), seedLow, seedHigh, counterLow, counterHigh. Definitions: NORMAL;
// philox.wgsl; elements.wgsl.

fn boxMuller(a: u32, b: u32) -> vec2<f32> {
  let radius = sqrt(-2.0 * logOf(f32((a >> 8u) + 1u) * 0x1p-24));
  let angle = 6.283185307179586 * (f32(b >> 8u) * 0x1p-24);
  return radius * vec2<f32>(cosOf(angle), sinOf(angle));
}

fn element(block: u32) {
  let bits = philox(vec4<u32>(block, 0u, p.counterLow, p.counterHigh), vec2<u32>(p.seedLow, p.seedHigh));
  var values = vec4<f32>(bits >> vec4<u32>(8u)) * 0x1p-24;
  if (NORMAL) {
    values = vec4<f32>(boxMuller(bits.x, bits.y), boxMuller(bits.z, bits.w));
  }
  for (var lane = 0u; lane < min(4u, p.numbers - block * 4u); lane++) {
    heap[p.output + block * 4u + lane] = bitcast<u32>(values[lane]);
  }
}
