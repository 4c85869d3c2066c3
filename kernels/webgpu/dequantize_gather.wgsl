// A batch out of a byte data set: out[b, j] = bytes[index[b], j] · scale + shift. One invocation four neighbours of a row.
//
// bytes is [size, row], packed four to a word, little end first. An index out of range raises the fault flag and gives 0.
//
// Parameters: bytes (first word), index and indexStride, output (dense), count (invocations), row, quads (invocations a row), size, scale,
// shift. Definitions: elements.wgsl.

fn element(i: u32) {
  let b = i / p.quads;
  let first = (i % p.quads) * 4u;
  let picked = bitcast<i32>(heap[p.index + b * p.indexStride]);
  let valid = picked >= 0 && u32(picked) < p.size;
  if (!valid && first == 0u) {
    raise(p.site, picked, p.size);
  }
  for (var j = first; j < min(first + 4u, p.row); j++) {
    var value = 0.0;
    if (valid) {
      let place = u32(picked) * p.row + j;
      let byte = (heap[p.bytes + (place >> 2u)] >> ((place & 3u) * 8u)) & 0xffu;
      value = f32(byte) * p.scale + p.shift;
    }
    heap[p.output + b * p.row + j] = bitcast<u32>(value);
  }
}
