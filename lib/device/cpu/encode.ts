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
  const { steps } = program;
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at]!, next = steps[at + 1], follower = followerOf(step, next, writer);
    writer.beginStep(at);
    if (encodeLossAndGradient(step, next, writer)) {
      writer.share(++at);
      continue;
    }
    const widened = widenInputs(step, writer);
    writer.follower = follower;
    (ENCODERS[step.kernel] as (step: Step, writer: ProgramWriter) => void)(widened, writer);
    writer.follower = undefined;
    if (!follower?.wasEmbedded) continue;
    writer.goOn(++at);
    follower.finish();
  }
  return writer.finish();
}
