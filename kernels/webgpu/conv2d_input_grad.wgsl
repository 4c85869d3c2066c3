// Gradient of conv2d with respect to its image, as an implicit matrix product (gemm.wgsl):
// out[n, c, y, x] = Σ_{o, i, j} g[n, o, (y + paddingY − i) / strideY, (x + paddingX − j) / strideX] · weight[o, c, i, j]
// over those i, j for which the divisions are exact and the result lies inside g.
//
// Pixels are sorted by (y mod strideY, x mod strideX) into strideY · strideX classes, the batches of gemm: within a class exactly the taps
// i = first, first + strideY, … contribute, so that no work is spent on the others. Rows are the class' pixels (n, y, x), columns the
// channels c, depth is (tap in y, tap in x, o) with o fastest, as g is stored.
// Buffers: g [N, OH, OW, O], weight [O, C, KH, KW], output [N, H, W, C], dense.
// Parameters beside gemm's: gradient, weight (first words); images, height, width, channels, outHeight, outWidth, outChannels, kernelY,
// kernelX, strideY, strideX, paddingY, paddingX.
// Table entries: row (start of the image in g, y and x in g of the first tap, 1 + output pixel or 0), column (offset in the filter, –, –,
// present), depth (tap in y, tap in x, offset in weight, 1 + o or 0).

// First kernel row (or column) that reaches the pixels of a class, and how many do.
fn firstTap(class_: u32, stride: u32, padding: u32) -> u32 {
  return (class_ + padding) % stride;
}

fn tapCount(first: u32, stride: u32, kernel: u32) -> u32 {
  return select(0u, (kernel - first + stride - 1u) / stride, kernel > first);
}

// How many of `size` pixels belong to a class.
fn classSize(class_: u32, stride: u32, size: u32) -> u32 {
  return select(0u, (size - class_ + stride - 1u) / stride, size > class_);
}

fn depthCount(batch: u32) -> u32 {
  let taps = tapCount(firstTap(batch / p.strideX, p.strideY, p.paddingY), p.strideY, p.kernelY) *
    tapCount(firstTap(batch % p.strideX, p.strideX, p.paddingX), p.strideX, p.kernelX);
  return taps * p.outChannels;
}

fn rowEntry(m: u32, batch: u32) -> vec4<i32> {
  let classY = batch / p.strideX;
  let classX = batch % p.strideX;
  let countY = classSize(classY, p.strideY, p.height);
  let countX = classSize(classX, p.strideX, p.width);
  if (m >= p.images * countY * countX) {
    return vec4<i32>();
  }
  let x = classX + p.strideX * (m % countX);
  let y = classY + p.strideY * (m / countX % countY);
  let n = m / (countX * countY);
  let firstY = (y + p.paddingY) / p.strideY;
  let firstX = (x + p.paddingX) / p.strideX;
  let start = p.gradient + n * p.outHeight * p.outWidth * p.outChannels;
  return vec4<i32>(i32(start), i32(firstY), i32(firstX), i32((n * p.height + y) * p.width + x + 1u));
}

fn columnEntry(c: u32, batch: u32) -> vec4<i32> {
  return vec4<i32>(i32(p.weight + c * p.kernelY * p.kernelX), 0, 0, i32(c < p.columns));
}

fn depthEntry(k: u32, inside: bool, batch: u32) -> vec4<i32> {
  if (!inside) {
    return vec4<i32>();
  }
  let firstY = firstTap(batch / p.strideX, p.strideY, p.paddingY);
  let firstX = firstTap(batch % p.strideX, p.strideX, p.paddingX);
  let taps = tapCount(firstX, p.strideX, p.kernelX);
  let o = k % p.outChannels;
  let tapX = k / p.outChannels % taps;
  let tapY = k / (p.outChannels * taps);
  let i = firstY + tapY * p.strideY;
  let j = firstX + tapX * p.strideX;
  return vec4<i32>(i32(tapY), i32(tapX), i32((o * p.columns * p.kernelY + i) * p.kernelX + j), i32(o + 1u));
}

fn aValue(row: vec4<i32>, depth: vec4<i32>) -> f32 {
  let y = row.y - depth.x;
  let x = row.z - depth.y;
  if (row.w == 0 || depth.w == 0 || u32(y) >= p.outHeight || u32(x) >= p.outWidth) {
    return 0.0;
  }
  return bitcast<f32>(heap[row.x + (y * i32(p.outWidth) + x) * i32(p.outChannels) + depth.w - 1]);
}

fn bValue(depth: vec4<i32>, column: vec4<i32>) -> f32 {
  if (column.w == 0 || depth.w == 0) {
    return 0.0;
  }
  return bitcast<f32>(heap[column.x + depth.z]);
}

fn rowPresent(row: vec4<i32>) -> bool {
  return row.w != 0;
}

fn outputIndex(m: u32, n: u32, row: vec4<i32>, column: vec4<i32>, batch: u32) -> u32 {
  return u32(row.w - 1) * p.columns + n;
}
