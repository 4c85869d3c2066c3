"""Values for tests/data/decode_image_test.ts and resample_test.ts: pictures made here by hand, decoded by libjpeg, resampled by PyTorch.

    apt-get install libjpeg-turbo-progs
    /usr/bin/python3 tests/goldens/make_image_goldens.py > tests/goldens/images.json
"""
import base64
import json
import struct
import subprocess
import zlib

import torch
import torch.nn.functional as F


def png(width, height, depth, kind, rows, palette=b"", passes=0, written=None):
    """A PNG whose rows (bytes, packed) have no filter, or of what is written of its pixels."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    data = zlib.compress(b"".join(b"\0" + row for row in rows) if written is None else written)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, passes)
    parts = chunk(b"IHDR", header) + (chunk(b"PLTE", palette) if palette else b"") + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def packed(values, depth):
    bits = "".join(format(v, f"0{depth}b") for v in values)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def grey(v):
    return [v, v, v]


colours = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [10, 20, 30], [250, 240, 230], [7, 77, 177]]  # 3 × 2
flat = [v for c in colours for v in c]
pngs = {
    "colour": (png(3, 2, 8, 2, [bytes(flat[:9]), bytes(flat[9:])]), flat),
    "16 bits": (png(3, 2, 16, 2, [b"".join(struct.pack(">H", v * 257) for v in flat[i : i + 9]) for i in (0, 9)]), flat),
    "transparent": (png(3, 2, 8, 6, [bytes(v for c in colours[i : i + 3] for v in [*c, 9]) for i in (0, 3)]), flat),
    "grey, transparent": (png(3, 2, 8, 4, [bytes([1, 99, 2, 99, 3, 99]), bytes([4, 0, 5, 0, 6, 0])]), sum(map(grey, [1, 2, 3, 4, 5, 6]), [])),
    "palette of 2 bits": (
        png(3, 2, 2, 3, [packed([0, 1, 2], 2), packed([3, 2, 1], 2)], bytes(v for c in colours[:4] for v in c)),
        sum([colours[i] for i in [0, 1, 2, 3, 2, 1]], []),
    ),
    "palette of 8 bits": (png(3, 2, 8, 3, [bytes([0, 1, 2]), bytes([3, 4, 5])], bytes(flat)), flat),
}
for depth in (1, 2, 4):
    most = 2**depth - 1
    values = [0, most, 1, most - 1, most, 0]
    rows = [packed(values[:3], depth), packed(values[3:], depth)]
    pngs[f"grey of {depth} bits"] = (png(3, 2, depth, 0, rows), sum([grey(round(v * 255 / most)) for v in values], []))

def filtered(rows):
    """Rows behind a byte each that says by what they are written, all five in turn: pixels smaller than a byte are filtered as bytes."""
    written, above = b"", bytes(len(rows[0]))
    for y, row in enumerate(rows):
        written += bytes([y % 5])
        for i, value in enumerate(row):
            before, up, corner = (row[i - 1] if i else 0), above[i], (above[i - 1] if i else 0)
            near = min((before, up, corner), key=lambda v: abs(before + up - corner - v))
            written += bytes([(value - [0, before, up, (before + up) // 2, near][y % 5]) % 256])
        above = row
    return written


def interlaced(width, height, depth, kind, values, palette=b""):
    """A PNG in the seven passes of Adam7."""
    steps = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    passes = [[packed(row[x::across], depth) for row in values[y::down]] for x, y, across, down in steps if x < width]
    return png(width, height, depth, kind, [], palette, 1, b"".join(filtered(rows) for rows in passes if rows))


laced = {}
for depth in (1, 2, 4, 8):
    most = 2**depth - 1
    values = [[(37 * y + 91 * x + 13 * x * y) % (most + 1) for x in range(11)] for y in range(9)]
    shown = [v for row in values for v in row]
    palette = [(7 * i + 50 * (i % 5)) % 256 for i in range(3 * (most + 1))]
    laced[f"grey of {depth} bits, interlaced"] = (interlaced(11, 9, depth, 0, values), sum([grey(round(v * 255 / most)) for v in shown], []))
    laced[f"palette of {depth} bits, interlaced"] = (
        interlaced(11, 9, depth, 3, values, bytes(palette)),
        sum([palette[3 * v : 3 * v + 3] for v in shown], []),
    )

width, height = 13, 9
smooth = bytes(int(128 + 100 * f) for y in range(height) for x in range(width) for f in (x / 13 - 0.5, y / 9 - 0.5, 0.3 - x * y / 117))
ppm = b"P6\n%d %d\n255\n" % (width, height) + smooth


def jpeg(*options):
    encoded = subprocess.run(["cjpeg", "-quality", "95", *options], input=ppm, capture_output=True, check=True).stdout
    decoded = subprocess.run(["djpeg", "-nosmooth", "-rgb"], input=encoded, capture_output=True, check=True).stdout
    return encoded, list(decoded[-3 * width * height :])


jpegs = {
    "baseline": jpeg("-sample", "1x1"),
    "progressive": jpeg("-sample", "1x1", "-progressive"),
    "halved chroma": jpeg("-sample", "2x2"),
    "grey": jpeg("-grayscale"),
}


def listed(pictures, width, height):
    return [
        {"name": name, "width": width, "height": height, "file": base64.b64encode(file).decode(), "rgb": rgb}
        for name, (file, rgb) in pictures.items()
    ]


rows, columns = 7, 10
pixels = torch.tensor([[(37 * y + 91 * x + 13 * x * y) % 256 for x in range(columns)] for y in range(rows)], dtype=torch.float64)
sizes = [(7, 10), (3, 4), (14, 20), (5, 23), (1, 1), (20, 3)]
print(json.dumps({
    "png": listed(pngs, 3, 2) + listed(laced, 11, 9),
    "jpeg": listed(jpegs, width, height),
    "resampled": {
        "height": rows,
        "width": columns,
        "pixels": pixels.int().flatten().tolist(),
        "results": [
            {"size": [h, w], "values": [round(v, 4) for v in F.interpolate(
                pixels[None, None], size=(h, w), mode="bilinear", align_corners=False, antialias=True).flatten().tolist()]}
            for h, w in sizes
        ],
    },
}))
