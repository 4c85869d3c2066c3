"""Makes ops.json: every operation's value, shape, dtype and gradients in PyTorch, for tests/oracle/ops_test.ts.

    /usr/bin/python3 tests/goldens/make_op_goldens.py

Inputs are float32; PyTorch computes in float64 (in float32 for cases marked f32: special values, rounding, ties) and the result is
stored as float32, so that a golden carries no rounding error of its own. Arrays are base64 of little-endian float32 or int32.
A case: the operation's name (tests/oracle/op_table.ts has the same name), inputs with the views to take of them first, arguments,
outputs, cotangents, gradients of the inputs, second-order gradients for some, and for the tolerance: how many terms a sum has (n, gn)
and the magnitude of what is summed (scale, gscale). Written with PyTorch 1.13.
"""
import base64
import json
import math
import os
import re

import numpy as np
import torch
import torch.nn.functional as F

torch.manual_seed(20)
torch.set_num_threads(1)
CASES = []
NAN, INF = math.nan, math.inf


def pack(t):
    kind = "<f4" if t.is_floating_point() else "<i4"
    return base64.b64encode(t.detach().contiguous().numpy().astype(kind).tobytes()).decode()


def dtype_of(t):
    if t.is_floating_point():
        return "float32"
    return {torch.bool: "bool", torch.uint8: "uint8"}.get(t.dtype, "int32")


def array(t):
    return {"dtype": dtype_of(t), "shape": list(t.shape), "data": pack(t)}


class In:
    """An input: base values, and the views taken of them before the operation."""

    def __init__(self, base, *views):
        self.base, self.views = base, views

    def take(self, leaf):
        for name, *args in self.views:
            if name == "permute":
                leaf = leaf.permute(args[0])
            elif name == "slice":
                dim, start, end, step = args
                leaf = leaf[(slice(None),) * dim + (slice(start, end, step),)]
            elif name == "expand":
                leaf = leaf.expand(args[0])
            elif name == "select":
                leaf = leaf.select(*args)
        return leaf


def rand(*shape, low=-2.0, high=2.0):
    return torch.rand(shape) * (high - low) + low


def ints(*shape, low=0, high=10):
    return torch.randint(low, high, shape)


def bools(*shape):
    return torch.rand(shape) < 0.5


def f(values, shape=None):
    t = torch.tensor(values, dtype=torch.float32)
    return t if shape is None else t.reshape(shape)


def as_list(x):
    return list(x) if isinstance(x, (tuple, list)) else [x]


def magnitude(t):
    finite = t[torch.isfinite(t)] if t.is_floating_point() else t.double()
    return float(finite.abs().max()) if finite.numel() else 0.0


def evaluate(op, inputs, args, dtype, cotangents=None, sign=lambda t: t, second=False):
    """Leaves, outputs, cotangents, gradients, and second-order ones of `op`."""
    leaves = []
    for i in inputs:
        b = i.base.clone()
        leaves.append(sign(b).to(dtype).requires_grad_() if b.is_floating_point() else b)
    outs = as_list(op(*[i.take(leaf) for i, leaf in zip(inputs, leaves)], **args))
    wanted = [leaf for leaf in leaves if leaf.requires_grad]
    with_grad = [o for o in outs if o.requires_grad]
    if cotangents is None:
        cotangents = [rand(*o.shape, low=-1, high=1) for o in with_grad]
    grads = []
    if with_grad and wanted:
        cts = [sign(c).to(dtype) for c in cotangents]
        grads = torch.autograd.grad(with_grad, wanted, cts, allow_unused=True, create_graph=second)
    return leaves, outs, cotangents, list(grads)


def function_of(op):
    """The operation of that name: OPS' entry, else PyTorch's function, whose name has underscores where `op` has capitals."""
    if op in OPS:
        return OPS[op]
    function = getattr(torch, re.sub("[A-Z]", lambda capital: "_" + capital[0].lower(), op))
    return lambda *operands, number=None: function(*operands) if number is None else function(*operands, number)


def case(family, name, op, inputs, args=None, f32=False, n=None, gn=None, linear=False, exact=False, second=False, ngrad=False):
    """Adds a case. `linear`: measure the terms' magnitude on absolute values. `exact`: relative tolerance only, no absolute part.
    `ngrad`: no gradient is compared."""
    args = args or {}
    inputs = [i if isinstance(i, In) else In(i) for i in inputs]
    fn, dtype = function_of(op), torch.float32 if f32 else torch.float64
    leaves, outs, cts, grads = evaluate(fn, inputs, args, dtype, second=second)
    sizes = [max(1, leaf.numel()) for leaf in leaves]
    out_size = max(1, sum(o.numel() for o in outs))
    entry = {
        "family": family, "op": op, "name": name, "args": args,
        "inputs": [{**array(i.base), **({"views": i.views} if i.views else {})} for i in inputs],
        "outputs": [array(o) for o in outs],
        "n": n or max(1, round(max(sizes, default=1) / out_size)),
    }
    if linear:
        _, abs_outs, _, abs_grads = evaluate(fn, inputs, args, dtype, cts, torch.abs)
    else:
        abs_outs, abs_grads = outs, grads
    entry["scale"] = 0.0 if exact else max([magnitude(o) for o in abs_outs], default=0.0)
    if f32:
        entry["f32"] = True
    if grads and not ngrad:
        floats = [k for k, leaf in enumerate(leaves) if leaf.requires_grad]
        entry["cotangents"] = [pack(c) for c in cts]
        entry["grads"] = {k: pack(torch.zeros_like(leaves[k]) if g is None else g) for k, g in zip(floats, grads)}
        entry["gn"] = gn or max(1, round(out_size / min(sizes[k] for k in floats)))
        entry["gscale"] = max([magnitude(g) for g in abs_grads if g is not None], default=0.0)
    if second:
        seconds = [rand(*g.shape, low=-1, high=1) for g in grads]
        wanted = [leaf for leaf in leaves if leaf.requires_grad]
        total = sum((g * c.to(dtype)).sum() for g, c in zip(grads, seconds))
        again = torch.autograd.grad(total, wanted, allow_unused=True)
        entry["second"] = {
            "cotangents": [pack(c) for c in seconds],
            "grads": {k: pack(torch.zeros_like(leaves[k]) if g is None else g) for k, g in zip(floats, again)},
            "scale": max([magnitude(g) for g in again if g is not None], default=0.0),
        }
    CASES.append(entry)


def dims_of(dims):
    return dims if isinstance(dims, list) or dims is None else [dims]


def reduce_with(function):
    """A reduction over all, one or several dims, with keepdim."""

    def run(x, dims=None, keepdim=False):
        d = list(range(x.ndim)) if dims is None else dims_of(dims)
        return function(x, d, keepdim) if d else function(x[None], [0], False)

    return run


def prod(x, dims, keepdim):
    for d in sorted((d % x.ndim for d in dims), reverse=True):
        x = x.prod(d, keepdim=keepdim)
    return x


def logical(function):
    def run(x, dims, keepdim):
        for d in sorted((d % x.ndim for d in dims), reverse=True):
            x = function(x, d, keepdim=keepdim)
        return x

    return run


def through(x, change):
    """Clones, changes in place, and gives the clone back."""
    y = x.clone()
    change(y)
    return y


# What PyTorch calls otherwise, or takes other arguments for; the rest has its name there (see `function_of`).
OPS = {
    # pointwise (`number`: the second operand as a plain number)
    "maximum": lambda x, y=None, number=None: torch.maximum(x, y if number is None else torch.tensor(number, dtype=x.dtype)),
    "minimum": lambda x, y=None, number=None: torch.minimum(x, y if number is None else torch.tensor(number, dtype=x.dtype)),
    "leakyRelu": lambda x, slope=0.01: F.leaky_relu(x, slope),
    "float": lambda x: x.double() if x.dtype == torch.float64 else x.float(),
    "int": lambda x: x.int(),
    "bool": lambda x: x.bool(),
    "clamp": lambda x, min=None, max=None: x.clamp(min, max),
    "clampBetween": lambda x, low, high: torch.clamp(x, low, high),
    "clampMin": lambda x, bound: x.clamp_min(bound),
    "clampMax": lambda x, bound: x.clamp_max(bound),
    "lerp": lambda x, end, w=None, weight=None: torch.lerp(x, end, w if weight is None else weight),
    "generalRelu": lambda x, leak, sub, maxv: (F.leaky_relu(x, leak) - sub).clamp_max(maxv),
    # reductions
    "sum": reduce_with(lambda x, d, k: x.sum(d, keepdim=k)),
    "mean": reduce_with(lambda x, d, k: x.mean(d, keepdim=k)),
    "prod": reduce_with(prod),
    "max": reduce_with(lambda x, d, k: x.amax(d, keepdim=k)),
    "min": reduce_with(lambda x, d, k: x.amin(d, keepdim=k)),
    "any": reduce_with(logical(torch.any)),
    "all": reduce_with(logical(torch.all)),
    "logsumexp": reduce_with(lambda x, d, k: x.logsumexp(d, keepdim=k)),
    "var": lambda x, dims=None, keepdim=False, correction=1: torch.var(x, dims_of(dims), correction=correction, keepdim=keepdim),
    "std": lambda x, dims=None, keepdim=False, correction=1: torch.std(x, dims_of(dims), correction=correction, keepdim=keepdim),
    "argmax": lambda x, dim=None, keepdim=False: x.argmax(dim, keepdim=keepdim),
    "argmin": lambda x, dim=None, keepdim=False: x.argmin(dim, keepdim=keepdim),
    "norm": lambda x: x.norm(),
    "cumsum": lambda x, dim: x.cumsum(dim),
    "softmax": lambda x, dim: x.softmax(dim),
    "logSoftmax": lambda x, dim: x.log_softmax(dim),
    "histc": lambda x, bins, min, max: torch.histc(x.detach()[~x.detach().isnan()], bins, min, max),  # PyTorch has NaN in bin 0
    "centred": lambda x: (x - x.mean([0, 2, 3], keepdim=True)) / (x.var([0, 2, 3], keepdim=True) + 1e-5).sqrt(),
    # products
    "linear": lambda x, w, b: torch.matmul(x, w.t()) + b,
    # views
    "permute": lambda x, dims: x.permute(dims),
    "t": lambda x: x.t(),
    "transpose": lambda x, a, b: x.transpose(a, b),
    "view": lambda x, shape: x.view(shape),
    "reshape": lambda x, shape: x.reshape(shape),
    "flatten": lambda x, start=0, end=-1: x.flatten(start, end),
    "squeeze": lambda x, dim=None: x.squeeze() if dim is None else x.squeeze(dim),
    "unsqueeze": lambda x, dim: x.unsqueeze(dim),
    "expand": lambda x, shape: x.expand(shape),
    "broadcastTo": lambda x, shape: x.broadcast_to(shape),
    "select": lambda x, dim, index: x.select(dim, index),
    "narrow": lambda x, dim, start, length: x.narrow(dim, start, length),
    "slice": lambda x, dim, start, end=None, step=1: x[(slice(None),) * (dim % x.ndim) + (slice(start, end, step),)],
    "at": lambda x, index: x[
        tuple(i if i is None or isinstance(i, int) else slice(*(i + [None] * (3 - len(i)))) for i in index)
    ],
    "rows": lambda x, index: x[index],
    "contiguous": lambda x: x.contiguous(),
    "clone": lambda x: x.clone(),
    "viewChain": lambda x: x.permute(2, 0, 1)[:, 1:].flatten(0, 1).t()[None, :, ::2] * 3,
    "cat": lambda *ts, dim=0: torch.cat(ts, dim),
    "stack": lambda *ts, dim=0: torch.stack(ts, dim),
    "gather": lambda x, index, dim: x.gather(dim, index),
    "scatterAdd": lambda x, index, source, dim: x.scatter_add(dim, index, source),
    "indexSelect": lambda x, index, dim: x.index_select(dim, index),
    # images
    "conv2d": lambda x, w, stride=1, padding=0, dilation=1, groups=1: F.conv2d(x, w, stride=stride, padding=padding, dilation=dilation, groups=groups),
    "convTranspose2d": lambda x, w, b, stride=1, padding=0, outputPadding=0, groups=1, dilation=1:
        F.conv_transpose2d(x, w, b, stride, padding, outputPadding, groups, dilation),
    "convTranspose1d": lambda x, w, b, stride=1, padding=0, outputPadding=0, groups=1, dilation=1:
        F.conv_transpose1d(x, w, b, stride, padding, outputPadding, groups, dilation),
    "convRelu": lambda x, w, b: F.relu(F.conv2d(x, w, b, stride=2, padding=1)),
    "avgPool2d": lambda x, kernel, stride=None, padding=0, countIncludePad=True: F.avg_pool2d(
        x, kernel, stride, padding, count_include_pad=countIncludePad
    ),
    "adaptiveAvgPool2d": lambda x, size: F.adaptive_avg_pool2d(x, size),
    "dequantizeGather": lambda bytes, index, scale, shift: bytes[index].double() * scale + shift,
    # losses
    "crossEntropyRows": lambda x, y: F.cross_entropy(x, y, reduction="none"),
    "crossEntropy": lambda x, y, reduction="mean": F.cross_entropy(x, y, reduction=reduction),
    "nll": lambda x, y, reduction="mean": F.nll_loss(x, y, reduction=reduction),
    "mse": lambda x, y, reduction="mean": F.mse_loss(x, y, reduction=reduction),
    # in place
    "add_": lambda x, y: through(x, lambda z: z.add_(y)),
    "sub_": lambda x, y: through(x, lambda z: z.sub_(y)),
    "mul_": lambda x, y: through(x, lambda z: z.mul_(y)),
    "div_": lambda x, y: through(x, lambda z: z.div_(y)),
    "numbers_": lambda x: through(x, lambda z: z.add_(2).mul_(3).sub_(0.5).div_(4).pow_(2)),
    "lerp_": lambda x, y, weight: through(x, lambda z: z.lerp_(y, weight)),
    "copy_": lambda x, y: through(x, lambda z: z.copy_(y)),
    "fill_": lambda x, value: through(x, lambda z: z.fill_(value)),
    "zero_": lambda x: through(x, lambda z: z.zero_()),
    "clamp_": lambda x, min=None, max=None: through(x, lambda z: z.clamp_(min, max)),
    "clampMin_": lambda x, bound: through(x, lambda z: z.clamp_min_(bound)),
    "clampMax_": lambda x, bound: through(x, lambda z: z.clamp_max_(bound)),
    "relu_": lambda x: through(x, lambda z: z.relu_()),
    "sqrt_": lambda x: through(x, lambda z: z.sqrt_()),
    "exp_": lambda x: through(x, lambda z: z.exp_()),
    "neg_": lambda x: through(x, lambda z: z.neg_()),
    "addcmul_": lambda x, a, b, value=1: through(x, lambda z: z.addcmul_(a, b, value=value)),
    "addcdiv_": lambda x, a, b, value=1: through(x, lambda z: z.addcdiv_(a, b, value=value)),
    "writeRow": lambda x, y: through(x, lambda z: z[1].mul_(y)),
    "writeColumn": lambda x, y: through(x, lambda z: z[:, 1].copy_(y)),
    "writeSteps": lambda x, y: through(x, lambda z: z[::2, 1:].add_(y)),
    "writeTransposed": lambda x, y: through(x, lambda z: z.t().mul_(y)),
    "writeDeep": lambda x, y: through(x, lambda z: z.permute(2, 0, 1)[1:].select(1, 0).lerp_(y, 0.3)),
    "writeFlat": lambda x, y: through(x, lambda z: z.view(-1)[2:5].sub_(y)),
    # making
    "full": lambda shape, value: torch.full(shape, float(value)),
    "arange": lambda start, end, step: torch.arange(start, end, step, dtype=torch.float32),
    "linspace": lambda start, end, count: torch.linspace(start, end, count),
    "eye": lambda n: torch.eye(n),
}


def write_views(x):
    """Writes through a view show in the base and in every other view of it."""
    y = x.clone()
    row, column, flat = y[0], y[:, 0], y.view(-1)
    row.mul_(2)
    column.add_(1)
    before = flat * 1
    flat[1:3].zero_()
    return [y, row, column, flat, before]


OPS["writeViews"] = write_views


def pointwise_cases():
    positive = {"log", "sqrt", "rsqrt", "reciprocal"}
    for op in ["neg", "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "tanh", "sigmoid",
               "erf", "relu", "floor", "ceil", "round", "square", "leakyRelu"]:
        low, high = (0.05, 4) if op in positive else (-0.9, 4) if op == "log1p" else (-4, 4)
        case("unary", "vector of 37", op, [rand(37, low=low, high=high)], exact=True)
        case("unary", "transposed and sliced", op, [In(rand(5, 7, low=low, high=high), ("permute", [1, 0]), ("slice", 0, 1, 6, 2))], exact=True)
        case("unary", "0-d", op, [rand(low=low, high=high)], exact=True)
        case("unary", "empty", op, [rand(0, 3)], exact=True)
        special = f([NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -0.5, -1.5, 1e-30, -1e-30, 50.0, -50.0])
        if op in ("sin", "cos"):
            special = f([NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 20.0, -20.0])
        case("unary special values", "special values", op, [special], f32=True, exact=True)
    case("unary", "slope 0.3", "leakyRelu", [rand(3, 5)], {"slope": 0.3}, exact=True)
    for op in ["isnan", "isfinite", "logicalNot"]:
        case("unary special values", "special values", op, [f([NAN, INF, -INF, 0.0, -0.0, 1.0, -3.5])])
    case("unary", "small values", "log1p", [rand(16, low=-1e-4, high=1e-4)], exact=True)
    case("unary", "small values", "expm1", [rand(16, low=-1e-4, high=1e-4)], exact=True)
    case("unary", "small values", "tanh", [rand(16, low=-1e-3, high=1e-3)], exact=True)
    case("unary", "wide", "sigmoid", [rand(40, low=-60, high=60)], exact=True)
    case("unary", "wide", "exp", [rand(40, low=-80, high=80)], exact=True)
    case("unary", "wide", "log", [10 ** rand(40, low=-30, high=30)], exact=True)

    shapes = [((4, 5), (4, 5)), ((3, 1, 5), (4, 1)), ((7,), ()), ((), ()), ((0, 3), (3,)), ((1,), (2, 3)), ((2, 3, 4, 5), (1, 3, 1, 1)),
              ((129,), (129,))]
    for op in ["add", "sub", "mul", "div", "pow", "remainder", "maximum", "minimum"]:
        low = (0.1, 0.5) if op in ("pow",) else (-3, 0.5) if op in ("div", "remainder") else (-3, -3)
        for a, b in shapes:
            f32 = op == "remainder"
            case("binary", f"{list(a)} with {list(b)}", op, [rand(*a, low=low[0], high=3), rand(*b, low=low[1], high=3)], f32=f32,
                 second=op in ("mul", "div") and a in ((4, 5), (3, 1, 5)))
        x = In(rand(5, 4, low=low[0], high=3), ("permute", [1, 0]))
        y = In(rand(1, 5, low=low[1], high=3), ("expand", [4, 5]))
        case("binary", "transposed with expanded", op, [x, y], f32=op == "remainder")
        case("binary", "with a number", op, [rand(3, 5, low=0.1, high=3)], {"number": 1.75}, f32=op == "remainder")
    case("binary", "cube of negatives", "pow", [rand(9)], {"number": 3})
    case("binary", "square, also at 0", "pow", [f([0.0, -0.0, -2, 3])], {"number": 2})
    case("binary", "to the 0", "pow", [f([0.0, -2, 3, NAN])], {"number": 0})
    case("binary", "negative remainder", "remainder", [f([5, -5, 5, -5, 7.5, -7.5, 0]), f([3, 3, -3, -3, 2, 2, 2])], f32=True)
    case("binary", "ties share the gradient", "maximum", [f([1, 2, 3, -1]), f([1, 3, 3, -1])])
    case("binary", "ties share the gradient", "minimum", [f([1, 2, 3, -1]), f([1, 3, 3, -1])])
    special = f([NAN, INF, -INF, 0.0, -0.0, 1.0, -2.0])
    for op in ["add", "sub", "mul", "div", "maximum", "minimum", "pow"]:
        case("binary special values", "all pairs", op, [special.reshape(7, 1), special], f32=True, exact=True, ngrad=True)
    for op in ["eq", "ne", "lt", "le", "gt", "ge"]:
        case("comparison", "all pairs of special values", op, [special.reshape(7, 1), special])
        case("comparison", "integers", op, [ints(5, 1, high=3), ints(4, high=3)])
        case("comparison", "with a number", op, [f([-1, 0.5, 2, NAN])], {"number": 0.5})
        case("comparison", "empty", op, [rand(2, 0), rand(1, 1)])
    for op in ["logicalAnd", "logicalOr", "logicalXor"]:
        case("comparison", "broadcast", op, [bools(4, 1), bools(5)])
    case("comparison", "booleans", "logicalNot", [bools(7)])
    for op in ["add", "sub", "mul", "maximum", "minimum"]:
        case("integer", "integers", op, [ints(3, 4, low=-9), ints(4, low=-9)])
        case("integer", "integers with a number", op, [ints(5, low=-9)], {"number": 3})
    case("integer", "large values wrap nothing", "add", [torch.tensor([2**24 + 1, -(2**30) - 1]), torch.tensor([2, 3])])
    case("integer", "integer with float", "mul", [ints(4, low=-9), rand(3, 4)])
    case("integer", "boolean with float", "mul", [bools(4), rand(3, 4)])
    case("integer", "negative", "neg", [ints(5, low=-9)])
    case("integer", "absolute", "abs", [ints(5, low=-9)])
    case("cast", "integer to float", "float", [ints(3, 4, low=-9)])
    case("cast", "boolean to float", "float", [bools(5)])
    case("cast", "float to integer truncates", "int", [f([-2.7, -0.2, 0, 0.9, 3.5, 100.1])], f32=True)
    case("cast", "float to boolean", "bool", [f([-2.7, -0.0, 0, 0.9, NAN])], f32=True)

    case("where", "broadcast", "where", [bools(3, 1), rand(4), rand(3, 4)])
    case("where", "0-d", "where", [bools(), rand(), rand()])
    case("where", "empty", "where", [bools(0, 2), rand(2), rand(1)])
    case("where", "NaN on the other side", "where", [torch.tensor([True, False]), f([1, NAN]), f([NAN, 2])], f32=True)
    edges = f([-2, -1, -0.5, 0, 0.5, 1, 2, NAN, INF, -INF])
    for args in [{"min": -1, "max": 1}, {"min": -0.5}, {"max": 0.5}]:
        case("clamp", f"{args}", "clamp", [edges], args, f32=True)
    case("clamp", "minimum above the maximum", "clamp", [rand(5)], {"min": 1, "max": -1})
    case("clamp", "strided", "clamp", [In(rand(4, 6), ("slice", 1, 1, 6, 2))], {"min": -1, "max": 0.3})
    case("clamp", "tensor bounds", "clampBetween", [rand(3, 5), rand(5, low=-2, high=0), rand(3, 1, low=0, high=1)])
    case("clamp", "number", "clampMin", [edges], {"bound": -1}, f32=True)
    case("clamp", "number", "clampMax", [edges], {"bound": 1}, f32=True)
    for shape in [(3, 4), (), (0,)]:
        case("lerp", f"weight a number {list(shape)}", "lerp", [rand(*shape), rand(*shape)], {"weight": 0.3})
        case("lerp", f"weight a tensor {list(shape)}", "lerp", [rand(*shape), rand(*shape), rand(*shape, low=0, high=1)])
    case("lerp", "broadcast", "lerp", [rand(3, 1), rand(4)], {"weight": 1.7})
    case("clamp", "GeneralReLU", "generalRelu", [rand(3, 7, low=-4, high=4)], {"leak": 0.1, "sub": 0.4, "maxv": 2})


def reduction_cases():
    plans = [((7,), None), ((3, 5), 0), ((3, 5), -1), ((3, 5), 1), ((2, 3, 4), [0, 2]), ((2, 3, 4), 1), ((2, 3, 5, 4), [0, 2, 3]),
             ((2, 3, 5, 4), [1, 2, 3]), ((2, 3, 4), None), ((), None), ((1, 5), 0), ((5, 1), 1), ((2, 3, 4), [-1, -3])]
    for op in ["sum", "mean", "prod", "max", "min", "logsumexp", "var", "std"]:
        for shape, dims in plans:
            if op in ("var", "std") and (shape == () or shape[dims if isinstance(dims, int) else 0] == 1):
                continue
            for keepdim in (False, True):
                args = {"keepdim": keepdim} if dims is None else {"dims": dims, "keepdim": keepdim}
                case("reduction", f"{list(shape)} over {dims}{' keepdim' if keepdim else ''}", op, [rand(*shape)], args,
                     linear=op in ("sum", "mean"))
        strided = In(rand(4, 6, 5), ("permute", [2, 0, 1]), ("slice", 2, 0, 6, 2))
        for dims in [None, 0, 2, [0, 1]]:
            case("reduction", f"strided, over {dims}", op, [strided], {} if dims is None else {"dims": dims}, linear=op in ("sum", "mean"))
        case("reduction", "expanded", op, [In(rand(3, 1), ("expand", [3, 4]))], {"dims": 0}, linear=op in ("sum", "mean"))
        if op != "prod":
            case("reduction", "long row", op, [rand(2, 1500)], {"dims": 1}, linear=op in ("sum", "mean"))
            case("reduction", "tall", op, [rand(700, 3)], {"dims": 0}, linear=op in ("sum", "mean"))
    for correction in (0, 1):
        for op in ("var", "std"):
            case("reduction", f"correction {correction}", op, [rand(4, 5)], {"dims": 1, "correction": correction})
            case("reduction", f"correction {correction}, all", op, [rand(4, 5)], {"correction": correction})
            case("reduction", f"far from zero, correction {correction}", op, [rand(64, low=99.5, high=100.5)], {"correction": correction})
    case("reduction", "one element, correction 1", "var", [rand(3, 1)], {"dims": 1}, ngrad=True)
    case("reduction", "one element, correction 0", "var", [rand(3, 1)], {"dims": 1, "correction": 0}, ngrad=True)
    for op in ["sum", "mean", "prod"]:
        case("reduction", "of nothing", op, [rand(0)], ngrad=op == "mean")
        case("reduction", "over an empty dim", op, [rand(3, 0)], {"dims": 1}, ngrad=op == "mean")
        case("reduction", "to an empty result", op, [rand(3, 0)], {"dims": 0})
    for op in ["max", "min", "logsumexp", "var"]:
        case("reduction", "to an empty result", op, [rand(3, 0)], {"dims": 0}, ngrad=op == "var")
    case("reduction", "ties share the gradient", "max", [f([[1, 3, 3], [2, 2, 2]])], {"dims": 1})
    case("reduction", "ties share the gradient", "min", [f([[1, 1, 3], [2, 2, 2]])])
    case("reduction", "zeros", "prod", [f([[0, 2, 3], [0, 0, 5], [1, 2, 3]])], {"dims": 1})
    for op in ["sum", "mean", "max", "min", "prod"]:
        case("reduction", "NaN and infinities", op, [f([[1, NAN, 2], [INF, 1, 2], [-INF, 1, 2], [INF, -INF, 0]])], {"dims": 1}, f32=True, ngrad=True)
    case("reduction", "infinities", "logsumexp", [f([[-INF, -INF], [-INF, 1], [INF, 1], [500, 501], [-500, -501]])], {"dims": 1}, f32=True, ngrad=True)
    for op in ["sum", "max", "min", "prod"]:
        case("reduction", "integers", op, [ints(3, 4, low=-5, high=6)], {"dims": 1})
    case("reduction", "booleans", "sum", [bools(3, 40)], {"dims": 1})
    case("reduction", "comparison then mean", "mean", [bools(50).float()], {})
    for op in ["any", "all"]:
        for dims in [None, 0, 1, [0, 1]]:
            for t in (bools(3, 4), torch.ones(2, 3, dtype=torch.bool), torch.zeros(2, 3, dtype=torch.bool)):
                case("reduction", f"over {dims}", op, [t], {} if dims is None else {"dims": dims, "keepdim": True})
        case("reduction", "of nothing", op, [torch.zeros(0, dtype=torch.bool)])
    for op in ["argmax", "argmin"]:
        for shape, dim in [((7,), None), ((3, 5), 0), ((3, 5), -1), ((2, 3, 4), 1), ((1, 1), 1), ((), None), ((3, 4), None)]:
            for keepdim in (False, True) if dim is not None else (False,):
                case("argmax", f"{list(shape)} over {dim}{' keepdim' if keepdim else ''}", op, [rand(*shape)],
                     {} if dim is None else {"dim": dim, "keepdim": keepdim})
        case("argmax", "ties give the first", op, [f([[1, 3, 3, 1], [2, 2, 2, 2]])], {"dim": 1})
        case("argmax", "NaN counts as the largest and the smallest", op, [f([[1, NAN, 3, NAN], [NAN, NAN, NAN, NAN], [INF, 1, NAN, -INF]])], {"dim": 1})
        case("argmax", "infinities", op, [f([[-INF, -INF], [INF, INF], [-INF, INF]])], {"dim": 1})
        case("argmax", "strided", op, [In(rand(5, 6), ("permute", [1, 0]), ("slice", 1, 0, 5, 2))], {"dim": 1})
        case("argmax", "rows of 300", op, [rand(3, 300)], {"dim": 1})
        case("argmax", "empty result", op, [rand(0, 4)], {"dim": 1})
    for shape in [(7,), (3, 4), ()]:
        case("norm", f"{list(shape)}", "norm", [rand(*shape)])
    case("norm", "strided", "norm", [In(rand(5, 6), ("permute", [1, 0]), ("slice", 1, 0, 5, 2))])
    for op in ["softmax", "logSoftmax"]:
        for shape, dim in [((3, 5), 1), ((3, 5), 0), ((2, 3, 4), 1), ((2, 3, 4), -1), ((6,), 0), ((), 0), ((0, 4), 1), ((1, 1), 1), ((2, 300), 1)]:
            case("softmax", f"{list(shape)} over {dim}", op, [rand(*shape)], {"dim": dim}, second=shape == (3, 5))
        case("softmax", "large values", op, [f([[1000, 1001, 1002], [-1000, 0, 80], [-INF, 0, 1]])], {"dim": 1}, f32=True)
        case("softmax", "NaN and infinities", op, [f([[NAN, 0, 1], [INF, 0, 1], [-INF, -INF, -INF]])], {"dim": 1}, f32=True, ngrad=True)
        case("softmax", "strided", op, [In(rand(5, 6), ("permute", [1, 0]), ("slice", 1, 0, 5, 2))], {"dim": 1})
    case("histc", "edges, outside, NaN", "histc", [f([0, 0.25, 0.5, 1, 2.5, 9.75, 10, 10.0001, -0.001, NAN, 9.999, 5])], {"bins": 40, "min": 0, "max": 10}, f32=True)
    case("histc", "one bin", "histc", [rand(20)], {"bins": 1, "min": -1, "max": 1}, f32=True)
    case("histc", "300 values", "histc", [rand(10, 30, low=-1, high=11)], {"bins": 40, "min": 0, "max": 10}, f32=True)
    case("histc", "strided", "histc", [In(rand(10, 9, low=-8, high=8), ("permute", [1, 0]), ("slice", 0, 1, 9, 3))], {"bins": 40, "min": -7, "max": 7}, f32=True)
    case("histc", "empty", "histc", [rand(0)], {"bins": 5, "min": 0, "max": 1}, f32=True)
    case("reduction", "batch statistics", "centred", [rand(3, 4, 5, 5)], gn=75)


def product_cases():
    plans = [((5,), (5,)), ((3, 5), (5,)), ((5,), (5, 4)), ((3, 5), (5, 4)), ((1, 1), (1, 1)), ((2, 3, 5), (2, 5, 4)), ((2, 3, 5), (5, 4)),
             ((3, 5), (2, 5, 4)), ((2, 1, 3, 5), (4, 5, 2)), ((1, 3, 5), (4, 5, 2)), ((2, 3, 5), (5,)), ((5,), (2, 5, 4)), ((2, 0), (0, 3)),
             ((0, 4), (4, 3)), ((3, 4), (4, 0)), ((0, 2, 3), (3, 2)), ((17, 33), (33, 13)), ((1, 65), (65, 1)), ((65, 1), (1, 7)),
             ((7, 130), (130, 19)), ((64, 48), (48, 32))]
    for a, b in plans:
        m = max(a[-2] if len(a) > 1 else 1, b[-1] if len(b) > 1 else 1, 1)
        case("matmul", f"{list(a)} with {list(b)}", "matmul", [rand(*a), rand(*b)], n=max(1, a[-1]), gn=m * 8, linear=True,
             second=(a, b) in (((3, 5), (5, 4)), ((2, 3, 5), (5, 4))))
    t = ("permute", [1, 0])
    case("matmul", "left transposed", "matmul", [In(rand(9, 6), t), rand(9, 7)], n=9, gn=9, linear=True)
    case("matmul", "right transposed", "matmul", [rand(6, 9), In(rand(7, 9), t)], n=9, gn=9, linear=True)
    case("matmul", "both transposed", "matmul", [In(rand(9, 6), t), In(rand(7, 9), t)], n=9, gn=9, linear=True)
    case("matmul", "sliced with steps", "matmul", [In(rand(7, 12), ("slice", 1, 1, 12, 2)), In(rand(12, 5), ("slice", 0, 0, 12, 2))], n=6, gn=9, linear=True)
    case("matmul", "expanded batch", "matmul", [In(rand(1, 3, 4), ("expand", [5, 3, 4])), rand(5, 4, 2)], n=4, gn=20, linear=True)
    case("matmul", "batch permuted", "matmul", [In(rand(4, 3, 2), ("permute", [2, 1, 0])), rand(2, 4, 3)], n=4, gn=4, linear=True)
    case("matmul", "NaN and infinity times zero", "matmul", [f([[NAN, 0], [INF, 0]]), f([[0, 1], [1, 0]])], f32=True, ngrad=True)
    case("matmul", "linear layer", "linear", [rand(6, 10), rand(4, 10), rand(4)], n=10, gn=10, linear=True)


def view_cases():
    v = "views"
    for dims in ([1, 0], [0, 1]):
        case(v, f"{dims}", "permute", [rand(3, 4)], {"dims": dims})
    case(v, "four dims", "permute", [rand(2, 3, 4, 5)], {"dims": [0, 2, 3, 1]})
    case(v, "negative dims", "permute", [rand(2, 3, 4)], {"dims": [-1, 0, 1]})
    case(v, "matrix", "t", [rand(3, 4)])
    case(v, "vector", "t", [rand(3)])
    case(v, "first and last", "transpose", [rand(2, 3, 4)], {"a": 0, "b": -1})
    for shape in ([6, 4], [-1], [2, -1, 2], [24, 1], [1, 2, 3, 4, 1]):
        case(v, f"{shape}", "view", [rand(2, 3, 4)], {"shape": shape})
        case(v, f"{shape} of permuted", "reshape", [In(rand(4, 2, 3), ("permute", [1, 2, 0]))], {"shape": shape})
    case(v, "0-d to [1]", "view", [rand()], {"shape": [1]})
    case(v, "[1] to 0-d", "reshape", [rand(1)], {"shape": []})
    case(v, "empty", "view", [rand(0, 3)], {"shape": [3, 0]})
    case(v, "of a narrowed tensor that splits", "view", [In(rand(4, 6), ("slice", 0, 1, 3, 1))], {"shape": [2, 2, 3]})
    for args in ({}, {"start": 1}, {"start": 0, "end": 1}, {"start": 1, "end": 2}):
        case(v, f"{args}", "flatten", [rand(2, 3, 4, 2)], args)
        case(v, f"permuted {args}", "flatten", [In(rand(4, 2, 3, 2), ("permute", [1, 2, 0, 3]))], args)
    case(v, "0-d", "flatten", [rand()])
    case(v, "all", "squeeze", [rand(1, 3, 1, 2)])
    case(v, "dim 0", "squeeze", [rand(1, 3, 1)], {"dim": 0})
    case(v, "dim -1", "squeeze", [rand(1, 3, 1)], {"dim": -1})
    case(v, "a dim that is not 1", "squeeze", [rand(1, 3, 1)], {"dim": 1})
    for dim in (0, 1, -1, 2):
        case(v, f"dim {dim}", "unsqueeze", [rand(3, 4)], {"dim": dim})
    case(v, "0-d", "unsqueeze", [rand()], {"dim": 0})
    for a, b in [((3, 1), [3, 4]), ((3, 1), [2, 3, 4]), ((1,), [5]), ((), [2, 3]), ((1, 3), [-1, 3]), ((2, 1), [2, 0])]:
        case(v, f"{list(a)} to {b}", "expand", [rand(*a)], {"shape": b})
    case(v, "column", "broadcastTo", [rand(3, 1)], {"shape": [2, 3, 4]})
    for dim, i in [(0, 1), (1, -1), (-1, 0)]:
        case(v, f"dim {dim}, index {i}", "select", [rand(3, 4)], {"dim": dim, "index": i})
    case(v, "vector to 0-d", "select", [rand(4)], {"dim": 0, "index": 2})
    for dim, s, n in [(0, 1, 2), (1, 0, 4), (-1, 2, 0), (1, 3, 1)]:
        case(v, f"dim {dim}, {n} from {s}", "narrow", [rand(3, 4)], {"dim": dim, "start": s, "length": n})
    for args in [{"start": 1}, {"start": 0, "end": 7, "step": 3}, {"start": -3}, {"start": 1, "end": -1}, {"start": 5, "end": 2},
                 {"start": 0, "end": 99}, {"start": -99, "end": 2, "step": 2}]:
        case(v, f"{args}", "slice", [rand(7, 2)], {"dim": 0, **args})
        case(v, f"last dim of permuted {args}", "slice", [In(rand(7, 2), ("permute", [1, 0]))], {"dim": 1, **args})
    for index in [[0], [[], 1], [[1, 3]], [[0, None, 2], [1]], [None], [[], None, -1], [1, 2], [None, [], [], None], [[-2], [None, -1]]]:
        case(v, f"{index}", "at", [rand(4, 5)], {"index": index})
    case(v, "rows by a tensor", "rows", [rand(4, 5), torch.tensor([3, 0, 0, 2])])
    case(v, "no rows", "rows", [rand(4, 5), torch.zeros(0, dtype=torch.int64)])
    for op in ("contiguous", "clone"):
        case(v, "permuted", op, [In(rand(3, 4), ("permute", [1, 0]))])
        case(v, "expanded", op, [In(rand(3, 1), ("expand", [3, 4]))])
    case(v, "chain", "viewChain", [rand(4, 3, 2)])

    j = "cat, stack, index"
    for dim in (0, 1, -1):
        case(j, f"three along {dim}", "cat", [rand(2, 3), rand(2, 3), rand(2, 3)], {"dim": dim})
        case(j, f"three along {dim}", "stack", [rand(2, 3), rand(2, 3), rand(2, 3)], {"dim": dim})
    case(j, "unequal", "cat", [rand(2, 3), rand(2, 1), rand(2, 0), rand(2, 5)], {"dim": 1})
    case(j, "permuted", "cat", [In(rand(3, 2), ("permute", [1, 0])), rand(1, 3)], {"dim": 0})
    case(j, "one", "cat", [rand(4)], {"dim": 0})
    case(j, "middle", "cat", [rand(2, 1, 3), rand(2, 4, 3)], {"dim": 1})
    case(j, "0-d", "stack", [rand(), rand()], {"dim": 0})
    case(j, "integers", "cat", [ints(3), ints(2)], {"dim": 0})
    for dim, shape, ishape in [(0, (4, 3), (2, 3)), (1, (4, 3), (4, 5)), (1, (4, 3), (2, 2)), (0, (5,), (7,)), (2, (2, 3, 4), (2, 3, 1)), (1, (3, 4), (3, 0))]:
        index = ints(*ishape, high=shape[dim])
        case(j, f"{list(shape)} by {list(ishape)} along {dim}", "gather", [rand(*shape), index], {"dim": dim}, gn=8)
        case(j, f"{list(shape)} by {list(ishape)} along {dim}", "scatterAdd", [rand(*shape), index, rand(*ishape)], {"dim": dim}, n=8)
    case(j, "many into one", "scatterAdd", [rand(3), torch.zeros(200, dtype=torch.int64), rand(200)], {"dim": 0}, n=200)
    case(j, "strided", "gather", [In(rand(3, 4), ("permute", [1, 0])), ints(4, 2, high=3)], {"dim": 1}, gn=4)
    for dim in (0, 1, -1):
        case(j, f"repeats along {dim}", "indexSelect", [rand(4, 3), torch.tensor([2, 0, 2, 1, 1])], {"dim": dim}, gn=4)
    case(j, "none", "indexSelect", [rand(4, 3), torch.zeros(0, dtype=torch.int64)], {"dim": 0})
    case("making", "full", "full", [], {"shape": [2, 3], "value": 1.5})
    case("making", "0-d full", "full", [], {"shape": [], "value": -2})
    case("making", "empty full", "full", [], {"shape": [0, 2], "value": 1})
    for args in ([0, 5, 1], [2, 3, 0.25], [5, 0, -2], [3, 3, 1], [-1, 2.5, 0.7]):
        case("making", f"{args}", "arange", [], dict(zip(["start", "end", "step"], args)), f32=True)
    for args in ([0, 1, 5], [-3, 3, 7], [2, -2, 2], [4, 9, 1]):
        case("making", f"{args}", "linspace", [], dict(zip(["start", "end", "count"], args)), f32=True)
    for n in (0, 1, 4):
        case("making", f"{n}", "eye", [], {"n": n})


def image_cases():
    def conv(name, n, cin, cout, h, w, k, stride, padding, second=False, views=None, family="conv2d"):
        x = rand(n, cin, h, w, low=-1, high=1) if views is None else views
        kh, kw = k if isinstance(k, tuple) else (k, k)
        weight = rand(cout, cin, kh, kw, low=-1, high=1)
        args = {"stride": stride, "padding": padding}
        case(family, f"{name} n{n} {cin}->{cout} {h}x{w} k{k} s{stride} p{padding}", "conv2d", [x, weight], args, linear=True, second=second,
             n=cin * kh * kw, gn=max(n * h * w, cout * kh * kw, 1))

    number = 0
    channels = [(1, 1), (1, 8), (3, 2), (2, 5), (4, 4), (5, 13), (13, 3), (8, 9), (7, 1)]
    for k in (1, 2, 3, 5):
        for stride in (1, 2, 3):
            for padding in (0, 1, 2):
                if padding > k // 2 and not (k == 1 and padding == 1):
                    continue
                cin, cout = channels[number % len(channels)]
                n, h, w = [(1, 7, 6), (2, 9, 8), (3, 5, 7), (1, 11, 9), (5, 6, 6)][number % 5]
                conv("small", n, cin, cout, h, w, k, stride, padding)
                number += 1
    conv("lesson 1", 3, 1, 8, 28, 28, 3, 2, 1)
    conv("lesson 2", 2, 8, 16, 14, 14, 3, 2, 1)
    conv("lesson 3", 3, 16, 32, 7, 7, 3, 2, 1)
    conv("lesson 4", 3, 32, 64, 4, 4, 3, 2, 1)
    conv("lesson 5", 5, 64, 10, 2, 2, 3, 2, 1)
    conv("kernel 5 as in lsuv", 3, 1, 8, 28, 28, 5, 2, 2)
    conv("batch 1", 1, 8, 16, 14, 14, 3, 2, 1)
    conv("larger", 3, 12, 20, 9, 7, 3, 1, 1)
    conv("unequal stride and padding", 2, 3, 4, 9, 8, (3, 2), [2, 1], [1, 0])
    conv("kernel as large as the image", 2, 3, 4, 5, 5, 5, 1, 0)
    conv("one pixel out", 2, 3, 4, 3, 3, 3, 2, 0)
    conv("1x1 image", 2, 5, 4, 1, 1, 3, 2, 1)
    conv("empty batch", 0, 3, 4, 5, 5, 3, 2, 1)
    conv("differentiable twice", 2, 2, 3, 5, 6, 3, 2, 1, second=True)
    conv("differentiable twice", 2, 3, 2, 5, 5, 3, 1, 0, second=True)
    conv("channels last", 2, 3, 5, 7, 6, 3, 2, 1, views=In(rand(2, 7, 6, 3), ("permute", [0, 3, 1, 2])))
    conv("sliced batch", 2, 3, 5, 7, 6, 3, 2, 1, views=In(rand(5, 3, 7, 6), ("slice", 0, 1, 5, 2)))
    conv("sliced columns", 2, 3, 5, 7, 6, 3, 2, 1, views=In(rand(2, 3, 7, 12), ("slice", 3, 0, 12, 2)))
    conv("expanded batch", 4, 3, 5, 7, 6, 3, 2, 1, views=In(rand(1, 3, 7, 6), ("expand", [4, 3, 7, 6])))
    case("conv2d", "with bias and relu", "convRelu", [rand(2, 3, 8, 8), rand(4, 3, 3, 3), rand(4)], linear=True, n=27, gn=32)
    case("conv2d", "NaN stays in its receptive field", "conv2d", [f([NAN] + [1] * 24, (1, 1, 5, 5)), rand(2, 1, 3, 3)], {"stride": 2, "padding": 1},
         f32=True, ngrad=True)
    for include in (True, False):
        for kernel, stride, padding, h, w in [(2, None, 0, 6, 8), (3, 2, 1, 7, 7), (3, 1, 1, 5, 4), (2, 3, 1, 7, 8), (1, 1, 0, 3, 3)]:
            args = {"kernel": kernel, "padding": padding, "countIncludePad": include}
            if stride:
                args["stride"] = stride
            case("pool", f"{args}", "avgPool2d", [rand(2, 3, h, w)], args, linear=True, n=9, gn=9)
    case("pool", "permuted", "avgPool2d", [In(rand(2, 6, 6, 3), ("permute", [0, 3, 1, 2]))], {"kernel": 2}, linear=True, n=4)
    for size, h, w in [(1, 5, 4), (1, 1, 1), (2, 5, 7), (3, 7, 7), ([2, 1], 6, 5), (4, 3, 3)]:
        case("pool", f"adaptive {size} of {h}x{w}", "adaptiveAvgPool2d", [rand(2, 3, h, w)], {"size": size}, linear=True, n=35, gn=9)
    case("pool", "adaptive, empty batch", "adaptiveAvgPool2d", [rand(0, 3, 4, 4)], {"size": 1})
    for shape in [(6, 4, 5), (3, 1, 7, 5)]:
        data = ints(*shape, high=256).to(torch.uint8)
        case("bytes", f"{list(shape)}", "dequantizeGather", [data, ints(5, high=shape[0])], {"scale": 1 / 255, "shift": 0})
        case("bytes", f"{list(shape)} normalised", "dequantizeGather", [data, ints(4, high=shape[0])], {"scale": 1 / (255 * 0.35), "shift": -0.29 / 0.35})
    case("bytes", "no rows", "dequantizeGather", [ints(3, 2, 2, high=256).to(torch.uint8), torch.zeros(0, dtype=torch.int64)], {"scale": 1, "shift": 0})


def loss_cases():
    for n, c in [(5, 10), (1, 3), (64, 10), (3, 1), (2, 130)]:
        labels = ints(n, high=c)
        case("loss", f"{n}x{c}", "crossEntropyRows", [rand(n, c, low=-4, high=4), labels])
        for reduction in ("mean", "sum", "none"):
            case("loss", f"{n}x{c} {reduction}", "crossEntropy", [rand(n, c, low=-4, high=4), labels], {"reduction": reduction}, gn=1)
            case("loss", f"{n}x{c} {reduction}", "nll", [rand(n, c, low=-4, high=0), labels], {"reduction": reduction}, gn=1)
            case("loss", f"{n}x{c} {reduction}", "mse", [rand(n, c), rand(n, c)], {"reduction": reduction}, gn=1)
    case("loss", "large logits", "crossEntropy", [f([[1000, 0, -1000], [80, 90, 100]]), torch.tensor([1, 2])], {}, f32=True, gn=1)
    case("loss", "NaN logits", "crossEntropyRows", [f([[NAN, 0, 1], [0, 1, 2]]), torch.tensor([1, 2])], f32=True, ngrad=True)
    case("loss", "permuted logits", "crossEntropyRows", [In(rand(4, 6), ("permute", [1, 0])), ints(6, high=4)])
    case("loss", "no rows", "crossEntropyRows", [rand(0, 4), torch.zeros(0, dtype=torch.int64)])


def in_place_cases():
    p = "in place"
    for op in ["add_", "sub_", "mul_", "div_"]:
        low = 0.5 if op == "div_" else -2
        case(p, "same shape", op, [rand(3, 4), rand(3, 4, low=low)])
        case(p, "broadcast", op, [rand(3, 4), rand(4, low=low)])
        case(p, "0-d", op, [rand(3, 4), rand(low=low)])
        case(p, "empty", op, [rand(0, 4), rand(4, low=low)])
        case(p, "permuted source", op, [rand(3, 4), In(rand(4, 3, low=low), ("permute", [1, 0]))])
    case(p, "numbers", "numbers_", [rand(5)])
    case(p, "weight 0.3", "lerp_", [rand(3, 4), rand(4)], {"weight": 0.3})
    case(p, "broadcast", "copy_", [rand(3, 4), rand(4)])
    case(p, "value", "fill_", [rand(3, 4)], {"value": 2.5})
    case(p, "zero", "zero_", [rand(3, 4)])
    case(p, "both", "clamp_", [rand(3, 4)], {"min": -0.5, "max": 1})
    case(p, "least", "clampMin_", [rand(3, 4)], {"bound": 0.2})
    case(p, "most", "clampMax_", [rand(3, 4)], {"bound": 0.2})
    case(p, "plain", "relu_", [rand(3, 4)])
    case(p, "plain", "sqrt_", [rand(3, 4, low=0.1)])
    case(p, "plain", "exp_", [rand(3, 4)])
    case(p, "plain", "neg_", [rand(3, 4)])
    case(p, "value -0.5", "addcmul_", [rand(3, 4), rand(4), rand(3, 1)], {"value": -0.5})
    case(p, "value 2", "addcdiv_", [rand(3, 4), rand(4), rand(3, 1, low=0.5)], {"value": 2})
    case(p, "through a row", "writeRow", [rand(3, 4), rand(4)])
    case(p, "through a column", "writeColumn", [rand(3, 4), rand(3)])
    case(p, "through steps", "writeSteps", [rand(5, 4), rand(3, 3)])
    case(p, "through a transpose", "writeTransposed", [rand(3, 4), rand(4, 1)])
    case(p, "through permute, slice and select", "writeDeep", [rand(3, 2, 4), rand(3, 2)])
    case(p, "through a flat view", "writeFlat", [rand(2, 4), rand(3)])
    case(p, "seen by every view", "writeViews", [rand(3, 4)])


def later_cases():
    """Operations that came later: all cases share one random stream, so that new ones stand at its end."""
    case("unary", "vector of 37", "log2", [rand(37, low=0.05, high=4)], exact=True)
    case("unary", "transposed and sliced", "log2", [In(rand(5, 7, low=0.05, high=4), ("permute", [1, 0]), ("slice", 0, 1, 6, 2))], exact=True)
    case("unary", "empty", "log2", [rand(0, 3)], exact=True)
    case("unary", "wide", "log2", [10 ** rand(40, low=-30, high=30)], exact=True)
    case("unary special values", "powers of two", "log2", [f([2.0**n for n in range(-126, 128, 11)])], f32=True, exact=True)
    case("unary special values", "special values", "log2", [f([NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 1e-30])], f32=True, exact=True)
    for shape, dim in [((7,), 0), ((3, 4), 0), ((3, 4), 1), ((2, 3, 5), 1), ((2, 3, 300), -1), ((), 0), ((0, 3), 0), ((1100,), 0)]:
        case("running sum", f"{list(shape)} along {dim}", "cumsum", [rand(*shape)], {"dim": dim})
    case("running sum", "transposed and sliced", "cumsum", [In(rand(5, 7), ("permute", [1, 0]), ("slice", 0, 1, 6, 2))], {"dim": 0})
    case("running sum", "int32", "cumsum", [ints(3, 6, high=9)], {"dim": 1})
    case("running sum", "bool", "cumsum", [rand(4, 3) > 0], {"dim": 0})
    case("running sum", "special values", "cumsum", [f([1.0, INF, 2.0, -INF, 3.0])], {"dim": 0}, f32=True)
    convolution_cases()


def convolution_cases():
    """Groups, dilation, padding "same", no batch axis; and transposed convolutions."""
    def conv(name, x, out, k, second=False, **args):
        kh, kw = k if isinstance(k, tuple) else (k, k)
        channels = x[-3] // args.get("groups", 1)
        case("grouped conv2d", f"{name} {list(x)}", "conv2d", [rand(*x), rand(out, channels, kh, kw)], args, linear=True, second=second,
             n=channels * kh * kw, gn=64 * max(1, out))

    conv("2 groups", (2, 6, 5, 6), 4, 3, groups=2, padding=1)
    conv("3 groups, stride 2", (3, 9, 7, 6), 6, 3, groups=3, stride=2, padding=1)
    conv("depthwise", (2, 20, 6, 5), 20, 3, groups=20, padding=1)
    conv("depthwise, stride 2", (2, 5, 7, 8), 5, (3, 2), groups=5, stride=2, padding=1)
    conv("depthwise, two outputs a channel", (2, 3, 5, 4), 6, 3, groups=3, padding=1)
    conv("dilation 2", (2, 3, 8, 7), 4, 3, dilation=2, padding=2)
    conv("dilation 3 across, stride 2 down", (2, 3, 8, 9), 4, (2, 3), dilation=[1, 3], stride=[2, 1], padding=[0, 2])
    conv("groups and dilation", (2, 4, 9, 8), 6, 3, groups=2, dilation=2, stride=3, padding=1)
    conv("same", (2, 3, 5, 6), 4, 3, padding="same")
    conv("same, even kernel", (2, 3, 5, 6), 4, (2, 4), padding="same")
    conv("same, even kernel, dilation", (1, 2, 6, 7), 2, (2, 4), padding="same", dilation=[3, 1])
    conv("valid", (1, 2, 4, 5), 3, 2, padding="valid")
    conv("no batch", (4, 5, 6), 6, 3, groups=2, padding=1)
    conv("empty batch", (0, 4, 5, 5), 6, 3, groups=2)
    conv("differentiable twice", (2, 4, 5, 6), 6, 3, second=True, groups=2, dilation=2, stride=2, padding=2)

    def transposed(name, op, x, out, k, second=False, bias=True, **args):
        k = k if isinstance(k, tuple) else (k,) * (2 if op[-2] == "2" else 1)
        channels, w = x[-1 - len(k)], [x[-1 - len(k)], out // args.get("groups", 1), *k]
        case("transposed convolution", f"{name} {list(x)}", op, [rand(*x), rand(*w), rand(out)], args, linear=True, second=second,
             n=channels * math.prod(k) + 1, gn=64 * max(1, out))

    t2, t1 = "convTranspose2d", "convTranspose1d"
    transposed("plain", t2, (2, 3, 4, 5), 4, 3)
    transposed("stride 2", t2, (2, 3, 4, 5), 4, 3, stride=2, padding=1, outputPadding=1)
    transposed("stride 2, kernel 4", t2, (2, 8, 4, 3), 5, 4, stride=2, padding=1)
    transposed("stride 3, kernel 2", t2, (2, 3, 4, 3), 2, 2, stride=3)
    transposed("unequal", t2, (2, 3, 3, 5), 4, (3, 2), stride=[1, 3], padding=[2, 0], outputPadding=[0, 2])
    transposed("dilation", t2, (2, 3, 4, 5), 4, 3, dilation=2, padding=1)
    transposed("dilation, stride and output padding", t2, (2, 3, 4, 5), 2, 3, dilation=[3, 2], stride=[2, 4], outputPadding=[2, 3])
    transposed("groups", t2, (2, 6, 4, 5), 4, 3, groups=2, stride=2)
    transposed("depthwise", t2, (2, 6, 4, 5), 6, 3, groups=6, stride=2, padding=1)
    transposed("no batch", t2, (3, 4, 5), 4, 3, stride=2)
    transposed("one pixel", t2, (2, 3, 1, 1), 4, 3)
    transposed("empty batch", t2, (0, 3, 4, 5), 4, 3)
    transposed("differentiable twice", t2, (2, 4, 3, 4), 2, 3, second=True, stride=2, padding=1, groups=2, dilation=2)
    transposed("plain", t1, (2, 3, 7), 4, 3)
    transposed("stride 2", t1, (2, 4, 5), 6, 4, stride=2, padding=1, outputPadding=1, groups=2)
    transposed("dilation", t1, (1, 3, 6), 2, 3, dilation=3, stride=2, outputPadding=2)
    transposed("no batch", t1, (3, 5), 4, 3, stride=2)


def save(name):
    """Writes the cases made so far to the file of that name beside this script."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "w") as out:
        out.write('{"made_with": "PyTorch %s", "cases": [\n' % torch.__version__)
        out.write(",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES))
        out.write("\n]}\n")
    print(f"{len(CASES)} cases, {os.path.getsize(path) / 1e6:.2f} MB")


if __name__ == "__main__":
    for make in (pointwise_cases, reduction_cases, product_cases, view_cases, image_cases, loss_cases, in_place_cases, later_cases):
        make()
    save("ops.json")
