// Gradient of cross-entropy with respect to the logits:
// out[r, c] = (softmax(logits[r])[c] − (c = labels[r])) · g[r].
//
// One pass; a team of TEAM members shares a row (rows.wgsl). A label out of range raises the fault flag, and counts for
// no column.
//
// Parameters: logits and output (dense), labels and labelStride, g and gStride (0 when the loss is a mean), rows, columns.
// Definitions: TEAM; rows.wgsl.

fn finish(row: u32, start: u32, member: u32, statistics: RowStatistics) {
  let label = heap[p.labels + row * p.labelStride];
  if (member == 0u && label >= p.columns) {
    raise(p.site, bitcast<i32>(label), p.columns);
  }
  let g = bitcast<f32>(heap[p.g + row * p.gStride]);
  for (var c = member; c < p.columns; c += TEAM) {
    let probability = expOf(bitcast<f32>(heap[start + c]) - statistics.maximum) / statistics.sum;
    heap[p.output + row * p.columns + c] = bitcast<u32>((probability - select(0.0, 1.0, c == label)) * g);
  }
}
