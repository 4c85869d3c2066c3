"""Makes corpus.json.gz and convolutions.json.gz: inputs of PyTorch's own tests, and what PyTorch makes of them, for replay_test.ts.

    /usr/bin/python3 -W ignore tests/opinfo/export.py               # corpus.json.gz
    /usr/bin/python3 -W ignore tests/opinfo/export.py convolutions  # convolutions.json.gz: those of convolutions, functions and layers

Inputs come from torch.testing._internal: op_db (sample, reference and error inputs, non-contiguous forms) and module_db. Beside them: each
operation on other number types ("cast") and in place, writes through views, special points (zeros, ties, infinities, equal values), samples with
one argument spoilt ("mutated": PyTorch says whether that is an error), and optimisers. Of each source the smallest sample of each form is kept
(types, axes, empty or not, contiguous or not, which options, which error), so that a few thousand say what all of them say. No code of PyTorch's
is in the corpus. Cotangents are not stored: `cotangent` below and in replay.ts are one formula. Written with PyTorch 1.13 on the CPU; the same
corpus comes out each time.
"""
import gzip
import json
import math
import os
import sys
import types
import unittest
import warnings

warnings.filterwarnings("ignore")
stand_in = types.ModuleType("expecttest")  # imported by PyTorch's test code, and not used here
stand_in.TestCase, stand_in.ACCEPT = unittest.TestCase, False
sys.modules["expecttest"] = stand_in

import torch
from torch.testing._internal.common_methods_invocations import op_db

from encode import LARGEST, MORE, SAMPLES, TYPES, VIEWS, cotangent, keep, sample, tensors
from export_more import MODULES, base, export_layers, export_optimisers, export_special

# What Sonde has (ops.ts), by PyTorch's names.
OPS = set("""add sub mul div/no_rounding_mode true_divide __radd__ __rmul__ pow remainder maximum minimum max/binary min/binary
eq ne lt le gt ge logical_and logical_or logical_xor logical_not neg abs sign exp expm1 log log1p sqrt rsqrt reciprocal sin cos tanh sigmoid erf
floor ceil round isnan isfinite clamp clamp_min clamp_max lerp where addcmul addcdiv float int bool to clone contiguous fill zero_
sum prod amax amin max/reduction_no_dim max/reduction_with_dim min/reduction_no_dim min/reduction_with_dim any all argmax argmin mean var std var_mean
norm logsumexp softmax log_softmax histc view reshape flatten permute transpose t squeeze unsqueeze expand broadcast_to narrow slice select
__getitem__ gather scatter_add index_select matmul mm bmm mv dot __rmatmul__ cat stack full_like zeros_like ones_like arange linspace eye zeros ones
nn.functional.relu nn.functional.leaky_relu nn.functional.gelu nn.functional.silu nn.functional.avg_pool2d
nn.functional.avg_pool1d nn.functional.adaptive_avg_pool1d nn.functional.adaptive_avg_pool2d nn.functional.max_pool1d nn.functional.max_pool2d
nn.functional.adaptive_max_pool1d nn.functional.adaptive_max_pool2d nn.functional.batch_norm nn.functional.instance_norm nn.functional.layer_norm
nn.functional.group_norm nn.functional.embedding nn.functional.mse_loss nn.functional.cross_entropy nn.functional.nll_loss
nn.functional.linear
log2 log10 tan hypot logaddexp fmod floor_divide outer cumsum cumprod norm/fro norm/inf std_mean chunk split split/list_args split_with_sizes unbind
diagonal tril triu unfold flip roll repeat tile repeat_interleave vstack hstack sort argsort topk kthvalue median quantile unique masked_fill
masked_select nonzero argwhere einsum nn.functional.pad/constant nn.functional.pad/reflect nn.functional.pad/replicate nn.functional.pad/circular
nn.functional.unfold nn.functional.interpolate/nearest nn.functional.interpolate/linear nn.functional.interpolate/bilinear
nn.functional.one_hot""".split())
CONVOLUTIONS = {f"nn.functional.{name}{axes}d" for name in ("conv", "conv_transpose") for axes in (1, 2)}
IN_PLACE = set("""add sub mul div/no_rounding_mode true_divide pow clamp_min clamp_max sqrt exp neg nn.functional.relu clamp lerp addcmul addcdiv
fill zero_""".split())
NOT_SPOILT = {"zeros", "ones", "eye"}


def known(op):
    return base(op) in OPS


def pictures(name):
    return MORE if "conv" in name or "pool" in name else LARGEST


def in_place(op):
    return lambda x, *args, **kwargs: op.inplace_variant(x.clone(), *args, **kwargs)


def small(s):
    return all(t.numel() <= MORE for t in tensors([s.input, s.args, s.kwargs]))


def inputs(make, dtype, *grads):
    """Some makers of inputs take no gradients for what they make, or do not know the type."""
    for g in grads:
        try:
            torch.manual_seed(1)
            return [s for s in make("cpu", dtype, requires_grad=g) if small(s)]
        except Exception: continue
    return []


def export_operation(op):
    name = base(op)
    largest = pictures(name)
    run = lambda s, source, d, call=op.op, second=False: sample(name, source, d, (s.input, *s.args), s.kwargs, call, second, largest=largest)
    for dtype in (torch.float32, torch.int32, torch.bool, torch.uint8):
        d = TYPES[dtype]
        if dtype not in op.supported_dtypes("cpu"):  # PyTorch refuses most of these
            cast = lambda t: t.to(dtype) if isinstance(t, torch.Tensor) and t.dtype == torch.float32 else t
            keep([run(s.transform(cast), "cast", d) for s in inputs(op.sample_inputs, torch.float32, False)[:20]], "cast", d)
            continue
        rg = dtype == torch.float32 and op.supports_autograd
        samples = inputs(op.sample_inputs, dtype, rg)
        keep([run(s, "sample", d, second=rg and op.supports_gradgrad) for s in samples], "sample", d)
        keep([run(s, "reference", d) for s in inputs(op.reference_inputs, dtype, rg, False)], "reference", d)
        if op.inplace_variant and name in IN_PLACE: keep([run(s, "inplace", d, in_place(op)) for s in samples if isinstance(s.input, torch.Tensor)], "inplace", d)
        other = []
        for s in samples:
            try: other.append(s.noncontiguous())
            except Exception: pass  # no tensors in it
        keep([run(s, "noncontiguous", d) for s in other], "noncontiguous", d)
    if op.error_inputs_func:
        bad = [e.sample_input for e in op.error_inputs("cpu")]
        keep([f for s in bad for f in [run(s, "error_inputs", "")] if f and "error" in f[0]], "error_inputs")


def export_view(op):
    """x → copy → view → write in place: the copy after it, and the gradient of x."""

    def write(x, *args, **kwargs):
        whole = x.clone()
        view = op.op(whole, *args, **kwargs)
        view.mul_(cotangent(view.shape, 3)).add_(1)
        return whole

    samples = inputs(op.sample_inputs, torch.float32, True)
    strided = [s.noncontiguous() for s in samples]
    keep([sample(base(op), "view_write", "float32", (s.input, *s.args), s.kwargs, write) for s in samples + strided], "view_write", "float32")


def spots(v, path=()):
    if isinstance(v, torch.Tensor): yield path, v
    elif isinstance(v, bool) or v is None or isinstance(v, (str, torch.dtype)): return
    elif isinstance(v, (int, float)): yield path, v
    elif isinstance(v, (list, tuple)):
        for i, x in enumerate(v): yield from spots(x, path + (i,))
    elif isinstance(v, dict):
        for k, x in v.items(): yield from spots(x, path + (k,))


def put(v, path, new):
    if not path: return new
    if isinstance(v, dict): return {k: put(x, path[1:], new) if k == path[0] else x for k, x in v.items()}
    return type(v)(put(x, path[1:], new) if i == path[0] else x for i, x in enumerate(v))


def spoilt(v):
    """Other sizes, axes, types and numbers in place of a good argument."""
    if isinstance(v, torch.Tensor):
        v = v.detach()
        yield "extra axis", v.unsqueeze(0)
        if v.ndim and v.numel():
            yield "longer last axis", torch.cat([v, v.narrow(-1, 0, 1)], -1)
            yield "longer first axis", torch.cat([v, v.narrow(0, 0, 1)], 0)
            yield "an axis less", v.select(0, 0)
            yield "empty first axis", v.narrow(0, 0, 0)
        if v.is_floating_point():
            yield from (("int64", (v * 3).long()), ("bool", v > 0), ("NaN", torch.full_like(v, math.nan)))
        elif v.dtype in (torch.int64, torch.int32):
            yield from (("float32", v.float()), ("bool", v > 0), ("beyond the end", v + 1000), ("negative", v - 1000), ("all −1", torch.full_like(v, -1)))
    else:
        numbers = (0, -1, -2, 1, 3, 100, -100, v + 0.5) if isinstance(v, int) else (0.0, -1.0, 1.0, 2.5, math.nan, math.inf)
        for n in numbers:
            if n != v: yield f"{v} becomes {n}", n


def export_spoilt(op):
    name = base(op)
    samples = inputs(op.sample_inputs, torch.float32, False)
    found = []
    for s in sorted(samples, key=lambda s: sum(t.numel() for t in tensors([s.input, s.args, s.kwargs])))[:12]:
        both = [(s.input, *s.args), s.kwargs]
        for path, value in spots(both):
            for what, new in spoilt(value):
                args, kwargs = put(both, path, new)
                found.append(sample(name, "mutated", "float32", args, kwargs, op.op, what=f"argument {'.'.join(map(str, path[1:]))}: {what}"))
    keep([f for f in found if f and "error" in f[0]], "mutated error", "float32")
    keep([f for f in found if f and "out" in f[0]], "mutated", "float32")


def save(name):
    text = "[\n" + ",\n".join(json.dumps(s, separators=(",", ":")) for s in SAMPLES) + "\n]\n"
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "wb") as f: f.write(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(SAMPLES)} samples, {len(text)} bytes, {os.path.getsize(path)} compressed")


def export_convolutions():
    for op in op_db:
        if base(op) not in CONVOLUTIONS: continue
        export_operation(op)
        export_spoilt(op)
    export_layers({"Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d"})
    save("convolutions.json.gz")


if __name__ == "__main__" and sys.argv[1:] == ["convolutions"]: export_convolutions()
elif __name__ == "__main__":
    for op in op_db:
        if not known(op): continue
        export_operation(op)
        if base(op) in VIEWS: export_view(op)
        if base(op) not in NOT_SPOILT: export_spoilt(op)
    export_special()
    export_layers(MODULES)
    export_optimisers()
    save("corpus.json.gz")
