/** Convolutions for kernels/cpu/conv.ts. */
import type { CONV } from "../steps/conv.ts";
import type { StepOf } from "../steps/mod.ts";
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import { phasesOf } from "./conv_cut.ts";
import { cut, groupShares, spanOf } from "./conv_geometry.ts";
import { encodeInputGrad } from "./conv_input_grad.ts";
import { encodeOneChannel, isOneChannel } from "./conv_one_channel.ts";
import { geometryOf, sweepOf } from "./conv_patches.ts";
import { CHUNK_MADDS, convolve, imageCut, inSeries, packWeights, panelsOf, type Shape4 } from "./conv_sweep.ts";
import { encodeWeightGrad } from "./conv_weight_grad.ts";
import { encodeWinograd, winogradOf } from "./conv_winograd.ts";
import { encodeWinogradGrad, isWinogradGrad } from "./conv_winograd_grad.ts";
import { encodeDepthwise, encodeDepthwiseWeights, isDepthwise } from "./depthwise.ts";

/** Encodes any of the three convolution kernels, and the chain that reads its images. */
export function encodeConv(step: StepOf<keyof typeof CONV>, writer: ProgramWriter, epilogue?: PointwiseStep): void {
  if (isDepthwise(step)) {
    if (step.kernel === "conv2dWeightGrad") encodeDepthwiseWeights(step, writer);
    else encodeDepthwise(step, writer, epilogue);
  } else if (step.kernel === "conv2dWeightGrad") {
    if (isWinogradGrad(step)) encodeWinogradGrad(step, writer);
    else encodeWeightGrad(step, writer);
  } else {
    const winograd = winogradOf(step);
    if (winograd) encodeWinograd(winograd, writer, epilogue);
    else if (step.kernel === "conv2d") encodeForward(step, writer, epilogue);
    else encodeInputGrad(step, writer, epilogue);
  }
}

function encodeForward(
  step: StepOf<"conv2d">,
  writer: ProgramWriter,
  epilogue: PointwiseStep | undefined,
): void {
  if (isOneChannel(step)) return encodeOneChannel(step, writer, epilogue);
  const { inputs, output, attributes } = step;
  const x = inputs.x.shape as Shape4, w = inputs.w.shape as Shape4;
  const geometry = geometryOf(x, w, output.shape as Shape4, attributes);
  const { source, ky, kx, depth, k, outputs, oh, ow } = geometry, [, , kh, kw] = w, { groups } = source;
  const { bytes, phaseBytes, phaseLeast, wide } = imageCut(k, outputs);
  const bordered = cut(source, {
    outputRows: oh,
    outputColumns: ow,
    step: attributes.stride[0],
    taps: spanOf(ky, source.dilation[0]),
    bytes: bytes * groupShares(groups),
    pixels: Math.max(48, Math.ceil(CHUNK_MADDS / (Math.max(1, k) * outputs))),
  });
  const taps: number[] = [];
  for (let y = 0; y < ky.count; y++) {
    for (let z = 0; z < kx.count; z++) taps.push((ky.first + y) * kw + kx.first + z);
  }
  const { at: weights, apart } = packWeights(inputs.w, writer, {
    columns: outputs / groups,
    taps,
    length: depth,
    inner: kh * kw,
    across: depth * kh * kw,
    groups,
    apart: outputs / groups * depth * kh * kw,
  });
  const phased = phasesOf({
    ...{ source, bordered, outputRows: oh, columns: outputs, shares: panelsOf(k, outputs).chunks },
    ...{ bytes: phaseBytes, least: phaseLeast, wide, outputs: [{ classes: geometry.classes, taps: [ky, kx] }] },
  });
  const { sweep, work } = sweepOf(inputs.x, attributes, geometry, {
    bordered: inSeries(bordered, writer),
    phased: inSeries(phased, writer),
    weights,
    apart,
    accumulators: false,
  });
  convolve(writer, { ...sweep, pixels: output }, { work, rows: k }, epilogue);
}
