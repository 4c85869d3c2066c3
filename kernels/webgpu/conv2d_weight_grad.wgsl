// Gradient of conv2d with respect to its weight, as an implicit matrix product (gemm.wgsl):
// out[o, c, i, j] = Σ_{n, y, x} g[n, o, y, x] · image[n, c, y·strideY + i·dilationY − paddingY, x·strideX + j·dilationX − paddingX], zero outside the
// image, for the channels c of o's group.
//
// The batches are the groups. Rows are the group's output channels o, columns (i, j, c) with c fastest, depth the pixels (n, y, x) of g: few tiles and
// a great depth, so that the depth is cut into parts.
// Buffers: image [N, H, W, C], g [N, OH, OW, O], output [O, C/groups, KH, KW], dense.
// There may be one column more, `ones`, whose image is 1 everywhere, if there is one group: the sums over all pixels of g[n, o, y, x], in the words from `sums` on.
// Parameters beside gemm's: image, gradient (first words); depth, height, width, channels, groupChannels, outHeight, outWidth, outChannels, kernelY,
// kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX; sums, ones (or a column that is not there).
// Table entries: row (start in g, –, –, present), column (i, j, start in image, 0: absent, 1: present, 2: ones), depth (offset in g, top, left, 1 + start of the
// image or 0).

fn depthCount(batch: u32) -> u32 {
  return p.depth;
}

fn rowEntry(o: u32, batch: u32) -> vec4<i32> {
  return vec4<i32>(i32(p.gradient + batch * p.rows + o), 0, 0, i32(o < p.rows));
}

fn columnEntry(q: u32, batch: u32) -> vec4<i32> {
  if (q == p.ones) {
    return vec4<i32>(0, 0, 0, 2);
  }
  let c = q % p.groupChannels;
  let j = q / p.groupChannels % p.kernelX;
  let i = q / (p.groupChannels * p.kernelX);
  return vec4<i32>(i32(i), i32(j), i32(p.image + batch * p.groupChannels + c), i32(q < p.columns));
}

fn depthEntry(k: u32, inside: bool, batch: u32) -> vec4<i32> {
  if (!inside) {
    return vec4<i32>();
  }
  let x = k % p.outWidth;
  let y = k / p.outWidth % p.outHeight;
  let n = k / (p.outWidth * p.outHeight);
  let top = i32(y * p.strideY) - i32(p.paddingY);
  let left = i32(x * p.strideX) - i32(p.paddingX);
  return vec4<i32>(i32(k * p.outChannels), top, left, i32(n * p.height * p.width * p.channels + 1u));
}

fn aPlace(row: vec4<i32>, depth: vec4<i32>) -> i32 {
  return select(-1, row.x + depth.x, row.w != 0 && depth.w != 0);
}

fn bPlace(column: vec4<i32>, depth: vec4<i32>) -> i32 {
  if (column.w == 2) {
    return select(-1, -2, depth.w != 0);
  }
  let y = depth.y + column.x * i32(p.dilationY);
  let x = depth.z + column.y * i32(p.dilationX);
  if (column.w == 0 || depth.w == 0 || u32(y) >= p.height || u32(x) >= p.width) {
    return -1;
  }
  return column.z + depth.w - 1 + (y * i32(p.width) + x) * i32(p.channels);
}

fn rowPresent(row: vec4<i32>) -> bool {
  return row.w != 0;
}

fn outputIndex(m: u32, n: u32, row: vec4<i32>, column: vec4<i32>, batch: u32) -> u32 {
  if (column.w == 2) {
    return p.sums + m - p.output;
  }
  let c = u32(column.z) - p.image - batch * p.groupChannels;
  return (((batch * p.rows + m) * p.groupChannels + c) * p.kernelY + u32(column.x)) * p.kernelX + u32(column.y);
}
