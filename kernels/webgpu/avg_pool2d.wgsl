// Average pooling [N, C, H, W] → [N, C, OH, OW]. One invocation an output element sums its window.
//
// Window i of an axis covers [from, to) of the image: fixed windows start at i·stride − padding and are clipped to the image; adaptive ones
// run from ⌊i·H/OH⌋ to ⌈(i+1)·H/OH⌉. The divisor is the window's size, with the padding it covers if countIncludePad.
//
// Parameters: input, output, count, the image's (height, width) and the windows' (rows, columns), channels, strides of input and output
// (n, c, y, x), geometry of fixed windows. Definitions: WORKGROUP; Span and the span functions (pool_span.wgsl).

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
  let column = i % p.columns;
  let row = (i / p.columns) % p.rows;
  let channel = (i / (p.columns * p.rows)) % p.channels;
  let image = i / (p.columns * p.rows * p.channels);
  let vertical = verticalSpan(row);
  let horizontal = horizontalSpan(column);
  let start = p.input + image * p.inputN + channel * p.inputC;
  var sum = 0.0;
  for (var y = vertical.start; y < vertical.end; y++) {
    for (var x = horizontal.start; x < horizontal.end; x++) {
      sum += bitcast<f32>(heap[start + y * p.inputY + x * p.inputX]);
    }
  }
  let place = p.output + image * p.outputN + channel * p.outputC + row * p.outputY + column * p.outputX;
  heap[place] = bitcast<u32>(sum / f32(vertical.counted * horizontal.counted));
}
