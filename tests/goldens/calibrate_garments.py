#!/usr/bin/python3
"""Trains the first lesson's runs on the built-in garments with PyTorch, to see that they are a fair stand-in.

    /usr/bin/python3 tests/goldens/calibrate_garments.py [--runs A1,A4] [--seeds 3] [--draw-seed 0] [--threads 2]

Draws 60,000 training and 10,000 test images with Deno (which must be on the PATH), trains model A, and prints the loss
and accuracy of each epoch, the confusion of classes in the last run, and the pixels' mean and standard deviation.
`--data FOLDER` trains on the IDX files of that folder instead, so that both can be seen side by side. Wanted, and
asked for by the data set's contract: A4's last evaluation accuracy between 0.82 and 0.92, A1's well below it, and
T-shirt, pullover, coat and shirt confused with each other more than bags and boots with anything.

Needs PyTorch and NumPy (Debian: python3-torch). Tests never run this script.
"""
import argparse
import gzip
import pathlib
import subprocess
import tempfile

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLASSES = ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot"]
DRAW = """
import { drawGarment } from "%s";
const [folder, seed] = Deno.args;
for (const [split, count] of [["train", 60000], ["test", 10000]] as const) {
  const images = new Uint8Array(count * 784), labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) labels[i] = drawGarment(Number(seed), split, i, images, i * 784);
  await Deno.writeFile(`${folder}/${split}-images`, images);
  await Deno.writeFile(`${folder}/${split}-labels`, labels);
}
"""


def drawn(seed):
    """Draws the data set and returns it as four byte arrays."""
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "draw.ts"
        script.write_text(DRAW % (ROOT / "lib/data/garments/draw.ts").as_uri())
        subprocess.run(["deno", "run", "--no-config", f"--allow-write={folder}", str(script), folder, str(seed)], check=True)
        read = lambda name: np.fromfile(f"{folder}/{name}", np.uint8)
        return read("train-images"), read("train-labels"), read("test-images"), read("test-labels")


def stored(folder):
    """Reads the canonical IDX files of a folder."""
    read = lambda name, skip: np.frombuffer(gzip.open(f"{folder}/{name}-ubyte.gz").read(), np.uint8, offset=skip)
    return (read("train-images-idx3", 16), read("train-labels-idx1", 8), read("t10k-images-idx3", 16),
            read("t10k-labels-idx1", 8))


class GeneralReLU(nn.Module):
    """Leaky ReLU with leak 0.1, shifted down by 0.4."""

    def forward(self, x):
        return F.leaky_relu(x, 0.1) - 0.4


def model_a(act, norm):
    """Five 3x3 convolutions of stride 2: 1, 8, 16, 32, 64, 10 channels."""
    sizes = [1, 8, 16, 32, 64, 10]
    layers = []
    for i in range(5):
        layers.append(nn.Conv2d(sizes[i], sizes[i + 1], 3, 2, 1))
        if i < 4:
            layers += ([nn.BatchNorm2d(sizes[i + 1])] if norm else []) + [act()]
    return nn.Sequential(*layers, nn.Flatten())


# activation, normalised inputs, Kaiming's a (None: PyTorch's default), BatchNorm, batch size, epochs
RUNS = {
    "A1": (nn.ReLU, False, None, False, 1024, 1),
    "A2": (nn.ReLU, False, 0.0, False, 1024, 3),
    "A3": (nn.ReLU, True, 0.0, False, 1024, 3),
    "A4": (GeneralReLU, True, 0.1, False, 1024, 3),
    "A8": (GeneralReLU, True, 0.1, True, 256, 3),
}


def train(name, seed, data):
    """Runs one set-up; prints its epochs and returns the last accuracy and the confusion matrix."""
    act, normalised, leak, norm, size, epochs = RUNS[name]
    x, y, vx, vy = data
    if normalised:
        mean, std = x.mean(), x.std()
        x, vx = (x - mean) / std, (vx - mean) / std
    torch.manual_seed(seed)
    model = model_a(act, norm)
    if leak is not None:
        for layer in model:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, a=leak)
    opt = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.85)
    line = f"{name} seed {seed}:"
    for _ in range(epochs):
        model.train()
        right = total = 0
        for rows in torch.randperm(len(x)).split(size):
            out = model(x[rows])
            loss = F.cross_entropy(out, y[rows])
            opt.zero_grad()
            loss.backward()
            opt.step()
            right += (out.argmax(1) == y[rows]).sum().item()
            total += loss.item() * len(rows)
        model.eval()
        with torch.no_grad():
            out = torch.cat([model(part) for part in vx.split(2 * size)])
        accuracy = (out.argmax(1) == vy).float().mean().item()
        line += f"  {right / len(x):.3f}/{total / len(x):.3f} > {accuracy:.3f}/{F.cross_entropy(out, vy).item():.3f};"
    print(line, flush=True)
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (vy.numpy(), out.argmax(1).numpy()), 1)
    return accuracy, confusion


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", default="A1,A4")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--draw-seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", help="a folder of IDX files to train on instead")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    x, y, vx, vy = stored(args.data) if args.data else drawn(args.draw_seed)
    images = lambda a: torch.from_numpy(a.astype(np.float32) / 255).view(-1, 1, 28, 28)
    labels = lambda a: torch.from_numpy(a.astype(np.int64))
    data = images(x), labels(y), images(vx), labels(vy)
    print(f"pixels: mean {data[0].mean():.3f}, std {data[0].std():.3f}")
    for c in range(10):
        part = data[0][data[1] == c]
        print(f"  {CLASSES[c]:9} mean {part.mean():.3f} std {part.std():.3f} ({len(part)})")
    for name in args.runs.split(","):
        ends = [train(name, seed, data) for seed in range(args.seeds)]
        accuracies = np.array([accuracy for accuracy, _ in ends])
        print(f"{name}: {accuracies.mean():.4f} ± {accuracies.std(ddof=1) if len(ends) > 1 else 0:.4f}")
    print("rows: true class; columns: predicted")
    for c in range(10):
        print(f"{CLASSES[c]:>9} " + " ".join(f"{n:5}" for n in ends[-1][1][c]))


if __name__ == "__main__":
    main()
