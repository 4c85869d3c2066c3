// Mean, spread and counts, second pass: the first workgroup merges the parts' moments, the others add their counts, an invocation a slot.
//
// Parameters: scratch (as statistics.wgsl leaves it), output ([2 + slots]: mean, std, counts), count, slots, parts (at most WORKGROUP).
// Definitions: WORKGROUP; moments.wgsl, moments_team.wgsl.

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroupIndex(workgroup, workgroups);
  if (index > 0u) {
    addCounts((index - 1u) * WORKGROUP + local);
    return;
  }
  var own = momentsOf(0.0, 0.0, vec3<f32>());
  if (local < p.parts) {
    let at = p.scratch + 1u + 6u * local;
    let squares = vec3<u32>(heap[at + 2u], heap[at + 3u], heap[at + 4u]);
    own = momentsOf(bitcast<f32>(heap[at]), bitcast<f32>(heap[at + 1u]), bitcast<vec3<f32>>(squares));
  }
  let all = mergeTeam(own, local, WORKGROUP, 1u);
  if (local != 0u) {
    return;
  }
  var flags = 0u;
  for (var part = 0u; part < p.parts; part++) {
    flags |= heap[p.scratch + 1u + 6u * part + 5u];
  }
  var mean = bitcast<f32>(heap[p.scratch]) + all.mean;
  if (flags == PLUS_INFINITY) {
    mean = infinity();
  } else if (flags == MINUS_INFINITY) {
    mean = -infinity();
  } else if (flags != 0u) {
    mean = nan();
  }
  var deviation = nan();
  if (flags == 0u && p.count > 1u) {
    deviation = deviationOf(squaresOf(all), 1.0 / f32(p.count - 1u));
  }
  heap[p.output] = bitcast<u32>(mean);
  heap[p.output + 1u] = bitcast<u32>(deviation);
}

// In a function of its own: where some invocations return, no barrier may follow.
fn addCounts(slot: u32) {
  if (slot >= p.slots) {
    return;
  }
  var sum = 0u;
  for (var part = 0u; part < p.parts; part++) {
    sum += heap[p.scratch + 1u + 6u * p.parts + part * p.slots + slot];
  }
  heap[p.output + 2u + slot] = bitcast<u32>(f32(sum));
}
