// Average pooling [N, C, H, W] → [N, C, OH, OW]. One invocation an output element sums its window.
//
// Window i of an axis covers [from, to) of the image: fixed windows start at i·stride − padding and are clipped to the image; adaptive ones
// run from ⌊i·H/OH⌋ to ⌈(i+1)·H/OH⌉. The divisor is the window's size, with the padding it covers if countIncludePad.
//
// Parameters: input, output, count, the image's (height, width) and the windows' (rows, columns), channels, strides of input and output
// (n, c, y, x), geometry of fixed windows. Definitions: Span and the span functions (pool_span.wgsl); pixels.wgsl, elements.wgsl.

fn element(i: u32) {
  let window = pixelOf(i, p.rows, p.columns);
  let vertical = verticalSpan(window.y);
  let horizontal = horizontalSpan(window.x);
  let start = inputPlane(window);
  var sum = 0.0;
  for (var y = vertical.start; y < vertical.end; y++) {
    for (var x = horizontal.start; x < horizontal.end; x++) {
      sum += bitcast<f32>(heap[start + y * p.inputY + x * p.inputX]);
    }
  }
  heap[outputWord(window)] = bitcast<u32>(sum / f32(vertical.counted * horizontal.counted));
}
