// Matrix product out[b, m, n] = Σ_k a[b, m, k] · b[b, k, n], float32; the tiling is gemm.wgsl's.
//
// Buffers: a and b with any strides, float32 or float16, output dense row-major.
// Parameters beside gemm's: a, b (first words, or halves); aBatch, aRow, aDepth, bBatch, bDepth, bColumn (strides in elements); depth.
// Table entries: row (start in a, –, –, present), column (start in b, –, –, present), depth (offset in a, offset in b, –, present).

fn depthCount(batch: u32) -> u32 {
  return p.depth;
}

fn rowEntry(m: u32, batch: u32) -> vec4<i32> {
  return vec4<i32>(i32(p.a + batch * p.aBatch + m * p.aRow), 0, 0, i32(m < p.rows));
}

fn columnEntry(n: u32, batch: u32) -> vec4<i32> {
  return vec4<i32>(i32(p.b + batch * p.bBatch + n * p.bColumn), 0, 0, i32(n < p.columns));
}

fn depthEntry(k: u32, inside: bool, batch: u32) -> vec4<i32> {
  return vec4<i32>(i32(k * p.aDepth), i32(k * p.bDepth), 0, i32(inside));
}

fn aPlace(row: vec4<i32>, depth: vec4<i32>) -> i32 {
  return select(-1, row.x + depth.x, (row.w & depth.w) != 0);
}

fn bPlace(column: vec4<i32>, depth: vec4<i32>) -> i32 {
  return select(-1, column.x + depth.y, (column.w & depth.w) != 0);
}

fn rowPresent(row: vec4<i32>) -> bool {
  return row.w != 0;
}

fn outputIndex(m: u32, n: u32, row: vec4<i32>, column: vec4<i32>, batch: u32) -> u32 {
  return (batch * p.rows + m) * p.columns + n;
}
