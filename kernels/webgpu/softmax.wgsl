// Softmax or log-softmax of each row of a dense [rows, columns] matrix.
//
// softmax(x)[c] = e^(x[c] − m) / Σ e^(x − m), logSoftmax(x)[c] = x[c] − m − ln Σ e^(x − m), with m the row's maximum. One pass: a team of
// TEAM members shares a row and folds maximum and sum in workgroup memory (rows.wgsl); a workgroup holds LANES rows.
//
// Parameters: input, output (dense, float32), rows, columns. Definitions: LANES, TEAM, LOG.

@compute @workgroup_size(LANES * TEAM)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroupIndex(workgroup, workgroups) * LANES + local / TEAM;
  let present = row < p.rows;
  let statistics = rowStatistics(p.input + row * p.columns, present, local);
  if (!present) {
    return;
  }
  for (var c = local % TEAM; c < p.columns; c += TEAM) {
    let x = bitcast<f32>(heap[p.input + row * p.columns + c]) - statistics.maximum;
    var y = x - statistics.logSum;
    if (!LOG) {
      y = expOf(x) / statistics.sum;
    }
    heap[p.output + row * p.columns + c] = bitcast<u32>(y);
  }
}
