// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Histograms: counts of chunks, then of all. */
import { HistogramCommand, HistogramPartsCommand } from "./layouts";
import { at32 } from "./shape";

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
