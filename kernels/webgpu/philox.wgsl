// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): four random unsigned integers for a counter and a key.

fn philox(start: vec4<u32>, seed: vec2<u32>) -> vec4<u32> {
  var counter = start;
  var key = seed;
  for (var round = 0u; round < 10u; round++) {
    let first = multiplyWide(0xd2511f53u, counter.x);
    let second = multiplyWide(0xcd9e8d57u, counter.z);
    counter = vec4<u32>(second.y ^ counter.y ^ key.x, second.x, first.y ^ counter.w ^ key.y, first.x);
    key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return counter;
}
