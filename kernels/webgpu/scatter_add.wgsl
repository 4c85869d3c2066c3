// Transpose of gather: out = 0; out[i… with i[axis] = index[i…]] += source[i…], float32.
//
// No atomics: one invocation an output element walks the index along the axis and adds what points at it, so that additions happen in the
// order of the index and the result is the same each time. Invocations on the axis' first output check the indices. A long index is walked in
// several dispatches, each of which goes on from what the one before left in the output.
//
// Parameters: index, source, output (dense), count (output elements), first and end (the part of the index along the axis), indexStride and sourceStride (along the axis), inner (output elements per step of the axis), size (of the output's axis).
// Definitions: within(o) (whether index has a line through output element o), indexLine(o) and sourceLine(o), the offsets of that
// line's start; elements.wgsl.

fn element(o: u32) {
  let place = bitcast<i32>((o / p.inner) % p.size);
  var sum = select(bitcast<f32>(heap[p.output + o]), 0.0, p.first == 0u);
  if (within(o)) {
    let indices = p.index + indexLine(o);
    let sources = p.source + sourceLine(o);
    for (var j = p.first; j < p.end; j++) {
      let picked = bitcast<i32>(heap[indices + j * p.indexStride]);
      if (picked == place) {
        sum += bitcast<f32>(heap[sources + j * p.sourceStride]);
      }
      if (place == 0 && (picked < 0 || u32(picked) >= p.size)) {
        raise(p.site, picked, p.size);
      }
    }
  }
  heap[p.output + o] = bitcast<u32>(sum);
}
