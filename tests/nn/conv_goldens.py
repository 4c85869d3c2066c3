"""Makes conv_goldens.json: PyTorch's convolution layers from a seed each, and what they compute, for conv_layers_test.ts.

    /usr/bin/python3 -W ignore tests/nn/conv_goldens.py && deno fmt tests/nn/conv_goldens.json

Arrays are base64 of little-endian float32. Written with PyTorch 1.13.
"""
import base64
import json
import pathlib

import torch
import torch.nn as nn

LAYERS = [
    (lambda: nn.Conv1d(4, 6, 3, groups=2, dilation=2, padding="same"), (2, 4, 7)),
    (lambda: nn.Conv1d(4, 6, 3, padding=2, padding_mode="reflect"), (2, 4, 7)),
    (lambda: nn.Conv2d(4, 8, 3, groups=4, padding=1), (2, 4, 5, 6)),
    (lambda: nn.Conv2d(4, 6, (3, 2), padding="same", dilation=(1, 2), bias=False), (2, 4, 5, 6)),
    (lambda: nn.Conv2d(3, 4, 3, padding=(1, 2), padding_mode="circular", stride=2), (2, 3, 5, 6)),
    (lambda: nn.Conv2d(3, 4, (2, 3), padding="same", padding_mode="replicate"), (2, 3, 5, 6)),
    (lambda: nn.ConvTranspose1d(4, 6, 4, stride=2, padding=1, groups=2), (2, 4, 5)),
    (lambda: nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1), (2, 4, 3, 4)),
    (lambda: nn.ConvTranspose2d(4, 6, (3, 2), dilation=2, groups=2, bias=False), (2, 4, 3, 4)),
    (lambda: nn.ConvTranspose1d(4, 6, 3, stride=3, padding=1), (2, 4, 5), [15]),
    (lambda: nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1), (2, 4, 3, 4), [5, 8]),
    (lambda: nn.ConvTranspose2d(4, 6, (3, 2), stride=(2, 3), dilation=(2, 1), groups=2), (2, 4, 3, 4), [10, 11]),
]


def array(t):
    return {"shape": list(t.shape), "data": base64.b64encode(t.detach().contiguous().numpy().astype("<f4").tobytes()).decode()}


out = []
for seed, (make, shape, *size) in enumerate(LAYERS):
    torch.manual_seed(seed)
    layer, x = make(), torch.sin(torch.arange(torch.Size(shape).numel()) * 0.7).reshape(shape)
    bias = None if layer.bias is None else array(layer.bias)
    more = {"outputSize": size[0]} if size else {}
    out.append({**more, "text": repr(layer), "weight": array(layer.weight), "bias": bias, "x": array(x), "y": array(layer(x, *size))})
pathlib.Path(__file__).with_name("conv_goldens.json").write_text(json.dumps(out) + "\n")
