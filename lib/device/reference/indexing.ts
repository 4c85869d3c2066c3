/** Kernels that pick places by index: gather, scatterAdd, takeBytes. */
import type { GatherStep, Operand, ScatterAddStep, TakeBytesStep } from "../program.ts";
import { addresses, type Memory, read, sizeOf, write } from "./memory.ts";

/**
 * Calls `visit(i, place)` for every element i of `index` in row-major order, with the row-major place in `shape` that has the
 * same coordinates but for `axis`, where it has the index; −1 if that is out of range.
 */
function eachPlace(
  step: GatherStep | ScatterAddStep,
  shape: readonly number[],
  memory: Memory,
  visit: (i: number, place: number) => void,
): void {
  const index = read(memory, step.index);
  const coordinates = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < index.length; i++) {
    let rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      coordinates[axis] = rest % step.index.shape[axis]!;
      rest = Math.floor(rest / step.index.shape[axis]!);
    }
    coordinates[step.axis] = index[i]!;
    const size = shape[step.axis]!;
    if (index[i]! < 0 || index[i]! >= size) {
      memory.fault({ kernel: step.kernel, index: index[i]!, size });
      visit(i, -1);
    } else visit(i, coordinates.reduce((place, at, axis) => place * shape[axis]! + at, 0));
  }
}

/** Picks along one axis. What an index out of range picks is 0. */
export function gather(step: GatherStep, memory: Memory): void {
  const input = read(memory, step.input), out = new Float64Array(sizeOf(step.index.shape));
  eachPlace(step, step.input.shape, memory, (i, place) => out[i] = place < 0 ? 0 : input[place]!);
  write(memory, step.output, out);
}

/** Adds along one axis. What an index out of range would add is dropped. */
export function scatterAdd(step: ScatterAddStep, memory: Memory): void {
  const source = read(memory, step.source), out = new Float64Array(sizeOf(step.output.shape));
  eachPlace(step, step.output.shape, memory, (i, place) => {
    if (place >= 0) out[place]! += source[i]!;
  });
  write(memory, step.output, out);
}

/** Rows of a byte table, scaled and shifted. A row out of range is 0. */
export function takeBytes(step: TakeBytesStep, memory: Memory): void {
  const [count, row] = step.bytes.shape as [number, number];
  const index = read(memory, step.index), out = new Float64Array(index.length * row);
  const scale = memory.scalars[step.scale]!, shift = memory.scalars[step.shift]!;
  index.forEach((at, b) => {
    if (at < 0 || at >= count) return memory.fault({ kernel: "takeBytes", index: at, size: count });
    const line: Operand = { ...step.bytes, shape: [row], strides: [1], offset: at * row };
    const bytes = memory.values[line.value]!;
    addresses(memory, line).forEach((address, j) => out[b * row + j] = bytes[address]! * scale + shift);
  });
  write(memory, step.output, out);
}
