// Gradient of max pooling, [N, C, OH, OW] → [N, C, H, W]: each window's gradient goes to its largest element.
// One invocation a pixel sums, in order, the gradients of the windows that cover it and whose largest element it is; no atomics. The places
// are found again rather than stored: windows are small, and few of them overlap.
//
// Parameters: input (the images), g, output, count, channels, rows, columns, strides of input, g and output (n, c, y, x), and those of
// max_pool_window.wgsl. Definitions: WORKGROUP; largest(), firstOver() (max_pool_window.wgsl).

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(workgroup, workgroups) * WORKGROUP + local;
  if (i >= p.count) {
    return;
  }
  let x = i % p.width;
  let y = (i / p.width) % p.height;
  let channel = (i / (p.width * p.height)) % p.channels;
  let image = i / (p.width * p.height * p.channels);
  let start = p.input + image * p.inputN + channel * p.inputC;
  let gradient = p.g + image * p.gN + channel * p.gC;
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
  heap[p.output + image * p.outputN + channel * p.outputC + y * p.outputY + x * p.outputX] = bitcast<u32>(sum);
}
