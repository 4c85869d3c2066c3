/** How PyTorch's operations are called here that move elements, put them in order, pick or pad them: a part of ops.ts. */
import * as all from "../../mod.ts";
import {
  bind,
  invoke,
  isNothing,
  methods,
  NoSuchCall,
  type Operation,
  operation,
  optionsOf,
  plain,
  sizes,
  variance,
} from "./ops.ts";

const { F, Tensor } = all;

/** Options and numbers; a tensor of numbers is read. */
const quantile: Operation = async (args, kwargs) => {
  const { x, q, dim, ...rest } = bind("x q dim keepdim interpolation", args, kwargs);
  const numbers = q instanceof Tensor ? await q.array() : q;
  return invoke(x, "quantile", numbers, dim ?? undefined, optionsOf(rest));
};
const unique: Operation = async (args, kwargs) => {
  const { x, return_inverse, return_counts, sorted: _, dim } = bind(
    "x sorted return_inverse return_counts dim",
    args,
    kwargs,
  );
  if (!isNothing(dim)) throw new NoSuchCall("unique along an axis");
  if (!(x instanceof Tensor)) throw new NoSuchCall("unique of a number");
  const { values, inverse, counts } = await x.unique();
  return [values, ...return_inverse ? [inverse] : [], ...return_counts ? [counts] : []];
};
const median: Operation = (args, kwargs) => {
  const { x, dim, ...rest } = bind("x dim keepdim", args, kwargs);
  return isNothing(dim) ? invoke(x, "median") : invoke(x, "median", dim, { ...optionsOf(rest), indices: true });
};
const sorted = (name: string): Operation => (args, kwargs) => {
  const { x, dim, ...rest } = bind("x dim descending stable", args, kwargs);
  return invoke(x, name, dim ?? undefined, optionsOf(rest));
};
const interpolate: Operation = (args, kwargs) => {
  const names = "x size scale_factor mode align_corners recompute_scale_factor";
  const { x, recompute_scale_factor: again, ...rest } = bind(names, args, kwargs);
  if (again) throw new NoSuchCall("interpolate with another scale than the one that is given");
  return F.interpolate(x as all.Tensor, optionsOf(rest, plain));
};
const einsum: Operation = ([equation, ...operands]) =>
  Reflect.apply(all.einsum, undefined, [equation, ...(Array.isArray(operands[0]) ? operands[0] : operands)]);
const rolled: Operation = (args, kwargs) => {
  const { x, shifts, dims } = bind("x shifts dims", args, kwargs);
  return invoke(
    x,
    "roll",
    plain(shifts),
    Array.isArray(dims) && dims.length === 0 ? undefined : plain(dims ?? undefined),
  );
};

/** PyTorch's tuple has the places of each axis; a number has one of its own there. */
const nonzero: Operation = async (args, kwargs) => {
  const { x, as_tuple } = bind("x as_tuple", args, kwargs);
  if (!(x instanceof Tensor)) throw new NoSuchCall("nonzero of a number");
  return as_tuple ? (await (x.ndim ? x : x.reshape(1)).nonzero()).unbind(1) : x.nonzero();
};

export const shapingOperations: Readonly<Record<string, Operation>> = {
  ...methods("log2 log10 tan", "x"),
  ...methods("hypot logaddexp fmod floor_divide outer", "x other"),
  ...methods("addcmul addcdiv", "x a b", "value"),
  ...methods("cumsum cumprod", "x dim", "dtype"),
  ...Object.fromEntries(
    ["norm", "norm/fro", "norm/inf"].map((
      name,
    ) => [name, operation({ name: "norm", positional: "x p dim", options: "keepdim dtype", say: plain })]),
  ),
  std_mean: variance("stdMean"),
  ...methods("chunk", "x chunks dim"),
  ...Object.fromEntries(
    ["split", "split/list_args", "split_with_sizes"].map((
      name,
    ) => [name, operation({ name: "split", positional: "x split_size dim", say: plain })]),
  ),
  ...methods("unbind", "x dim"),
  ...methods("diagonal", "x offset dim1 dim2"),
  ...methods("tril triu", "x diagonal"),
  ...methods("unfold", "x dimension size step"),
  flip: operation({ name: "flip", positional: "x dims", say: plain }),
  roll: rolled,
  repeat: sizes("repeat"),
  tile: sizes("tile"),
  ...methods("repeat_interleave", "x repeats dim"),
  vstack: operation({ of: all, name: "vstack", positional: "x", say: plain }),
  hstack: operation({ of: all, name: "hstack", positional: "x", say: plain }),
  sort: sorted("sort"),
  argsort: sorted("argsort"),
  ...methods("topk", "x k dim", "largest sorted"),
  ...methods("kthvalue", "x k dim", "keepdim"),
  median,
  quantile,
  unique,
  ...methods("masked_fill", "x mask value"),
  ...methods("masked_select", "x mask"),
  argwhere: ([x]) => invoke(x, "nonzero"),
  nonzero,
  einsum,
  ...Object.fromEntries(
    ["constant", "reflect", "replicate", "circular"].map((mode) => [
      `nn.functional.pad/${mode}`,
      operation({ of: F, name: "pad", positional: "x pad", options: "mode value", say: plain }),
    ]),
  ),
  "nn.functional.unfold": operation({
    of: F,
    name: "unfold",
    positional: "x kernel_size",
    options: "dilation padding stride",
    say: plain,
  }),
  ...Object.fromEntries(
    ["nearest", "linear", "bilinear"].map((mode) => [`nn.functional.interpolate/${mode}`, interpolate]),
  ),
  "nn.functional.one_hot": operation({ of: F, name: "oneHot", positional: "x num_classes" }),
};
