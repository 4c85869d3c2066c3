// Mean, spread and counts, first pass: each workgroup takes its part of the input.
//
// Moments are of d = x − pivot, where the pivot is the mean of the first elements of the whole input, the same in all workgroups: neither the
// subtraction nor the merging of parts then loses what is far below the mean. Every invocation keeps (count, mean of d, Σ(d − mean)²) by
// Welford's update; the team merges them pairwise by Chan's formula, in an order that the shape alone decides. Infinities and NaN take no
// part, but leave a flag: shaders may assume that they never occur in arithmetic.
//
// Counts (counts.wgsl) are the histogram's, after four slots: what lies below and above, zeros, and what is not finite. An invocation adds up
// its zeros by itself, as they may be most of the elements.
// The second pass (statistics_total.wgsl) merges the parts.
//
// Parameters: input, scratch (pivot as f32, then [parts, 6] words: count, mean and three sums of squares as f32, flags u32; then [parts, slots] u32), count,
// slots, parts, partSize, min, max. Definitions: WORKGROUP, SLOTS, ABSOLUTE, inputOffset(i); counts.wgsl, moments.wgsl,
// moments_team.wgsl, bin.wgsl; sumOfTeam (teams.ts).

var<workgroup> flags: atomic<u32>;
var<workgroup> sums: array<f32, WORKGROUP>;

fn elementAt(i: u32) -> f32 {
  return bitcast<f32>(heap[p.input + inputOffset(i)]);
}

const ZEROS = 2u;
const NON_FINITE = 3u;
const FIRST_BIN = 4u;

// The same slot for below, above, what is not finite, and each bin as in the output.
fn slotOf(x: f32, flag: u32) -> u32 {
  if (flag != 0u) {
    return NON_FINITE;
  }
  if (x < p.min) {
    return 0u;
  }
  if (x > p.max) {
    return 1u;
  }
  return FIRST_BIN + binOf(x, p.min, p.max, p.slots - FIRST_BIN);
}

fn sumOf(a: f32, b: f32) -> f32 {
  return a + b;
}

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
  if (local == 0u) {
    atomicStore(&flags, 0u);
  }
  let sample = min(WORKGROUP, p.count);
  var mine = 0.0;
  if (local < sample) {
    let x = elementAt(local);
    if (flagOf(x) == 0u) {
      mine = x / f32(sample);
    }
  }
  let sum = sumOfTeam(mine, local, WORKGROUP, 1u);
  if (local == 0u) {
    sums[0] = sum;
  }
  workgroupBarrier();
  let pivot = sums[0];

  var count = 0.0;
  var zeros = 0u;
  var mean = 0.0;
  var squares = vec3<f32>();
  for (var i = part.start + local; i < part.end; i += WORKGROUP) {
    let x = elementAt(i);
    let flag = flagOf(x);
    if (flag == 0u) {
      let d = x - pivot;
      count += 1.0;
      let off = d - mean;
      mean += off / count;
      squares += (off * SCALES) * ((d - mean) * SCALES);
    } else {
      atomicOr(&flags, flag);
    }
    // By its bits: a subnormal number may compare equal to 0.
    zeros += select(0u, 1u, (bitcast<u32>(x) & 0x7fffffffu) == 0u);
    countIn(slotOf(select(x, abs(x), ABSOLUTE), flag), 1u, part);
  }
  if (zeros > 0u) {
    countIn(ZEROS, zeros, part);
  }
  let all = mergeTeam(momentsOf(count, mean, squares), local, WORKGROUP, 1u);
  storeCounts(p.scratch + 1u + 6u * p.parts, part, local);
  if (local == 0u && part.firstSlot == 0u) {
    let at = p.scratch + 1u + 6u * part.index;
    heap[at] = bitcast<u32>(all.count);
    heap[at + 1u] = bitcast<u32>(all.mean);
    heap[at + 2u] = bitcast<u32>(all.plain);
    heap[at + 3u] = bitcast<u32>(all.down);
    heap[at + 4u] = bitcast<u32>(all.up);
    heap[at + 5u] = atomicLoad(&flags);
    if (part.index == 0u) {
      heap[p.scratch] = bitcast<u32>(pivot);
    }
  }
}
