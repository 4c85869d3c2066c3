// The largest element of a max pool's window; shared by max_pool2d and its gradient. Of equal elements the first in row-major order counts; a
// NaN is larger than what comes before it, as in PyTorch. Padding is never chosen: every window covers a pixel.
//
// Parameters: height, width, inputY, inputX; kernelY, kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX.

struct Place {
  y: u32,
  x: u32,
}

// Of the window at (row, column) of the image that begins at word `start`.
fn largest(start: u32, row: u32, column: u32) -> Place {
  var best = 0.0;
  var found = false;
  var place = Place(0u, 0u);
  for (var i = 0u; i < p.kernelY; i++) {
    // Counted from the edge of the padding, so that nothing is negative.
    let y = row * p.strideY + i * p.dilationY;
    if (y < p.paddingY || y - p.paddingY >= p.height) {
      continue;
    }
    for (var j = 0u; j < p.kernelX; j++) {
      let x = column * p.strideX + j * p.dilationX;
      if (x < p.paddingX || x - p.paddingX >= p.width) {
        continue;
      }
      let here = Place(y - p.paddingY, x - p.paddingX);
      let value = bitcast<f32>(heap[start + here.y * p.inputY + here.x * p.inputX]);
      if (!found || isNan(value) || (!isNan(best) && value > best)) {
        best = value;
        place = here;
        found = true;
      }
    }
  }
  return place;
}

// The first window that may cover a pixel, which is counted from the edge of the padding.
fn firstOver(pixel: u32, kernel: u32, dilation: u32, stride: u32) -> u32 {
  let reach = (kernel - 1u) * dilation;
  return select(0u, (pixel - reach + stride - 1u) / stride, pixel > reach);
}
