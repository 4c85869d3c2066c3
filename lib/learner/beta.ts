/** Numbers from Beta distributions, drawn on the host. */

/** A number from Beta(alpha, alpha), made of two from Gamma(alpha). */
export function betaFrom(uniform: () => number, alpha: number): number {
  for (;;) {
    const [a, b] = [gammaFrom(uniform, alpha), gammaFrom(uniform, alpha)];
    if (a + b > 0) return a / (a + b); // both are 0 to 64 bits now and then, if alpha is small
  }
}

/** A number from Gamma(alpha, 1) (Marsaglia and Tsang 2000). */
function gammaFrom(uniform: () => number, alpha: number): number {
  if (alpha < 1) return gammaFrom(uniform, alpha + 1) * (1 - uniform()) ** (1 / alpha);
  const d = alpha - 1 / 3, c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()), v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - uniform()) < z * z / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
