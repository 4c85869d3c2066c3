/**
 * Least squares by orthonormal columns.
 *
 * @module
 */

/** Columns at right angles to each other, of length 1. */
export type Columns = readonly Float64Array[];

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** What columns add to others: what is left of each at right angles to all before it; those that add nothing are left out. */
export function added(before: Columns, columns: readonly ArrayLike<number>[]): Columns {
  const out: Float64Array[] = [];
  for (const column of columns) {
    const rest = Float64Array.from(column), size = Math.sqrt(dot(rest, rest));
    for (let pass = 0; pass < 2; pass++) { // the second takes out what rounding left
      for (const other of [...before, ...out]) {
        const share = dot(rest, other);
        for (let i = 0; i < rest.length; i++) rest[i]! -= share * other[i]!;
      }
    }
    const left = Math.sqrt(dot(rest, rest));
    if (left > 1e-8 * size) out.push(rest.map((value) => value / left));
  }
  return out;
}

/** The sum of squares that columns explain. */
export function explained(columns: Columns, values: ArrayLike<number>): number {
  let sum = 0;
  for (const column of columns) sum += dot(column, values) ** 2;
  return sum;
}

/** The part of values that columns explain. */
export function fitted(columns: Columns, values: ArrayLike<number>): Float64Array {
  const out = new Float64Array(values.length);
  for (const column of columns) {
    const share = dot(column, values);
    for (let i = 0; i < out.length; i++) out[i]! += share * column[i]!;
  }
  return out;
}

/** A column for each level: 1 where it holds. */
export function indicators(levels: readonly number[]): Float64Array[] {
  const count = Math.max(-1, ...levels) + 1;
  return Array.from({ length: count }, (_, level) => Float64Array.from(levels, (own) => own === level ? 1 : 0));
}

/** The products of every column of one list with every one of the other. */
export function products(a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] {
  return a.flatMap((left) => b.map((right) => left.map((value, i) => value * right[i]!)));
}
