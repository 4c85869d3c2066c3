// Max pooling [N, C, H, W] → [N, C, OH, OW]: the largest element of each window, or its place y·W + x as i32. One invocation a window; of a large
// window, a block in each of several dispatches, which leave the place so far, plus one, in scratch memory.
//
// Parameters: input, output, count, channels, rows, columns, strides of input and output (n, c, y, x), those of max_pool_window.wgsl, begins,
// ends, and places (first word of scratch memory, [count]) if there are several blocks.
// Definitions: INDICES, BLOCKS (several); largest() (max_pool_window.wgsl); pixels.wgsl, elements.wgsl.

fn element(i: u32) {
  let window = pixelOf(i, p.rows, p.columns);
  let start = inputPlane(window);
  var best = Place(0u, 0u, false);
  if (BLOCKS && p.begins == 0u) {
    let place = heap[p.places + i];
    if (place > 0u) {
      best = Place((place - 1u) / p.width, (place - 1u) % p.width, true);
    }
  }
  best = largest(start, window.y, window.x, best);
  if (BLOCKS && p.ends == 0u) {
    heap[p.places + i] = select(0u, best.y * p.width + best.x + 1u, best.found);
    return;
  }
  // Bits as they are: nothing is lost of a NaN or of a number below the normal ones.
  let bits = heap[start + best.y * p.inputY + best.x * p.inputX];
  heap[outputWord(window)] = select(bits, best.y * p.width + best.x, INDICES);
}
