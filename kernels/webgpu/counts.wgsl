// Counts of one workgroup's part of the input; appended to the first passes of histogram and statistics.
//
// The input is cut into parts; a workgroup counts one of them in workgroup memory, into slots. Counts are integers, so that atomics give the
// same sum in any order. More than SLOTS slots are counted SLOTS at a time, by workgroups of their own.
//
// Parameters: count (of elements), slots, parts, partSize. Definitions: WORKGROUP, SLOTS.

var<workgroup> counts: array<atomic<u32>, SLOTS>;

// What a workgroup counts: elements [start, end), of slots those from firstSlot on. None if firstSlot is no slot.
struct Part {
  index: u32,
  start: u32,
  end: u32,
  firstSlot: u32,
}

fn partOf(workgroup: u32) -> Part {
  let index = workgroup % p.parts;
  let start = index * p.partSize;
  return Part(index, start, min(start + p.partSize, p.count), (workgroup / p.parts) * SLOTS);
}

// Before a barrier.
fn clearCounts(local: u32) {
  for (var s = local; s < SLOTS; s += WORKGROUP) {
    atomicStore(&counts[s], 0u);
  }
}

// Counts `number` elements of the part, if their slot is among those that this workgroup counts.
fn countIn(slot: u32, number: u32, part: Part) {
  if (slot >= part.firstSlot && slot < p.slots && slot - part.firstSlot < SLOTS) {
    atomicAdd(&counts[slot - part.firstSlot], number);
  }
}

// After a barrier: stores the counts into [parts, slots] words from `scratch` on.
fn storeCounts(scratch: u32, part: Part, local: u32) {
  for (var s = local; s < min(SLOTS, p.slots - part.firstSlot); s += WORKGROUP) {
    heap[scratch + part.index * p.slots + part.firstSlot + s] = atomicLoad(&counts[s]);
  }
}
