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
import { Flatten } from "../nn/flatten.ts";
import type { Module } from "../nn/module.ts";
import { Sequential } from "../nn/sequential.ts";
import { ConvLayer } from "./conv_layer.ts";
import { initCnn, initWeights } from "./init.ts";
import { conv, type ConvOptions, getCnnModel, getModel } from "./models.ts";
import { getResNet, initResNet, resNet18d } from "./residual_models.ts";
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

/** Convolutions with a norm each; the last is bare of an activation alone. */
function deep(channels: readonly number[], { act, ...block }: ConvOptions): Module {
  const all = [1, ...channels, 10];
  const layers = all.slice(1).map((to, i) =>
    conv(all[i]!, to, { ...block, stride: i === 0 ? 1 : 2, act: i === channels.length ? null : act! })
  );
  return new Sequential(...layers, new Flatten());
}

function network(setup: Setup, device: Device): Module {
  if (setup.model.kind === "resnet18d") return resNet18d({ device });
  const act = activation(setup.activation), made = norm(setup.norm, device);
  const block: ConvOptions = { bias: setup.bias, device, act, ...made ? { norm: made } : {} };
  if (setup.model.kind !== "pooled") {
    if (!act) throw new RangeError(`Cannot make a ${setup.model.kind} network without activations: give it one`);
    if (setup.model.kind === "strided") return getModel({ ...block, act });
    if (setup.model.kind === "deep") return deep(setup.model.channels, { ...block, act });
    const { kind: _kind, ...shape } = setup.model;
    return getResNet({ ...block, act, ...shape });
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
  if (init.kind === "resnet") return initResNet(model);
  return init.zeroBias ? initCnn(model, { leak: init.leak }) : initWeights(model, { leak: init.leak });
}

/**
 * Which modules of a set-up's model its lesson watches: the activations of a plain network; the layers of the others, each with all that is in it, as the next layer sees their output.
 */
export function watchedModules(model: Module, { model: { kind } }: Setup): Module[] {
  if (kind === "strided" || kind === "deep") return findModules(model, isInstance(ReLU, GeneralReLU));
  return [...model.children()].filter((layer) => !layer.children().next().done);
}
