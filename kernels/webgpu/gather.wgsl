// Picks elements along one axis: out[i…] = input[i… with i[axis] = index[i…]]. One invocation an element.
//
// Elements are moved as words, so that one kernel serves float32, int32 and bool; float16 becomes float32 on the way. An index out of range raises the fault flag and gives 0.
//
// Parameters: input, index, output (dense), count, size and stride of the input's axis. Definitions: inputOffset(i) (as if the
// index were 0) and indexOffset(i), both of the i-th element of index's shape; wordAt(place), the input's element there as a word; elements.wgsl.

fn element(i: u32) {
  let picked = bitcast<i32>(heap[p.index + indexOffset(i)]);
  var word = 0u;
  if (picked < 0 || u32(picked) >= p.size) {
    raise(p.site, picked, p.size);
  } else {
    word = wordAt(p.input + inputOffset(i) + u32(picked) * p.stride);
  }
  heap[p.output + i] = word;
}
