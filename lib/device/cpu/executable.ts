/** What the cpu device hands out: buffers, and programs that are ready to run. */
import type { DeviceBuffer, Executable } from "../backend.ts";
import { byteLength, type DType } from "../dtype.ts";
import type { Program } from "../program.ts";
import type { EncodedProgram } from "./commands.ts";

/** Elements in shared memory. */
export class CpuBuffer implements DeviceBuffer {
  readonly bytes: number;
  /** @param born how many programs had been started asynchronously when the buffer was made */
  constructor(readonly dtype: DType, readonly elements: number, public address: number, readonly born: number) {
    this.bytes = byteLength(dtype, elements);
  }
}

/** A program in shared memory. */
export class CpuExecutable implements Executable {
  readonly launches: number;
  /** Word indices of the tables that a run fills. */
  readonly bound: Int32Array;
  readonly boundSlots: Int32Array;
  readonly arena: Int32Array;
  readonly arenaOffsets: Float64Array;
  /** The arena's address that is written in the table. */
  arenaAt = -1;

  /** Bytes of arena and scratch memory a run needs. */
  readonly arenaBytes: number;

  /** @param placed the program as it was encoded: small values may lie elsewhere */
  constructor(readonly program: Program, placed: Program, readonly encoded: EncodedProgram, readonly address: number) {
    this.launches = encoded.commands;
    const bound: number[] = [], slots: number[] = [], arena: number[] = [], offsets: number[] = [];
    const first = (address + encoded.values) / 4;
    placed.values.forEach(({ place }, i) => {
      if (place.kind === "bound") {
        bound.push(first + i);
        slots.push(place.slot);
      } else {
        arena.push(first + i);
        offsets.push(place.offset);
      }
    });
    arena.push(first + program.values.length);
    const scratchAt = Math.ceil(placed.arenaBytes / 256) * 256;
    offsets.push(scratchAt);
    this.arenaBytes = scratchAt + encoded.scratchBytes;
    this.bound = Int32Array.from(bound);
    this.boundSlots = Int32Array.from(slots);
    this.arena = Int32Array.from(arena);
    this.arenaOffsets = Float64Array.from(offsets);
  }
}
