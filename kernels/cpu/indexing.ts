// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Reading and adding at computed places: gather, scatterAdd, byte batches, histograms. Out-of-range indices raise the fault flag. */
import { scratch } from "./command";
import { DequantizeGatherCommand, GatherCommand, HistogramCommand, HistogramPartsCommand, ScatterAddCommand } from "./layouts";
import { fault } from "./control";
import { at32 } from "./shape";

export function gather(command: usize, chunk: i32): void {
  const cmd = changetype<GatherCommand>(command);
  const first = chunk * cmd.size, last = min(cmd.total, first + cmd.size);
  const input = cmd.input,
    index = cmd.index,
    output = cmd.output,
    rank = cmd.rank;
  const shape = cmd.shape, inputStrides = cmd.inputStrides, indexStrides = cmd.indexStrides;
  const size = cmd.length, stride = cmd.stride;
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
    if (<u32> place < <u32> size) x = at32(input, from + place * stride);
    else fault(2, place, size);
    store<i32>(output + (<usize> i << 2), x);
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
      fault(3, place, size);
      continue;
    }
    const at = output + (<usize> (to + place * stride) << 2);
    store<f32>(at, load<f32>(at) + load<f32>(source + (<usize> from << 2)));
  }
}

export function dequantizeGather(command: usize, chunk: i32): void {
  const cmd = changetype<DequantizeGatherCommand>(command);
  const first = chunk * cmd.size, last = min(cmd.batch, first + cmd.size);
  const bytes = cmd.bytes,
    index = cmd.index,
    indexStride = cmd.indexStride,
    output = cmd.output;
  const length = cmd.length, rows = cmd.count;
  const scale = <f32> cmd.scale, shift = <f32> cmd.shift;
  const scales = f32x4.splat(scale), shifts = f32x4.splat(shift);
  for (let row = first; row < last; row++) {
    const place = at32(index, row * indexStride);
    let out = output + (<usize> (row * length) << 2);
    if (<u32> place >= <u32> rows) {
      fault(4, place, rows);
      memory.fill(out, 0, <usize> length << 2);
      continue;
    }
    let from = bytes + <usize> place * <usize> length, i = 0;
    for (; i + 8 <= length; i += 8, from += 8, out += 32) {
      const eight = v128.load8x8_u(from);
      const low = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(eight)),
        high = f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(eight));
      v128.store(out, f32x4.add(f32x4.mul(low, scales), shifts));
      v128.store(out, f32x4.add(f32x4.mul(high, scales), shifts), 16);
    }
    for (; i < length; i++, from++, out += 4) store<f32>(out, <f32> load<u8>(from) * scale + shift);
  }
}

/** Counts of one chunk, in int32 in the scratch value; histogramParts adds the chunks. NaN is in no bin. */
export function histogram(command: usize, chunk: i32): void {
  const cmd = changetype<HistogramCommand>(command);
  const first = chunk * cmd.size, last = min(cmd.total, first + cmd.size);
  const input = cmd.input, bins = cmd.bins, rank = cmd.rank, shape = cmd.shape;
  const strides = cmd.strides, low = <f32> cmd.min, high = <f32> cmd.max;
  const counts = cmd.scratch + <usize> cmd.partials + (<usize> (chunk * bins) << 2);
  memory.fill(counts, 0, <usize> bins << 2);
  const inner = at32(shape, rank - 1), stride = at32(strides, rank - 1), count = <f32> bins, width = high - low;
  let i = first;
  while (i < last) {
    let rest = i, offset = 0;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const n = at32(shape, axis), next = rest / n;
      offset += (rest - next * n) * at32(strides, axis);
      rest = next;
    }
    const run = min(last - i, inner - i % inner);
    let from = input + (<usize> offset << 2);
    for (let k = 0; k < run; k++, from += <usize> stride << 2) {
      const x = load<f32>(from);
      if (!(x >= low && x <= high)) continue;
      const bin = min(<i32> ((x - low) / width * count), bins - 1), at = counts + (<usize> bin << 2);
      store<i32>(at, load<i32>(at) + 1);
    }
    i += run;
  }
}

export function histogramParts(command: usize, chunk: i32): void {
  const cmd = changetype<HistogramPartsCommand>(command);
  const bins = cmd.bins, parts = cmd.parts, output = cmd.output;
  const counts = cmd.scratch + <usize> cmd.partials;
  for (let bin = 0; bin < bins; bin++) {
    let total = 0;
    for (let part = 0; part < parts; part++) total += at32(counts, part * bins + bin);
    store<f32>(output + (<usize> bin << 2), <f32> total);
  }
}
