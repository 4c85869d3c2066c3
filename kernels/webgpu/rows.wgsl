// Maximum and sum of exponentials of a matrix row, shared by softmax, cross-entropy and its gradient.
//
// TEAM members (a power of two) read the row together and fold in workgroup memory, pairwise; LANES teams make a workgroup. All
// invocations must call it, those without a row too, because of its barriers.

struct RowStatistics {
  maximum: f32,
  // Σ e^(x − maximum), and its logarithm.
  sum: f32,
  logSum: f32,
}

var<workgroup> team: array<f32, LANES * TEAM>;

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
