// Histogram, second pass: out[b] = Σ over parts of counts[part, b], as float32. One invocation a bin.
//
// Parameters: scratch ([parts, count] u32), output ([count]), count (of bins), parts. Definitions: elements.wgsl.

fn element(bin: u32) {
  var sum = 0u;
  for (var part = 0u; part < p.parts; part++) {
    sum += heap[p.scratch + part * p.count + bin];
  }
  heap[p.output + bin] = bitcast<u32>(f32(sum));
}
