// The largest element of a max pool's window. Of equal elements the first in row-major order counts; a NaN is larger than what comes before it, as
// in PyTorch. Padding is never chosen: every window covers a pixel.
//
// Parameters: height, width, inputY, inputX; kernelY, kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX; the block of the
// window's taps that is looked at: firstY, endY, firstX, endX.

// A pixel, and whether there is one yet.
struct Place {
  y: u32,
  x: u32,
  found: bool,
}

// The larger of `best` and of the block of the window at (row, column) of the image that begins at word `start`.
fn largest(start: u32, row: u32, column: u32, best: Place) -> Place {
  var place = best;
  var most = bitcast<f32>(heap[start + best.y * p.inputY + best.x * p.inputX]);
  for (var i = p.firstY; i < p.endY; i++) {
    // Counted from the edge of the padding, so that nothing is negative.
    let y = row * p.strideY + i * p.dilationY;
    if (y < p.paddingY || y - p.paddingY >= p.height) {
      continue;
    }
    for (var j = p.firstX; j < p.endX; j++) {
      let x = column * p.strideX + j * p.dilationX;
      if (x < p.paddingX || x - p.paddingX >= p.width) {
        continue;
      }
      let here = Place(y - p.paddingY, x - p.paddingX, true);
      let value = bitcast<f32>(heap[start + here.y * p.inputY + here.x * p.inputX]);
      if (!place.found || isNan(value) || (!isNan(most) && value > most)) {
        most = value;
        place = here;
      }
    }
  }
  return place;
}
