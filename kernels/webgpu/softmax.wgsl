// Softmax or log-softmax of each row of logits, [rows, columns].
//
// softmax(x)[c] = e^(x[c] − m) / Σ e^(x − m), logSoftmax(x)[c] = x[c] − m − ln Σ e^(x − m), with m the row's maximum. One pass: a team of
// TEAM members shares a row and folds maximum and sum in workgroup memory (rows.wgsl); a workgroup holds LANES rows.
//
// Parameters: logits, output (both dense), rows, columns. Definitions: TEAM, LOG; rows.wgsl.

fn finish(row: u32, start: u32, member: u32, statistics: RowStatistics) {
  for (var c = member; c < p.columns; c += TEAM) {
    let x = bitcast<f32>(heap[start + c]) - statistics.maximum;
    var y = x - statistics.logSum;
    if (!LOG) {
      y = expOf(x) / statistics.sum;
    }
    heap[p.output + row * p.columns + c] = bitcast<u32>(y);
  }
}
