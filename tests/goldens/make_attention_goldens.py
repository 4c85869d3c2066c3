"""Makes attention.json: PyTorch's MultiheadAttention with masks, values and gradients, for tests/nn/attention_test.ts.

    /usr/bin/python3 tests/goldens/make_attention_goldens.py

PyTorch 1.13 in float64; the loss is the output times a random weight, summed.
"""
import json
import os

import torch
from torch import nn

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
CASES = [
    dict(),
    dict(batch_first=True, bias=False, causal=True),
    dict(batch_first=True, padding=True),
    dict(mask="bool", padding=True),
    dict(mask="float", batch_first=True),
    dict(mask="heads", cross=True),
]


def numbers(t):
    return {"shape": list(t.shape), "data": [round(float(v), 9) for v in t.detach().flatten().tolist()]}


def make(case):
    torch.manual_seed(5)
    first = case.get("batch_first", False)
    layer = nn.MultiheadAttention(6, 2, batch_first=first, bias=case.get("bias", True))
    with torch.no_grad():
        for p in layer.parameters():
            p.add_(0.1 * torch.randn_like(p))
            p.copy_(p.float().double())
    n, l, s = 3, 4, 5 if case.get("cross") else 4
    shape = lambda t: (n, t, 6) if first else (t, n, 6)
    query = torch.randn(shape(l)).float().double().requires_grad_()
    inputs = [query]
    if case.get("cross"):
        inputs += [torch.randn(shape(s)).float().double().requires_grad_() for _ in range(2)]
    padding = torch.zeros(n, s, dtype=torch.bool)
    padding[1, s - 1] = padding[2, s - 2 :] = True
    masks = {"bool": torch.ones(l, s).triu(1).bool(), "float": torch.randn(l, s), "heads": torch.randn(2 * n, l, s)}
    mask = masks[case["mask"]].float().double() if case.get("mask") in ("float", "heads") else masks.get(case.get("mask"))
    if case.get("causal"):
        mask = torch.ones(l, s).triu(1).bool()
    full = inputs if len(inputs) == 3 else inputs * 3
    output, weights = layer(*full, key_padding_mask=padding if case.get("padding") else None, attn_mask=mask, average_attn_weights=False)
    weight = torch.randn_like(output).float().double()
    (output * weight).sum().backward()
    out = {
        "batchFirst": first,
        "bias": case.get("bias", True),
        "causal": case.get("causal", False),
        "state": {name: numbers(p) for name, p in layer.state_dict().items()},
        "inputs": [numbers(t) for t in inputs],
        "weight": numbers(weight),
        "output": numbers(output),
        "weights": numbers(weights),
        "gradients": {**{k: numbers(p.grad) for k, p in layer.named_parameters()}, **{f"input {i}": numbers(t.grad) for i, t in enumerate(inputs)}},
    }
    if case.get("padding"):
        out["padding"] = numbers(padding)
    if mask is not None and not case.get("causal"):
        out["mask"] = {"bool": mask.dtype == torch.bool, **numbers(mask)}
    return out


if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "attention.json")
    with open(path, "w") as out:
        json.dump({"made_with": f"PyTorch {torch.__version__}", "cases": [make(case) for case in CASES]}, out, allow_nan=False)
    print(f"{os.path.getsize(path) / 1e3:.0f} kB")
