// Adds the partial results of a product whose depth was cut into parts: out[i] = Σ over parts of partial[part, i], in order of the parts.
// One invocation an element.
//
// Parameters: scratch ([parts, count]), output (dense), count, parts. Definitions: elements.wgsl.

fn element(i: u32) {
  var sum = 0.0;
  for (var part = 0u; part < p.parts; part++) {
    sum += heap[p.scratch + part * p.count + i];
  }
  heap[p.output + i] = sum;
}
