// Moments and how they merge; appended to both passes of the statistics.
//
// Definitions: WORKGROUP.

// How many numbers (a float, for divisions), their mean, and the sum of squares about it.
struct Moments { count: f32, mean: f32, squares: f32 }

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

// Chan, Golub, LeVeque 1979.
fn merge(a: Moments, b: Moments) -> Moments {
  if (b.count == 0.0) {
    return a;
  }
  if (a.count == 0.0) {
    return b;
  }
  let count = a.count + b.count;
  let off = b.mean - a.mean;
  let share = b.count / count;
  return Moments(count, a.mean + off * share, a.squares + b.squares + off * off * a.count * share);
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
