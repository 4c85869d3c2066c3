// 2-D cross-correlation as an implicit matrix product (gemm.wgsl):
// out[n, o, y, x] = Σ_{c, i, j} image[n, c, y·strideY + i·dilationY − paddingY, x·strideX + j·dilationX − paddingX] · weight[o, c, i, j], zero outside
// the image, over the channels c of o's group.
//
// The batches are the groups. Rows are output pixels (n, y, x), columns the group's output channels o, depth is (i, j, c) with c fastest, as
// images are stored.
// Buffers: image [N, H, W, C], weight [O, C/groups, KH, KW], output [N, OH, OW, O], dense.
// Parameters beside gemm's: image, weight (first words); depth, height, width, channels, groupChannels, outHeight, outWidth, outChannels, kernelY,
// kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX. Weights may be float16, and are then counted in halves.
// Table entries: row (start of the image, top, left, present), column (start of the filter, –, –, present), depth (i, j, c, present).

fn depthCount(batch: u32) -> u32 {
  return p.depth;
}

fn rowEntry(m: u32, batch: u32) -> vec4<i32> {
  let x = m % p.outWidth;
  let y = m / p.outWidth % p.outHeight;
  let n = m / (p.outWidth * p.outHeight);
  let top = i32(y * p.strideY) - i32(p.paddingY);
  let left = i32(x * p.strideX) - i32(p.paddingX);
  return vec4<i32>(i32(p.image + n * p.height * p.width * p.channels + batch * p.groupChannels), top, left, i32(m < p.rows));
}

fn columnEntry(o: u32, batch: u32) -> vec4<i32> {
  return vec4<i32>(i32(p.weight + (batch * p.columns + o) * p.depth), 0, 0, i32(o < p.columns));
}

fn depthEntry(k: u32, inside: bool, batch: u32) -> vec4<i32> {
  let c = k % p.groupChannels;
  let j = k / p.groupChannels % p.kernelX;
  let i = k / (p.groupChannels * p.kernelX);
  return vec4<i32>(i32(i), i32(j), i32(c), i32(inside));
}

fn aPlace(row: vec4<i32>, depth: vec4<i32>) -> i32 {
  let y = row.y + depth.x * i32(p.dilationY);
  let x = row.z + depth.y * i32(p.dilationX);
  if ((row.w & depth.w) == 0 || u32(y) >= p.height || u32(x) >= p.width) {
    return -1;
  }
  return row.x + (y * i32(p.width) + x) * i32(p.channels) + depth.z;
}

fn bPlace(column: vec4<i32>, depth: vec4<i32>) -> i32 {
  let place = column.x + (depth.z * i32(p.kernelY) + depth.x) * i32(p.kernelX) + depth.y;
  return select(-1, place, (column.w & depth.w) != 0);
}

fn rowPresent(row: vec4<i32>) -> bool {
  return row.w != 0;
}

fn outputIndex(m: u32, n: u32, row: vec4<i32>, column: vec4<i32>, batch: u32) -> u32 {
  return m * p.outChannels + batch * p.columns + n;
}
