"""The lessons' layers, networks and first weights in PyTorch, in the lessons' form: hand-written norms stay hand-written."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class GeneralReLU(nn.Module):
    def __init__(self, leak=None, sub=None):
        super().__init__()
        self.leak, self.sub = leak, sub

    def forward(self, x):
        x = F.relu(x) if self.leak is None else F.leaky_relu(x, self.leak)
        return x if self.sub is None else x - self.sub


class BatchNorm(nn.Module):
    """By hand: no gradient through mean and variance, and the unbiased variance throughout."""

    def __init__(self, channels, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.mults = nn.Parameter(torch.ones(channels, 1, 1))
        self.adds = nn.Parameter(torch.zeros(channels, 1, 1))
        self.register_buffer("means", torch.zeros(1, channels, 1, 1))
        self.register_buffer("vars", torch.ones(1, channels, 1, 1))

    def forward(self, x):
        mean, var = self.means, self.vars
        if self.training:
            with torch.no_grad():
                mean, var = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), keepdim=True)
                self.means.lerp_(mean, 0.1)
                self.vars.lerp_(var, 0.1)
        return (x - mean) / (var + self.eps).sqrt() * self.mults + self.adds


class LayerNorm(nn.Module):
    """By hand, over channels and pixels, with one factor and one summand for the whole layer."""

    def __init__(self, _channels, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.mult = nn.Parameter(torch.tensor(1.0))
        self.add = nn.Parameter(torch.tensor(0.0))

    def forward(self, x):
        mean, var = x.mean((1, 2, 3), keepdim=True), x.var((1, 2, 3), keepdim=True)
        return (x - mean) / (var + self.eps).sqrt() * self.mult + self.add


class InstanceNorm(nn.Module):
    """By hand, over the pixels of each channel; a map of one pixel has no unbiased variance, and becomes NaN."""

    def __init__(self, channels, eps=1.0):
        super().__init__()
        self.eps = eps
        self.mults = nn.Parameter(torch.ones(channels, 1, 1))
        self.adds = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x):
        mean, var = x.mean((2, 3), keepdim=True), x.var((2, 3), keepdim=True)
        return (x - mean) / (var + self.eps).sqrt() * self.mults + self.adds


class RunningBatchNorm(nn.Module):
    """By hand: normalises by moving averages of sums, squares and counts, in training too; the gradient goes through this batch's share."""

    def __init__(self, channels, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.mults = nn.Parameter(torch.ones(channels, 1, 1))
        self.adds = nn.Parameter(torch.zeros(channels, 1, 1))
        self.register_buffer("sums", torch.zeros(1, channels, 1, 1))
        self.register_buffer("sqrs", torch.zeros(1, channels, 1, 1))
        self.count = self.seen = 0.0
        self.factor = self.offset = None

    def forward(self, x):
        if self.training:
            self.update(x)
        return x * self.factor + self.offset

    def update(self, x):
        weight = 1 - 0.9 / math.sqrt(len(x) - 1)
        self.sums = self.sums.detach().lerp(x.sum((0, 2, 3), keepdim=True), weight)
        self.sqrs = self.sqrs.detach().lerp((x * x).sum((0, 2, 3), keepdim=True), weight)
        self.count += weight * (x.numel() / x.shape[1] - self.count)
        self.seen += len(x)
        means = self.sums / self.count
        variances = self.sqrs / self.count - means * means
        if self.seen < 20:
            variances = variances.clamp_min(0.01)
        self.factor = self.mults / (variances + self.eps).sqrt()
        self.offset = self.adds - means * self.factor


class DebiasedRunningBatchNorm(nn.Module):
    """The longer form: in the first 100 steps the averages are divided by the weight that they have gathered, in evaluation too."""

    def __init__(self, channels, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.mults = nn.Parameter(torch.ones(channels, 1, 1))
        self.adds = nn.Parameter(torch.zeros(channels, 1, 1))
        self.register_buffer("sums", torch.zeros(1, channels, 1, 1))
        self.register_buffer("sqrs", torch.zeros(1, channels, 1, 1))
        self.count = self.gathered = 0.0
        self.seen = self.steps = 0

    def forward(self, x):
        if self.training:
            self.update(x)
        weight = self.gathered if self.steps < 100 else 1.0
        sums, sqrs, count = self.sums / weight, self.sqrs / weight, self.count / weight
        means = sums / count
        variances = sqrs / count - means * means
        if self.seen < 20:
            variances = variances.clamp_min(0.01)
        factor = self.mults / (variances + self.eps).sqrt()
        return x * factor + (self.adds - means * factor)

    def update(self, x):
        weight = 1 - 0.9 / math.sqrt(len(x) - 1)
        self.sums = self.sums.detach().lerp(x.sum((0, 2, 3), keepdim=True), weight)
        self.sqrs = self.sqrs.detach().lerp((x * x).sum((0, 2, 3), keepdim=True), weight)
        self.count += weight * (x.numel() / x.shape[1] - self.count)
        self.gathered += weight * (1 - self.gathered)
        self.seen += len(x)
        self.steps += 1


def strided(act, norm):
    """Lesson A: five convolutions down to one pixel, norm before activation, all with a bias."""
    sizes, layers = [1, 8, 16, 32, 64, 10], []
    for i in range(5):
        layers.append(nn.Conv2d(sizes[i], sizes[i + 1], 3, stride=2, padding=1))
        if i < 4:
            layers += ([norm(sizes[i + 1])] if norm else []) + [act()]
    return nn.Sequential(*layers, nn.Flatten())


def pooled(act, norm, channels, bias):
    """Lessons B to E: convolutions, the first of 5×5; activation, if any, before norm; average pool and a linear layer."""
    sizes, layers = [1, *channels], []
    for i in range(len(channels)):
        kernel = 3 if i else 5
        layers.append(nn.Conv2d(sizes[i], sizes[i + 1], kernel, stride=2, padding=kernel // 2, bias=bias))
        layers += ([act()] if act else []) + ([norm(sizes[i + 1])] if norm else [])
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(sizes[-1], 10))


def convolutions(model):
    return [m for m in model.modules() if isinstance(m, nn.Conv2d)]


def kaiming(model, leak, zero_bias):
    for conv in convolutions(model):
        nn.init.kaiming_normal_(conv.weight, a=leak)
        if zero_bias and conv.bias is not None:
            nn.init.zeros_(conv.bias)


@torch.no_grad()
def lsuv(model, x, together):
    """Unit variance and zero mean after each activation, on one batch; at most 100 rounds a layer.

    together: bias and weight in the same pass (lesson A); else the weight first, then the activation's own shift (lesson B).
    """
    acts = [m for m in model if isinstance(m, GeneralReLU)]
    seen = {}
    for act, conv in zip(acts, convolutions(model)):
        handle = act.register_forward_hook(lambda _m, _x, out: seen.update(mean=out.mean().item(), std=out.std().item()))

        def measure():
            model(x)
            return seen["mean"], seen["std"]

        for _ in range(100):
            mean, std = measure()
            if abs(std - 1) <= 1e-3 and (not together or abs(mean) <= 1e-3):
                break
            if together:
                conv.bias -= mean
            conv.weight /= std
        if not together:
            for _ in range(100):
                mean, _ = measure()
                if abs(mean) <= 1e-3:
                    break
                act.sub += mean
        handle.remove()
