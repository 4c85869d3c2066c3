// Whole random numbers: low + ⌊x · (span + 1) / 2⁶⁴⌋, x of 64 random bits.
//
// One invocation computes the two numbers of a block with counter [block, 0, counterLow, counterHigh] and key [seedLow, seedHigh].
//
// Parameters: output (dense, int32), numbers, count (of blocks), seedLow, seedHigh, counterLow, counterHigh, low, span. Definitions:
// philox.wgsl; elements.wgsl.

// a · (b + 1) as two words, low and high. It fits, as a is below 2³².
fn timesNext(a: u32, b: u32) -> vec2<u32> {
  let product = multiplyWide(a, b);
  let low = product.x + a;
  return vec2<u32>(low, product.y + select(0u, 1u, low < a));
}

fn drawnOf(upper: u32, lower: u32) -> u32 {
  let high = timesNext(upper, p.span);
  let carried = high.x + timesNext(lower, p.span).y;
  return high.y + select(0u, 1u, carried < high.x);
}

fn element(block: u32) {
  let bits = philox(vec4<u32>(block, 0u, p.counterLow, p.counterHigh), vec2<u32>(p.seedLow, p.seedHigh));
  let place = p.output + block * 2u;
  heap[place] = bitcast<u32>(p.low) + drawnOf(bits.x, bits.y);
  if (block * 2u + 1u < p.numbers) {
    heap[place + 1u] = bitcast<u32>(p.low) + drawnOf(bits.z, bits.w);
  }
}
