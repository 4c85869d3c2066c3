/** Places for small values of a program: apart from each other, so that where one lies keeps no step from running beside others, or among them. */
import { byteLength } from "./dtype.ts";
import type { Program, Value } from "./program.ts";

/** Bytes up to which a value gets a place of its own, and of all such places. */
const SMALL = 64 << 10;
const MOST = 4 << 20;

/** The same program, in which small values of the arena share no memory. */
export function spread(program: Program): Program {
  let { arenaBytes } = program;
  const most = arenaBytes + MOST;
  const values = program.values.map((value): Value => {
    const bytes = Math.ceil(byteLength(value.dtype, value.elements) / 256) * 256;
    if (value.place.kind !== "arena" || bytes > SMALL || arenaBytes + bytes > most) return value;
    const offset = arenaBytes;
    arenaBytes += bytes;
    return { ...value, place: { kind: "arena", offset } };
  });
  return { ...program, values, arenaBytes };
}
