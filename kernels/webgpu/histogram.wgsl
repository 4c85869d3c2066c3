// Histogram, first pass: each workgroup counts its part of the input.
//
// The bin of x is what binOf says (bin.wgsl); what lies outside, and NaN, is not counted. Counts are integers, so that atomics in workgroup memory give the same sum in any
// order. More than BINS bins are counted BINS at a time by workgroups of their own.
// The second pass (histogram_total.wgsl) adds the parts.
//
// Parameters: input, scratch ([parts, bins] u32), count, bins, parts, partSize, min, max. Definitions: WORKGROUP, BINS, inputOffset(i); bin.wgsl.

var<workgroup> counts: array<atomic<u32>, BINS>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroupIndex(workgroup, workgroups);
  let part = index % p.parts;
  let firstBin = (index / p.parts) * BINS;
  if (firstBin >= p.bins) {
    return;
  }
  for (var b = local; b < BINS; b += WORKGROUP) {
    atomicStore(&counts[b], 0u);
  }
  workgroupBarrier();
  let start = part * p.partSize;
  let end = min(start + p.partSize, p.count);
  for (var i = start + local; i < end; i += WORKGROUP) {
    let x = bitcast<f32>(heap[p.input + inputOffset(i)]);
    if (!isNan(x) && x >= p.min && x <= p.max) {
      let bin = binOf(x, p.min, p.max, p.bins);
      if (bin >= firstBin && bin - firstBin < BINS) {
        atomicAdd(&counts[bin - firstBin], 1u);
      }
    }
  }
  workgroupBarrier();
  for (var b = local; b < min(BINS, p.bins - firstBin); b += WORKGROUP) {
    heap[p.scratch + part * p.bins + firstBin + b] = atomicLoad(&counts[b]);
  }
}
