"""Makes corpus.json.gz: inputs of PyTorch's own tests, and what PyTorch makes of them, for replay_test.ts.

    /usr/bin/python3 -W ignore tests/opinfo/export.py

Inputs come from torch.testing._internal: op_db (sample, reference and error inputs, non-contiguous forms) and module_db. Beside them: each
operation on other number types ("cast") and in place, writes through views, special points (zeros, ties, infinities, equal values), samples with
one argument spoilt ("mutated": PyTorch says whether that is an error), and optimisers. Of each source the smallest sample of each form is kept
(types, axes, empty or not, contiguous or not, which options, which error), so that a few thousand say what all of them say. No code of PyTorch's
is in the corpus. Cotangents are not stored: `cotangent` below and in replay.ts are one formula. Written with PyTorch 1.13 on the CPU; the same
corpus comes out each time.
"""
import base64, gzip, json, math, os, re, sys, types, unittest, warnings

warnings.filterwarnings("ignore")
stand_in = types.ModuleType("expecttest")  # imported by PyTorch's test code, and not used here
stand_in.TestCase, stand_in.ACCEPT = unittest.TestCase, False
sys.modules["expecttest"] = stand_in

import torch
from torch import nn
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_modules import module_db

torch.set_num_threads(1)
TYPES = {torch.float32: "float32", torch.int32: "int32", torch.int64: "int64", torch.bool: "bool", torch.uint8: "uint8"}
LARGEST = 400  # elements of a tensor; images may have MORE
MORE = 1500
# How many samples are kept of an operation, by source and type.
KEPT = {
    "sample": {"float32": 12, "int32": 5, "bool": 4, "uint8": 2}, "reference": {"float32": 6, "int32": 4, "bool": 3, "uint8": 2},
    "noncontiguous": {"float32": 5, "int32": 3, "bool": 2, "uint8": 1}, "inplace": {"float32": 4, "int32": 3, "bool": 2, "uint8": 1},
    "cast": {"int32": 3, "bool": 2, "uint8": 2}, "error_inputs": {"": 12}, "mutated": {"float32": 8}, "mutated error": {"float32": 16},
    "special": {"float32": 99}, "view_write": {"float32": 6}, "module_db": {"float32": 12},
}

# What Sonde has (ops.ts), by PyTorch's names.
OPS = set("""add sub mul div/no_rounding_mode true_divide __radd__ __rmul__ pow remainder maximum minimum max/binary min/binary
eq ne lt le gt ge logical_and logical_or logical_xor logical_not neg abs sign exp expm1 log log1p sqrt rsqrt reciprocal sin cos tanh sigmoid erf
floor ceil round isnan isfinite clamp clamp_min clamp_max lerp where addcmul addcdiv float int bool to clone contiguous fill zero_
sum prod amax amin max/reduction_no_dim max/reduction_with_dim min/reduction_no_dim min/reduction_with_dim any all argmax argmin mean var std var_mean
norm logsumexp softmax log_softmax histc view reshape flatten permute transpose t squeeze unsqueeze expand broadcast_to narrow slice select
__getitem__ gather scatter_add index_select matmul mm bmm mv dot __rmatmul__ cat stack full_like zeros_like ones_like arange linspace eye zeros ones
nn.functional.relu nn.functional.leaky_relu nn.functional.gelu nn.functional.silu nn.functional.conv1d nn.functional.conv2d nn.functional.avg_pool2d
nn.functional.adaptive_avg_pool2d nn.functional.max_pool2d nn.functional.batch_norm nn.functional.instance_norm nn.functional.layer_norm
nn.functional.group_norm nn.functional.embedding nn.functional.mse_loss nn.functional.cross_entropy nn.functional.nll_loss
nn.functional.linear""".split())
VIEWS = set("view reshape flatten permute transpose t squeeze unsqueeze expand broadcast_to narrow slice select __getitem__".split())
IN_PLACE = set("""add sub mul div/no_rounding_mode true_divide pow clamp_min clamp_max sqrt exp neg nn.functional.relu clamp lerp addcmul addcdiv
fill zero_""".split())
NOT_SPOILT = {"zeros", "ones", "eye"}
MODULES = set("""Linear Conv1d Conv2d Embedding MaxPool2d AvgPool2d AdaptiveAvgPool2d Flatten Identity ReLU LeakyReLU Sigmoid Tanh GELU SiLU BatchNorm1d
BatchNorm2d LayerNorm GroupNorm InstanceNorm2d CrossEntropyLoss NLLLoss MSELoss""".split())


class Skip(Exception):
    """A sample that the corpus cannot hold: too large, or of a type that Sonde has not."""


def base(op):
    return op.name + (f"/{op.variant_test_name}" if op.variant_test_name else "")


def known(op):
    return base(op) in OPS


# --- Writing values ---------------------------------------------------------------------------------------------------


def tensor_entry(t, largest):
    if t.dtype not in TYPES or t.layout != torch.strided: raise Skip
    if t.numel() > largest: raise Skip
    entry = {"d": TYPES[t.dtype], "s": list(t.shape)}
    if t.requires_grad: entry["g"] = 1
    t = t.detach()
    if t.is_contiguous() or t.numel() == 0:
        flat = t.contiguous().reshape(-1)
    else:  # all memory that it spans, and its strides
        length = 1 + sum((n - 1) * s for n, s in zip(t.shape, t.stride()))
        if length > 6 * largest: raise Skip
        flat = torch.as_strided(t, (length,), (1,), t.storage_offset())
        entry["st"] = list(t.stride())
    if t.dtype == torch.int64:
        if len(flat) and (flat.max() > 2**31 - 1 or flat.min() < -(2**31)): raise Skip
        flat = flat.to(torch.int32)
    entry["b"] = base64.b64encode(flat.numpy().tobytes()).decode()
    return entry


def entry(v, largest=MORE):
    """A value as JSON. Whole Python floats stay told from ints ({"f": 2.0}), tuples from lists ({"tuple": […]})."""
    go = lambda x: entry(x, largest)
    if isinstance(v, torch.Tensor): return {"t": tensor_entry(v, largest)}
    if v is None or isinstance(v, (bool, str, int)): return v
    if isinstance(v, float): return {"f": v if math.isfinite(v) else str(v)}
    if isinstance(v, torch.dtype): return {"dtype": TYPES.get(v, str(v).replace("torch.", ""))}
    if isinstance(v, tuple): return {"tuple": [go(x) for x in v]}
    if isinstance(v, list): return [go(x) for x in v]
    if isinstance(v, dict): return {k: go(x) for k, x in v.items() if k not in ("device", "layout")}
    if isinstance(v, slice): return {"slice": [go(v.start), go(v.stop), go(v.step)]}
    if v is Ellipsis: return {"ellipsis": 1}
    raise Skip


def tensors(v):
    if isinstance(v, torch.Tensor): yield v
    elif isinstance(v, (list, tuple)):
        for x in v: yield from tensors(x)
    elif isinstance(v, dict):
        for x in v.values(): yield from tensors(x)


def cotangent(shape, seed):
    i = torch.arange(max(math.prod(shape), 1), dtype=torch.int64)[: math.prod(shape)]
    return (((3 * i * i + 5 * i + 7 * seed + 1) % 17).float() / 8 - 0.96875).reshape(shape)


def form(v):
    """What a sample is like, its numbers left out."""
    if isinstance(v, torch.Tensor): return (TYPES.get(v.dtype), v.ndim, v.numel() == 0, v.is_contiguous())
    if isinstance(v, bool) or v is None or isinstance(v, str): return v
    if isinstance(v, (int, float)): return (type(v).__name__, (v > 0) - (v < 0), v == int(v) if math.isfinite(v) else None)
    if isinstance(v, (list, tuple)): return (type(v).__name__, *(form(x) for x in v))
    if isinstance(v, dict): return tuple((k, form(x)) for k, x in v.items())
    return str(v)


def words(e):
    return f"{type(e).__name__}: " + str(e).split("\n")[0][:120]


# --- One sample -------------------------------------------------------------------------------------------------------


def copy(v):
    """Fresh leaves of the same layout, so that no sample sees what another did."""
    if isinstance(v, torch.Tensor):
        c = v.detach()
        length = 0 if c.numel() == 0 else 1 + sum((n - 1) * s for n, s in zip(c.shape, c.stride()))
        if not c.is_contiguous() and length:
            memory = torch.as_strided(c, (length,), (1,), c.storage_offset()).clone()
            c = torch.as_strided(memory, c.shape, c.stride())
        else: c = c.clone()
        return c.requires_grad_(v.requires_grad)
    if type(v) in (tuple, list): return type(v)(copy(x) for x in v)
    if isinstance(v, dict): return {k: copy(x) for k, x in v.items()}
    return v


def gradients(outs, leaves, second):
    """`grads`, one a leaf, for the cotangents of seed j of output j; `second`: of those that can be differentiated again, seed 10 + k of gradient k."""
    floats = [(j, o) for j, o in enumerate(outs) if o.requires_grad and o.is_floating_point()]
    if not floats or not leaves: return {}
    cotangents = [cotangent(o.shape, j).to(o.dtype) for j, o in floats]
    grads = torch.autograd.grad([o for _, o in floats], leaves, cotangents, allow_unused=True, create_graph=second)
    plain = lambda g: None if g is None else (torch.zeros(g.shape) if g._is_zerotensor() else g.detach()).float().contiguous()
    result = {"grads": [plain(g) for g in grads]}
    again = [(k, g) for k, g in enumerate(grads) if g is not None and g.requires_grad]
    if second and again:
        cotangents = [cotangent(g.shape, 10 + k).to(g.dtype) for k, g in again]
        twice = torch.autograd.grad([g for _, g in again], leaves, cotangents, allow_unused=True)
        result["second"] = [plain(g) for g in twice]
    return result


def close(a, b):
    return a is b or a is not None and b is not None and a.shape == b.shape and torch.allclose(a, b, 1.3e-6, 1e-5, equal_nan=True)


def exact(args, kwargs, call, second):
    """The results of the same call in float64, rounded to float32."""
    wide = lambda v: v.detach().double().requires_grad_(v.requires_grad) if isinstance(v, torch.Tensor) and v.dtype == torch.float32 else v
    each = lambda v: type(v)(each(x) for x in v) if type(v) in (list, tuple) else {k: each(x) for k, x in v.items()} if isinstance(v, dict) else wide(v)
    args, kwargs = each(args), each(kwargs)
    leaves = [t for t in tensors([args, kwargs]) if t.requires_grad]
    outs = list(tensors([call(*args, **kwargs)]))
    narrow = [o.detach().float() if o.dtype == torch.float64 else o.detach() for o in outs]
    return {"out": narrow, **gradients(outs, leaves, second)}


MAKERS = {"arange", "linspace", "eye", "zeros", "ones", "cat", "stack"}


def has_no_call(op, args, kwargs):
    """Whether the call cannot be written down in Sonde: a method of a number, functions that it has in part, results in given memory."""
    if op not in MAKERS and args and not isinstance(args[0], torch.Tensor): return True
    if "alpha" in kwargs and (kwargs["alpha"] != 1 or kwargs["alpha"] is True) or kwargs.get("out") is not None or kwargs.get("memory_format") is not None: return True
    if op == "eye": return len(args) > 1 or "m" in kwargs
    if op == "norm": return len(args) > 2 or len(args) == 2 and args[1] not in (2, "fro") or any(v not in (None, 2, "fro") for v in kwargs.values())
    index = args[1] if op == "__getitem__" else ()
    parts = index if isinstance(index, (tuple, list)) else (index,)
    return any(isinstance(i, (bool, list)) and not (isinstance(i, list) and all(type(n) is int for n in i)) for i in parts)


def lacks(op, args, kwargs):
    """Whether the call asks for what Sonde refuses: two of each source say enough."""
    asked = lambda name, *usual: kwargs.get(name) not in (None, False, *usual)
    axes = {"nn.functional.conv1d": 3, "nn.functional.conv2d": 4, "nn.functional.max_pool2d": 4, "nn.functional.adaptive_avg_pool2d": 4}
    if op in axes and args[0].ndim != axes[op]: return True
    if op == "nn.functional.adaptive_avg_pool2d": return isinstance(args[1], tuple) and None in args[1]
    if op == "__getitem__": return isinstance(args[1], (tuple, list)) and sum(isinstance(i, (list, torch.Tensor)) for i in args[1]) > 1
    if "conv" in op: return asked("groups", 1) or asked("dilation", 1, (1,), (1, 1), [1], [1, 1]) or isinstance(kwargs.get("padding"), str)
    if op.endswith("avg_pool2d") and "adaptive" not in op:
        return asked("ceil_mode") or asked("divisor_override") or any(args[4:5]) or any(args[6:7])
    if op.endswith("max_pool2d"): return asked("return_indices")
    if "loss" in op or "cross_entropy" in op:
        return isinstance(kwargs.get("weight"), torch.Tensor) or asked("ignore_index", -100) or asked("label_smoothing", 0) or args[0].ndim != 2
    return op == "narrow" and any(isinstance(a, torch.Tensor) for a in args[1:])


def sample(op, source, dtype, args, kwargs, call, second=False, what=None, largest=LARGEST):
    """The sample and its form, or None where the corpus cannot hold it."""
    if has_no_call(op, args, kwargs): return None
    try:
        args, kwargs = copy(list(args)), copy(kwargs)
        leaves = [t for t in tensors([args, kwargs]) if t.requires_grad]
        head = {"op": op, "src": source, "d": dtype, "in": entry(args, largest), "kw": entry(kwargs, largest), **({"what": what} if what else {})}
        like = (lacks(op, args, kwargs), form(args), form(kwargs), re.sub(r"[-\d.]+", "#", what or ""))
        torch.manual_seed(0)
        try: out = call(*args, **kwargs)
        except Exception as e: return {**head, "error": words(e)}, (*like, re.sub(r"\d+", "#", words(e))[:60])
        outs = list(tensors([out]))
        if not outs: return None
        found = {"out": [o.detach().contiguous() for o in outs]}
        if op in VIEWS and outs[0].numel(): head["strides"] = list(outs[0].stride())
        try: found.update(gradients(outs, leaves, second))
        except RuntimeError: pass  # PyTorch gives no gradient here
        write = lambda results: {k: [None if t is None else tensor_entry(t, largest) for t in list_] for k, list_ in results.items()}
        head.update(write(found))

        def better():  # where float32 lost digits, float64's results too
            try: wide = exact(args, kwargs, call, second)
            except Exception: return None
            return write({k: v for k, v in wide.items() if not all(close(a, b) for a, b in zip(found.get(k, []), v))})

        if dtype == "float32" and any(o.dtype == torch.float32 for o in outs): head["exact"] = better
        return head, like
    except Skip: return None


SAMPLES = []


def keep(found, source=None, dtype=""):
    """The smallest of each form, at most KEPT of them, spread over all forms."""
    found = sorted((f for f in found if f), key=lambda f: len(json.dumps(f[0], default=str)))
    first = {}
    for s, like in found: first.setdefault(repr(like), s)
    refused = [s for like, s in first.items() if like.startswith("(True,")][:2]
    others = [s for like, s in first.items() if not like.startswith("(True,")]
    most = KEPT[source][dtype] * (2 if others and re.search("conv|pool", others[0]["op"]) else 1)
    kept = refused + (others if len(others) <= most else [others[i * len(others) // most] for i in range(most)])
    for s in kept:
        wide = s.pop("exact", lambda: None)()
        if wide: s["exact"] = wide
    SAMPLES.extend(kept)


# --- op_db ------------------------------------------------------------------------------------------------------------


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


# --- Special points ---------------------------------------------------------------------------------------------------

INF, NAN = math.inf, math.nan
POINTS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, INF, -INF, NAN, 1e-38, 1e38, -1e38, 88.0, -88.0, 104.0, -104.0, 1e-8, 16777217.0]
FEW = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, INF, -INF, NAN]
ROWS = [[2, 2, 2], [0, 0, 0], [0, 0, 1], [0, 3, 2], [INF, 1, 2], [INF, INF, 1], [-INF, 1, 2], [-INF, -INF, -INF], [NAN, 1, 2], [1e38, 1e38, 1],
        [1e-30, 1e-30, 0], [1e6, 1e6 + 1, 1e6 + 2], [-1, -1, 5]]
SPECIAL = {
    "each": """neg abs sign exp expm1 log log1p sqrt rsqrt reciprocal sin cos tanh sigmoid erf floor ceil round isnan isfinite
        nn.functional.relu nn.functional.leaky_relu nn.functional.gelu nn.functional.silu""",
    "pairs": "add sub mul div/no_rounding_mode pow remainder maximum minimum max/binary min/binary clamp_min clamp_max",
    "rows": "sum prod mean amax amin logsumexp softmax log_softmax var std var_mean argmax argmin any all max/reduction_with_dim min/reduction_with_dim",
}


def leaf(v):
    return torch.tensor(v, dtype=torch.float32, requires_grad=True)


def export_special():
    calls = {base(op): op.op for op in op_db}
    kinds = {kind: names.split() for kind, names in SPECIAL.items()}

    def point(name, *args, second=False, **kwargs):
        keep([sample(name, "special", "float32", args, kwargs, calls[name], second)], "special", "float32")

    for name in kinds["each"]: point(name, leaf(POINTS))
    for name in kinds["pairs"]:
        point(name, leaf([x for x in FEW for _ in FEW]), leaf(FEW * len(FEW)))
        if not name.startswith(("max", "min")):
            for n in (0.0, 1.0, -1.0, 2.0, 0.5, -2.0, INF, NAN): point(name, leaf(FEW), n)
    for low, high in [(0.0, 1.0), (1.0, 0.0), (None, 1.0), (-1.0, None), (NAN, 1.0), (0.0, INF)]: point("clamp", leaf(FEW), low, high)
    for name in kinds["rows"]:
        point(name, leaf(ROWS), 1, second=True)
        point(name, leaf([[3], [0], [NAN]]), 1)
        if "softmax" not in name and "reduction" not in name and name != "logsumexp":
            for row in ROWS: point(name, leaf(row))
    for row in ROWS: point("norm", leaf(row), second=True)
    for weight in (0.0, 1.0, 0.5): point("lerp", leaf([1.0, 3e38, -3e38, INF]), leaf([16777217.0, -3e38, 3e38, 1.0]), weight)
    for rows in (ROWS[:4], ROWS[3:8], ROWS[9:], [[2, 2, 2]] * 4):
        x, labels = leaf(rows), torch.tensor([0, 1, 2, 0, 1])[: len(rows)]
        point("nn.functional.layer_norm", x, (3,))
        point("nn.functional.group_norm", x, 1)
        point("nn.functional.batch_norm", x, None, None, training=True)
        for reduction in ("mean", "sum", "none"):
            point("nn.functional.cross_entropy", x, labels, reduction=reduction)
            point("nn.functional.nll_loss", x, labels, reduction=reduction)
    for image in ([[1, 1], [1, 1]], [[NAN, 1], [2, 3]], [[INF, INF], [-INF, -INF]], [[-INF, -INF], [-INF, -INF]], [[0.0, -0.0], [0, 0]]):
        for name in ("nn.functional.max_pool2d", "nn.functional.avg_pool2d"): point(name, leaf([[image]]), 2)


# --- Layers and optimisers --------------------------------------------------------------------------------------------

ATTRIBUTES = """in_features out_features in_channels out_channels kernel_size stride padding dilation groups padding_mode num_embeddings embedding_dim
padding_idx max_norm scale_grad_by_freq sparse return_indices ceil_mode count_include_pad divisor_override output_size start_dim end_dim
negative_slope approximate num_features eps momentum affine track_running_stats normalized_shape elementwise_affine num_groups num_channels
reduction ignore_index label_smoothing""".split()


def layer(info, made, args, training):
    name = info.module_cls.__name__
    torch.manual_seed(2)
    module = info.module_cls(*made.args, **made.kwargs).float().train(training)
    with torch.no_grad():  # away from the zeros and ones that they begin with
        for p in module.parameters(): p.add_(cotangent(p.shape, 1) * 0.1)
        for key, b in module.named_buffers():
            if key == "running_mean": b.add_(cotangent(b.shape, 2) * 0.1)
            if key == "running_var": b.add_(0.5)
    try:
        args = [a.detach().float().clone().requires_grad_() if isinstance(a, torch.Tensor) and a.is_floating_point() else a for a in args]
        options = {a: entry(getattr(module, a)) for a in ATTRIBUTES if hasattr(module, a)}
        if name.endswith("Loss"): options["weight"] = entry(getattr(module, "weight", None))
        else: options["bias"] = getattr(module, "bias", None) is not None
        state = {k: tensor_entry(v, MORE) for k, v in copy(dict(module.state_dict())).items()}
        head = {"op": name, "src": "module_db", "d": "float32", "in": entry(args), "kw": {}, "options": options, "state": state, "train": training}
        like = (form(args), repr(module), training)
        try: out = module(*args)
        except Exception as e: return {**head, "error": words(e)}, like
        if not isinstance(out, torch.Tensor): return None  # with the indices, which Sonde has not
        leaves = [a for a in tensors(args) if a.requires_grad]
        names = [k for k, _ in module.named_parameters()]
        found = gradients([out], leaves + list(module.parameters()), False)
        grads = [None if g is None else tensor_entry(g, MORE) for g in found.get("grads", [])]
        after = {k: tensor_entry(b, MORE) for k, b in module.named_buffers() if k.startswith("running")}
        head.update(out=[tensor_entry(out.detach().contiguous(), MORE)], print=repr(module), after=after)
        grads += [None] * (len(leaves) + len(names) - len(grads))
        return {**head, "grads": grads[: len(leaves)], "parameters": dict(zip(names, grads[len(leaves) :]))}, like
    except Skip: return None


def export_layers():
    for info in module_db:
        if info.module_cls.__name__ not in MODULES: continue
        found = []
        for training in (True, False):
            torch.manual_seed(3)
            for m in info.module_inputs_func(info, "cpu", torch.float32, True, training):
                if m.forward_input is None: continue
                given = [*m.forward_input.args, *m.forward_input.kwargs.values()]
                found.append(layer(info, m.constructor_input, given, training))
        keep(found, "module_db", "float32")


OPTIMISERS = [
    *(("SGD", dict(lr=0.05, momentum=m, dampening=d, weight_decay=w, nesterov=n)) for m, d, w, n in [(0, 0, 0, False), (0.9, 0, 0.1, False),
      (0.9, 0.3, 0, False), (0.9, 0, 0, True), (0.9, 0.3, 0, True), (0, 0, 0, True)]),
    *((name, dict(lr=0.05, betas=b, eps=e, weight_decay=w, amsgrad=a)) for name in ("Adam", "AdamW") for b, e, w, a in [((0.9, 0.999), 1e-8, 0, False),
      ((0.5, 0.7), 1e-3, 0.1, False), ((0.9, 0.999), 1e-8, 0.1, True)]),
    *(("RMSprop", dict(lr=0.01, alpha=a, weight_decay=w, momentum=m, centered=c)) for a, w, m, c in [(0.99, 0, 0, False), (0.5, 0.1, 0.9, False),
      (0.99, 0, 0, True), (0.5, 0.1, 0.9, True)]),
    ("Adam", {}), ("AdamW", {}), ("RMSprop", {}), ("SGD", {}), ("SGD", dict(lr=0.0)), ("SGD", dict(lr=-0.1)), ("SGD", dict(lr=0.1, momentum=-1.0)),
    ("SGD", dict(lr=0.1, weight_decay=-0.1)), ("Adam", dict(betas=(1.0, 0.9))), ("Adam", dict(betas=(0.9, -0.1))), ("Adam", dict(eps=-1.0)),
    ("AdamW", dict(weight_decay=-1.0)), ("RMSprop", dict(alpha=-0.1)), ("RMSprop", dict(momentum=-1.0)), ("SGD", dict(lr=0.1, maximize=True)),
]


def export_optimisers():
    """Ten steps on a small problem, of all parameters alike and in two groups; a gradient is missing once, a rate changes once."""
    x, y = cotangent((6, 4), 1), cotangent((6, 3), 2)
    start = [cotangent((5, 4), 3) / 2, torch.zeros(5), cotangent((3, 5), 4) / 2]
    for name, options in OPTIMISERS:
        for groups in ([], [dict(lr=0.02, weight_decay=0.05), {}]):
            w, b, v = (t.clone().requires_grad_() for t in start)
            head = {"op": name, "src": "optim", "d": "float32", "in": entry([x, y, *start]), "kw": entry(options), "groups": entry(groups)}
            try:
                made = getattr(torch.optim, name)([dict(params=[w, b], **groups[0]), dict(params=[v])] if groups else [w, b, v], **options)
                steps = []
                for step in range(10):
                    made.zero_grad()
                    (((x @ w.t() + b).tanh() @ v.t() - y) ** 2).mean().backward()
                    if step == 4: b.grad = None
                    made.step()
                    steps.append([tensor_entry(t.detach(), MORE) for t in (w, b, v)])
                    if step == 6: made.param_groups[0]["lr"] *= 0.5
                SAMPLES.append({**head, "steps": [steps[0], steps[5], steps[9]]})
            except Exception as e: SAMPLES.append({**head, "error": words(e)})


if __name__ == "__main__":
    for op in op_db:
        if not known(op): continue
        export_operation(op)
        if base(op) in VIEWS: export_view(op)
        if base(op) not in NOT_SPOILT: export_spoilt(op)
    export_special()
    export_layers()
    export_optimisers()
    text = "[\n" + ",\n".join(json.dumps(s, separators=(",", ":")) for s in SAMPLES) + "\n]\n"
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus.json.gz")
    with open(path, "wb") as f: f.write(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(SAMPLES)} samples, {len(text)} bytes, {os.path.getsize(path)} compressed")
