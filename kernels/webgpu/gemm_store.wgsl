// Stores a block of gemm.wgsl by single elements, in a heap of words.

fn storeBlock(sum: Block, place: Place) {
  // One by one, lest what follows the product is compiled for each element of the block; chosen by select(), as registers have no index.
  for (var e = 0u; e < 16u; e++) {
    let upper = select(sum.row0, sum.row1, (e & 4u) != 0u);
    let lower = select(sum.row2, sum.row3, (e & 4u) != 0u);
    let row = select(upper, lower, (e & 8u) != 0u);
    let pair = select(row.xy, row.zw, (e & 2u) != 0u);
    storeElement(place, place.row + e / 4u, place.column + e % 4u, select(pair.x, pair.y, (e & 1u) != 0u));
  }
}

// Stores an element of the tile, or what the chain that follows makes of it.
fn storeElement(place: Place, row: u32, column: u32, sum: f32) {
  let entry = rowTable[row];
  let n = place.firstColumn + column;
  if (!rowPresent(entry) || n >= p.columns) {
    return;
  }
  let i = resultIndex(place, row, column, entry);
  let word = p.output + i;
  if (EPILOGUE) {
    epilogue(i, n, sum);
  } else if (SLICES && p.begins == 0u) {
    heap[word] = bitcast<u32>(bitcast<f32>(heap[word]) + sum);
  } else {
    heap[word] = bitcast<u32>(sum);
  }
}
