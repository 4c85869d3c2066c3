// Tiled product out[m, n] = Σ_k a[m, k] · b[k, n]: the core of matmul, conv2d and its two gradients, which differ in what an index means.
//
// A workgroup computes 4·TY rows by 4·TX columns; each invocation holds a 4×4 block in registers. Tiles of a and b, DEPTH deep, go through
// workgroup memory as vec4s of four neighbouring rows or columns. What each row, column and depth index means is decoded once into small
// tables in workgroup memory, so that loads do no division. Where there are few tiles, or a tile has few invocations, LAYERS of them share the
// tile's depth and their blocks are added pairwise at the end; or the depth is cut into parts, each stored on its own, which combine.wgsl
// adds. A very deep part is worked off in slices, a dispatch each, which add to what is there. All of that depends on the shape alone.
//
// Parameters: output, rowTiles, columnTiles, batches, parts, partDepth (depth of one part), firstDepth, endDepth
// (the slice, counted from the part's beginning), begins (whether it is the first), partSize (words of one part's result), partColumns (words of a row
// there), rows, columns, and those of the problem. Scratch: [parts, batches, rows, partColumns] floats if parts > 1.
// Definitions: THREADS (invocations: at least TX·TY·LAYERS; any more only help to load tiles); TX, TY, LAYERS, DEPTH (a multiple of 4·LAYERS); SLICES
// (whether there are several); EPILOGUE (whether epilogue(i, column, element) stores the results, where the product is in one part and slice);
// LAYER_SUMS (blocks that layers leave for each other).
// Beside this stand, one of each: how tiles are filled, aFill(local) and bFill(local), by single elements (gemm_fill.wgsl), by four rows or columns
// (gemm_fill_across.wgsl) or by four in depth (gemm_fill_along.wgsl); and how a block is stored, storeBlock(…), by single elements (gemm_store.wgsl) or
// by four columns (gemm_store_fours.wgsl). Whether a heap of words or of fours lies below, the results have the same bits.
// The problem's file supplies, for row m, column n and depth k of a batch, table entries of four integers:
//   depthCount(batch), rowEntry(m, batch), columnEntry(n, batch), depthEntry(k, inside, batch);
//   aPlace(row, depth), bPlace(column, depth): the word where the element lies, or −1 for 0 and −2 for 1, which lie nowhere;
//   outputIndex(m, n, row, column, batch); rowPresent(row).

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
    aFill(local);
    bFill(local);
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
  if (layer == 0u) {
    storeBlock(sum, Place(firstRow, firstColumn, 4u * ty, 4u * tx, part, batch));
  }
}

// Where a block belongs: its tile, its first row and column there, its part and batch.
struct Place {
  firstRow: u32,
  firstColumn: u32,
  row: u32,
  column: u32,
  part: u32,
  batch: u32,
}

// Where an element of the result lies: as the problem says, or, if it is in parts, row after row of its part.
fn resultIndex(place: Place, row: u32, column: u32, entry: vec4<i32>) -> u32 {
  let m = place.firstRow + row;
  let n = place.firstColumn + column;
  if (p.parts > 1u) {
    return place.part * p.partSize + (place.batch * p.rows + m) * p.partColumns + n;
  }
  return outputIndex(m, n, entry, columnTable[column], place.batch);
}
