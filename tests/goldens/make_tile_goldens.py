"""Makes tiles.json: convolutions by 3 x 3 with stride 1, and their gradients, in PyTorch, for tests/oracle/tiles_test.ts.

    /usr/bin/python3 tests/goldens/make_tile_goldens.py

Operands follow a rule that is exact in either language, and are not stored; results are computed in float64, and of each every 23rd element is stored
as float32 (base64, little-endian). The sizes are those that devices may compute by tiles: sixteen channels and more, sizes even and odd, all paddings.
Written with PyTorch 1.13.
"""
import base64
import json
import os

import torch
import torch.nn.functional as F

# Images, input channels, output channels, height, width, padding.
SIZES = [
    (2, 16, 24, 14, 14, 1),
    (3, 24, 16, 13, 12, 0),
    (4, 16, 32, 9, 10, 2),
    (8, 64, 64, 7, 7, 1),
    (2, 32, 32, 6, 15, 1),
    (1, 32, 48, 31, 20, 1),
    (1, 64, 128, 12, 12, 1),
    (8, 136, 128, 7, 7, 1),
]


def numbers(shape, seed, scale):
    size = 1
    for n in shape:
        size *= n
    i = torch.arange(size, dtype=torch.float64)
    # Whole numbers below 2**53, so that both languages have the same.
    values = (i * 7919 + seed * 104729 + (i / 97).floor() * 31) % 2003 - 1001
    return (values / 1001 * scale).float().double().reshape(shape)


def encode(x):
    sample = x.detach().contiguous().flatten()[::23].float()
    return base64.b64encode(sample.numpy().astype("<f4").tobytes()).decode()


CASES = []
for n, c, o, h, w, padding in SIZES:
    x = numbers((n, c, h, w), 1, 1).requires_grad_()
    weight = numbers((o, c, 3, 3), 2, 0.25).requires_grad_()
    y = F.conv2d(x, weight, padding=padding)
    g = numbers(y.shape, 3, 1)
    y.backward(g)
    CASES.append({
        "images": n, "inputs": c, "outputs": o, "height": h, "width": w, "padding": padding,
        "y": encode(y), "x": encode(x.grad), "w": encode(weight.grad),
    })

with open(os.path.join(os.path.dirname(__file__), "tiles.json"), "w") as file:
    json.dump({"cases": CASES}, file, indent=1)
    file.write("\n")
