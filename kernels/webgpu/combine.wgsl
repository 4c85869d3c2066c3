// Adds the partial results of a product whose depth was cut into parts: out[i] = Σ over parts of partial[part, i], in order of the parts.
// One invocation an element.
//
// Parameters: scratch ([parts, count]), output (dense), count, parts. Definitions: WORKGROUP.

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(workgroup, workgroups) * WORKGROUP + local;
  if (i >= p.count) {
    return;
  }
  var sum = 0.0;
  for (var part = 0u; part < p.parts; part++) {
    sum += heap[p.scratch + part * p.count + i];
  }
  heap[p.output + i] = sum;
}
