// Which pixels of an axis a pooling window covers, and which windows cover a pixel; shared by avg_pool2d and its gradient.
//
// Parameters: height, width, rows, columns; kernelY, kernelX, strideY, strideX, paddingY, paddingX of fixed windows;
// divisor, an i32 (0: the size of each window).
// Definitions: ADAPTIVE, COUNT_PADDING.

// The range [start, end), and the length that counts in the divisor.
struct Span {
  start: u32,
  end: u32,
  counted: u32,
}

fn span(i: u32, size: u32, windows: u32, kernel: u32, stride: u32, padding: u32) -> Span {
  if (ADAPTIVE) {
    let start = i * size / windows;
    let end = ((i + 1u) * size + windows - 1u) / windows;
    return Span(start, end, end - start);
  }
  // Counted from the left edge of the padding, so that nothing is negative.
  let left = i * stride;
  let right = min(left + kernel, size + 2u * padding);
  let start = max(left, padding) - padding;
  let end = min(max(right, padding) - padding, size);
  return Span(start, end, select(max(end, start) - start, right - left, COUNT_PADDING));
}

// Windows that cover pixel y.
fn cover(y: u32, size: u32, windows: u32, kernel: u32, stride: u32, padding: u32) -> Span {
  if (ADAPTIVE) {
    return Span(y * windows / size, ((y + 1u) * windows + size - 1u) / size, 0u);
  }
  let place = y + padding;
  let start = select(0u, (place - kernel) / stride + 1u, place >= kernel);
  return Span(start, min(place / stride + 1u, windows), 0u);
}

fn verticalSpan(i: u32) -> Span {
  return span(i, p.height, p.rows, p.kernelY, p.strideY, p.paddingY);
}

fn horizontalSpan(i: u32) -> Span {
  return span(i, p.width, p.columns, p.kernelX, p.strideX, p.paddingX);
}

fn verticalCover(y: u32) -> Span {
  return cover(y, p.height, p.rows, p.kernelY, p.strideY, p.paddingY);
}

fn horizontalCover(x: u32) -> Span {
  return cover(x, p.width, p.columns, p.kernelX, p.strideX, p.paddingX);
}

// What the sum over a window is divided by.
fn divisorOf(rows: Span, columns: Span) -> f32 {
  return select(f32(bitcast<i32>(p.divisor)), f32(rows.counted * columns.counted), p.divisor == 0u);
}
