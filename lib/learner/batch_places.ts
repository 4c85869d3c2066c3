/** Which batch a run of the device belonged to: faults come late, and name it. */

/** The batches of one phase. */
interface Phase {
  readonly epoch: number;
  readonly training: boolean;
  /** The device's count of runs when it began, then after each batch. */
  readonly runs: number[];
}

/** The device's counts of runs after the batches of the last phases. */
export class BatchPlaces {
  #phases: Phase[] = [];

  /** A phase begins. */
  phase(epoch: number, training: boolean, runs: number): void {
    this.#phases.push({ epoch, training, runs: [runs] });
  }

  /** A batch has ended. */
  batch(runs: number): void {
    this.#phases.at(-1)?.runs.push(runs);
  }

  /** Forgets all phases that ended before, or with, a run. */
  forget(run: number): void {
    const { length } = this.#phases;
    this.#phases = this.#phases.filter(({ runs }, i) => runs.at(-1)! > run || i === length - 1);
  }

  /** In words; undefined for a run outside all batches that are remembered, as while the device was not open yet. */
  of(run: number): string | undefined {
    for (const { epoch, training, runs } of this.#phases) {
      const batch = runs.findIndex((end) => run <= end) - 1;
      if (batch >= 0) return `${training ? "training" : "validation"} batch ${batch} of epoch ${epoch}`;
    }
    return undefined;
  }
}
