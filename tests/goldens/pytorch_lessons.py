"""Runs A1 to A4 of the initialisation lesson in PyTorch, on the real Fashion-MNIST, as the yardstick for Sonde's own runs.

    SONDE_DATA=../shared/data /usr/bin/python3 tests/goldens/pytorch_lessons.py --runs A1,A2 --seeds 20 --threads 1

One JSON object a line on stdout, as `deno task lesson --json` prints them: {lesson, run, seed, ..., epoch, phase, loss, accuracy,
seconds}. The lesson scales the old gradient by 0.85 instead of zeroing it; at a constant rate that is SGD with momentum 0.85 and no
dampening, which is what runs here. A seed has failed when its last eval accuracy is below 0.5.
"""
import argparse
import gzip
import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

EPOCHS = {"A1": 1, "A2": 3, "A3": 3, "A4": 3}


def idx(path):
    """Reads a gzipped IDX file into a uint8 array."""
    with gzip.open(path) as f:
        data = f.read()
    dims = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(dims)).reshape(dims)


def load(folder, part):
    x = torch.from_numpy(idx(f"{folder}/fashion-mnist/{part}-images-idx3-ubyte.gz").astype(np.float32) / 255)
    y = torch.from_numpy(idx(f"{folder}/fashion-mnist/{part}-labels-idx1-ubyte.gz").astype(np.int64))
    return x[:, None], y


class GeneralReLU(nn.Module):
    def __init__(self, leak, sub):
        super().__init__()
        self.leak, self.sub = leak, sub

    def forward(self, x):
        return F.leaky_relu(x, self.leak) - self.sub


def get_model(act):
    sizes, layers = [1, 8, 16, 32, 64, 10], []
    for i in range(5):
        layers.append(nn.Conv2d(sizes[i], sizes[i + 1], 3, stride=2, padding=1))
        if i < 4:
            layers.append(act())
    return nn.Sequential(*layers, nn.Flatten())


def train(run, seed, data, threads):
    torch.manual_seed(seed)
    (x, y), (vx, vy) = data
    if run == "A4":
        model = get_model(lambda: GeneralReLU(0.1, 0.4))
    else:
        model = get_model(nn.ReLU)
    if run != "A1":
        a = 0.1 if run == "A4" else 0.0
        for m in model.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, a=a)
    if run in ("A3", "A4"):
        one = x[torch.randperm(len(x))[:1024]]
        mean, std = one.mean(), one.std()
        x, vx = (x - mean) / std, (vx - mean) / std
    opt = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.85)
    start = time.time()
    for epoch in range(EPOCHS[run]):
        for phase in ("train", "eval"):
            model.train(phase == "train")
            px, py = (x, y) if phase == "train" else (vx, vy)
            batch = 1024 if phase == "train" else 2048
            order = torch.randperm(len(px)) if phase == "train" else torch.arange(len(px))
            loss_sum = hits = 0.0
            with torch.set_grad_enabled(phase == "train"):
                for i in range(0, len(px), batch):
                    rows = order[i : i + batch]
                    out = model(px[rows])
                    loss = F.cross_entropy(out, py[rows])
                    if phase == "train":
                        loss.backward()
                        opt.step()
                        opt.zero_grad()
                    loss_sum += loss.item() * len(rows)
                    hits += (out.argmax(1) == py[rows]).sum().item()
            line = {
                "lesson": "initialization", "run": run, "seed": seed, "device": "pytorch", "threads": threads,
                "dataset": "fashion-mnist", "epoch": epoch, "phase": phase, "loss": round(loss_sum / len(px), 5) if np.isfinite(loss_sum) else None,
                "accuracy": round(hits / len(px), 5), "seconds": round(time.time() - start, 2),
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", default="A1,A2,A3,A4")
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    folder = os.environ.get("SONDE_DATA") or sys.exit("Set SONDE_DATA to the folder that holds fashion-mnist/")
    torch.set_num_threads(args.threads)
    data = load(folder, "train"), load(folder, "t10k")
    for run in args.runs.split(","):
        for seed in range(args.seed, args.seed + args.seeds):
            train(run, seed, data, args.threads)
