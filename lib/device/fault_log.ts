/**
 * From faults to the memories that depend on them. Devices find out later that a run met an index out of range; until it is known that none did,
 * the runs since are noted here, with the memories that they read and wrote. What was computed from a fault is marked, run after run, and nothing
 * else: so a read fails by what it depends on, and not by what happens to wait for the same device.
 */
import type { Backend } from "./backend.ts";
import type { BufferSlot, MemoryError } from "./buffer_slot.ts";
import { DeviceFaultError } from "./errors.ts";
import { faultSites, type RaisedFault } from "./faults.ts";
import type { Program } from "./program.ts";
import { stepInputs, stepOutputs } from "./steps/mod.ts";

/** What a run read and wrote: the memories by bound slot, the sources first. */
interface Run {
  readonly number: number;
  readonly program: Program;
  readonly slots: readonly BufferSlot[];
  readonly sources: number;
}

/** The runs of a device of which not all faults are known. */
export class FaultLog {
  #runs: Run[] = [];
  readonly #sites = new WeakMap<Program, boolean>();
  #unreported: DeviceFaultError | undefined;

  /** After a run: its results are as sound as what they were computed from. */
  ran(backend: Backend, program: Program, slots: readonly BufferSlot[], sources: number): void {
    const run = { number: backend.counters.runs, program, slots, sources };
    // A map only where something is bad, as most runs read what is sound.
    let bad: Map<BufferSlot, MemoryError> | undefined;
    for (let i = 0; i < sources; i++) {
      const { failure } = slots[i]!;
      if (failure) (bad ??= new Map()).set(slots[i]!, failure);
    }
    if (bad) spread(run, bad, []);
    for (let i = sources; i < slots.length; i++) slots[i]!.failure = bad?.get(slots[i]!);
    if (this.#runs.length || this.#mayFault(program)) this.#runs.push(run);
    this.settle(backend);
  }

  /** Marks what depends on the faults that are known now, and forgets the runs of which all are. */
  settle(backend: Backend): void {
    if (this.#runs.length === 0) return;
    const raised = backend.takeFaults();
    if (raised.length) this.#mark(raised);
    const { checkedRuns } = backend, keep = this.#runs.findIndex(({ number }) => number > checkedRuns);
    if (keep !== 0) this.#runs = keep < 0 ? [] : this.#runs.slice(keep);
  }

  /** The first fault that no read has told of; told by this. */
  takeUnreported(): DeviceFaultError | undefined {
    const error = this.#unreported;
    this.#unreported = undefined;
    return error;
  }

  #mark(raised: readonly RaisedFault[]): void {
    const bad = new Map<BufferSlot, MemoryError>();
    for (const run of this.#runs) {
      const own = raised.filter(({ run: number }) => number === run.number).map(({ step, fault }) => {
        const error = new DeviceFaultError(fault, run.number);
        this.#unreported ??= error;
        return { step, error };
      });
      if (bad.size || own.length) spread(run, bad, own);
    }
    for (const [slot, error] of bad) slot.failure ??= error;
  }

  #mayFault(program: Program): boolean {
    let found = this.#sites.get(program);
    if (found === undefined) this.#sites.set(program, found = faultSites(program).length > 0);
    return found;
  }
}

/** Follows errors through a run: from `bad` memories that it reads, and `faults` of its own, to memories that it writes, which are `bad` or no longer so. */
function spread(
  { program: { values, steps }, slots, sources }: Run,
  bad: Map<BufferSlot, MemoryError>,
  faults: readonly { readonly step: number; readonly error: MemoryError }[],
): void {
  const errors = values.map(({ place }) =>
    place.kind === "bound" && place.slot < sources ? bad.get(slots[place.slot]!) : undefined
  );
  const written = new Set<number>();
  steps.forEach((step, at) => {
    let error = faults.find((fault) => fault.step === at)?.error;
    for (const { value } of stepInputs(step)) error ??= errors[value];
    for (const { value } of stepOutputs(step)) {
      // A value may be written part by part.
      errors[value] ??= error;
      written.add(value);
    }
  });
  // An effect writes to a source's memory, under its own slot or (where it changes only a part) under the source's.
  for (const value of written) {
    const { place } = values[value]!, error = errors[value];
    if (place.kind !== "bound") continue;
    if (error) bad.set(slots[place.slot]!, error);
    else bad.delete(slots[place.slot]!);
  }
}
