"""PyTorch reads what Sonde saved, and writes what Sonde is to read: for tests/nn/saved_pytorch_test.ts.

    python3 saved_pytorch.py FOLDER

Reads FOLDER/sonde.safetensors, prints the model's output for FOLDER/input.safetensors as JSON, and writes another model's weights to
FOLDER/torch.safetensors with its output, also as JSON. Debian has no safetensors for Python: the format is read and written by its description.
"""
import json
import struct
import sys

import torch
from torch import nn

TYPES = {"F32": torch.float32, "I64": torch.int64}


def load(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        flat = torch.frombuffer(bytearray(data[first:last]), dtype=TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def save(path, tensors):
    header, at, parts = {}, 0, []
    names = {dtype: name for name, dtype in TYPES.items()}
    for name, t in sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0])):
        data = t.contiguous().numpy().tobytes()
        header[name] = {"dtype": names[t.dtype], "shape": list(t.shape), "data_offsets": [at, at + len(data)]}
        at += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def make():
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.LayerNorm(48), nn.Linear(48, 5, bias=False)
    )


def output(model, x):
    with torch.no_grad():
        return model.eval()(x).double().flatten().tolist()


folder = sys.argv[1]
x = load(f"{folder}/input.safetensors")["x"]
read = make()
state = load(f"{folder}/sonde.safetensors")
read.load_state_dict(state, strict=True)
torch.manual_seed(3)
own = make()
own.train()(torch.randn(8, 1, 4, 4))  # running figures that are not those of the beginning
save(f"{folder}/torch.safetensors", own.state_dict())
print(json.dumps({"read": output(read, x), "tracked": int(state["1.num_batches_tracked"]), "own": output(own, x)}))
