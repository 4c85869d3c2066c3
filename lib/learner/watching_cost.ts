/** What watching costs, by what was counted. */

/** What a callback that watches cost in a fit. */
export interface WatchingCost {
  /** How many batches were watched, of training and of validation. */
  readonly batches: number;
  /** Bytes of the device's memory that each of them added to the record. */
  readonly bytesPerBatch: number;
  /** Bytes of the device's memory that the record held at the end of the fit, in whole pieces; they were given back. */
  readonly bytes: number;
  /** Kernels that ran on a watched batch only because something watched: all of this fit's callbacks that do, together. */
  readonly kernelsPerBatch: number;
}

const figure = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 1 });

/** The cost in words. */
export function costText({ batches, bytesPerBatch, bytes, kernelsPerBatch }: WatchingCost): string {
  if (batches === 0) return "no batch was watched";
  return `${figure(batches)} ${batches === 1 ? "batch was" : "batches were"} watched. Each added ${
    figure(bytesPerBatch)
  } bytes on the device ` +
    `(${figure(bytes)} in all, in whole pieces) and ${figure(kernelsPerBatch)} kernels that only watch`;
}
