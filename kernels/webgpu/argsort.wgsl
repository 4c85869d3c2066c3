// One round of sorting by merging: pairs of sorted runs of `run` numbers in a row become runs twice as long. One invocation an element.
//
// An element's place in the merged run is its place in its own, and how many of the other come before it: of the later run those that are smaller,
// of the earlier one also those that are equal, so that equal numbers stay in their order.
//
// Parameters: input, order (of the round before), output (dense), count; n, run; stride of the input. Definitions: IS_FLOAT, DESCENDING, FIRST (there
// was no round before); inputRow(r), the offset of a row; elements.wgsl.

// A number as a key that sorts as a whole number: float32 in the order of its bits, those of negative numbers turned around; −0 is 0, and NaN the
// largest.
fn keyOf(bits: u32) -> u32 {
  if (!IS_FLOAT) {
    return bits ^ 0x80000000u;
  }
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) {
    return 0xffffffffu;
  }
  if (size == 0u) {
    return 0x80000000u;
  }
  return select(bits | 0x80000000u, ~bits, bits >> 31u == 1u);
}

// Which element of the row stands at `place` of the order so far.
fn elementAt(row: u32, place: u32) -> u32 {
  if (FIRST) {
    return place;
  }
  return heap[p.order + row * p.n + place];
}

fn keyAt(line: u32, which: u32) -> u32 {
  let key = keyOf(heap[line + which * p.stride]);
  return select(key, ~key, DESCENDING);
}

fn element(i: u32) {
  let row = i / p.n;
  let place = i % p.n;
  let line = p.input + inputRow(row);
  let which = elementAt(row, place);
  let key = keyAt(line, which);

  let run = place / p.run;
  let later = run % 2u == 1u;
  let pair = (run - run % 2u) * p.run;
  let other = select(pair + p.run, pair, later);
  var low = 0u;
  var high = min(p.run, max(p.n, other) - other);
  while (low < high) {
    let middle = (low + high) / 2u;
    let found = keyAt(line, elementAt(row, other + middle));
    if (found < key || (later && found == key)) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }
  heap[p.output + row * p.n + pair + place % p.run + low] = which;
}
