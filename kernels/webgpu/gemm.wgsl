// Tiled product out[m, n] = Σ_k a[m, k] · b[k, n]: the core of matmul, conv2d and its two gradients, which differ in what an index means.
//
// A workgroup computes 4·TY rows by 4·TX columns; each invocation holds a 4×4 block in registers. Tiles of a and b, DEPTH deep, go through
// workgroup memory as vec4s of four neighbouring rows or columns. What each row, column and depth index means is decoded once into small
// tables in workgroup memory, so that loads do no division. Where there are few tiles, or a tile has few invocations, LAYERS of them share the
// tile's depth and their blocks are added pairwise at the end; or the depth is cut into parts, each stored on its own, which combine.wgsl
// adds. A very deep part is worked off in slices, a dispatch each, which add to what is there. All of that depends on the shape alone.
//
// Parameters: output, rowTiles, columnTiles, batches, parts, partDepth (depth of one part), firstDepth, endDepth
// (the slice, counted from the part's beginning), begins (whether it is the first), partSize (words of one part's result), rows, columns, sums (first word of a second result, if there is one), and those of the problem. Scratch: [parts, partSize] floats if parts > 1.
// Definitions: THREADS (invocations: at least TX·TY·LAYERS; any more only help to load tiles); TX, TY, LAYERS, DEPTH (a multiple of 4·LAYERS); SLICES (whether there are several); EPILOGUE (whether epilogue(i, column, element) stores the results, where the product is in one part and slice); LAYER_SUMS (blocks that layers leave for each other); A_DEPTH_FIRST,
// B_DEPTH_FIRST: whether neighbouring invocations load neighbours in depth (so that reads coalesce).
// The problem's file supplies, for row m, column n and depth k of a batch, table entries of four integers:
//   depthCount(batch), rowEntry(m, batch), columnEntry(n, batch), depthEntry(k, inside, batch);
//   aValue(row, depth), bValue(depth, column): elements, 0 outside; outputIndex(m, n, row, column, batch); rowPresent(row).

const A_STRIDE = TY + 1u;
const B_STRIDE = TX + 1u;

var<workgroup> rowTable: array<vec4<i32>, 4u * TY>;
var<workgroup> columnTable: array<vec4<i32>, 4u * TX>;
var<workgroup> depthTable: array<vec4<i32>, DEPTH>;
// One vec4 more than a row needs keeps writes down a column out of each other's memory banks.
var<workgroup> aTile: array<vec4<f32>, DEPTH * A_STRIDE>;
var<workgroup> bTile: array<vec4<f32>, DEPTH * B_STRIDE>;
var<workgroup> layerSums: array<Block, LAYER_SUMS>;

// Four rows by four columns of the result.
struct Block {
  row0: vec4<f32>,
  row1: vec4<f32>,
  row2: vec4<f32>,
  row3: vec4<f32>,
}

// The block plus the outer product of four elements of a and four of b, at depth k of the tile.
fn accumulate(block: Block, k: u32, ty: u32, tx: u32) -> Block {
  let a = aTile[k * A_STRIDE + ty];
  let b = bTile[k * B_STRIDE + tx];
  return Block(block.row0 + a.x * b, block.row1 + a.y * b, block.row2 + a.z * b, block.row3 + a.w * b);
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = workgroupIndex(workgroup, workgroups);
  let firstColumn = (tile % p.columnTiles) * 4u * TX;
  let firstRow = (tile / p.columnTiles % p.rowTiles) * 4u * TY;
  let part = tile / (p.columnTiles * p.rowTiles) % p.parts;
  let batch = tile / (p.columnTiles * p.rowTiles * p.parts);
  if (batch >= p.batches) {
    return;
  }
  for (var i = local; i < 4u * TY; i += THREADS) {
    rowTable[i] = rowEntry(firstRow + i, batch);
  }
  for (var i = local; i < 4u * TX; i += THREADS) {
    columnTable[i] = columnEntry(firstColumn + i, batch);
  }

  let tx = local % TX;
  let ty = local / TX % TY;
  let layer = local / (TX * TY);
  var sum = Block();
  let end = min(part * p.partDepth + p.endDepth, depthCount(batch));
  for (var k0 = part * p.partDepth + p.firstDepth; k0 < end; k0 += DEPTH) {
    for (var k = local; k < DEPTH; k += THREADS) {
      depthTable[k] = depthEntry(k0 + k, k0 + k < end, batch);
    }
    workgroupBarrier();
    for (var i = local; i < DEPTH * TY; i += THREADS) {
      let k = select(i / TY, i % DEPTH, A_DEPTH_FIRST);
      let q = select(i % TY, i / DEPTH, A_DEPTH_FIRST);
      let depth = depthTable[k];
      aTile[k * A_STRIDE + q] = vec4<f32>(
        aValue(rowTable[4u * q], depth),
        aValue(rowTable[4u * q + 1u], depth),
        aValue(rowTable[4u * q + 2u], depth),
        aValue(rowTable[4u * q + 3u], depth),
      );
    }
    for (var i = local; i < DEPTH * TX; i += THREADS) {
      let k = select(i / TX, i % DEPTH, B_DEPTH_FIRST);
      let q = select(i % TX, i / DEPTH, B_DEPTH_FIRST);
      let depth = depthTable[k];
      bTile[k * B_STRIDE + q] = vec4<f32>(
        bValue(depth, columnTable[4u * q]),
        bValue(depth, columnTable[4u * q + 1u]),
        bValue(depth, columnTable[4u * q + 2u]),
        bValue(depth, columnTable[4u * q + 3u]),
      );
    }
    workgroupBarrier();
    // Unrolled by hand: implementations guard each turn of a loop against running forever.
    for (var k = select(DEPTH, layer, layer < LAYERS); k < DEPTH; k += 4u * LAYERS) {
      sum = accumulate(sum, k, ty, tx);
      sum = accumulate(sum, k + LAYERS, ty, tx);
      sum = accumulate(sum, k + 2u * LAYERS, ty, tx);
      sum = accumulate(sum, k + 3u * LAYERS, ty, tx);
    }
  }

  if (LAYERS > 1u) {
    for (var half = LAYERS / 2u; half > 0u; half /= 2u) {
      if (layer >= half && layer < 2u * half) {
        layerSums[local - half * TX * TY] = sum;
      }
      workgroupBarrier();
      if (layer < half) {
        let other = layerSums[local];
        sum = Block(sum.row0 + other.row0, sum.row1 + other.row1, sum.row2 + other.row2, sum.row3 + other.row3);
      }
      workgroupBarrier();
    }
  } else {
    // With no depth at all no barrier has made the tables visible yet.
    workgroupBarrier();
  }
  if (layer > 0u) {
    return;
  }
  // One by one, lest what follows the product is compiled for each element of the block; chosen by select(), as registers have no index.
  for (var e = 0u; e < 16u; e++) {
    let upper = select(sum.row0, sum.row1, (e & 4u) != 0u);
    let lower = select(sum.row2, sum.row3, (e & 4u) != 0u);
    let row = select(upper, lower, (e & 8u) != 0u);
    let pair = select(row.xy, row.zw, (e & 2u) != 0u);
    storeElement(firstRow, firstColumn, 4u * ty + e / 4u, 4u * tx + e % 4u, select(pair.x, pair.y, (e & 1u) != 0u), part, batch);
  }
}

// Stores an element of the tile, or what the chain that follows makes of it.
fn storeElement(firstRow: u32, firstColumn: u32, row: u32, column: u32, sum: f32, part: u32, batch: u32) {
  let entry = rowTable[row];
  let n = firstColumn + column;
  if (!rowPresent(entry) || n >= p.columns) {
    return;
  }
  let i = outputIndex(firstRow + row, n, entry, columnTable[column], batch);
  let word = p.output + part * p.partSize + i;
  if (EPILOGUE) {
    epilogue(i, n, sum);
  } else if (SLICES && p.begins == 0u) {
    heap[word] = bitcast<u32>(bitcast<f32>(heap[word]) + sum);
  } else {
    heap[word] = bitcast<u32>(sum);
  }
}
