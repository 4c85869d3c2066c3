"""What export.py adds to op_db: special points, layers with their states, and optimisers."""
import math

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_modules import module_db

from encode import MORE, SAMPLES, Skip, copy, cotangent, entry, form, gradients, keep, sample, tensor_entry, tensors, words


def base(op):
    return op.name + (f"/{op.variant_test_name}" if op.variant_test_name else "")


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
    # what the choice by form may miss
    whole = lambda *v: torch.tensor(v, dtype=torch.int32)
    point("arange", -0.9, 2.1, 2, dtype=torch.int32)
    for index in ([0, 0], [0]): point("index_select", torch.tensor(2.0), 0, torch.tensor(index, dtype=torch.int64))
    for value in (3.14, -2.0, 2): point("addcmul", whole(2, 3), whole(1, -4), whole(5, 2), value=value)
    point("pow", whole(3, -7, 2, 46340, 0, -1), whole(19, 10, 30, 2, 0, 3))
    for name in ("prod", "norm", "std"): point(name, leaf([[0, 0, 2], [0, 3, 2]]) if name == "prod" else leaf([5.0] * 4), second=True)
    point("pow", whole(46341), whole(2))
    point("cat", [leaf([]), leaf(ROWS[:2])])
    point("cat", [leaf([]), leaf([])], dim=1)
    point("linspace", 50, -3, 50, dtype=torch.int32)
    point("nn.functional.adaptive_avg_pool2d", leaf([[[[1, 2], [3, 4]]]]), (1, 0))


# --- Layers and optimisers --------------------------------------------------------------------------------------------

MODULES = set("""Linear Embedding MaxPool1d MaxPool2d AvgPool1d AvgPool2d AdaptiveAvgPool1d AdaptiveAvgPool2d
AdaptiveMaxPool1d AdaptiveMaxPool2d Flatten Identity ReLU LeakyReLU Sigmoid Tanh GELU SiLU BatchNorm1d
BatchNorm2d LayerNorm GroupNorm InstanceNorm2d CrossEntropyLoss NLLLoss MSELoss""".split())

ATTRIBUTES = """in_features out_features in_channels out_channels kernel_size stride padding output_padding dilation groups padding_mode num_embeddings embedding_dim
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


def export_layers(names):
    for info in module_db:
        if info.module_cls.__name__ not in names: continue
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
