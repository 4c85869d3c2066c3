// Rounds to 16 bits: two neighbours an invocation, which make up a word of the output.
//
// Parameters: input; output (first word, dense), count (words), total (elements). Definitions: inputOffset(i); halfAt(place), the bits of the half that
// the input's element at a place becomes; elements.wgsl.

fn element(i: u32) {
  var word = halfAt(p.input + inputOffset(2u * i));
  if (2u * i + 1u < p.total) {
    word |= halfAt(p.input + inputOffset(2u * i + 1u)) << 16u;
  }
  heap[p.output + i] = word;
}
