"""Writes a file by the format's description, with nothing but Python's json and struct, for tests/tensor/safetensors_test.ts.

    /usr/bin/python3 tests/goldens/make_safetensors.py        # needs numpy

The layout is that of the format's own implementation: wide types first, then by name; a compact header, filled up with spaces to 8 bytes.
"""
import base64
import json
import os
import struct

import numpy as np

bf16 = lambda x: (np.asarray(x, np.float32).view(np.uint32) >> 16).astype(np.uint16)
# Name, type, shape, elements: in the order of the file.
TENSORS = [
    ("norm.num_batches_tracked", "I64", [], np.array([7], np.int64)),
    ("deep", "F64", [2], np.array([0.1, -1e300], np.float64)),
    ("0.bias", "F32", [3], np.array([1.5, -0.25, np.inf], np.float32)),
    ("0.weight", "F32", [2, 3], np.arange(6, dtype=np.float32)),
    ("Ünïcode \"quoted\"", "F32", [1], np.array([3.25], np.float32)),
    ("count", "I32", [2, 1], np.array([-5, 2**31 - 1], np.int32)),
    ("brain", "BF16", [4], bf16([1.0, -2.5, 3.140625, 1e-38])),
    ("half", "F16", [3], np.array([1.0, 6.1e-5, -65504], np.float16)),
    ("empty", "U16", [0, 4], np.zeros(0, np.uint16)),
    ("tiny", "I8", [2], np.array([-128, 127], np.int8)),
    ("bytes", "U8", [5], np.arange(5, dtype=np.uint8)),
    ("mask", "BOOL", [3], np.array([1, 0, 1], np.uint8)),
]
METADATA = {"format": "pt"}


def write(tensors, metadata):
    header, at = {}, 0
    if metadata:
        header["__metadata__"] = metadata
    for name, kind, shape, data in tensors:
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + data.nbytes]}
        at += data.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(data.tobytes() for *_, data in tensors)


here = os.path.dirname(os.path.abspath(__file__))
out = {
    "all": base64.b64encode(write(TENSORS, METADATA)).decode(),
    # Types that this library writes.
    "own": base64.b64encode(write([t for t in TENSORS if t[1] in ("F32", "I32", "I64", "BOOL", "U8")], METADATA)).decode(),
}
with open(os.path.join(here, "safetensors.json"), "w") as file:
    json.dump(out, file, indent=0)
    file.write("\n")
