// Max pooling [N, C, H, W] → [N, C, OH, OW]: the largest element of each window, or its place y·W + x as i32. One invocation a window.
//
// Parameters: input, output, count, channels, rows, columns, strides of input and output (n, c, y, x), and those of max_pool_window.wgsl.
// Definitions: INDICES; largest() (max_pool_window.wgsl); pixels.wgsl, elements.wgsl.

fn element(i: u32) {
  let window = pixelOf(i, p.rows, p.columns);
  let start = inputPlane(window);
  let found = largest(start, window.y, window.x);
  // Bits as they are: nothing is lost of a NaN or of a number below the normal ones.
  let bits = heap[start + found.y * p.inputY + found.x * p.inputX];
  heap[outputWord(window)] = select(bits, found.y * p.width + found.x, INDICES);
}
