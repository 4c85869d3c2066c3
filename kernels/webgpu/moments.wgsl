// Moments and how they merge; appended to kernels that reduce to moments.

// Squares of distances below 2^-50 or so are lost, and above 2^63 there is no number for them. They are taken three times, of distances
// as they are, scaled down and scaled up by a power of two, and the end chooses.
const SCALES = vec3<f32>(1.0, 0x1p-80f, 0x1p+80f);

// How many numbers (a float, for divisions), their mean, and the sums of squares about it, of distances times SCALES. Single floats, as a
// vector of three would take the room of four.
struct Moments { count: f32, mean: f32, plain: f32, down: f32, up: f32 }

fn momentsOf(count: f32, mean: f32, squares: vec3<f32>) -> Moments {
  return Moments(count, mean, squares.x, squares.y, squares.z);
}

fn squaresOf(m: Moments) -> vec3<f32> {
  return vec3<f32>(m.plain, m.down, m.up);
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
  let scaled = off * SCALES;
  return momentsOf(count, a.mean + off * share, squaresOf(a) + squaresOf(b) + scaled * scaled * a.count * share);
}

// Which of the sums of squares, times `by`, holds: 0, 1 for large numbers, 2 for small ones.
fn inRange(squares: vec3<f32>, by: f32) -> u32 {
  // By bits: comparisons may take it that there is no infinity.
  let mean = bitcast<u32>(squares.x * by);
  if (mean > 0x7b800000u) {
    return 1u; // above 2^120
  }
  return select(0u, 2u, mean < 0x0d800000u); // below 2^-100
}

// The deviation of numbers whose squares, times `by`, are to be averaged.
fn deviationOf(squares: vec3<f32>, by: f32) -> f32 {
  let which = inRange(squares, by);
  return sqrt(squares[which] * by) / SCALES[which];
}
