// Stores a block of gemm.wgsl by four columns at once, in a heap of fours: they lie side by side, and no other invocation writes to any of them. A
// row of partial results has words enough for whole fours.

fn storeBlock(sum: Block, place: Place) {
  // One by one, lest what follows the product is compiled for each row of the block: the bound, which is 4, is one that no compiler knows. Chosen by
  // select(), as registers have no index.
  for (var r = 0u; r < min(4u, p.partColumns); r++) {
    let upper = select(sum.row0, sum.row1, (r & 1u) != 0u);
    let lower = select(sum.row2, sum.row3, (r & 1u) != 0u);
    storeElement(place, place.row + r, select(upper, lower, (r & 2u) != 0u));
  }
}

// Stores four elements of a row of the tile, or what the chain that follows makes of them.
fn storeElement(place: Place, row: u32, sum: vec4<f32>) {
  let entry = rowTable[row];
  let n = place.firstColumn + place.column;
  if (!rowPresent(entry) || n >= p.columns) {
    return;
  }
  let i = resultIndex(place, row, place.column, entry);
  let four = (p.output + i) >> 2u;
  if (EPILOGUE) {
    epilogue(i, n, sum);
  } else if (SLICES && p.begins == 0u) {
    heap[four] = bitcast<vec4<u32>>(bitcast<vec4<f32>>(heap[four]) + sum);
  } else {
    heap[four] = bitcast<vec4<u32>>(sum);
  }
}
