// Gradient of max pooling, [N, C, OH, OW] → [N, C, H, W]: each window's gradient goes to its largest element.
// One invocation a pixel sums, in order, the gradients of the windows that cover it and whose largest element it is; no atomics. The places
// are found again rather than stored: windows are small, and few of them overlap.
//
// Parameters: input (the images), g, output, count, channels, rows, columns, strides of input, g and output (n, c, y, x), and those of
// max_pool_window.wgsl. Definitions: largest(), firstOver() (max_pool_window.wgsl); pixels.wgsl, elements.wgsl.

fn element(i: u32) {
  let pixel = pixelOf(i, p.height, p.width);
  let x = pixel.x;
  let y = pixel.y;
  let start = inputPlane(pixel);
  let gradient = p.g + pixel.image * p.gN + pixel.channel * p.gC;
  let endRow = min((y + p.paddingY) / p.strideY + 1u, p.rows);
  let endColumn = min((x + p.paddingX) / p.strideX + 1u, p.columns);
  var sum = 0.0;
  for (var row = firstOver(y + p.paddingY, p.kernelY, p.dilationY, p.strideY); row < endRow; row++) {
    if ((y + p.paddingY - row * p.strideY) % p.dilationY != 0u) {
      continue;
    }
    for (var column = firstOver(x + p.paddingX, p.kernelX, p.dilationX, p.strideX); column < endColumn; column++) {
      let found = largest(start, row, column);
      if (found.y == y && found.x == x) {
        sum += bitcast<f32>(heap[gradient + row * p.gY + column * p.gX]);
      }
    }
  }
  heap[outputWord(pixel)] = bitcast<u32>(sum);
}
