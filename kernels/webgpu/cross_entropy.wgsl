// Cross-entropy of logits [rows, columns] and integer labels [rows]:
// losses[r] = logsumexp(logits[r]) − logits[r, labels[r]].
//
// One pass; a team of TEAM members shares a row (rows.wgsl). A label outside [0, columns) raises the fault flag; its loss is 0.
//
// Parameters: logits (dense), labels (first word) and labelStride, losses (dense), lossSite, rows, columns. Definitions: rows.wgsl, whose finish calls
// storeLoss.

fn storeLoss(row: u32, start: u32, member: u32, statistics: RowStatistics) {
  if (member != 0u) {
    return;
  }
  let label = bitcast<i32>(heap[p.labels + row * p.labelStride]);
  var loss = 0.0;
  if (label < 0 || u32(label) >= p.columns) {
    raise(p.lossSite, label, p.columns);
  } else {
    loss = statistics.logSum - (bitcast<f32>(heap[start + u32(label)]) - statistics.maximum);
  }
  heap[p.losses + row] = bitcast<u32>(loss);
}
