/** Kernels that pick places by index: gather, scatterAdd. */
import { indexFault } from "../faults.ts";
import type { INDEXING } from "../steps/indexing.ts";
import type { StepOf, Table } from "../steps/mod.ts";
import { type Memory, read, sizeOf, write } from "./memory.ts";

/**
 * Calls `visit(i, place)` for every element i of `index` in row-major order, with the row-major place in `shape` that has the
 * same coordinates but for `axis`, where it has the index; −1 if that is out of range.
 */
function eachPlace(
  { kernel, inputs: { index }, attributes: { axis: along } }: StepOf<"gather" | "scatterAdd">,
  shape: readonly number[],
  memory: Memory,
  visit: (i: number, place: number) => void,
): void {
  const values = read(memory, index);
  const coordinates = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < values.length; i++) {
    let rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      coordinates[axis] = rest % index.shape[axis]!;
      rest = Math.floor(rest / index.shape[axis]!);
    }
    coordinates[along] = values[i]!;
    const size = shape[along]!;
    if (values[i]! < 0 || values[i]! >= size) {
      memory.fault(indexFault(kernel, values[i]!, size));
      visit(i, -1);
    } else visit(i, coordinates.reduce((place, at, axis) => place * shape[axis]! + at, 0));
  }
}

/** Picks along one axis. What an index out of range picks is 0. */
function gather(step: StepOf<"gather">, memory: Memory): void {
  const { input, index } = step.inputs, from = read(memory, input), out = new Float64Array(sizeOf(index.shape));
  eachPlace(step, input.shape, memory, (i, place) => out[i] = place < 0 ? 0 : from[place]!);
  write(memory, step.output, out);
}

/** Adds along one axis. What an index out of range would add is dropped. */
function scatterAdd(step: StepOf<"scatterAdd">, memory: Memory): void {
  const source = read(memory, step.inputs.source), out = new Float64Array(sizeOf(step.output.shape));
  eachPlace(step, step.output.shape, memory, (i, place) => {
    if (place >= 0) out[place]! += source[i]!;
  });
  write(memory, step.output, out);
}

export const INDEXING_REFERENCE: Table<keyof typeof INDEXING, [Memory], void> = { gather, scatterAdd };
