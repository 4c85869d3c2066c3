// Transpose of average pooling, [N, C, OH, OW] → [N, C, H, W]: each window's gradient spread evenly over its pixels.
// One invocation a pixel sums, over the windows that cover it, gradient / divisor; no atomics.
//
// Fixed windows over pixel y: those i with i·stride − padding ≤ y < i·stride − padding + kernel; adaptive ones: ⌊y·OH/H⌋ up to, without,
// ⌈(y+1)·OH/H⌉.
//
// Parameters: as in avg_pool2d.wgsl, with input the windows' gradient and output the image's. Definitions: Span, the span functions and
// the cover functions (pool_span.wgsl); pixels.wgsl, elements.wgsl.

fn element(i: u32) {
  let pixel = pixelOf(i, p.height, p.width);
  let vertical = verticalCover(pixel.y);
  let horizontal = horizontalCover(pixel.x);
  let start = inputPlane(pixel);
  let word = outputWord(pixel);
  var sum = select(bitcast<f32>(heap[word]), 0.0, p.begins == 1u);
  for (var row = vertical.start + p.firstY; row < min(vertical.end, vertical.start + p.endY); row++) {
    let rows = verticalSpan(row);
    for (var column = horizontal.start + p.firstX; column < min(horizontal.end, horizontal.start + p.endX); column++) {
      let columns = horizontalSpan(column);
      sum += bitcast<f32>(heap[start + row * p.inputY + column * p.inputX]) / divisorOf(rows, columns);
    }
  }
  heap[word] = bitcast<u32>(sum);
}
