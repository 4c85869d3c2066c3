// Max pooling [N, C, H, W] → [N, C, OH, OW]: the largest element of each window, or its place y·W + x as i32. One invocation a window.
//
// Parameters: input, output, count, channels, rows, columns, strides of input and output (n, c, y, x), and those of max_pool_window.wgsl.
// Definitions: WORKGROUP, INDICES; largest() (max_pool_window.wgsl).

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
  let column = i % p.columns;
  let row = (i / p.columns) % p.rows;
  let channel = (i / (p.columns * p.rows)) % p.channels;
  let image = i / (p.columns * p.rows * p.channels);
  let start = p.input + image * p.inputN + channel * p.inputC;
  let found = largest(start, row, column);
  let place = p.output + image * p.outputN + channel * p.outputC + row * p.outputY + column * p.outputX;
  // Bits as they are: nothing is lost of a NaN or of a number below the normal ones.
  heap[place] = select(heap[start + found.y * p.inputY + found.x * p.inputX], found.y * p.width + found.x, INDICES);
}
