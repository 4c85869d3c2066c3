// Fills the tile of a where four neighbours in depth lie side by side in memory, and are all present or all absent. An invocation loads four of four
// rows and stores them as four of one depth: nothing of a vec4 that others write. For b, the names are changed (product_text.ts).
//
// Definitions: float32FourAt(place) (reading.ts).

fn aFill(local: u32) {
  for (var i = local; i < DEPTH / 4u * TY; i += THREADS) {
    let k = 4u * (i % (DEPTH / 4u));
    let q = i / (DEPTH / 4u);
    let depth = depthTable[k];
    let block = transpose(mat4x4<f32>(
      aFour(rowTable[4u * q], depth),
      aFour(rowTable[4u * q + 1u], depth),
      aFour(rowTable[4u * q + 2u], depth),
      aFour(rowTable[4u * q + 3u], depth),
    ));
    aTile[k * A_STRIDE + q] = block[0];
    aTile[(k + 1u) * A_STRIDE + q] = block[1];
    aTile[(k + 2u) * A_STRIDE + q] = block[2];
    aTile[(k + 3u) * A_STRIDE + q] = block[3];
  }
}

fn aFour(row: vec4<i32>, depth: vec4<i32>) -> vec4<f32> {
  let place = aPlace(row, depth);
  if (place < 0) {
    return vec4<f32>();
  }
  return float32FourAt(place);
}
