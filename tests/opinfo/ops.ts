/** How each of PyTorch's operations is called here. Arguments are passed as they come: whether they are right is for Sonde to say. */
import { cat, Tensor, tensor } from "../../lib/tensor/mod.ts";
import * as all from "../../mod.ts";
import { ELLIPSIS, List, Slice } from "./sample.ts";

/** A call that cannot be written down here, such as a method of a number. */
export class NoSuchCall extends Error {}

type Named = Readonly<Record<string, unknown>>;
/** Calls an operation with PyTorch's positional and named arguments. */
export type Operation = (args: readonly unknown[], kwargs: Named) => unknown;

/** Calls whatever `owner` has under that name. */
export function invoke(owner: unknown, name: string, ...args: unknown[]): unknown {
  const f: unknown = typeof owner === "object" && owner ? Reflect.get(owner, name) : undefined;
  if (typeof f !== "function") throw new NoSuchCall(`${name} of ${typeof owner}`);
  return Reflect.apply(f, owner, args);
}

/** PyTorch's name here. */
export const camel = (name: string) => name.replace(/_(.)/g, (_, c: string) => c.toUpperCase());
export const isNothing = (v: unknown) => v === undefined || v === null;

/** Arguments by PyTorch's names in their order; those that are not in `order` keep their names. */
export function bind(order: string, args: readonly unknown[], kwargs: Named): Record<string, unknown> {
  const names = order.split(" ");
  if (args.length > names.length) throw new NoSuchCall(`${args.length} arguments`);
  return { ...Object.fromEntries(args.map((v, i) => [names[i]!, v])), ...kwargs };
}

/** PyTorch's defaults of what Sonde has not: they may be said, and mean nothing. */
const DEFAULTS: Named = {
  alpha: 1,
  cudnn_enabled: true,
  dilation: 1,
  groups: 1,
  ignore_index: -100,
  inplace: false,
  label_smoothing: 0,
  max_norm: null,
  norm_type: 2,
  padding_mode: "zeros",
  requires_grad: false,
  return_indices: false,
  scale_grad_by_freq: false,
  sparse: false,
  sparse_grad: false,
};

/** Options that have another name here. */
const NAMES: Readonly<Record<string, string>> = { return_indices: "indices" };

/** Named arguments as options here. Names that Sonde does not know are for Sonde to refuse. */
export function optionsOf(given: Named, say: (v: unknown) => unknown = (v) => v): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const parts = Array.isArray(value) ? value : [value];
    if (isNothing(value) || name in DEFAULTS && parts.every((part) => part === DEFAULTS[name])) continue;
    if (name === "stride" && parts.length === 0) continue;
    options[NAMES[name] ?? camel(name)] = say(value);
  }
  return options;
}

const METHOD = Symbol("method");
/** A call: of what, under which name, with which positional arguments (in PyTorch's order), and which of the rest go into its options. */
interface Call {
  readonly of?: unknown;
  readonly name: string;
  readonly positional: string;
  readonly options?: string;
  /** How an argument is said here. */
  readonly say?: (v: unknown) => unknown;
}

export function operation({ of = METHOD, name, positional, options, say = (v) => v }: Call): Operation {
  const order = positional.split(" "), known = options === undefined ? [] : options.split(" ");
  return (args, kwargs) => {
    const given = bind([...order, ...known].filter(Boolean).join(" "), args, kwargs);
    const rest = Object.fromEntries(Object.entries(given).filter(([key]) => !order.includes(key)));
    const first = order.map((key) => isNothing(given[key]) ? undefined : say(given[key]));
    const left = optionsOf(rest, say);
    if (options === undefined && Object.keys(left).length) throw new NoSuchCall(Object.keys(left).join());
    while (first.length && first.at(-1) === undefined && !Object.keys(left).length) first.pop();
    if (Object.keys(left).length) first.push(left);
    if (of !== METHOD) return invoke(of, name, ...first);
    if (!(first[0] instanceof Tensor)) throw new NoSuchCall(`${name} of ${typeof first[0]}`);
    return invoke(first[0], name, ...first.slice(1));
  };
}

export const methods = (names: string, positional: string, options?: string) =>
  Object.fromEntries(
    names.split(" ").map((pair) => {
      const [torch, name = torch] = pair.split(":") as [string, string?];
      return [torch, operation({ name: camel(name), positional, ...(options === undefined ? {} : { options }) })];
    }),
  );
const functions = (list: Record<string, readonly [positional: string, options?: string]>) =>
  Object.fromEntries(
    Object.entries(list).map(([name, [positional, options = ""]]) => {
      const say = name.endsWith("1d") ? single : plain;
      return [`nn.functional.${name}`, operation({ of: all.F, name: camel(name), positional, options, say })];
    }),
  );
/** Arrays are plain ones here; one axis takes a number. */
export const plain = (v: unknown): unknown => v instanceof List ? [...v] : v;
const single = (v: unknown): unknown => Array.isArray(v) && v.length === 1 ? v[0] : plain(v);

const creation = (name: string): Operation => (args, { size, ...kwargs }) => {
  const shape = size ?? (Array.isArray(args[0]) ? args[0] : args);
  return invoke(all, name, plain(shape), optionsOf(kwargs));
};
export const sizes = (name: string): Operation => ([x, ...rest], kwargs) => {
  const list = Object.values(kwargs)[0] ?? (Array.isArray(rest[0]) ? rest[0] : rest);
  return invoke(x, name, ...(Array.isArray(list) ? list : [list]));
};
export const variance = (name: string): Operation => ([x, ...rest], kwargs) => {
  const order = typeof rest[0] === "boolean" ? "unbiased" : "dim unbiased keepdim";
  const { dim, unbiased, correction, ...options } = bind(order, rest, kwargs);
  const degrees = correction ?? (unbiased === false ? 0 : 1);
  return invoke(x, name, dim ?? undefined, { ...optionsOf(options), correction: degrees });
};
const alongAxis = (name: string): Operation => (args, kwargs) => {
  const { x, dim, keepdim = false } = bind("x dim keepdim", args, kwargs);
  return invoke(x, name, dim, { keepdim, indices: true });
};
const added = (name: string): Operation => (args, { value }) => {
  const [x, a, b] = args;
  return invoke(x instanceof Tensor ? x.clone() : x, name, a, b, optionsOf({ value }));
};
const written = (name: string, positional: string): Operation => (args, kwargs) => {
  const { x, alpha = 1, inplace: _, ...rest } = bind(positional, args, kwargs);
  if (alpha !== 1) throw new NoSuchCall(`${name} with alpha`);
  return invoke(x instanceof Tensor ? x.clone() : x, name, ...Object.values(rest).map((v) => v ?? undefined));
};

/** `x[index]`: a list of numbers is an index tensor, an ellipsis all axes between. */
const at: Operation = ([x, index]) => {
  if (!(x instanceof Tensor)) throw new NoSuchCall("at of a number");
  const isNumbers = (v: unknown): v is number[] => v instanceof List && v.every((n) => typeof n === "number");
  const list = Array.isArray(index) && !isNumbers(index) ? [...index] : [index];
  const used = list.filter((v) => v !== null && v !== ELLIPSIS).length;
  const parts = list.flatMap((v: unknown): unknown[] => {
    if (v === ELLIPSIS) return Array.from({ length: x.ndim - used }, () => []);
    if (v instanceof Slice) return [[v.start ?? undefined, v.stop ?? undefined, v.step ?? undefined]];
    if (isNumbers(v)) return [tensor([...v], { dtype: "int32" })];
    if (Array.isArray(v) || typeof v === "boolean") throw new NoSuchCall("an index that is a list of lists or a bool");
    return [v];
  });
  return invoke(x, "at", ...parts);
};

/** PyTorch's names in op_db. */
export const operations: Readonly<Record<string, Operation>> = {
  ...methods(
    "neg abs sign exp expm1 log log1p sqrt rsqrt reciprocal sin cos tanh sigmoid erf floor ceil round isnan isfinite clone t " +
      "contiguous float int bool logical_not nn.functional.relu:relu",
    "x",
  ),
  ...methods(
    "add sub mul div/no_rounding_mode:div true_divide:div pow remainder maximum minimum max/binary:maximum min/binary:minimum " +
      "eq ne lt le gt ge logical_and logical_or logical_xor matmul mm:matmul bmm:matmul mv:matmul dot:matmul __radd__:add " +
      "__rmul__:mul clamp_min clamp_max",
    "x other",
  ),
  __rmatmul__: ([x, other]) => invoke(other, "matmul", x),
  ...methods("clamp", "x min max"),
  ...methods("lerp", "x end weight"),
  where: ([x, condition, other]) => invoke(x, "where", condition, other),
  to: ([x, ...rest]) => {
    const other = rest.find((v) => v instanceof Tensor), named = rest.find((v) => typeof v === "string" && v !== "cpu");
    return invoke(x, "to", other?.dtype ?? named ?? (x instanceof Tensor ? x.dtype : x));
  },
  fill: written("fill_", "x value"),
  zero_: written("zero_", "x"),
  ...methods(
    "sum prod mean any all amax:max amin:min max/reduction_no_dim:max min/reduction_no_dim:min argmax argmin logsumexp",
    "x dim",
    "keepdim dtype",
  ),
  "max/reduction_with_dim": alongAxis("max"),
  "min/reduction_with_dim": alongAxis("min"),
  var: variance("var"),
  std: variance("std"),
  var_mean: variance("varMean"),
  ...methods("softmax log_softmax", "x dim"),
  histc: (args, kwargs) => {
    const { x, bins = 100, min = 0, max = 0 } = bind("x bins min max", args, kwargs);
    return invoke(x, "histc", bins, min, max);
  },
  ...Object.fromEntries(["view", "reshape", "permute", "expand"].map((name) => [name, sizes(name)])),
  broadcast_to: ([x, shape]) => invoke(x, "broadcastTo", plain(shape)),
  ...methods("flatten", "x start_dim end_dim"),
  ...methods("transpose", "x dim0 dim1"),
  ...methods("squeeze unsqueeze", "x dim"),
  ...methods("narrow", "x dim start length"),
  ...methods("slice", "x dim start end step"),
  ...methods("select", "x dim index"),
  __getitem__: at,
  ...methods("gather", "x dim index", "sparse_grad"),
  ...methods("index_select", "x dim index"),
  ...methods("scatter_add", "x dim index src"),
  cat: (args, kwargs) => {
    const { x, dim } = bind("x dim", args, kwargs);
    return Reflect.apply(cat, undefined, [plain(x), ...(dim === undefined ? [] : [dim])]);
  },
  stack: operation({ of: all, name: "stack", positional: "x dim", say: plain }),
  full_like: operation({ of: all, name: "fullLike", positional: "x fill_value", options: "dtype" }),
  zeros_like: operation({ of: all, name: "zerosLike", positional: "x", options: "dtype" }),
  ones_like: operation({ of: all, name: "onesLike", positional: "x", options: "dtype" }),
  zeros: creation("zeros"),
  ones: creation("ones"),
  arange: operation({ of: all, name: "arange", positional: "start end step", options: "dtype" }),
  linspace: operation({ of: all, name: "linspace", positional: "start end steps", options: "dtype" }),
  eye: (args, kwargs) => {
    const { n, m = n, ...options } = bind("n m", args, kwargs);
    if (m !== n) throw new NoSuchCall("eye of two sizes");
    return invoke(all, "eye", n, optionsOf(options));
  },
  ...functions({
    leaky_relu: ["x negative_slope", "inplace"],
    gelu: ["x", "approximate"],
    silu: ["x", "inplace"],
    conv1d: ["x weight", "bias stride padding dilation groups"],
    conv2d: ["x weight", "bias stride padding dilation groups"],
    conv_transpose1d: ["x weight", "bias stride padding output_padding groups dilation"],
    conv_transpose2d: ["x weight", "bias stride padding output_padding groups dilation"],
    adaptive_avg_pool1d: ["x output_size"],
    adaptive_max_pool1d: ["x output_size", "return_indices"],
    avg_pool1d: ["x kernel_size", "stride padding ceil_mode count_include_pad"],
    max_pool1d: ["x kernel_size", "stride padding dilation ceil_mode return_indices"],
    adaptive_avg_pool2d: ["x output_size"],
    adaptive_max_pool2d: ["x output_size", "return_indices"],
    max_pool2d: ["x kernel_size", "stride padding dilation ceil_mode return_indices"],
    batch_norm: ["x", "running_mean running_var weight bias training momentum eps cudnn_enabled"],
    instance_norm: ["x", "running_mean running_var weight bias use_input_stats momentum eps cudnn_enabled"],
    layer_norm: ["x normalized_shape", "weight bias eps"],
    group_norm: ["x num_groups", "weight bias eps"],
    mse_loss: ["x target", "size_average reduce reduction"],
    cross_entropy: ["x target", "weight size_average ignore_index reduce reduction label_smoothing"],
    nll_loss: ["x target", "weight size_average ignore_index reduce reduction"],
    linear: ["x weight bias"],
  }),
  "nn.functional.avg_pool2d": operation({
    of: all,
    name: "avgPool2d",
    positional: "x kernel_size",
    options: "stride padding ceil_mode count_include_pad divisor_override",
    say: single,
  }),
  "nn.functional.embedding": (args, kwargs) => {
    const order = "weight input padding_idx max_norm norm_type scale_grad_by_freq sparse";
    const { weight, input, ...options } = bind(order, args, kwargs);
    return all.F.embedding(input as Tensor, weight as Tensor, optionsOf(options));
  },
};

/** In-place forms, on a copy, as a leaf cannot be written to. */
export const inPlace: Readonly<Record<string, Operation>> = {
  ...Object.fromEntries(
    "add sub mul div/no_rounding_mode:div true_divide:div pow clamp_min clamp_max".split(" ").map((pair) => {
      const [torch, name = torch] = pair.split(":") as [string, string?];
      return [torch, written(`${camel(name)}_`, "x other alpha")];
    }),
  ),
  ...Object.fromEntries(
    "sqrt exp neg nn.functional.relu".split(" ").map((torch) => {
      const name = torch.split(".").at(-1)!;
      return [torch, written(`${name}_`, "x inplace")];
    }),
  ),
  clamp: written("clamp_", "x min max"),
  lerp: written("lerp_", "x end weight"),
  addcmul: added("addcmul_"),
  addcdiv: added("addcdiv_"),
  zero_: written("zero_", "x"),
  fill: written("fill_", "x value"),
};
