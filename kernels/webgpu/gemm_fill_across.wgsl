// Fills the tile of a where four neighbouring rows lie side by side in memory, and are all present or all absent: one load each. For b, the names are
// changed (product_text.ts).
//
// Definitions: float32FourAt(place) (reading.ts).

fn aFill(local: u32) {
  for (var i = local; i < DEPTH * TY; i += THREADS) {
    aTile[i / TY * A_STRIDE + i % TY] = aFour(rowTable[4u * (i % TY)], depthTable[i / TY]);
  }
}

// Four elements, of which the first lies where it says.
fn aFour(row: vec4<i32>, depth: vec4<i32>) -> vec4<f32> {
  let place = aPlace(row, depth);
  if (place < 0) {
    return vec4<f32>(f32(-1 - place), 0.0, 0.0, 0.0);
  }
  return float32FourAt(place);
}
