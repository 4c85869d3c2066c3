/**
 * Makes a set-up's network.
 *
 * @module
 */
import type { Device } from "../device/device.ts";
import { findModules, isInstance } from "../learner/hooks.ts";
import { GeneralReLU, ReLU } from "../nn/activations.ts";
import { BatchNorm2d } from "../nn/batch_norm.ts";
import { GroupNorm } from "../nn/group_norm.ts";
import type { Module } from "../nn/module.ts";
import { ConvLayer } from "./conv_layer.ts";
import { initCnn, initWeights } from "./init.ts";
import { type ConvOptions, getCnnModel, getModel } from "./models.ts";
import { BatchNorm } from "./norms/batch.ts";
import { InstanceNorm } from "./norms/instance.ts";
import { LayerNorm } from "./norms/layer.ts";
import { RunningBatchNorm } from "./norms/running.ts";
import type { ActivationSetup, NormSetup, Setup } from "./types.ts";

/** Makes an activation; null for none. */
function activation(setup: ActivationSetup): (() => Module) | null {
  switch (setup.kind) {
    case "none":
      return null;
    case "relu":
      return () => new ReLU();
    case "generalRelu":
      return () => new GeneralReLU({ leak: setup.leak, sub: setup.sub });
    case "shiftedRelu":
      return () => new GeneralReLU({ sub: 0 });
  }
}

/** Makes a norm for a number of channels; undefined for none. */
function norm(setup: NormSetup, device: Device): ((channels: number) => Module) | undefined {
  const eps = "eps" in setup && setup.eps !== undefined ? { eps: setup.eps } : {};
  switch (setup.kind) {
    case "none":
      return undefined;
    case "batchNorm":
      return setup.by === "hand"
        ? (channels) => new BatchNorm(channels, { ...eps, device })
        : (channels) => new BatchNorm2d(channels, { ...eps, device });
    case "layerNorm":
      return () => new LayerNorm({ ...eps, device });
    case "instanceNorm":
      return (channels) => new InstanceNorm(channels, { ...eps, device });
    case "runningBatchNorm":
      return (channels) => new RunningBatchNorm(channels, { debias: setup.debias ?? false, device });
    case "groupNorm":
      return (channels) => new GroupNorm(setup.groups === "channels" ? channels : setup.groups, channels, { device });
  }
}

function network(setup: Setup, device: Device): Module {
  const act = activation(setup.activation), made = norm(setup.norm, device);
  const block: ConvOptions = { bias: setup.bias, device, act, ...made ? { norm: made } : {} };
  if (setup.model.kind === "strided") {
    if (!act) throw new RangeError("Cannot make a strided network without activations: give it one");
    return getModel({ ...block, act });
  }
  const layer = setup.activation.kind === "shiftedRelu"
    ? {
      layer: (from: number, to: number, { kernelSize }: ConvOptions) =>
        new ConvLayer(from, to, { ...kernelSize ? { kernelSize } : {}, device }),
    }
    : {};
  return getCnnModel({ channels: [1, ...setup.model.channels], ...block, ...layer });
}

/** The model of a set-up with its initial weights, drawn from the default generator. LSUV, which needs a batch, comes later. */
export function makeModel(setup: Setup, device: Device): Module {
  const model = network(setup, device);
  const { init } = setup;
  if (init.kind === "default") return model;
  return init.zeroBias ? initCnn(model, { leak: init.leak }) : initWeights(model, { leak: init.leak });
}

/**
 * Which modules of a set-up's model its lesson watches: the activations of a strided network; the layers of a pooled one, each with all that
 * is in it, as the next layer sees their output.
 */
export function watchedModules(model: Module, { model: { kind } }: Setup): Module[] {
  if (kind === "strided") return findModules(model, isInstance(ReLU, GeneralReLU));
  return [...model.children()].filter((layer) => !layer.children().next().done);
}
