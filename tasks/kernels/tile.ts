/** The text of kernels/cpu/tile.ts: the two innermost loops of matrix multiplication and convolution, unrolled. */
import { generated } from "./generated.ts";

/**
 * Rows of a tile at most: of 8 columns, twelve accumulators, two vectors of B and one of A just fit the 16 vector registers of x86-64. So do those
 * of 16 columns, where the engine joins neighbouring vectors to one of 256 bits (see lib/device/v8_flags.ts).
 */
const ROWS = [0, 1, 2, 3, 4, 5] as const;

/** Shapes of `multiplyTile`: rows by columns. */
const TILE_ROWS = [6, 5, 4, 3, 2, 1] as const;
const COLUMNS = [16, 8, 4] as const;

/** The vectors of four columns each, by the letter of their accumulators. */
const VECTORS = ["c", "d", "e", "f"] as const;

const indented = (spaces: number, lines: readonly string[]): string =>
  lines.map((line) => " ".repeat(spaces) + line).join("\n");

/** What is done for each vector of a row that the tile has. */
const vectors = (make: (letter: string, vector: number) => string): string => {
  const [c, d, e, f] = VECTORS.map(make);
  return `${c} if (width > 4) { ${d} } if (width > 8) { ${e} ${f} }`;
};

/** The row of B at `at`. */
const loadB = (at: string): string =>
  vectors((_, vector) => `b${vector} = v128.load(${at}${vector > 0 ? `, ${16 * vector}` : ""});`);

/** c += x · b of one row: `at` is an address and `offset` bytes from it. */
const multiply = (row: number, at: string, offset: number): string =>
  `x = v128.load32_splat(${at}, ${offset}); ${
    vectors((letter, vector) => `${letter}${row} = madd(x, b${vector}, ${letter}${row});`)
  }`;

/** The accumulators of a row, as arguments. */
const sums = (row: number): string => VECTORS.map((letter) => `${letter}${row}`).join(", ");

/** Their declarations, with what else a row has. */
const declareRow = (row: number, more = ""): string =>
  `let ${VECTORS.map((letter) => `${letter}${row} = zero`).join(", ")}${more};`;

const DECLARE = "const zero = f32x4.splat(0); let b0 = zero, b1 = zero, b2 = zero, b3 = zero, x = zero";

/** One step along k of `multiplyTile`: a row of B, and a number of each row of A, `offset` bytes from where it is. */
const tileStep = (offset: number): string[] => [
  loadB("b"),
  ...ROWS.map((row) => {
    const text = multiply(row, `a${row}`, offset);
    return row === 0 ? text : `if (rows > ${row}) { ${text} }`;
  }),
  "b += bStride;",
];

/** Moves the addresses of all rows of A on. */
const advance = (bytes: number | string): string[] => ROWS.map((row) => `a${row} += ${bytes};`);

/** `steps` steps of `multiplyTile`, and then the addresses of A. */
const tileSteps = (steps: number): string[] => [
  ...Array.from({ length: steps }, (_, i) => tileStep(4 * i)).flat(),
  ...advance(4 * steps),
];

function tileAddress(row: number): string {
  if (row === 0) return "listed ? aBase + load<usize>(as) : aBase";
  return `rows > ${row} ? (listed ? aBase + load<usize>(as, ${4 * row}) : a${row - 1} + as) : 0`;
}

const TILE_PARAMETERS =
  "as: usize, aBase: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize";
const TILE_ARGUMENTS = TILE_PARAMETERS.replaceAll(/: \w+/g, "");

const TILE = `/**
 * c[i][0 … width) = Σ over runs and t of a_i[t] · b[·], for i < rows (known when compiling), and width 16, 8 or 4.
 * Row i starts at aBase + as[i] (or + i · as without a table), its result at outBase + outs[i] (or + i · outs).
 */
@inline
function multiplyTile(rows: i32, width: i32, listed: bool, ${TILE_PARAMETERS}): void {
  ${DECLARE};
${indented(2, ROWS.map((row) => declareRow(row, `, a${row}: usize = ${tileAddress(row)}`)))}
  const fours = <usize> (length & ~3) << 2;
  for (; runs > 0; runs--) {
    if (width > 8) {
      // One step at a time: of more, the engine keeps too much in registers.
      const end = a0 + (<usize> length << 2);
      while (a0 != end) {
${indented(8, tileSteps(1))}
      }
    } else {
      const end = a0 + fours;
      // Four steps at once: fewer pointer updates.
      while (a0 != end) {
${indented(8, tileSteps(4))}
      }
      // The rest without a loop: short runs are all rest.
      if ((length & 2) != 0) {
${indented(8, tileSteps(2))}
      }
      if ((length & 1) != 0) {
${indented(8, tileSteps(1))}
      }
    }
    b += bSkip;
${indented(4, advance("skip"))}
  }
${
  indented(
    2,
    ROWS.map((row) => {
      const at = `listed ? outBase + load<usize>(outs, ${4 * row}) : outBase + ${row} * outs`;
      return `if (rows > ${row}) put(width, ${at}, ${sums(row)});`;
    }),
  )
}
}`;

/** One step along k of `multiplyTwins`: the vectors of a row, and those of its twin. */
const twinStep = [
  "b0 = v128.load(b); b1 = v128.load(b, 16);",
  ...ROWS.map((row) => {
    const text = [["c", "d", `a${row}`], ["e", "f", `a${row} + apart`]].map(([c, d, at]) =>
      `x = v128.load32_splat(${at}); ${c}${row} = madd(x, b0, ${c}${row}); ${d}${row} = madd(x, b1, ${d}${row});`
    ).join(" ");
    return row === 0 ? text : `if (rows > ${row}) { ${text} }`;
  }),
  "b += bStride;",
  ...advance(4),
];

const TWIN_PARAMETERS =
  "listStep: usize, as: usize, aBase: usize, apart: usize, runs: i32, length: i32, skip: usize, b: usize, bStride: usize, bSkip: usize, outs: usize, outBase: usize, outApart: usize";
const TWIN_ARGUMENTS = TWIN_PARAMETERS.replaceAll(/: \w+/g, "");

const TWINS = `/**
 * multiplyTile for 8 columns of rows whose places lie \`listStep\` bytes from each other in the lists, and of their twins, \`apart\` bytes from them, whose
 * results lie \`outApart\` bytes on: where the engine joins neighbouring vectors, as many accumulators as 16 columns take.
 */
@inline
function multiplyTwins(rows: i32, ${TWIN_PARAMETERS}): void {
  const zero = f32x4.splat(0); let b0 = zero, b1 = zero, x = zero;
${
  indented(
    2,
    ROWS.map((row) =>
      declareRow(
        row,
        `, a${row}: usize = ${
          row > 0 ? `rows > ${row} ? aBase + load<usize>(as + ${row} * listStep) : 0` : "aBase + load<usize>(as)"
        }`,
      )
    ),
  )
}
  for (; runs > 0; runs--) {
    const end = a0 + (<usize> length << 2);
    while (a0 != end) {
${indented(6, twinStep)}
    }
    b += bSkip;
${indented(4, advance("skip"))}
  }
${
  indented(
    2,
    ROWS.map((row) => {
      const [c, d, e, f] = VECTORS.map((letter) => `${letter}${row}`),
        at = `outBase + load<usize>(outs + ${row} * listStep)`;
      return `if (rows > ${row}) { put(8, ${at}, ${c}, ${d}, ${c}, ${d}); put(8, ${at} + outApart, ${e}, ${f}, ${e}, ${f}); }`;
    }),
  )
}
}`;

/** One step along k of `multiplyPairs`: of both pixels of a pair, or of the second alone. */
const pairStep = (both: boolean): string[] => [
  `${both ? "b0 = v128.load(b); b1 = v128.load(b, 16); " : ""}b2 = v128.load(second); b3 = v128.load(second, 16);`,
  ...ROWS.map((row) => {
    const first = both ? `c${row} = madd(x, b0, c${row}); d${row} = madd(x, b1, d${row}); ` : "";
    const text =
      `x = v128.load32_splat(a${row}); ${first}e${row} = madd(x, b2, e${row}); f${row} = madd(x, b3, f${row});`;
    return row === 0 ? text : `if (rows > ${row}) { ${text} }`;
  }),
  ...(both ? ["b += 32;"] : []),
  "second += 32;",
  ...advance(4),
];

const PAIR_PARAMETERS =
  "as: usize, aBase: usize, runs: i32, length: i32, alone: i32, skip: usize, b: usize, second: usize, secondSkip: usize, outs: usize, outBase: usize";
const PAIR_ARGUMENTS = PAIR_PARAMETERS.replaceAll(/: \w+/g, "");

const PAIRS = `/**
 * multiplyTile for pairs of pixels that lie together, of 8 columns each. Both read the first \`length\` numbers of each run, with weights \`b\` and \`second\`, and
 * the second pixel \`alone\` more.
 */
@inline
function multiplyPairs(rows: i32, ${PAIR_PARAMETERS}): void {
  ${DECLARE};
${
  indented(
    2,
    ROWS.map((row) =>
      declareRow(
        row,
        `, a${row}: usize = ${
          row > 0 ? `rows > ${row} ? aBase + load<usize>(as, ${4 * row}) : 0` : "aBase + load<usize>(as)"
        }`,
      )
    ),
  )
}
  for (; runs > 0; runs--) {
    let end = a0 + (<usize> length << 2);
    while (a0 != end) {
${indented(6, pairStep(true))}
    }
    end = a0 + (<usize> alone << 2);
    while (a0 != end) {
${indented(6, pairStep(false))}
    }
    second += secondSkip;
${indented(4, advance("skip"))}
  }
${
  indented(
    2,
    ROWS.map((row) => `if (rows > ${row}) put(16, outBase + load<usize>(outs, ${4 * row}), ${sums(row)});`),
  )
}
}`;

/** Pairs of one shape. */
const pairsOf = (rows: number): string =>
  `function pairs${rows}(${PAIR_PARAMETERS}): void {
  multiplyPairs(${rows}, ${PAIR_ARGUMENTS});
}`;

/** Twins of one shape. */
const twinsOf = (rows: number): string =>
  `function twins${rows}(${TWIN_PARAMETERS}): void {
  multiplyTwins(${rows}, ${TWIN_ARGUMENTS});
}`;

/** A tile of one shape: a function of its own, as the engine compiles small functions best. */
const tileOf = (rows: number, columns: number, listed: boolean): string =>
  `function tile${listed ? "Listed" : ""}${rows}x${columns}(${TILE_PARAMETERS}): void {
  multiplyTile(${rows}, ${columns}, ${listed}, ${TILE_ARGUMENTS});
}`;

const OUTER = `/**
 * c[i][j] (+)= Σ_k a[k][i] · b[k][j] for i < size and j < width. Row k of A starts at a + aList[k] (or a + k · aStep without lists), row k of B at
 * b + bList[k] (or b + k · bStep). Results go to out + i · outStep, for i < rows.
 */
@inline
function outer(size: i32, width: i32, listed: bool, count: i32, a: usize, aList: usize, aStep: usize, b: usize, bList: usize, bStep: usize, out: usize, outStep: usize, rows: i32, accumulate: bool): void {
  ${DECLARE}, at = a, from = b;
${indented(2, ROWS.map((row) => declareRow(row)))}
  for (; count > 0; count--) {
    if (listed) {
      at = a + load<usize>(aList);
      from = b + load<usize>(bList);
      aList += 4;
      bList += 4;
    }
    ${loadB("from")}
${indented(4, ROWS.map((row) => `if (size > ${row}) { ${multiply(row, "at", 4 * row)} }`))}
    if (!listed) {
      at += aStep;
      from += bStep;
    }
  }
${
  indented(
    2,
    ROWS.map((row) => `if (size > ${row} && rows > ${row}) { ${storeRow(row)} }`),
  )
}
}`;

/** A row of results: added to accumulators, or stored. */
function storeRow(row: number): string {
  const results = `width, out + ${row} * outStep, ${sums(row)}`;
  return `if (accumulate) add(${results}); else put(${results});`;
}

const PACKED = `/**
 * Adds Σ_k a[k][i] · b[k][j] for k < count to c[i][j], for i < size and j < width. Rows of A lie next to each other, 32 bytes each, and those of B, 64 bytes
 * each. Results are at out + i · outStep, for i < rows.
 */
@inline
function addPacked(size: i32, width: i32, count: usize, at: usize, from: usize, out: usize, outStep: usize, rows: i32): void {
  ${DECLARE};
${indented(2, ROWS.map((row) => declareRow(row)))}
  for (const last = at + (count << 5); at != last; at += 32, from += 64) {
    ${loadB("from")}
${indented(4, ROWS.map((row) => `if (size > ${row}) { ${multiply(row, "at", 4 * row)} }`))}
  }
${
  indented(
    2,
    ROWS.map((row) => `if (size > ${row} && rows > ${row}) add(width, out + ${row} * outStep, ${sums(row)});`),
  )
}
}`;

/** The sums of one shape. */
const packedOf = (size: number, columns: number): string =>
  `export function addPacked${size}x${columns}(count: usize, at: usize, from: usize, out: usize, outStep: usize, rows: i32): void {
  addPacked(${size}, ${columns}, count, at, from, out, outStep, rows);
}`;

/** Kinds of sums of outer products: whether rows lie at the places of lists, and whether they are added to accumulators or stored. */
const OUTER_KINDS = {
  Listed: { listed: true, accumulate: true },
  Plain: { listed: false, accumulate: false },
} as const;

/** Sums of outer products of one kind and shape. */
const outerOf = (kind: keyof typeof OUTER_KINDS) => (size: number, columns: number): string => {
  const { listed, accumulate } = OUTER_KINDS[kind], [a, b] = listed ? ["aList", "bList"] : ["aStep", "bStep"];
  const first = listed ? "aList, 0" : "0, aStep", second = listed ? "bList, 0" : "0, bStep";
  return `export function outer${kind}${size}x${columns}(count: i32, a: usize, ${a}: usize, b: usize, ${b}: usize, out: usize, outStep: usize, rows: i32): void {
  outer(${size}, ${columns}, ${listed}, count, a, ${first}, b, ${second}, out, outStep, rows, ${accumulate});
}`;
};

/** All combinations of shapes. */
const shapes = (rows: readonly number[], make: (rows: number, columns: number) => string): string =>
  rows.flatMap((rows) => COLUMNS.map((columns) => make(rows, columns))).join("\n");

/** Calls the tile of so many rows and columns. */
const choiceOf = (listed: boolean): string => {
  const name = listed ? "tileListed" : "tile";
  const calls = (columns: number) =>
    TILE_ROWS.map((rows, i) =>
      `${i > 0 ? "else " : ""}${rows > 1 ? `if (n == ${rows}) ` : ""}${name}${rows}x${columns}(${TILE_ARGUMENTS});`
    );
  return `@inline
export function ${name}(n: i32, width: i32, ${TILE_PARAMETERS}): void {
  if (width > 8) {
${indented(4, calls(16))}
  } else if (width > 4) {
${indented(4, calls(8))}
  } else {
${indented(4, calls(4))}
  }
}`;
};

/** The whole file. */
export function tileText(): string {
  return `${
    generated("The two innermost loops of matrix multiplication and convolution, unrolled", "tasks/kernels/tile.ts")
  }
import { madd } from "./relaxed";
import { add, put } from "./tile_store";

/*
 * - tile: up to 6 rows × 16 (or 8, 4) columns; row i of A is read at its own address, one number a time (broadcast), B as packed or plain
 *   rows of columns. A's rows consist of runs: \`runs\` pieces of \`length\` consecutive numbers, \`skip\` bytes apart (and \`bSkip\` in B): one run for a
 *   matrix, one a kernel row for a convolution over NHWC images.
 * - outer: 6 consecutive numbers of A's row k × 16 (or 8, 4) of B's row k, summed over k: products with a transposed A, weight gradients.
 * - addPacked: the same for rows that were copied next to each other.
 *
 * Columns past the end are computed on whatever lies there (memory always goes on a little), and tiles are stored whole: see panel.ts.
 */

${TILE}

${shapes(TILE_ROWS, (rows, columns) => tileOf(rows, columns, true))}
${shapes(TILE_ROWS, (rows, columns) => tileOf(rows, columns, false))}

/** A tile of n rows (1 to 6), which lie at the addresses of a list. */
${choiceOf(true)}

/** A tile of n rows (1 to 6), which lie at even distances. */
${choiceOf(false)}

${TWINS}

${TILE_ROWS.map(twinsOf).join("\n")}

/** A tile of n rows (1 to 6), and their twins. */
@inline
export function twins(n: i32, ${TWIN_PARAMETERS}): void {
${
    indented(
      2,
      TILE_ROWS.map((rows, i) =>
        `${i > 0 ? "else " : ""}${rows > 1 ? `if (n == ${rows}) ` : ""}twins${rows}(${TWIN_ARGUMENTS});`
      ),
    )
  }
}

${PAIRS}

${TILE_ROWS.map(pairsOf).join("\n")}

/** A tile of n pairs (1 to 6). */
@inline
export function pairs(n: i32, ${PAIR_PARAMETERS}): void {
${
    indented(
      2,
      TILE_ROWS.map((rows, i) =>
        `${i > 0 ? "else " : ""}${rows > 1 ? `if (n == ${rows}) ` : ""}pairs${rows}(${PAIR_ARGUMENTS});`
      ),
    )
  }
}

${OUTER}

${shapes([6, 3], outerOf("Listed"))}
${shapes([6], outerOf("Plain"))}

${PACKED}

${shapes([6, 3], packedOf)}
`;
}
