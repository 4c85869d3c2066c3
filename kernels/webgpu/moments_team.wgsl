// Moments of a whole workgroup, and what keeps a number out of them; appended to both passes of the statistics.
//
// Definitions: WORKGROUP; moments.wgsl.

var<workgroup> team: array<Moments, WORKGROUP>;

const PLUS_INFINITY = 1u;
const MINUS_INFINITY = 2u;
const NOT_A_NUMBER = 4u;

// What keeps x from taking part in the moments; 0 for finite numbers.
fn flagOf(x: f32) -> u32 {
  if (isNan(x)) {
    return NOT_A_NUMBER;
  }
  if (isInfinite(x)) {
    return select(PLUS_INFINITY, MINUS_INFINITY, (bitcast<u32>(x) >> 31u) == 1u);
  }
  return 0u;
}

// The moments of all invocations, pairwise.
fn mergeTeam(own: Moments, local: u32) -> Moments {
  team[local] = own;
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) {
      team[local] = merge(team[local], team[local + half]);
    }
  }
  workgroupBarrier();
  return team[0];
}
