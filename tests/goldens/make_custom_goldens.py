"""Makes custom.json: PyTorch's local response normalisation, first and second gradients, for tests/tensor/custom_operation_test.ts.

    /usr/bin/python3 tests/goldens/make_custom_goldens.py

Arrays are float32 (base64, little-endian), computed in float64. `gradient` is of Σ cotangent · y; `second` is of Σ gradient² / 2. Written with
PyTorch 1.13.
"""
import base64
import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(41)
torch.set_num_threads(1)
CASES = []


def b64(t):
    return base64.b64encode(t.detach().contiguous().float().numpy().astype("<f4").tobytes()).decode()


def case(shape, size, alpha, beta, k):
    x, cotangent = torch.randn(shape).double().requires_grad_(), torch.randn(shape).double()
    y = F.local_response_norm(x, size, alpha, beta, k)
    (gradient,) = torch.autograd.grad((y * cotangent).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad((gradient ** 2).sum() / 2, x)
    CASES.append({
        "shape": shape, "size": size, "alpha": alpha, "beta": beta, "k": k,
        "x": b64(x), "cotangent": b64(cotangent), "y": b64(y), "gradient": b64(gradient), "second": b64(second),
    })


case([2, 7, 3, 5], 5, 0.3, 0.75, 1.0)
case([3, 11, 1, 2], 4, 0.9, 0.5, 2.0)
case([1, 2, 5, 1], 7, 1.5, 1.0, 0.5)
case([4, 1, 3, 3], 3, 0.1, 0.75, 1.0)

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "custom.json")
with open(path, "w") as file:
    file.write('{"made_with": "PyTorch %s", "cases": [\n' % torch.__version__)
    file.write(",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES))
    file.write("\n]}\n")
