// Fills the tile of a with single elements. For b, the names are changed (product_text.ts).
//
// Definitions: A_DEPTH_FIRST, whether neighbouring invocations load neighbours in depth, so that reads coalesce; float32At(place) (reading.ts).

fn aFill(local: u32) {
  for (var i = local; i < DEPTH * TY; i += THREADS) {
    let k = select(i / TY, i % DEPTH, A_DEPTH_FIRST);
    let q = select(i % TY, i / DEPTH, A_DEPTH_FIRST);
    let depth = depthTable[k];
    aTile[k * A_STRIDE + q] = vec4<f32>(
      aElement(rowTable[4u * q], depth),
      aElement(rowTable[4u * q + 1u], depth),
      aElement(rowTable[4u * q + 2u], depth),
      aElement(rowTable[4u * q + 3u], depth),
    );
  }
}

fn aElement(row: vec4<i32>, depth: vec4<i32>) -> f32 {
  let place = aPlace(row, depth);
  if (place < 0) {
    return f32(-1 - place);
  }
  return float32At(place);
}
