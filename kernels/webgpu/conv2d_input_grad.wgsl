// Gradient of conv2d with respect to its image, as an implicit matrix product (gemm.wgsl):
// out[n, c, y, x] = Σ_{o, i, j} g[n, o, (y + paddingY − i·dilationY) / strideY, (x + paddingX − j·dilationX) / strideX] · weight[o, c, i, j]
// over the o of c's group, and those i, j for which the divisions are exact and the result lies inside g.
//
// Pixels are sorted by (y mod strideY, x mod strideX) into strideY · strideX classes: within a class exactly the taps i = first, first + stepY, …
// contribute, whose places in g are gStepY apart, so that no work is spent on the others. The batches of gemm are the classes of each group. Rows
// are the class' pixels (n, y, x), columns the group's channels c, depth is (tap in y, tap in x, o) with o fastest, as g is stored.
// Buffers: g [N, OH, OW, O], weight [O, C/groups, KH, KW], output [N, H, W, C], dense.
// Parameters beside gemm's: gradient, weight (first words); images, height, width, channels, groupChannels, outHeight, outWidth, outChannels, groupOut,
// kernelY, kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX, stepY, stepX, gStepY, gStepX. Weights may be float16, as
// in conv2d.wgsl.
// Table entries: row (start of the image in g, y and x in g of the first tap, 1 + output pixel or 0), column (offset in the filter, –, –,
// present), depth (rows and columns of g before the first tap, offset in weight, 1 + o or 0).

// First kernel row (or column) that reaches the pixels of a class, or the kernel's size if none does; and how many do.
fn firstTap(class_: u32, stride: u32, padding: u32, dilation: u32, step: u32, kernel: u32) -> u32 {
  for (var tap = 0u; tap < min(step, kernel); tap++) {
    if ((class_ + padding + tap * (stride - dilation % stride)) % stride == 0u) {
      return tap;
    }
  }
  return kernel;
}

fn firstTapY(class_: u32) -> u32 {
  return firstTap(class_ / p.strideX % p.strideY, p.strideY, p.paddingY, p.dilationY, p.stepY, p.kernelY);
}

fn firstTapX(class_: u32) -> u32 {
  return firstTap(class_ % p.strideX, p.strideX, p.paddingX, p.dilationX, p.stepX, p.kernelX);
}

fn tapCount(first: u32, step: u32, kernel: u32) -> u32 {
  return select(0u, (kernel - first + step - 1u) / step, kernel > first);
}

fn groupOf(batch: u32) -> u32 {
  return batch / (p.strideX * p.strideY);
}

// How many of `size` pixels belong to a class.
fn classSize(class_: u32, stride: u32, size: u32) -> u32 {
  return select(0u, (size - class_ + stride - 1u) / stride, size > class_);
}

fn depthCount(batch: u32) -> u32 {
  let taps = tapCount(firstTapY(batch), p.stepY, p.kernelY) * tapCount(firstTapX(batch), p.stepX, p.kernelX);
  return taps * p.groupOut;
}

fn rowEntry(m: u32, batch: u32) -> vec4<i32> {
  let classY = batch / p.strideX % p.strideY;
  let classX = batch % p.strideX;
  let countY = classSize(classY, p.strideY, p.height);
  let countX = classSize(classX, p.strideX, p.width);
  if (m >= p.images * countY * countX) {
    return vec4<i32>();
  }
  let x = classX + p.strideX * (m % countX);
  let y = classY + p.strideY * (m / countX % countY);
  let n = m / (countX * countY);
  let firstY = (i32(y + p.paddingY) - i32(firstTapY(batch) * p.dilationY)) / i32(p.strideY);
  let firstX = (i32(x + p.paddingX) - i32(firstTapX(batch) * p.dilationX)) / i32(p.strideX);
  let start = p.gradient + n * p.outHeight * p.outWidth * p.outChannels + groupOf(batch) * p.groupOut;
  return vec4<i32>(i32(start), firstY, firstX, i32((n * p.height + y) * p.width + x + 1u));
}

fn columnEntry(c: u32, batch: u32) -> vec4<i32> {
  return vec4<i32>(i32(p.weight + c * p.kernelY * p.kernelX), 0, 0, i32(c < p.columns));
}

fn depthEntry(k: u32, inside: bool, batch: u32) -> vec4<i32> {
  if (!inside) {
    return vec4<i32>();
  }
  let firstX = firstTapX(batch);
  let taps = tapCount(firstX, p.stepX, p.kernelX);
  let o = k % p.groupOut;
  let tapX = k / p.groupOut % taps;
  let tapY = k / (p.groupOut * taps);
  let i = firstTapY(batch) + tapY * p.stepY;
  let j = firstX + tapX * p.stepX;
  let filter_ = groupOf(batch) * p.groupOut + o;
  return vec4<i32>(i32(tapY * p.gStepY), i32(tapX * p.gStepX), i32((filter_ * p.columns * p.kernelY + i) * p.kernelX + j), i32(o + 1u));
}

fn aPlace(row: vec4<i32>, depth: vec4<i32>) -> i32 {
  let y = row.y - depth.x;
  let x = row.z - depth.y;
  if (row.w == 0 || depth.w == 0 || u32(y) >= p.outHeight || u32(x) >= p.outWidth) {
    return -1;
  }
  return row.x + (y * i32(p.outWidth) + x) * i32(p.outChannels) + depth.w - 1;
}

fn bPlace(column: vec4<i32>, depth: vec4<i32>) -> i32 {
  return select(-1, column.x + depth.z, column.w != 0 && depth.w != 0);
}

fn rowPresent(row: vec4<i32>) -> bool {
  return row.w != 0;
}

fn outputIndex(m: u32, n: u32, row: vec4<i32>, column: vec4<i32>, batch: u32) -> u32 {
  return u32(row.w - 1) * p.channels + groupOf(batch) * p.columns + n;
}
