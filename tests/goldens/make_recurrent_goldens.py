"""Makes recurrent.json: outputs, states and gradients of PyTorch's RNN, GRU and LSTM, for tests/nn/recurrent_test.ts.

    /usr/bin/python3 tests/goldens/make_recurrent_goldens.py

PyTorch 1.13 in float64; the loss is the sum of outputs and states, each times a random weight.
"""
import json
import os

import torch
from torch import nn

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
CASES = [
    ("RNN", dict(), False),
    ("RNN", dict(nonlinearity="relu", bidirectional=True, bias=False), True),
    ("GRU", dict(), False),
    ("GRU", dict(num_layers=2, bidirectional=True, batch_first=True), True),
    ("GRU", dict(bias=False), True),
    ("LSTM", dict(), False),
    ("LSTM", dict(num_layers=2, batch_first=True), True),
    ("LSTM", dict(num_layers=2, bidirectional=True, bias=False), True),
]


def numbers(t):
    return {"shape": list(t.shape), "data": [round(v, 9) for v in t.detach().flatten().tolist()]}


def make(kind, options, with_state):
    torch.manual_seed(5)
    layer = getattr(nn, kind)(3, 4, **options)
    with torch.no_grad():
        for p in layer.parameters():
            p.mul_(1.5)
            p.copy_(p.float().double())
    x = torch.randn(2, 5, 3) if options.get("batch_first") else torch.randn(5, 2, 3)
    x = x.float().double().requires_grad_()
    count = layer.num_layers * (2 if layer.bidirectional else 1)
    states = [torch.randn(count, 2, 4).float().double().requires_grad_() for _ in range(2 if kind == "LSTM" else 1)] if with_state else []
    output, last = layer(x, *([tuple(states) if kind == "LSTM" else states[0]] if states else []))
    results = [output, *(last if kind == "LSTM" else [last])]
    weights = [torch.randn_like(r).float().double() for r in results]
    sum((r * w).sum() for r, w in zip(results, weights)).backward()
    return {
        "kind": kind,
        "options": options,
        "text": repr(layer),
        "state": {name: numbers(p) for name, p in layer.state_dict().items()},
        "inputs": [numbers(t) for t in [x, *states]],
        "weights": [numbers(t) for t in weights],
        "results": [numbers(t) for t in results],
        "gradients": {
            **{name: numbers(p.grad) for name, p in layer.named_parameters()},
            **{f"input {i}": numbers(t.grad) for i, t in enumerate([x, *states])},
        },
    }


if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recurrent.json")
    with open(path, "w") as out:
        json.dump({"made_with": f"PyTorch {torch.__version__}", "cases": [make(*case) for case in CASES]}, out)
    print(f"{os.path.getsize(path) / 1e3:.0f} kB")
