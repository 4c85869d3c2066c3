// The entry point of softmax, cross-entropy and its gradient, appended to their text: maximum and sum of exponentials of each row of logits,
// [rows, columns], dense.
//
// TEAM members (a power of two) read a row together and fold pairwise; LANES teams make a workgroup. All take part,
// those without a row too, because of the barriers.
//
// Parameters: logits, rows, columns. Definitions: LANES, TEAM; largestOfTeam, sumOfTeam (teams.ts); the kernel's finish(row, start, member,
// statistics), called by each member of a row's team, where start is the row's first word.

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
  var largest = -infinity();
  if (present) {
    for (var c = member; c < p.columns; c += TEAM) {
      largest = max(largest, bitcast<f32>(heap[start + c]));
    }
  }
  let maximum = fromLeader(largestOfTeam(largest, local, TEAM, 1u), local);
  var sum = 0.0;
  if (present) {
    for (var c = member; c < p.columns; c += TEAM) {
      sum += expOf(bitcast<f32>(heap[start + c]) - maximum);
    }
  }
  let total = fromLeader(sumOfTeam(sum, local, TEAM, 1u), local);
  return RowStatistics(maximum, total, logOf(total));
}

// What the first member of a team has, for all of it.
fn fromLeader(x: f32, local: u32) -> f32 {
  if (local % TEAM == 0u) {
    team[local] = x;
  }
  workgroupBarrier();
  let leading = team[local - local % TEAM];
  workgroupBarrier();
  return leading;
}

fn larger(a: f32, b: f32) -> f32 {
  return max(a, b);
}

fn sumOf(a: f32, b: f32) -> f32 {
  return a + b;
}
