/** From a program to the command list that the wasm kernels walk: a line a kernel. */
import type { Program } from "../program.ts";
import type { Kernel, Step, Table } from "../steps/mod.ts";
import { encodeDequantizeGather } from "./bytes.ts";
import { type EncodedProgram, type FunctionTable, ProgramWriter } from "./commands.ts";
import { encodeConv } from "./conv.ts";
import { encodeHalf, widenInputs } from "./halves.ts";
import { encodeGather, encodeScatterAdd } from "./indexing.ts";
import { encodeMatmul } from "./linear.ts";
import { encodeMaxPool } from "./max_pool.ts";
import { encodeMoments } from "./normalisation.ts";
import type { TileColumns } from "./numbers.ts";
import { encodePointwise } from "./pointwise.ts";
import { encodePool } from "./pool.ts";
import { encodeAnyOther, encodeCumsum, encodeReduce } from "./reductions.ts";
import { encodeCrossEntropy, encodeCrossEntropyGrad, encodeLossAndGradient, encodeSoftmax } from "./rows.ts";
import { encodeArgsort } from "./sorting.ts";
import { encodeArange, encodeRandint, encodeRandom } from "./sources.ts";
import { type Run, runsOf, SeriesMaker } from "./series.ts";
import { encodeHistogram, encodeStatistics, followerOf } from "./statistics.ts";

/** Total: a kernel without an encoder does not compile. */
const ENCODERS: Table<Kernel, [ProgramWriter], void> = {
  pointwise: encodePointwise,
  fused({ product, epilogue }, writer) {
    if (product.kernel === "matmul") encodeMatmul(product, writer, epilogue);
    else encodeConv(product, writer, epilogue);
  },
  reduce: encodeReduce,
  anyOther: encodeAnyOther,
  cumsum: encodeCumsum,
  matmul: encodeMatmul,
  conv2d: encodeConv,
  conv2dInputGrad: encodeConv,
  conv2dWeightGrad: encodeConv,
  softmax: encodeSoftmax,
  logSoftmax: encodeSoftmax,
  crossEntropy: encodeCrossEntropy,
  crossEntropyGrad: encodeCrossEntropyGrad,
  gather: encodeGather,
  scatterAdd: encodeScatterAdd,
  dequantizeGather: encodeDequantizeGather,
  half: encodeHalf,
  avgPool2d: encodePool,
  avgPool2dGrad: encodePool,
  maxPool2d: encodeMaxPool,
  maxPool2dIndices: encodeMaxPool,
  maxPool2dGrad: encodeMaxPool,
  histogram: encodeHistogram,
  statistics: encodeStatistics,
  moments: encodeMoments,
  normSums: encodeMoments,
  argsort: encodeArgsort,
  random: encodeRandom,
  randint: encodeRandint,
  arange: encodeArange,
  custom: (step, writer) => writer.leave(step),
};

/** Encodes all steps. */
export function encodeProgram(program: Program, functions: FunctionTable, tile: TileColumns): EncodedProgram {
  const writer = new ProgramWriter(program, functions, tile);
  const runs = new Map(runsOf(program).map((run) => [run.first, run])), maker = new SeriesMaker(writer);
  for (let at = 0; at < program.steps.length;) {
    const run = runs.get(at);
    if (run) maker.place(writer.collect(() => at = encodeRun(run, program, writer)), run);
    else at = encodeStep(program, at, writer);
  }
  return writer.finish();
}

/** Encodes the steps of a run. @returns the place after them */
function encodeRun({ first, end, grouping, byImage }: Run, program: Program, writer: ProgramWriter): number {
  let at = first;
  while (at < end) {
    writer.grouping = byImage.has(at) ? grouping : undefined;
    at = encodeStep(program, at, writer);
  }
  writer.grouping = undefined;
  return at;
}

/** Encodes a step, and the one after it if it can be done along with it. @returns the place of the step that is next */
function encodeStep({ steps }: Program, at: number, writer: ProgramWriter): number {
  const step = steps[at]!, next = steps[at + 1], follower = followerOf(step, next, writer);
  writer.beginStep(at);
  if (encodeLossAndGradient(step, next, writer)) {
    writer.share(at + 1);
    return at + 2;
  }
  const widened = widenInputs(step, writer);
  writer.follower = follower;
  (ENCODERS[step.kernel] as (step: Step, writer: ProgramWriter) => void)(widened, writer);
  writer.follower = undefined;
  if (!follower?.wasEmbedded) return at + 1;
  writer.share(at + 1);
  writer.goOn(at + 1);
  follower.finish();
  return at + 2;
}
