/** The text of kernels/cpu/numbers.ts: constants and enumerations that TypeScript knows too. */
import { ENUMERATIONS } from "../../lib/device/cpu/kernels.ts";
import { BLOCK, CHUNK_BITS, CONTROL, SERIES, TILE_SCRATCH, TILES } from "../../lib/device/cpu/numbers.ts";
import { generated } from "./generated.ts";

/** Members by name as an enumeration of AssemblyScript, which is replaced by its numbers. */
export function enumText(name: string, numbers: { readonly [name: string]: number }): string {
  const members = Object.entries(numbers).map(([member, number]) => `  ${member} = ${number},`);
  return `export const enum ${name} {
${members.join("\n")}
}`;
}

/** The whole file. */
export function numbersText(): string {
  const addresses = Object.entries(CONTROL).map(([name, address]) => `  export const ${name}: usize = ${address};`);
  return `${generated("Numbers that TypeScript knows too", "lib/device/cpu")}

export const BLOCK: i32 = ${BLOCK};
export const CHUNK_BITS: i32 = ${CHUNK_BITS};
export const TILE_SCRATCH: usize = ${TILE_SCRATCH};
export const TILES_ROWS: usize = ${TILES.rowsAt};
export const TILES_COLUMNS: usize = ${TILES.columnsAt};
export const TILES_SUMS: usize = ${TILES.sumsAt};

/** Where in a thread's scratch memory a series has what it needs. */
export namespace Series {
  export const addresses: usize = ${SERIES.addresses};
  export const images: usize = ${SERIES.images};
}

/** Addresses. */
export namespace Control {
${addresses.join("\n")}
}

${Object.entries(ENUMERATIONS).map(([name, numbers]) => enumText(name, numbers)).join("\n\n")}
`;
}
