// Gradient of cross-entropy with respect to the logits:
// out[r, c] = (softmax(logits[r])[c] − (c = labels[r])) · g[r].
//
// One pass; a team of TEAM members shares a row (rows.wgsl). A label out of range raises the fault flag, and counts for
// no column.
//
// Parameters: logits and gradient (dense), labels and labelStride, gradientSite, rows, columns. Definitions: TEAM, factor(row) (g of a row); rows.wgsl,
// whose finish calls storeGradient.

fn storeGradient(row: u32, start: u32, member: u32, statistics: RowStatistics) {
  let label = heap[p.labels + row * p.labelStride];
  if (member == 0u && label >= p.columns) {
    raise(p.gradientSite, bitcast<i32>(label), p.columns);
  }
  let g = factor(row);
  for (var c = member; c < p.columns; c += TEAM) {
    let probability = expOf(bitcast<f32>(heap[start + c]) - statistics.maximum) / statistics.sum;
    heap[p.gradient + row * p.columns + c] = bitcast<u32>((probability - select(0.0, 1.0, c == label)) * g);
  }
}
