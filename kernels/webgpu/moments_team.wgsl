// Moments of a whole workgroup, and what keeps a number out of them; appended to both passes of the statistics.
//
// Definitions: WORKGROUP; mergeTeam (teams.ts), moments.wgsl.

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
