"""How export.py writes values, and what PyTorch makes of one call."""
import base64
import json
import math
import re

import torch

torch.set_num_threads(1)
TYPES = {torch.float32: "float32", torch.int32: "int32", torch.int64: "int64", torch.bool: "bool", torch.uint8: "uint8"}
LARGEST = 400  # elements of a tensor; images may have MORE
MORE = 1500

# How many samples are kept of an operation, by source and type.
KEPT = {
    "sample": {"float32": 12, "int32": 4, "bool": 3, "uint8": 1}, "reference": {"float32": 4, "int32": 2, "bool": 2, "uint8": 1},
    "noncontiguous": {"float32": 3, "int32": 2, "bool": 1, "uint8": 1}, "inplace": {"float32": 4, "int32": 2, "bool": 1, "uint8": 1},
    "cast": {"int32": 3, "bool": 2, "uint8": 1}, "error_inputs": {"": 12}, "mutated": {"float32": 6}, "mutated error": {"float32": 14},
    "special": {"float32": 99}, "view_write": {"float32": 6}, "module_db": {"float32": 12},
}

# Whose strides are compared.
VIEWS = set("diagonal view reshape flatten permute transpose t squeeze unsqueeze expand broadcast_to narrow slice select __getitem__".split())


class Skip(Exception):
    """A sample that the corpus cannot hold: too large, or of a type that Sonde has not."""


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
    if op.startswith("norm"): return "nuc" in (*args[1:], *kwargs.values())
    if "interpolate" in op: return bool(kwargs.get("recompute_scale_factor"))
    if op == "unique": return kwargs.get("dim") is not None
    index = args[1] if op == "__getitem__" else ()
    parts = index if isinstance(index, (tuple, list)) else (index,)
    return any(isinstance(i, (bool, list)) and not (isinstance(i, list) and all(type(n) is int for n in i)) for i in parts)


def lacks(op, args, kwargs):
    """Whether the call asks for what Sonde refuses: two of each source say enough."""
    asked = lambda name, *usual: kwargs.get(name) not in (None, False, *usual)
    if "adaptive" in op: return isinstance(args[1], tuple) and None in args[1]
    if op == "__getitem__": return any(isinstance(i, torch.Tensor) and i.dtype == torch.bool for i in (args[1] if isinstance(args[1], (tuple, list)) else [args[1]]))
    if op in ("median", "kthvalue") or op.startswith("addc"): return not any(t.is_floating_point() for t in tensors([args]))
    if op == "repeat_interleave": return any(isinstance(v, torch.Tensor) for v in (*args[1:], *kwargs.values()))
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
    most = KEPT[source].get(dtype, 1) * (2 if others and re.search("conv|pool", others[0]["op"]) else 1)
    kept = refused + (others if len(others) <= most else [others[i * len(others) // most] for i in range(most)])
    for s in kept:
        wide = s.pop("exact", lambda: None)()
        if wide: s["exact"] = wide
    SAMPLES.extend(kept)
