// Cross-entropy of logits [rows, columns] and integer labels [rows]:
// losses[r] = logsumexp(logits[r]) − logits[r, labels[r]].
//
// One pass; a team of TEAM members shares a row (rows.wgsl). A label outside [0, columns) raises the fault flag; its loss is 0.
//
// Parameters: logits (dense), labels (first word) and labelStride, output (dense), rows, columns. Definitions: LANES, TEAM, FAULT.

@compute @workgroup_size(LANES * TEAM)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroupIndex(workgroup, workgroups) * LANES + local / TEAM;
  let present = row < p.rows;
  let start = p.logits + row * p.columns;
  let statistics = rowStatistics(start, present, local);
  if (!present || local % TEAM != 0u) {
    return;
  }
  let label = bitcast<i32>(heap[p.labels + row * p.labelStride]);
  var loss = 0.0;
  if (label < 0 || u32(label) >= p.columns) {
    raise(FAULT, label, p.columns);
  } else {
    loss = statistics.logSum - (bitcast<f32>(heap[start + u32(label)]) - statistics.maximum);
  }
  heap[p.output + row] = bitcast<u32>(loss);
}
