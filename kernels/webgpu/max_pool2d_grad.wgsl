// Gradient of max pooling, [N, C, OH, OW] → [N, C, H, W]: each window's gradient goes to its largest element.
// One invocation a pixel sums, in order, the gradients of the windows that cover it and whose largest element it is; no atomics. max_pool2d.wgsl
// has left the places of the largest elements in scratch memory. Where many windows cover a pixel, each of several dispatches takes a block.
//
// Parameters: places (first word of scratch memory, [N, C, OH, OW]), input, g, output, count, channels, height, width, rows, columns, strides of
// input, g and output (n, c, y, x); strideY, strideX, paddingY, paddingX, dilationY, dilationX, kernelY, kernelX; the block: firstY, endY, firstX,
// endX, begins. Definitions: pixels.wgsl, elements.wgsl.

// The first window that may cover a pixel, which is counted from the edge of the padding.
fn firstOver(pixel: u32, kernel: u32, dilation: u32, stride: u32) -> u32 {
  let reach = (kernel - 1u) * dilation;
  return select(0u, (pixel - reach + stride - 1u) / stride, pixel > reach);
}

fn element(i: u32) {
  let pixel = pixelOf(i, p.height, p.width);
  let place = pixel.y * p.width + pixel.x;
  let places = p.places + (pixel.image * p.channels + pixel.channel) * p.rows * p.columns;
  let gradient = p.g + pixel.image * p.gN + pixel.channel * p.gC;
  let firstRow = firstOver(pixel.y + p.paddingY, p.kernelY, p.dilationY, p.strideY);
  let firstColumn = firstOver(pixel.x + p.paddingX, p.kernelX, p.dilationX, p.strideX);
  let endRow = min(min((pixel.y + p.paddingY) / p.strideY + 1u, p.rows), firstRow + p.endY);
  let endColumn = min(min((pixel.x + p.paddingX) / p.strideX + 1u, p.columns), firstColumn + p.endX);
  let word = outputWord(pixel);
  var sum = select(bitcast<f32>(heap[word]), 0.0, p.begins == 1u);
  for (var row = firstRow + p.firstY; row < endRow; row++) {
    for (var column = firstColumn + p.firstX; column < endColumn; column++) {
      if (heap[places + row * p.columns + column] == place) {
        sum += bitcast<f32>(heap[gradient + row * p.gY + column * p.gX]);
      }
    }
  }
  heap[word] = bitcast<u32>(sum);
}
