// out[i] = start + i · step. One invocation an element; float32 as one fused expression, int32 exactly.
//
// Parameters: output (dense), count, start, step. Definitions: WORKGROUP, Element (f32 or i32).

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(workgroup, workgroups) * WORKGROUP + local;
  if (i < p.count) {
    heap[p.output + i] = bitcast<u32>(Element(i) * p.step + p.start);
  }
}
