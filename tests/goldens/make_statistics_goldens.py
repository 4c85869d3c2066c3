"""Makes statistics.json: mean, unbiased deviation and counts of a few tensors in PyTorch, for tests/oracle/statistics_test.ts.

    /usr/bin/python3 tests/goldens/make_statistics_goldens.py

Inputs are float32 (base64, little-endian). Mean and deviation are computed in float64; counts by torch.histc in float32, so that a number
on a bin's edge goes where float32 puts it. A case's counts are of |x| where `absolute` is set. Written with PyTorch 1.13.
"""
import base64
import json
import os

import torch

torch.manual_seed(21)
torch.set_num_threads(1)
CASES = []


def case(name, x, bins=40, low=0.0, high=10.0, absolute=True):
    x = x.float()
    y = x.abs() if absolute else x
    exact = x.double()
    CASES.append({
        "name": name,
        "shape": list(x.shape),
        "data": base64.b64encode(x.contiguous().numpy().astype("<f4").tobytes()).decode(),
        "options": {"bins": bins, "min": low, "max": high, "absolute": absolute},
        "mean": exact.mean().item(),
        "std": exact.std().item(),
        "below": int((y < low).sum()),
        "above": int((y > high).sum()),
        "zeros": int((x == 0).sum()),
        "counts": [int(n) for n in torch.histc(y, bins, low, high)],
    })


edges = torch.arange(41) / 4
case("every edge, either sign, and its neighbours above", torch.cat([
    edges, -edges, torch.nextafter(edges, torch.tensor(99.0)),
]))
case("activations", torch.randn(7, 8, 14, 3) * 3)
case("after a ReLU, moved", torch.relu(torch.randn(61, 31)) - 0.2)
case("after a ReLU", torch.relu(torch.randn(61, 31)))
case("after a ReLU, signed", torch.relu(torch.randn(5, 7, 9)), 40, -7.0, 7.0, False)
case("nothing but zeros", torch.zeros(3, 37))
case("as small as float32 can be, beside 0", torch.tensor([0.0, -0.0, 1e-45, -1e-45, 1e-38, -1e-38, 0.0]), 4, -1.0, 1.0, False)
case("far from 0", 5000 + torch.randn(2000), 40, 4990.0, 5010.0)
case("signed", torch.randn(3001), 30, -2.0, 1.5, False)
case("edges that no float32 is on", torch.linspace(-0.3, 0.7, 71), 70, -0.3, 0.7, False)

# PyTorch 1.13 divides by the range before it multiplies by the number of bins, other versions the other way round: the two orders round some of
# these to different sides of the edge. Edges are rounded once from 64 bits, and as linspace rounds them.
for bins, low, high in [(40, 0, 10), (40, -7, 7), (37, -1.1, 2.3), (7, 0, 1), (3, -1e-3, 1e3), (100, 4990, 5010), (13, 1e-7, 3.3e-7)]:
    exact = (low + (high - low) * torch.arange(bins + 1, dtype=torch.float64) / bins).float()
    edges = torch.cat([exact, torch.linspace(low, high, bins + 1)]).unique()
    far = torch.tensor(9e9)
    beside = torch.cat([torch.nextafter(edges, -far), edges, torch.nextafter(edges, far)])
    case(f"at and beside {bins} bins' edges in {low} to {high}", beside, bins, float(low), float(high), low == 0 and high == 10)
case("two", torch.tensor([-1.0, 30.0]))

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "statistics.json")
with open(path, "w") as file:
    file.write('{"made_with": "PyTorch %s", "cases": [\n' % torch.__version__)
    file.write(",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES))
    file.write("\n]}\n")
