/** PyTorch's layers and optimisers here, from what the corpus says of them. */
import * as all from "../../mod.ts";
import type { Tensor } from "../../lib/tensor/mod.ts";
import { camel, NoSuchCall, operations, optionsOf } from "./ops.ts";
import { build, decode, decodeNamed, type Entry, List, type Sample } from "./sample.ts";

/** Constructors' positional arguments and options, by PyTorch's names. */
const LAYERS: Readonly<Record<string, readonly [positional: string, options: string]>> = {
  Linear: ["in_features out_features", "bias"],
  Conv1d: ["in_channels out_channels kernel_size", "stride padding dilation groups padding_mode bias"],
  Conv2d: ["in_channels out_channels kernel_size", "stride padding dilation groups padding_mode bias"],
  ConvTranspose1d: [
    "in_channels out_channels kernel_size",
    "stride padding output_padding dilation groups padding_mode bias",
  ],
  ConvTranspose2d: [
    "in_channels out_channels kernel_size",
    "stride padding output_padding dilation groups padding_mode bias",
  ],
  Embedding: ["num_embeddings embedding_dim", "padding_idx max_norm scale_grad_by_freq sparse"],
  MaxPool1d: ["kernel_size", "stride padding dilation ceil_mode return_indices"],
  MaxPool2d: ["kernel_size", "stride padding dilation ceil_mode return_indices"],
  AvgPool1d: ["kernel_size", "stride padding ceil_mode count_include_pad"],
  AvgPool2d: ["kernel_size", "stride padding ceil_mode count_include_pad divisor_override"],
  AdaptiveAvgPool1d: ["output_size", ""],
  AdaptiveAvgPool2d: ["output_size", ""],
  AdaptiveMaxPool1d: ["output_size", ""],
  AdaptiveMaxPool2d: ["output_size", ""],
  Flatten: ["start_dim end_dim", ""],
  LeakyReLU: ["negative_slope", ""],
  GELU: ["", "approximate"],
  BatchNorm1d: ["num_features", "eps momentum affine track_running_stats"],
  BatchNorm2d: ["num_features", "eps momentum affine track_running_stats"],
  InstanceNorm2d: ["num_features", "eps momentum affine track_running_stats"],
  LayerNorm: ["normalized_shape", "eps elementwise_affine"],
  GroupNorm: ["num_groups num_channels", "eps affine"],
};
const LOSSES: Readonly<Record<string, string>> = {
  CrossEntropyLoss: "cross_entropy",
  NLLLoss: "nll_loss",
  MSELoss: "mse_loss",
};

function construct(owner: object, name: string, args: readonly unknown[]): unknown {
  const Class: unknown = Reflect.get(owner, name);
  if (typeof Class !== "function") throw new NoSuchCall(`new ${name}`);
  return Reflect.construct(Class, args);
}

const pick = (names: string, from: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(names.split(" ").filter((name) => name in from).map((name) => [name, from[name]]));

/** A layer with the sample's options, state and mode; of a loss, which is a function here, undefined. */
export function makeLayer({ op, options = {}, state = {}, train = true }: Sample): all.nn.Module | undefined {
  if (op in LOSSES) return undefined;
  const say = (v: unknown): unknown => v instanceof List || Array.isArray(v) ? (v.length === 1 ? v[0] : [...v]) : v;
  const sayPlain = (v: unknown): unknown => Array.isArray(v) ? [...v] : v;
  const given = decodeNamed(options);
  const [positional, rest] = LAYERS[op] ?? ["", ""];
  const spoken = op.endsWith("1d") || op.startsWith("Adaptive") ? say : sayPlain;
  const last = optionsOf(pick(rest, given), spoken);
  const args = [...Object.values(pick(positional, given)).map(spoken), ...(Object.keys(last).length ? [last] : [])];
  const layer = construct(all.nn, op, args);
  if (!(layer instanceof all.nn.Module)) throw new NoSuchCall(`new ${op}`);
  layer.loadStateDict(Object.fromEntries(Object.entries(state).map(([key, entry]) => [key, build(entry)])));
  return layer.train(train);
}

/** A loss's value. */
export function callLoss({ op, options = {} }: Sample, args: readonly unknown[]): unknown {
  const named = pick("weight ignore_index reduction label_smoothing", decodeNamed(options));
  return operations[`nn.functional.${LOSSES[op]}`]!(args, named);
}

/** An optimiser of three parameters, the first two in a group of their own where the sample has groups. */
export function makeOptimiser({ op, kw, groups = [] }: Sample, [w, b, v]: readonly Tensor[]): all.optim.Optimizer {
  const named = (entries: Readonly<Record<string, Entry>>) =>
    Object.fromEntries(
      Object.entries(entries).filter(([key, value]) => !(key === "maximize" && value === false))
        .map(([key, value]) => [camel(key), decode(value)]),
    );
  const params = groups.length
    ? [{ params: [w, b], ...named(groups[0]!) }, { params: [v], ...named(groups[1] ?? {}) }]
    : [w, b, v];
  const made = construct(all.optim, op === "RMSprop" ? "RMSProp" : op, [params, named(kw)]);
  if (!(made instanceof all.optim.Optimizer)) throw new NoSuchCall(`new ${op}`);
  return made;
}
