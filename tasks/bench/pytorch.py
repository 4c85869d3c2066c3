"""PyTorch's side of `deno task bench --against pytorch`: the workloads of networks.ts, measured when asked.

    /usr/bin/python3 tasks/bench/pytorch.py 2           # threads; then a command a line on stdin, an answer a line on stdout

Commands: `make NAME SECONDS` finds how many steps take so long and answers with that number; `block NAME` takes those steps and answers with
the seconds that one took. The first line is JSON with PyTorch's version. Images are 60,000, float32, normalised beforehand; a batch is a
slice of a permutation. A step is forward, backward and update (SGD, rate 0.01, momentum 0.85), or with -infer the forward pass and the loss.
"""
import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def conv(ni, nf, act=True, bn=False, k=3, stride=2, bias=True):
    layers = [nn.Conv2d(ni, nf, k, stride=stride, padding=k // 2, bias=bias)]
    if bn:
        layers.append(nn.BatchNorm2d(nf))
    if act:
        layers.append(nn.ReLU())
    return nn.Sequential(*layers)


class Residual(nn.Module):
    def __init__(self, ni, nf, stride):
        super().__init__()
        self.convs = nn.Sequential(
            conv(ni, nf, bn=True, stride=1, bias=False), conv(nf, nf, bn=True, stride=stride, bias=False, act=False)
        )
        self.short_cut = conv(ni, nf, k=1, stride=stride, act=False) if ni != nf or stride != 1 else nn.Identity()

    def forward(self, x):
        return F.relu(self.convs(x) + self.short_cut(x))


class Attentive(nn.Module):
    def __init__(self, heads, causal, width=128, tokens=64):
        super().__init__()
        self.cut = nn.Conv2d(1, width, 4, stride=4, padding=2)
        self.layers = nn.ModuleList(nn.MultiheadAttention(width, heads, batch_first=True) for _ in range(3))
        self.head = nn.Linear(width, 10)
        self.mask = torch.full((tokens, tokens), float("-inf")).triu(1) if causal else None

    def forward(self, images):
        x = self.cut(images).flatten(2).transpose(1, 2)
        for layer in self.layers:
            x = x + layer(x, x, x, attn_mask=self.mask, need_weights=False)[0]
        return self.head(x.mean(1))


def five_layers(size, bn):
    c = [1, 8 * size, 16 * size, 32 * size, 64 * size]
    layers = [conv(c[i], c[i + 1], bn=bn, bias=not bn) for i in range(4)]
    return nn.Sequential(*layers, conv(c[4], 10, act=False), nn.Flatten())


def network(kind, size):
    if kind in ("plain", "bn"):
        return he(five_layers(size or 1, kind == "bn"))
    if kind == "deep":
        middle = [conv(16, 16, stride=1) for _ in range((size or 10) - 2)]
        return he(nn.Sequential(conv(1, 16), *middle, conv(16, 10, act=False), nn.AdaptiveAvgPool2d(1), nn.Flatten()))
    if kind == "resnet":
        blocks = [Residual(c, 2 * c, 2) for c in (8, 16, 32, 64)]
        return nn.Sequential(Residual(1, 8, 1), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10))
    head = lambda channels: (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))
    if kind == "grouped":
        middle = [layer for _ in range(3) for layer in (nn.Conv2d(64, 64, 3, padding=1, groups=size or 4), nn.ReLU())]
        return nn.Sequential(conv(1, 64, stride=1), *middle, *head(64))
    if kind == "transposed":
        k = size or 3
        middle = nn.ConvTranspose2d(64, 32, k, stride=2, padding=1, output_padding=int(k == 3))
        return nn.Sequential(conv(1, 64), middle, nn.ReLU(), *head(32))
    if kind in ("attention", "causal"):
        return Attentive(size or 8, kind == "causal")
    h = size or 512
    return nn.Sequential(nn.Flatten(), nn.Linear(784, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU(), nn.Linear(h, 10))


def he(model):
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight)
    return model


def steps(name, images, labels):
    kind, batch, *rest = name.split("-")
    batch, inference, sizes = int(batch), "infer" in rest, [int(r) for r in rest if r != "infer"]
    torch.manual_seed(0)
    model = network(kind, sizes[0] if sizes else None)
    opt = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.85)
    if inference:
        model.eval()
    while True:
        order = torch.randperm(len(images))
        for i in range(0, len(images), batch):
            rows = order[i : i + batch]
            if inference:
                with torch.no_grad():
                    F.cross_entropy(model(images[rows]), labels[rows])
            else:
                loss = F.cross_entropy(model(images[rows]), labels[rows])
                opt.zero_grad()
                loss.backward()
                opt.step()
            yield


def run(training, count):
    start = time.perf_counter()
    for _ in range(count):
        next(training)
    return time.perf_counter() - start


def main(threads="2"):
    torch.set_num_threads(int(threads))
    images, labels = torch.randn(60_000, 1, 28, 28), torch.arange(60_000) % 10
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    made = {}
    for line in sys.stdin:
        command, name, *rest = line.split()
        if command == "make":
            training, count = steps(name, images, labels), 1
            run(training, 3)
            took = run(training, count)
            while took < 0.25:
                count *= 2
                took = run(training, count)
            made[name] = training, max(1, round(count * float(rest[0]) / took))
            print(made[name][1], flush=True)
        else:
            training, count = made[name]
            print(run(training, count) / count, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
