// Transpose of average pooling, [N, C, OH, OW] → [N, C, H, W]: each window's gradient spread evenly over its pixels.
// One invocation a pixel sums, over the windows that cover it, gradient / divisor; no atomics.
//
// Fixed windows over pixel y: those i with i·stride − padding ≤ y < i·stride − padding + kernel; adaptive ones: ⌊y·OH/H⌋ up to, without,
// ⌈(y+1)·OH/H⌉.
//
// Parameters: as in avg_pool2d.wgsl, with input the windows' gradient and output the image's. Definitions: WORKGROUP; Span, the span
// functions and the cover functions (pool_span.wgsl).

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
  let x = i % p.width;
  let y = (i / p.width) % p.height;
  let channel = (i / (p.width * p.height)) % p.channels;
  let image = i / (p.width * p.height * p.channels);
  let vertical = verticalCover(y);
  let horizontal = horizontalCover(x);
  let start = p.input + image * p.inputN + channel * p.inputC;
  var sum = 0.0;
  for (var row = vertical.start; row < vertical.end; row++) {
    let rows = verticalSpan(row);
    for (var column = horizontal.start; column < horizontal.end; column++) {
      let columns = horizontalSpan(column);
      sum += bitcast<f32>(heap[start + row * p.inputY + column * p.inputX]) / f32(rows.counted * columns.counted);
    }
  }
  heap[p.output + image * p.outputN + channel * p.outputC + y * p.outputY + x * p.outputX] = bitcast<u32>(sum);
}
