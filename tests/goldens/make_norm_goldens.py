"""Makes norms.json: PyTorch's normalisation layers, and training steps of a small network with them, for tests/nn/norms_test.ts.

    /usr/bin/python3 tests/goldens/make_norm_goldens.py

Inputs are float32 (base64, little-endian); layers run in float64, so that the values are right to more digits than are stored. Each case: three
forward passes in training mode, the gradients of the third for a random cotangent, the state after them, and the output and gradients in
evaluation mode. `ratio` is the size of the mean in standard deviations. Written with PyTorch 1.13.
"""
import base64
import json
import os

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(31)
torch.set_num_threads(1)
CASES = []


def b64(t):
    data = base64.b64encode(t.detach().contiguous().float().numpy().astype("<f4").tobytes()).decode()
    return {"shape": list(t.shape), "data": data}


def gradients(layer, x, cotangent):
    x = x.clone().requires_grad_()
    layer.zero_grad()
    y = layer(x)
    y.backward(cotangent)
    out = {"y": b64(y), "x": b64(x.grad)}
    for name, p in layer.named_parameters():
        out[name] = b64(p.grad)
    return out


def case(layer, shape, offset=0.0, scale=1.0, steps=3):
    inputs = [(torch.randn(shape) * scale + offset).float() for _ in range(steps)]
    cotangent = torch.randn(shape)
    for p in layer.parameters():
        p.data = torch.randn(p.shape)
    given = {name: b64(p) for name, p in layer.named_parameters()}
    layer.double()
    for x in inputs[:-1]:
        layer(x.double())
    train = gradients(layer, inputs[-1].double(), cotangent.double())
    state = {name: b64(t) for name, t in layer.state_dict().items()}
    layer.eval()
    CASES.append({
        "repr": repr(layer),
        "shape": list(shape),
        "ratio": abs(offset) / scale,
        "inputs": [b64(x) for x in inputs],
        "cotangent": b64(cotangent),
        "parameters": given,
        "train": train,
        "state": state,
        "eval": gradients(layer, inputs[0].double(), cotangent.double()),
    })


case(nn.BatchNorm2d(3), (5, 3, 7, 3))
case(nn.BatchNorm2d(8), (2, 8, 1, 1))
case(nn.BatchNorm2d(5, momentum=None), (1, 5, 3, 2))
case(nn.BatchNorm2d(6, eps=0.1, momentum=0.3, affine=False), (3, 6, 2, 5))
case(nn.BatchNorm2d(9, track_running_stats=False), (2, 9, 4, 3))
case(nn.BatchNorm2d(4), (4, 4, 5, 5), offset=1e4)
case(nn.BatchNorm1d(4), (6, 4))
case(nn.BatchNorm1d(5), (3, 5, 7))
case(nn.BatchNorm1d(11, momentum=None, affine=False), (6, 11), offset=3.0, scale=0.1)
case(nn.LayerNorm(10), (4, 10))
case(nn.LayerNorm([4, 5]), (3, 4, 5))
case(nn.LayerNorm([8, 3, 3], eps=1e-3), (2, 8, 3, 3), offset=-2.0)
case(nn.LayerNorm(7, elementwise_affine=False), (1, 2, 7))
case(nn.LayerNorm(64), (5, 64), offset=1e4)
case(nn.GroupNorm(3, 6), (2, 6, 5, 3))
case(nn.GroupNorm(6, 6), (2, 6, 4, 1))
case(nn.GroupNorm(1, 6, affine=False), (1, 6, 3, 3))
case(nn.GroupNorm(2, 6, eps=0.5), (4, 6))
case(nn.InstanceNorm2d(3), (2, 3, 5, 4))
case(nn.InstanceNorm2d(5, affine=True, eps=1.0), (2, 5, 3, 3))
case(nn.InstanceNorm2d(4, affine=True, track_running_stats=True), (3, 4, 3, 5))
case(nn.InstanceNorm2d(3, affine=True), (3, 4, 4))

# Steps of a small network from the same weights, in float32.
net = nn.Sequential(
    nn.Conv2d(1, 4, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
    nn.Conv2d(4, 8, 3, stride=2, padding=1), nn.ReLU(), nn.BatchNorm2d(8),
    nn.Conv2d(8, 6, 3, stride=2, padding=1), nn.GroupNorm(2, 6), nn.InstanceNorm2d(6, affine=True), nn.Flatten(),
    nn.LayerNorm(24), nn.Linear(24, 10), nn.BatchNorm1d(10),
)
images, labels = torch.randn(12, 1, 12, 12), torch.randint(0, 10, (12,))
before = {name: b64(t) for name, t in net.state_dict().items()}
opt = torch.optim.SGD(net.parameters(), lr=0.3, momentum=0.85)
losses = []
for i in range(4):
    at = slice(6 * (i % 2), 6 * (i % 2) + 6)
    loss = F.cross_entropy(net(images[at]), labels[at])
    loss.backward()
    opt.step()
    opt.zero_grad()
    losses.append(loss.item())
after = {name: b64(t) for name, t in net.state_dict().items()}
net.eval()
training = {
    "repr": repr(net), "images": b64(images), "labels": labels.tolist(), "before": before, "after": after,
    "losses": losses, "evalLoss": F.cross_entropy(net(images), labels).item(),
}

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "norms.json")
with open(path, "w") as file:
    file.write('{"made_with": "PyTorch %s", "cases": [\n' % torch.__version__)
    file.write(",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES))
    file.write('\n], "training": %s}\n' % json.dumps(training, separators=(",", ":")))
