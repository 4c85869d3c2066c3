// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Reading and adding at places that an index gives. Indices out of range raise the fault flag. */
import { fault } from "./control";
import { widenedAt } from "./halves";
import { GatherCommand, ScatterAddCommand } from "./layouts";
import { at32 } from "./shape";

export function gather(command: usize, chunk: i32): void {
  const cmd = changetype<GatherCommand>(command);
  const first = chunk * cmd.size, last = min(cmd.total, first + cmd.size);
  const input = cmd.input,
    index = cmd.index,
    output = cmd.output,
    rank = cmd.rank;
  const shape = cmd.shape, inputStrides = cmd.inputStrides, indexStrides = cmd.indexStrides;
  const size = cmd.length, stride = cmd.stride, halves = cmd.halves, isHalf = cmd.isHalf;
  if (rank == 1 && !isHalf) return gatherLine(command, first, last, input, at32(inputStrides, 0), index, at32(indexStrides, 0), output, size, stride);
  for (let i = first; i < last; i++) {
    let rest = i, from = 0, which = 0;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const n = at32(shape, axis), next = rest / n, k = rest - next * n;
      from += k * at32(inputStrides, axis);
      which += k * at32(indexStrides, axis);
      rest = next;
    }
    const place = at32(index, which);
    let x = 0;
    if (<u32> place < <u32> size) {
      const at = from + place * stride;
      x = isHalf ? widenedAt(halves + (<usize> at << 1)) : at32(input, at);
    } else fault(command, place, size);
    store<i32>(output + (<usize> i << 2), x);
  }
}

/** An index of one axis, such as that of a batch's labels: a loop so short that the processor has many lookups under way at once. */
function gatherLine(
  command: usize, first: i32, last: i32, input: usize, inputStride: i32, index: usize, indexStride: i32, output: usize, size: i32, stride: i32,
): void {
  const next = <usize> inputStride << 2, nextIndex = <usize> indexStride << 2, end = output + (<usize> last << 2);
  let from = input + <usize> first * next, which = index + <usize> first * nextIndex;
  for (let to = output + (<usize> first << 2); to < end; to += 4, from += next, which += nextIndex) {
    const place = load<i32>(which);
    let x = 0;
    if (<u32> place < <u32> size) x = at32(from, place * stride);
    else fault(command, place, size);
    store<i32>(to, x);
  }
}

/** One chunk, so that additions keep their order. */
export function scatterAdd(command: usize, chunk: i32): void {
  const cmd = changetype<ScatterAddCommand>(command);
  const elements = cmd.total,
    source = cmd.source,
    index = cmd.index,
    output = cmd.output;
  const rank = cmd.rank, shape = cmd.shape, sourceStrides = cmd.sourceStrides;
  const indexStrides = cmd.indexStrides,
    outputStrides = cmd.outputStrides,
    size = cmd.length,
    stride = cmd.stride;
  memory.fill(output, 0, <usize> cmd.outputs << 2);
  for (let i = 0; i < elements; i++) {
    let rest = i, from = 0, which = 0, to = 0;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const n = at32(shape, axis), next = rest / n, k = rest - next * n;
      from += k * at32(sourceStrides, axis);
      which += k * at32(indexStrides, axis);
      to += k * at32(outputStrides, axis);
      rest = next;
    }
    const place = at32(index, which);
    if (<u32> place >= <u32> size) {
      fault(command, place, size);
      continue;
    }
    const at = output + (<usize> (to + place * stride) << 2);
    store<f32>(at, load<f32>(at) + load<f32>(source + (<usize> from << 2)));
  }
}
