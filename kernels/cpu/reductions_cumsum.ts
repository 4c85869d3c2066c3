// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Running sums: out[i] = in[0] + … + in[i] along an axis, or from its end. Those of floats go on in 64 bits, those of int32 raise the fault flag where they do not fit. */
import { overflow } from "./control";
import { CumsumCommand } from "./layouts";
import { Overflow } from "./numbers";
import { offsetOf } from "./shape";

// @ts-ignore: decorator
@inline
function line<T, A>(from: usize, to: usize, n: i32, fromStep: isize, toStep: isize): void {
  let sum = <A> 0;
  for (let i = 0; i < n; i++) {
    sum += <A> load<T>(from);
    if (isInteger<T>() && sum != <A> <T> sum) {
      overflow(Overflow.cumsum);
      return;
    }
    store<T>(to, <T> sum);
    from += fromStep;
    to += toStep;
  }
}

export function cumsum(command: usize, chunk: i32): void {
  const cmd = changetype<CumsumCommand>(command), n = cmd.length, last = n - 1;
  const end = min(cmd.lines, (chunk + 1) * cmd.linesPerChunk);
  let fromStep = cmd.inputStride << 2, toStep = cmd.outputStride << 2;
  for (let i = chunk * cmd.linesPerChunk; i < end; i++) {
    let from = cmd.input + (<usize> offsetOf(i, cmd.rank, cmd.sizes, cmd.inputStrides) << 2);
    let to = cmd.output + (<usize> offsetOf(i, cmd.rank, cmd.sizes, cmd.outputStrides) << 2);
    const sign = cmd.reverse ? -1 : 1;
    if (cmd.reverse) {
      from += last * fromStep;
      to += last * toStep;
    }
    if (cmd.isFloat) line<f32, f64>(from, to, n, sign * fromStep, sign * toStep);
    else line<i32, i64>(from, to, n, sign * fromStep, sign * toStep);
  }
}
