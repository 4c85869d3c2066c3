// Average pooling [N, C, H, W] → [N, C, OH, OW]. One invocation an output element sums its window; of a large window, a block in each of several
// dispatches, which go on from what the one before left in the output.
//
// Window i of an axis covers [from, to) of the image: fixed windows start at i·stride − padding and are clipped to the image; adaptive ones
// run from ⌊i·H/OH⌋ to ⌈(i+1)·H/OH⌉. The divisor is the window's size, with the padding it covers if countIncludePad, or one number for all.
//
// Parameters: input, output, count, the image's (height, width) and the windows' (rows, columns), channels, strides of input and output
// (n, c, y, x), geometry of fixed windows; the block: firstY, endY, firstX, endX, begins, ends. Definitions: Span and the span functions (pool_span.wgsl); pixels.wgsl, elements.wgsl.

fn element(i: u32) {
  let window = pixelOf(i, p.rows, p.columns);
  let vertical = verticalSpan(window.y);
  let horizontal = horizontalSpan(window.x);
  let start = inputPlane(window);
  let word = outputWord(window);
  var sum = select(bitcast<f32>(heap[word]), 0.0, p.begins == 1u);
  for (var y = vertical.start + p.firstY; y < min(vertical.end, vertical.start + p.endY); y++) {
    for (var x = horizontal.start + p.firstX; x < min(horizontal.end, horizontal.start + p.endX); x++) {
      sum += bitcast<f32>(heap[start + y * p.inputY + x * p.inputX]);
    }
  }
  heap[word] = bitcast<u32>(select(sum, sum / divisorOf(vertical, horizontal), p.ends == 1u));
}
