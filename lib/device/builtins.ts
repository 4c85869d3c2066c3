/**
 * Modules of Node that take long to load, loaded where they are first used: imported, they would take some 30 ms of every program's start,
 * and few programs need them. Bundles have modules of their own in the place of this one (tasks/bundle/).
 *
 * @module
 */

// Importing node:process to have its name takes 12 ms.
const { process } = globalThis;

/** Compression. */
export const zlib = (): typeof import("node:zlib") => process.getBuiltinModule("node:zlib");

/** Streams of Node's kind. */
export const stream = (): typeof import("node:stream") => process.getBuiltinModule("node:stream");

/** Hashes that are computed at once. */
export const crypto = (): typeof import("node:crypto") => process.getBuiltinModule("node:crypto");
