// out[i] = start + i · step. One invocation an element; float32 as one fused expression, int32 exactly.
//
// Parameters: output (dense), count, start, step. Definitions: Element (f32 or i32); elements.wgsl.

fn element(i: u32) {
  heap[p.output + i] = bitcast<u32>(Element(i) * p.step + p.start);
}
