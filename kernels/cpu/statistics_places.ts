// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Where statistics keep what in scratch memory: Σd and Σd² of two vectors each, zeros, places of counters; six slots' counts in bytes; the slots of a
 * block; what follows is free.
 */
/** Elements whose slots are counted at once: a byte of 32 counters holds up to 8160 of them. */
export const BLOCK = 4096;
export const SQUARES: usize = 32;
export const ZEROS: usize = 64;
export const PLACES: usize = 80;
export const TALLIES: usize = 96;
export const SLOTS: usize = TALLIES + 6 * 32;
export const FREE: usize = SLOTS + BLOCK;
