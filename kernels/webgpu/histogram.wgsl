// Histogram, first pass: each workgroup counts its part of the input (counts.wgsl), a slot a bin.
//
// The bin of x is what binOf says (bin.wgsl); what lies outside, and NaN, is not counted.
// The second pass (histogram_total.wgsl) adds the parts.
//
// Parameters: input, scratch ([parts, slots] u32), count, slots, parts, partSize, min, max.
// Definitions: WORKGROUP, SLOTS, inputOffset(i); counts.wgsl, bin.wgsl.

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let part = partOf(workgroupIndex(workgroup, workgroups));
  if (part.firstSlot >= p.slots) {
    return;
  }
  clearCounts(local);
  workgroupBarrier();
  for (var i = part.start + local; i < part.end; i += WORKGROUP) {
    let x = bitcast<f32>(heap[p.input + inputOffset(i)]);
    if (!isNan(x) && x >= p.min && x <= p.max) {
      countIn(binOf(x, p.min, p.max, p.slots), 1u, part);
    }
  }
  workgroupBarrier();
  storeCounts(p.scratch, part, local);
}
