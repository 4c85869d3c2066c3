"""Makes training.json: ten training steps of the lesson's model in PyTorch, for tests/oracle/training_test.ts.

    /usr/bin/python3 tests/goldens/make_training_goldens.py

Three runs: plain ReLU and GeneralReLU(leak 0.1, sub 0.4) with SGD (rate 0.2, momentum 0.85), and plain ReLU with Nesterov momentum and
weight decay. Each stores the first weights (base64 float32), the labels, and the losses before each step. Batches of 64 images are sines with a phase
that depends on image and label, computed by the same formula in the test. PyTorch 1.13 computes in float64, so that losses carry no
rounding of their own.
"""
import base64
import json
import os

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
BATCH, STEPS = 64, 10


def pack(t):
    return base64.b64encode(t.detach().numpy().astype("<f4").tobytes()).decode()


def images(step, labels):
    """Pixel (y, x) of image i with label c: sin(0.05 (c + 2) y + 0.09 (c mod 3 + 1) x + 0.37 i + step), rounded to 1/1024."""
    i = np.arange(BATCH)[:, None, None]
    c = labels.numpy()[:, None, None]
    y, x = np.arange(28)[None, :, None], np.arange(28)[None, None, :]
    pixels = np.sin(0.05 * (c + 2) * y + 0.09 * (c % 3 + 1) * x + 0.37 * i + step)
    return torch.from_numpy(np.round(pixels * 1024) / 1024)[:, None]


class GeneralReLU(nn.Module):
    def forward(self, x):
        return F.leaky_relu(x, 0.1) - 0.4


def get_model(act):
    sizes, layers = [1, 8, 16, 32, 64, 10], []
    for i in range(5):
        layers.append(nn.Conv2d(sizes[i], sizes[i + 1], 3, stride=2, padding=1))
        if i < 4:
            layers.append(act())
    return nn.Sequential(*layers, nn.Flatten())


def run(name, act, a, options):
    model = get_model(act)
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, a=a)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(p.float().double())
    weights = [{"shape": list(p.shape), "data": pack(p)} for p in model.parameters()]
    labels = [torch.randint(10, (BATCH,)) for _ in range(STEPS)]
    opt, losses = torch.optim.SGD(model.parameters(), **options), []
    for step in range(STEPS):
        loss = F.cross_entropy(model(images(step, labels[step])), labels[step])
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    print(name, [round(v, 5) for v in losses])
    return {
        "name": name, "activation": "GeneralReLU" if act is GeneralReLU else "ReLU", "options": options, "weights": weights,
        "labels": [y.tolist() for y in labels], "losses": losses, "last": [pack(p) for p in list(model.parameters())[:2]],
    }


if __name__ == "__main__":
    torch.manual_seed(7)
    runs = [
        run("relu", nn.ReLU, 0.0, {"lr": 0.2, "momentum": 0.85}),
        run("general relu", GeneralReLU, 0.1, {"lr": 0.2, "momentum": 0.85}),
        run("nesterov, weight decay", nn.ReLU, 0.0, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "training.json")
    with open(path, "w") as out:
        json.dump({"made_with": f"PyTorch {torch.__version__}", "runs": runs}, out)
    print(f"{os.path.getsize(path) / 1e3:.0f} kB")
