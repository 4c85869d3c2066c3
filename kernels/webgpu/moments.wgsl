// Moments and how they merge; appended to kernels that reduce to moments.

// How many numbers (a float, for divisions), their mean, and the sum of squares about it.
struct Moments { count: f32, mean: f32, squares: f32 }

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
