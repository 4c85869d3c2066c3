// Histogram, second pass: out[b] = Σ over parts of counts[part, b], as float32. One invocation a bin.
//
// Parameters: scratch ([parts, bins] u32), output ([bins]), bins, parts. Definitions: WORKGROUP.

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let b = workgroupIndex(workgroup, workgroups) * WORKGROUP + local;
  if (b >= p.bins) {
    return;
  }
  var sum = 0u;
  for (var part = 0u; part < p.parts; part++) {
    sum += heap[p.scratch + part * p.bins + b];
  }
  heap[p.output + b] = bitcast<u32>(f32(sum));
}
