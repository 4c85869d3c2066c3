"""Makes lesson_norms.json: the hand-written norms in PyTorch, in the form the lessons give them, for tests/lessons/norms_test.ts.

    /usr/bin/python3 tests/goldens/make_lesson_norms.py

Each case runs training steps: output, gradients of input and parameters under the loss sum(output * weights), then parameters move by −0.1 times
their gradient; after the last step its buffers, and the output in evaluation mode. PyTorch 1.13 in float64, written as base64 float32.
"""
import base64
import json
import math
import os

import torch
from torch import nn

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def pack(t):
    data = t.detach().contiguous().numpy().astype("<f4").tobytes()
    return {"dtype": "float32", "shape": list(t.shape), "data": base64.b64encode(data).decode()}


class BatchNorm(nn.Module):
    def __init__(self, c, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.mults, self.adds = nn.Parameter(torch.ones(1, c, 1, 1)), nn.Parameter(torch.zeros(1, c, 1, 1))
        self.register_buffer("vars", torch.ones(1, c, 1, 1))
        self.register_buffer("means", torch.zeros(1, c, 1, 1))

    def forward(self, x):
        mean, var = self.means, self.vars
        if self.training:
            with torch.no_grad():
                mean, var = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), keepdim=True)
                self.means.lerp_(mean, self.momentum)
                self.vars.lerp_(var, self.momentum)
        return (x - mean) / (var + self.eps).sqrt() * self.mults + self.adds


class LayerNorm(nn.Module):
    def __init__(self, shape=(), eps=1e-5):
        super().__init__()
        self.eps = eps
        self.mult, self.add = nn.Parameter(torch.ones(shape)), nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        mean, var = x.mean((1, 2, 3), keepdim=True), x.var((1, 2, 3), keepdim=True)
        return (x - mean) / (var + self.eps).sqrt() * self.mult + self.add


class InstanceNorm(nn.Module):
    def __init__(self, c, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.mults, self.adds = nn.Parameter(torch.ones(1, c, 1, 1)), nn.Parameter(torch.zeros(1, c, 1, 1))

    def forward(self, x):
        mean, var = x.mean((2, 3), keepdim=True), x.var((2, 3), keepdim=True)
        return (x - mean) / (var + self.eps).sqrt() * self.mults + self.adds


class GroupNorm(InstanceNorm):
    def __init__(self, groups, c, eps=1e-5):
        super().__init__(c, eps)
        self.groups = groups

    def forward(self, x):
        g = x.view(x.shape[0], self.groups, -1)
        mean, var = g.mean(2, keepdim=True), g.var(2, keepdim=True)
        return ((g - mean) / (var + self.eps).sqrt()).view(x.shape) * self.mults + self.adds


class BuiltIn(nn.Module):
    """A layer of PyTorch's under the names of the hand-written one: what `correction: 0` is compared with."""

    def __init__(self, layer, c):
        super().__init__()
        self.layer = layer
        self.mults, self.adds = nn.Parameter(torch.ones(1, c, 1, 1)), nn.Parameter(torch.zeros(1, c, 1, 1))

    def forward(self, x):
        return self.layer(x) * self.mults + self.adds


class RunningBatchNorm(nn.Module):
    def __init__(self, c, momentum=0.1, eps=1e-5, debias=False):
        super().__init__()
        self.momentum, self.eps, self.debias, self.c = momentum, eps, debias, c
        self.mults, self.adds = nn.Parameter(torch.ones(1, c, 1, 1)), nn.Parameter(torch.zeros(1, c, 1, 1))
        for name in ("sums", "sqrs"):
            self.register_buffer(name, torch.zeros(1, c, 1, 1))
        for name in ("count", "batch") + (("step", "dbias") if debias else ("factor", "offset")):
            self.register_buffer(name, torch.tensor(0.0))

    def affine(self):
        sums, sqrs, count = self.sums, self.sqrs, self.count
        if self.debias and self.step < 100:
            sums, sqrs, count = sums / self.dbias, sqrs / self.dbias, count / self.dbias
        mean = sums / count
        var = sqrs / count - mean * mean
        if self.batch < 20:
            var = var.clamp_min(0.01)
        factor = self.mults / (var + self.eps).sqrt()
        return factor, self.adds - mean * factor

    def forward(self, x):
        if self.training:
            n = x.shape[0]
            weight = torch.tensor(1 - (1 - self.momentum) / math.sqrt(n - 1))
            self.sums = self.sums.detach().lerp(x.sum((0, 2, 3), keepdim=True), weight)
            self.sqrs = self.sqrs.detach().lerp((x * x).sum((0, 2, 3), keepdim=True), weight)
            self.count = self.count.lerp(torch.tensor(x.numel() / self.c), weight)
            self.batch = self.batch + n
            if self.debias:
                self.dbias = self.dbias * (1 - weight) + weight
                self.step = self.step + 1
        if self.debias:
            factor, offset = self.affine()
            return x * factor + offset
        if self.training:
            self.factor, self.offset = self.affine()
        return x * self.factor + self.offset


def case(name, make, module, shapes, scale=1.0):
    """`make` says to the test what to build: a class and its arguments."""
    steps = []
    for shape in shapes:
        x = (scale * (torch.randn(shape) * torch.linspace(0.05, 2, shape[1])[:, None, None] + 0.7)).float().double()
        weights = torch.randn(shape).float().double()
        x.requires_grad_()
        y = module(x)
        (y * weights).sum().backward()
        step = {"x": pack(x), "weights": pack(weights), "y": pack(y), "dx": pack(x.grad), "grads": {}}
        with torch.no_grad():
            for key, p in module.named_parameters():
                step["grads"][key] = pack(p.grad)
                p -= 0.1 * p.grad
                p.grad = None
        steps.append(step)
    x = torch.randn(shapes[0]).float().double()
    module.eval()
    with torch.no_grad():
        evaluated = {"x": pack(x), "y": pack(module(x))}
    state = {k: pack(v) for k, v in module.state_dict().items() if not k.startswith("layer.")}
    print(name, module(x).abs().max().item())
    return {"name": name, "make": make, "steps": steps, "eval": evaluated, "state": state}


if __name__ == "__main__":
    torch.manual_seed(11)
    odd = [(4, 3, 5, 3), (3, 3, 5, 3), (2, 3, 5, 3)]
    small = [(2, 3, 3, 2)] * 12  # crosses the 20 samples under which the variance has a floor
    cases = [
        case("batch", ["BatchNorm", 3], BatchNorm(3), odd),
        case("batch, momentum and eps", ["BatchNorm", 3, {"momentum": 0.3, "eps": 0.5}], BatchNorm(3, 0.3, 0.5), odd),
        case("layer", ["LayerNorm"], LayerNorm(), odd),
        case("layer, per element", ["LayerNorm", {"shape": [3, 5, 3]}], LayerNorm((3, 5, 3)), odd),
        case("instance", ["InstanceNorm", 3], InstanceNorm(3), odd),
        case("instance, eps 1", ["InstanceNorm", 3, {"eps": 1}], InstanceNorm(3, 1.0), odd),
        case("instance, biased", ["InstanceNorm", 3, {"correction": 0}], BuiltIn(nn.InstanceNorm2d(3), 3), odd),
        case("group", ["GroupNorm", 2, 6], GroupNorm(2, 6), [(3, 6, 2, 3), (2, 6, 2, 3)]),
        case("group, biased", ["GroupNorm", 3, 6, {"correction": 0}], BuiltIn(nn.GroupNorm(3, 6, affine=False), 6), [(3, 6, 2, 3)]),
        case("running", ["RunningBatchNorm", 3], RunningBatchNorm(3), small, 0.3),
        case("running, debiased", ["RunningBatchNorm", 3, {"debias": True}], RunningBatchNorm(3, debias=True), small, 0.3),
        case("running, larger batches", ["RunningBatchNorm", 3, {"momentum": 0.2}], RunningBatchNorm(3, 0.2), odd),
    ]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lesson_norms.json")
    with open(path, "w") as out:
        json.dump({"made_with": f"PyTorch {torch.__version__}", "cases": cases}, out)
    print(f"{os.path.getsize(path) / 1e3:.0f} kB")
