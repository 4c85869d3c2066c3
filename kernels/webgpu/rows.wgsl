// The entry point of softmax, cross-entropy and its gradient, appended to their text: maximum and sum of exponentials of each row of logits,
// [rows, columns], dense.
//
// TEAM members (a power of two) read a row together and fold in workgroup memory, pairwise; LANES teams make a workgroup. All take part,
// those without a row too, because of the barriers.
//
// Parameters: logits, rows, columns. Definitions: LANES, TEAM; the kernel's finish(row, start, member, statistics), called by each member of
// a row's team, where start is the row's first word.

struct RowStatistics {
  maximum: f32,
  // Σ e^(x − maximum), and its logarithm.
  sum: f32,
  logSum: f32,
}

var<workgroup> team: array<f32, LANES * TEAM>;

@compute @workgroup_size(LANES * TEAM)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroupIndex(workgroup, workgroups) * LANES + local / TEAM;
  let present = row < p.rows;
  let start = p.logits + row * p.columns;
  let statistics = rowStatistics(start, present, local);
  if (present) {
    finish(row, start, local % TEAM, statistics);
  }
}

fn rowStatistics(start: u32, present: bool, local: u32) -> RowStatistics {
  let member = local % TEAM;
  let leader = local - member;
  var largest = -infinity();
  if (present) {
    for (var c = member; c < p.columns; c += TEAM) {
      largest = max(largest, bitcast<f32>(heap[start + c]));
    }
  }
  team[local] = largest;
  for (var half = TEAM / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (member < half) {
      team[local] = max(team[local], team[local + half]);
    }
  }
  workgroupBarrier();
  let maximum = team[leader];
  workgroupBarrier();
  var sum = 0.0;
  if (present) {
    for (var c = member; c < p.columns; c += TEAM) {
      sum += expOf(bitcast<f32>(heap[start + c]) - maximum);
    }
  }
  team[local] = sum;
  for (var half = TEAM / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (member < half) {
      team[local] += team[local + half];
    }
  }
  workgroupBarrier();
  let total = team[leader];
  return RowStatistics(maximum, total, logOf(total));
}
