/** From a program to the command list that the wasm kernels walk. */
import type { Program } from "../program.ts";
import type { Step } from "../steps/mod.ts";
import { type EncodedProgram, type FunctionTable, ProgramWriter } from "./commands.ts";
import { encodeConv } from "./encode_conv.ts";
import { encodeMaxPool } from "./encode_max_pool.ts";
import { encodeMatmul } from "./encode_matmul.ts";
import { encodeMoments } from "./encode_moments.ts";
import {
  encodeArange,
  encodeCrossEntropy,
  encodeGather,
  encodeHistogram,
  encodePool,
  encodeRandom,
  encodeScatterAdd,
  encodeSoftmax,
  encodeTakeBytes,
} from "./encode_other.ts";
import { encodePointwise } from "./encode_pointwise.ts";
import { encodeReduce } from "./encode_reduce.ts";
import { encodeStatistics } from "./encode_statistics.ts";

/** Encodes all steps. */
export function encodeProgram(program: Program, functions: FunctionTable): EncodedProgram {
  const writer = new ProgramWriter(program, functions);
  for (const step of program.steps) {
    writer.beginStep();
    encodeStep(step, writer);
  }
  return writer.finish();
}

function encodeStep(step: Step, writer: ProgramWriter): void {
  switch (step.kernel) {
    case "pointwise":
      return encodePointwise(step, writer);
    case "reduce":
      return encodeReduce(step, writer);
    case "matmul":
      return encodeMatmul(step, writer);
    case "conv2d":
    case "conv2dInputGrad":
    case "conv2dWeightGrad":
      return encodeConv(step, writer);
    case "softmax":
    case "logSoftmax":
      return encodeSoftmax(step, writer);
    case "crossEntropy":
    case "crossEntropyGrad":
      return encodeCrossEntropy(step, writer);
    case "gather":
      return encodeGather(step, writer);
    case "scatterAdd":
      return encodeScatterAdd(step, writer);
    case "dequantizeGather":
      return encodeTakeBytes(step, writer);
    case "avgPool2d":
    case "avgPool2dGrad":
      return encodePool(step, writer);
    case "maxPool2d":
    case "maxPool2dIndices":
    case "maxPool2dGrad":
      return encodeMaxPool(step, writer);
    case "histogram":
      return encodeHistogram(step, writer);
    case "statistics":
      return encodeStatistics(step, writer);
    case "moments":
    case "normSums":
      return encodeMoments(step, writer);
    case "random":
      return encodeRandom(step, writer);
    case "arange":
      return encodeArange(step, writer);
    case "custom":
      return writer.leave(step);
  }
}
